"""Training in the officer's places (pages: jobmatch/web/training.py)."""

from flask_babel import lazy_gettext as _l

from jobmatch.web.officer import door
from jobmatch.web.training import Pages


def no_brand() -> None:
    """An officer's courses belong to a place, not to a brand."""
    return


pages = Pages(door, no_brand)
door.nav(_l("培训"), "training", 60)
