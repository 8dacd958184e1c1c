"""The best people for a posting."""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from jobmatch.matching.rules.index import bits, heap, pair
from jobmatch.matching.rules.index.jit import compiled, inlined
from jobmatch.matching.rules.index.layout import GONE, Asked, Day, Ints, Lists, Points
from jobmatch.matching.rules.index.places import Ways, low_to, way_to, ways
from jobmatch.matching.rules.index.sides import (
    NEAR_KM,
    Side,
    kin_points,
    kin_to,
    may_come,
    nearest,
    section,
)

# Numbers with a type of their own: for a bare 0 the loops would be compiled once more.
ZERO: Any = np.int64(0)
OWN: Any = np.int64(pair.OWN)


class Search(NamedTuple):
    """One search: for posting p, of `there` days to come.

    first, last   of these days, as pair.judged takes them
    bound         nobody gets more points, skill and nearness left out
    """

    p: int
    there: int
    first: int
    last: int
    days: bits.Words
    bound: int
    x: Points
    day: Day
    asked: Asked
    way: Ways
    seen: NDArray[np.uint8]


@compiled
def best_people(
    side: Side, p: int, reach: int, most: int, x: Points, day: Day, asked: Asked
) -> Ints:
    """The best people for a posting: rows of (minus value, km, 0, id, row), best first.

    Those who live near come first: then most of the others can be seen to come after them.

    reach   the most km that anybody of the index goes
    """
    best, size = heap.empty(most), ZERO
    what = side.offers.rec[p]
    first, last, there = pair.days_of(side.offers, p, day)
    search = Search(
        p, there, side.calendar[first], day.number + last,
        bits.cut(side.offers.days, p, day.offset), pair.FITS + x.priority_most + what["top"],
        x, day, asked, ways(side.spots, side.known, what["spot"], reach),
        np.zeros(side.people.rec.shape[0], dtype=np.uint8),
    )  # fmt: skip
    if there == 0:
        return heap.in_order(best, 0)
    kins = kin_to(side, p)
    wanted: Any = np.int64(what["skill"])
    for far in range(2):
        size = walk(side, search, side.fresh, best, size, ZERO, side.fresh.row.shape[0], OWN, far)
        if what["needs_proof"]:
            size = walk_list(side, search, side.by_proof, best, size, wanted, OWN, far)
            continue
        for kin in range(pair.OWN, pair.HAND - 1, -1):
            for skill in range(kins.shape[0]):
                if kins[skill] == kin:
                    size = walk_list(side, search, side.by_skill, best, size, skill, kin, far)
    return heap.in_order(best, size)


@compiled
def walk_list(
    side: Side, search: Search, lists: Lists, best: Ints, size: int, skill: int, kin: int, far: int
) -> int:
    """Go through those who hold a skill, or a proof of it: the near ones, or the far ones."""
    # Where everybody far away is bound to come after the worst, nobody needs to be looked at.
    most = search.bound + kin_points(kin, search.x) + nearest(NEAR_KM, search.x)
    if far and most < heap.least(best, size):
        return size
    first, stop = section(lists, skill, search.way.begin, search.way.end)
    if first == stop:
        return size
    return walk(side, search, lists, best, size, first, stop, kin, far)


@compiled
def walk(
    side: Side, search: Search, lists: Lists, best: Ints, size: int, first: int, stop: int,
    kin: int, far: int,
) -> int:  # fmt: skip
    """Go through a part of a list."""
    way, x = search.way, search.x
    top = search.bound + kin_points(kin, x)
    for n in range(first, stop):
        spot, limit, w = lists.spot[n], lists.limit[n], lists.row[n]
        low = low_to(way, spot)
        if low > limit or (low > NEAR_KM) != (far == 1):
            continue
        at_most = top + nearest(low, x)
        if at_most < heap.least(best, size) or search.seen[w]:
            continue
        free = bits.common(search.days, side.people.free, w)
        at_most += pair.dates_points(search.there, free, x) - x.dates
        if free == 0 or at_most < heap.least(best, size):
            continue
        km = way_to(side.spots, way, spot)
        search.seen[w] = 1
        if km <= limit:
            size = weigh(side, search, best, size, w, km, free)
    return size


@inlined
def weigh(side: Side, search: Search, best: Ints, size: int, w: int, km: int, free: int) -> int:
    """Judge the pair and keep the person if they belong among the best."""
    who, p, x = side.people.rec[w], search.p, search.x
    if who["id"] == GONE or who["hidden"]:
        return size
    if pair.against_wishes(side.people, w, side.offers, p, km, x):
        return size
    value, against = pair.judged(
        side.people, w, side.offers, p, km, side.kin, x, 0, search.there, free, search.first,
        search.last,
    )  # fmt: skip
    if against or value < heap.least(best, size):
        return size
    if not may_come(side, w, p, search.day, search.asked):
        return size
    return heap.offer(best, size, value, km, 0, who["id"], w)
