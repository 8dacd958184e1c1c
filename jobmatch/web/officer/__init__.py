"""The door village, township, banner, league and region officers."""

from flask_babel import lazy_gettext as _l

from jobmatch.kernel.actor import Role
from jobmatch.web.guard import Door, roles

door = Door(
    "officer", __name__, label=_l("乡村干部"), allow=roles(Role.OFFICER), url_prefix="/officer"
)
