"""The best postings for a person: like the best people for a posting, from the other side.

One function for the reason given there.
"""

from typing import NamedTuple

import numpy as np

from jobmatch.matching.rules.index import bits, blocks, heap, pair
from jobmatch.matching.rules.index.jit import compiled, inlined
from jobmatch.matching.rules.index.layout import GONE, Asked, Day, Ints, Points
from jobmatch.matching.rules.index.places import UNKNOWN
from jobmatch.matching.rules.index.sides import (
    Side,
    is_among,
    is_narrow,
    kin_of,
    kin_points,
    may_be_shown,
)


class Least(NamedTuple):
    """The values that a newcomer must reach: among those that fit, and those that nearly do.

    priority   what the person has on top of every posting that fits
    """

    fits: int
    close: int
    priority: int


@compiled
def best_offers(  # noqa: C901 - one nest of loops, see above
    side: Side, w: int, most: int, nearly: int, without: Ints, x: Points, day: Day, asked: Asked
) -> tuple[Ints, Ints]:
    """The best postings for a person: rows of (minus value, km, 0, id, row), best first.

    nearly   how many to find of those that one thing stands against, up to half as far again
    without  ids to leave out
    returns  those that fit, those that nearly do
    """
    who = side.people.rec[w]
    fits, close = heap.empty(most), heap.empty(nearly)
    fit, almost = 0, 0
    reach = int(who["max_km"])
    if nearly:
        reach = reach * 3 // 2
    elif not who["stays"]:
        reach = min(reach, x.daily_km)  # they sleep at home
    way = blocks.ways_from(side.spots, side.blocks, who["spot"], reach)
    lists, offers = side.lists, side.offers.rec
    rows, spots, limits, start = lists.row, lists.spot, lists.limit, lists.start
    low, near, days = way.low, way.near, side.offers.days
    block_count, built = side.blocks.wide.shape[0], start[-1]
    low[:] = UNKNOWN
    free_days = bits.cut(side.people.free, w, day.offset)
    seen = np.zeros(offers.shape[0] // 8 + 1, dtype=np.uint8)
    narrow = is_narrow(asked)
    own, also = kin_of(side, w)
    skills = own.shape[0]
    chosen = np.empty(2 * skills + 1, dtype=np.int64)
    # Every posting's `top` takes the best record, and a proof or half of its points.
    mine = pair.kept_points(who["kept"], who["missed"], x) - x.kept
    if who["proofs"] == 0:
        mine += x.credential // 2 - x.credential
    priority = pair.priority_points(who["need"], x)
    least = Least(heap.least(fits, fit), heap.least(close, almost), priority)
    for step in range(pair.OWN - pair.HAND + 2):
        is_fresh = step == 0
        kin = pair.OWN if is_fresh else pair.OWN + 1 - step
        top = mine + kin_points(kin, x)
        count, peak = 0, 0
        for skill in range(skills):
            for further in range(2):
                if not is_fresh and (also if further else own)[skill] == kin:
                    chosen[count] = skill + further * skills
                    peak = max(peak, lists.peak[chosen[count]])
                    count += 1
        for n in range(1 if is_fresh else way.order.shape[0]):
            block = 0
            if not is_fresh:
                block = way.order[n]
                farther = top + peak + blocks.near_points(way.far[n], x)
                if is_hopeless(least, farther, 0, False, True):
                    break
            for m in range(1 if is_fresh else count):
                if is_fresh:
                    begun, done = built, built + side.fresh
                else:
                    cell = chosen[m] * block_count + block
                    begun, done = start[cell], start[cell + 1]
                for e in range(begun, done):
                    spot, p = spots[e], rows[e]
                    if blocks.low_to(side.spots, way, spot, x) > reach:
                        continue
                    at_most = top + limits[e] + near[spot]
                    if is_hopeless(least, at_most, 0, False, True):
                        continue
                    if seen[p >> 3] >> (p & 7) & 1:
                        continue
                    what = offers[p]
                    there = int(what["total"])
                    if day.offset > 0:
                        there = bits.count_from(days, p, day.offset)
                    free = bits.common_within(free_days, days, p, what["word"], what["end"])
                    at_most += pair.dates_points(there, free, x) - x.dates
                    is_short = pair.is_short(free, there, what["stay"])
                    if is_hopeless(least, at_most, 0, is_short, True):
                        continue
                    if narrow and not may_be_shown(side, w, p, day, asked):
                        continue
                    km = blocks.km_to(side.spots, way, spot)
                    seen[p >> 3] |= 1 << (p & 7)
                    early = pair.against_wishes(side.people, w, side.offers, p, km, x)
                    if km > reach or is_hopeless(least, at_most, early, is_short, False):
                        continue
                    if what["id"] == GONE or is_among(without, what["id"]):
                        continue
                    first, last, _ = pair.days_of(side.offers, p, day)
                    value, against = pair.judged(
                        side.people, w, side.offers, p, km, side.kin, x, early, there, free,
                        side.calendar[first], day.number + last,
                    )  # fmt: skip
                    if against == 0:
                        fit = heap.offer(fits, fit, value, km, 0, what["id"], p)
                    elif pair.is_one(against) and against != pair.SKILL:
                        almost = heap.offer(close, almost, value, km, 0, what["id"], p)
                    least = Least(heap.least(fits, fit), heap.least(close, almost), priority)
    return heap.in_order(fits, fit), heap.in_order(close, almost)


@inlined
def is_hopeless(least: Least, most: int, early: int, is_short: bool, is_early: bool) -> bool:
    """Whether a posting of at most so many points can reach neither list.

    early      wishes that stand against it, when is_early is False: then all of them are known
    is_short   whether the person has too few of its days
    """
    if early:
        return is_short or not pair.is_one(early) or most + pair.WISHED_OTHERWISE < least.close
    if is_short:
        return most < least.close
    if most + pair.FITS + least.priority >= least.fits:
        return False
    return (most + pair.WISHED_OTHERWISE if is_early else most) < least.close
