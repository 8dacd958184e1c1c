"""What came of the push to the brand's members (pages: jobmatch/web/funnel)."""

from jobmatch.brands import queries
from jobmatch.kernel.errors import NotFound
from jobmatch.reports.funnel import Whose
from jobmatch.web.brand import door
from jobmatch.web.brand.current import current_brand
from jobmatch.web.funnel import Pages


def own() -> tuple[Whose, str]:
    row = queries.brand(current_brand())
    if row is None:
        raise NotFound
    return Whose(brand_id=row.id), row.name


pages = Pages(door, own)
