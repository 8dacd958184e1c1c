"""What a crew is worth to a posting: what its people are, each judged like anybody."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from jobmatch.matching.rules.score import FITS


class Crew(NamedTuple):
    """size: members; is_whole: it goes as one or not at all."""

    size: int
    is_whole: bool


class Judged(NamedTuple):
    """A member who fits: their crew, the value of the match, the days on which they are free."""

    crew_id: int
    value: int
    free: int


class CrewFit(NamedTuple):
    """fit: members who fit; days: free days of theirs together; value: points per member, those
    who do not fit counting nothing, in hundredths.
    """

    crew_id: int
    fit: int
    days: int
    value: int


def best(crews: Mapping[int, Crew], members: Iterable[Judged], most: int) -> list[CrewFit]:
    """The best crews: the higher value first, then more days, then the smaller id.

    A crew that goes as one is among them only when all of it fits.
    """
    fit, days, points = dict.fromkeys(crews, 0), dict.fromkeys(crews, 0), dict.fromkeys(crews, 0)
    for crew_id, value, free in members:
        fit[crew_id] += 1
        days[crew_id] += free
        points[crew_id] += value - FITS
    found = [
        CrewFit(key, fit[key], days[key], points[key] // crew.size)
        for key, crew in crews.items()
        if fit[key] and (fit[key] == crew.size or not crew.is_whole)
    ]
    return sorted(found, key=lambda one: (-one.value, -one.days, one.crew_id))[:most]
