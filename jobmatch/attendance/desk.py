"""What a station sees of the day: the rosters of postings in its place."""

from collections.abc import Collection
from datetime import date

from jobmatch.attendance import queries
from jobmatch.attendance.queries import PostingDayCount, PostingHead
from jobmatch.kernel.actor import Actor, Role
from jobmatch.kernel.errors import NotFound


def head(posting_id: int, *, actor: Actor) -> PostingHead:
    """The posting for a clerk of the place where the work is. raises NotFound for all others."""
    found = queries.heads([posting_id]).get(posting_id)
    if found is None or not actor.covers(Role.STATION, found.place_code):
        raise NotFound
    return found


def postings_on(actor: Actor, first: date, last: date) -> list[PostingDayCount]:
    """Postings in the clerk's places with people on the days, the latest day first."""
    places: Collection[str] = actor.scopes(Role.STATION)
    return queries.postings_on([], first, last, places=places)
