"""The best postings for a person."""

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
    is_among,
    kin_of,
    kin_points,
    may_be_shown,
    nearest,
    section,
)

# Numbers with a type of their own: for a bare 0 the loops would be compiled once more.
ZERO: Any = np.int64(0)
OWN: Any = np.int64(pair.OWN)


class Search(NamedTuple):
    """One search: for person w; free: their days to come.

    fits, close   the best so far, and the best of those that one thing stands against
    sizes         how many there are of both
    """

    w: int
    free: bits.Words
    reach: int
    fits: Ints
    close: Ints
    sizes: Ints
    without: Ints
    x: Points
    day: Day
    asked: Asked
    way: Ways
    seen: NDArray[np.uint8]


@compiled
def best_offers(
    side: Side, w: int, most: int, nearly: int, without: Ints, x: Points, day: Day, asked: Asked
) -> tuple[Ints, Ints]:
    """The best postings for a person: rows of (minus value, km, 0, id, row), best first.

    nearly   how many to find of those that one thing stands against, up to half as far again
    without  ids to leave out
    returns  those that fit, those that nearly do
    """
    who = side.people.rec[w]
    reach = who["max_km"] * 3 // 2 if nearly else who["max_km"]
    search = Search(
        w, bits.cut(side.people.free, w, day.offset), reach, heap.empty(most),
        heap.empty(nearly), np.zeros(2, dtype=np.int64), without, x, day, asked,
        ways(side.spots, side.known, who["spot"], reach),
        np.zeros(side.offers.rec.shape[0], dtype=np.uint8),
    )  # fmt: skip
    own, also = kin_of(side, w)
    for far in range(2):
        walk(side, search, side.fresh, ZERO, side.fresh.row.shape[0], OWN, far)
        for kin in range(pair.OWN, pair.HAND - 1, -1):
            for skill in range(own.shape[0]):
                for further in range(2):
                    lists, kins = (side.by_also, also) if further else (side.by_skill, own)
                    if kins[skill] != kin:
                        continue
                    first, stop = section(lists, skill, search.way.begin, search.way.end)
                    if first < stop:
                        walk(side, search, lists, first, stop, kin, far)
    return heap.in_order(search.fits, search.sizes[0]), heap.in_order(search.close, search.sizes[1])


@compiled
def walk(
    side: Side, search: Search, lists: Lists, first: int, stop: int, kin: int, far: int
) -> None:
    """Go through a part of a list: the near postings, or the far ones."""
    way, x = search.way, search.x
    top = kin_points(kin, x)
    for n in range(first, stop):
        spot, p = lists.spot[n], lists.row[n]
        low = low_to(way, spot)
        if low > search.reach or (low > NEAR_KM) != (far == 1):
            continue
        at_most = top + lists.limit[n] + nearest(low, x)
        if is_hopeless(search, at_most, 0, 1) or search.seen[p]:
            continue
        what = side.offers.rec[p]
        there = int(what["total"])
        if search.day.offset > 0:
            there = bits.count_from(side.offers.days, p, search.day.offset)
        free = bits.common_within(search.free, side.offers.days, p, what["word"], what["end"])
        at_most += pair.dates_points(there, free, x) - x.dates
        if is_hopeless(search, at_most, 0, free):
            continue
        km = way_to(side.spots, way, spot)
        early = pair.against_wishes(side.people, search.w, side.offers, p, km, x)
        search.seen[p] = 1
        if km <= search.reach and not is_hopeless(search, at_most, early, free):
            weigh(side, search, p, km, early, there, free)


@inlined
def is_hopeless(search: Search, most: int, early: int, free: int) -> bool:
    """Whether a posting of at most so many points can reach neither list.

    early   wishes that stand against it; free: how many of its days the person has
    """
    least = heap.least(search.close, search.sizes[1])
    if early:
        return free == 0 or not pair.is_one(early) or most + pair.WISHED_OTHERWISE < least
    if free == 0:
        return most < least
    if most + pair.FITS + search.x.priority_most >= heap.least(search.fits, search.sizes[0]):
        return False
    return most + pair.WISHED_OTHERWISE < least


@inlined
def weigh(side: Side, search: Search, p: int, km: int, early: int, there: int, free: int) -> None:
    """Judge the pair and keep the posting if it belongs among the best or the nearly best."""
    what, w = side.offers.rec[p], search.w
    if what["id"] == GONE or is_among(search.without, what["id"]):
        return
    first, last, _ = pair.days_of(side.offers, p, search.day)
    value, against = pair.judged(
        side.people, w, side.offers, p, km, side.kin, search.x, early, there, free,
        side.calendar[first], search.day.number + last,
    )  # fmt: skip
    if against & pair.SKILL or (against and not pair.is_one(against)):
        return
    if not may_be_shown(side, w, p, search.day, search.asked):
        return
    sizes = search.sizes
    if against == 0:
        sizes[0] = heap.offer(search.fits, sizes[0], value, km, 0, what["id"], p)
    else:
        sizes[1] = heap.offer(search.close, sizes[1], value, km, 0, what["id"], p)
