"""Season plans over all brands of a place that agreed (pages: jobmatch/web/season)."""

from flask_babel import lazy_gettext as _l

from jobmatch.dispatch.season_rows import Scope
from jobmatch.web.officer import door
from jobmatch.web.officer.scope import chosen
from jobmatch.web.season import Pages


def place() -> Scope:
    """The season of the place that the address names, or of the officer's first."""
    return Scope(place_code=chosen().here.code)


pages = Pages(door, place, of_brand=False)
door.nav(_l("排一季"), "season", 55)
