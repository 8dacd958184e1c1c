"""The brand's courses and sessions (pages: jobmatch/web/training.py)."""

from flask_babel import lazy_gettext as _l

from jobmatch.web.brand import door
from jobmatch.web.brand.current import current_brand
from jobmatch.web.training import Pages

pages = Pages(door, current_brand)
door.nav(_l("培训"), "training", 60)
