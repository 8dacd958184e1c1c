"""What came of the push in the officer's place (pages: jobmatch/web/funnel)."""

from jobmatch.reports.funnel import Whose
from jobmatch.web.funnel import Pages
from jobmatch.web.officer import door
from jobmatch.web.officer.scope import chosen


def here() -> tuple[Whose, str]:
    place = chosen().here
    return Whose(place=place.code), place.short_name


pages = Pages(door, here)
