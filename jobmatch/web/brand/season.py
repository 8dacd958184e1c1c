"""The brand's season plans (pages: jobmatch/web/season)."""

from flask_babel import lazy_gettext as _l

from jobmatch.dispatch.season_rows import Scope
from jobmatch.web.brand import door
from jobmatch.web.brand.current import current_brand
from jobmatch.web.season import Pages


def own() -> Scope:
    """The season of the brand at hand."""
    return Scope(brand_id=current_brand())


pages = Pages(door, own, of_brand=True)
door.nav(_l("排一季"), "season", 21)
