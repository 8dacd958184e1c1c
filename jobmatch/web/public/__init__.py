"""Open to anyone: the board, brands, signing in and up."""

from flask_babel import lazy_gettext as _l

from jobmatch.web.guard import ANYONE, Door

door = Door("public", __name__, label=_l("零工"), allow=ANYONE)
