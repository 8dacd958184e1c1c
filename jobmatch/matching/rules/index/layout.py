"""What the index keeps in memory. Rows are numbered from 0; ids are the database's keys.

Records are small, because reading them is what a search waits for; no number in them, and none
that is computed from them, comes near the end of 32 bits (MOST_PAY sees to it).
"""

from collections import namedtuple
from dataclasses import fields
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from jobmatch.matching.rules.weights import Weights

Ints = NDArray[np.int64]
Small = NDArray[np.int32]
Floats = NDArray[np.float64]

# Who goes no farther stands in lists of their own.
LOCAL_KM = 80
# A row that is nobody's: the person or the posting has moved to another row, or left.
GONE = -1
# Nobody asks for as much a day, so more makes no difference.
MOST_PAY = 1_000_000_000
# Less than any points bring: who is hidden or gone is passed over like who has too few.
NOBODY = -1_000_000
# A skill and its level are one number.
LEVELS = 8


def _record(*names: str) -> np.dtype[Any]:
    return np.dtype([(name, np.int32) for name in names])


# born: year * 10000 + month * 100 + day. Limits that are not set are -1. skills, proofs and brands
# are runs of the tables beside: (first, how many). hidden: not shown to employers.
PERSON = _record(
    "id", "spot", "born", "max_km", "stays", "home_by", "least", "no_heavy", "wanted",
    "kept", "missed", "need", "hidden", "skill_at", "skills", "proof_at", "proofs",
    "brand_at", "brands",
)  # fmt: skip
# pay: fen a day, -1 unknown. brand: -1 none. top: nobody gets more points, skill and way left out.
# total: its days; all of them are in the words from word to end (excluded).
OFFER = _record(
    "id", "spot", "skill", "level", "needs_proof", "lodging", "ends_at", "minutes", "usual",
    "law", "pay", "heavy", "least_age", "brand", "stay", "also_at", "also", "top",
    "total", "word", "end",
)  # fmt: skip


class Spots(NamedTuple):
    """Where people live and where work is: one spot for each point and place code.

    The first of them are sorted; later ones were added since.

    lon, lat     degrees; x, y: radians; cos_y: cosine of the latitude
    east, north, up   the point on a ball of radius 1
    county, township   numbers of the place code's first 6 and 9 digits, -1 when it is shorter
    code, digits       the place code filled up with noughts to 12 digits, and its true length
    """

    lon: Floats
    lat: Floats
    x: Floats
    y: Floats
    cos_y: Floats
    east: Floats
    north: Floats
    up: Floats
    county: Ints
    township: Ints
    code: Ints
    digits: Ints


class People(NamedTuple):
    """rec: PERSON; free: days as bits; skill: number * LEVELS + level; proof: (skill, level,
    issued, last day). extra: points of record, need and proofs at most; NOBODY: not to be shown.
    """

    rec: Any
    extra: Small
    free: NDArray[np.uint64]
    skill: Small
    proof: Ints
    brand: Ints


class Offers(NamedTuple):
    """rec: OFFER; days: days that have a place, as bits; also: further skills that it takes."""

    rec: Any
    days: NDArray[np.uint64]
    also: Ints


class Lists(NamedTuple):
    """Rows in lists, two for each skill; in each by block, in each of these by spot.

    People: those of a skill who go LOCAL_KM at most, then, after all skills, those who go farther.
    Postings: those whose own skill it is, then those that also take it.

    start   where the part of list n in block b begins: start[n * blocks + b]; one more at the end
    limit   km that a person goes, or the `top` of a posting
    peak    the greatest limit in each list
    Behind the lists is room for rows that came since they were built, in no order.
    """

    start: Small
    row: Small
    spot: Small
    limit: Small
    peak: Ints

    @property
    def built(self) -> int:
        """How many rows stand in the lists."""
        return int(self.start[-1])


# The weights as the loops take them: a tuple with the names of Weights, whatever these are.
_NAMES = [field.name for field in fields(Weights)]
_Points: Any = namedtuple("_Points", _NAMES)  # type: ignore[misc]
Points = Any


def points_of(weights: Weights) -> Points:
    """The weights for the loops."""
    return _Points(*(int(getattr(weights, name)) for name in _NAMES))


class Day(NamedTuple):
    """The day on which is judged.

    offset   from the first day of the index; number: days since 1970-01-01 of that first day
    """

    offset: int
    number: int


class Asked(NamedTuple):
    """What narrows a search. None of it but `only` changes a value.

    code, digits   only in this place: its code filled up with noughts, its length; digits 0: any
    skill          only with this skill, -1: any
    begin, end     only with a day that both have from begin to end (offsets, both included)
    brand          only members of this brand; -1: anybody; -2: members of any brand
    only           the one day (offset) that a posting is taken to have; -1: its own
    """

    code: int
    digits: int
    skill: int
    begin: int
    end: int
    brand: int
    only: int
