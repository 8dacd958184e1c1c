"""The best people for a posting.

One function, and its arrays by names of their own: handing arrays over, and counting who holds
them, takes longer than judging.
"""

from typing import NamedTuple

import numpy as np

from jobmatch.matching.rules.index import bits, blocks, heap, pair
from jobmatch.matching.rules.index.jit import compiled, inlined
from jobmatch.matching.rules.index.layout import GONE, LOCAL_KM, Asked, Day, Ints, Points
from jobmatch.matching.rules.index.sides import Side, is_narrow, kin_points, kin_to, may_come


class Posting(NamedTuple):
    """What is judged: row p, of `there` days to come; first and last as pair.judged takes them."""

    p: int
    there: int
    first: int
    last: int
    x: Points


@compiled
def best_people(  # noqa: C901 - one nest of loops, see above
    side: Side, p: int, reach: int, most: int, x: Points, day: Day, asked: Asked
) -> Ints:
    """The best people for a posting: rows of (minus value, km, 0, id, row), best first.

    First the rows behind the lists, then the nearest kinship, in each from the nearest block
    outwards, until nobody farther away can come before the worst of the best so far.

    reach   the most km that anybody of the index goes
    """
    best, size = heap.empty(most), 0
    what = side.offers.rec[p]
    first, last, there = pair.days_of(side.offers, p, day)
    days = bits.cut(side.offers.days, p, day.offset)
    if asked.only >= 0:
        first = last = asked.only
        there = 1
        days = bits.one_day(days.shape[0], asked.only)
    if there == 0 or most == 0 or what["minutes"] > what["law"]:
        return heap.in_order(best, 0)
    this = Posting(p, there, side.calendar[first], day.number + last, x)
    if not what["lodging"]:
        reach = min(reach, x.daily_km)  # nobody sleeps there
    way = blocks.ways_from(side.spots, side.blocks, what["spot"], reach)
    lists = side.proven if what["needs_proof"] else side.lists
    rows, spots, limits, start = lists.row, lists.spot, lists.limit, lists.start
    low, near, extra, free_days = way.low, way.near, side.people.extra, side.people.free
    row_of_block, block_count = side.blocks.start, side.blocks.wide.shape[0]
    built = start[-1]
    blocks.fill_for(side.spots, side.blocks, way, spots[built : built + side.fresh], x)
    begin, end = bits.reach_of(days)
    stay = max(1, min(what["stay"], there))
    dates = np.empty(there + 1, dtype=np.int64)
    for free in range(there + 1):
        dates[free] = pair.dates_points(there, free, x) - x.dates
    seen = np.zeros(extra.shape[0] // 8 + 1, dtype=np.uint8)
    narrow = is_narrow(asked)
    kins = kin_to(side, p)
    skills = kins.shape[0]
    chosen = np.empty(2 * skills + 1, dtype=np.int64)
    # Two of several further skills count as the own one.
    second = x.second if what["also"] < 2 else x.skill
    # What everybody has who fits; what a person may have on top.
    base = pair.FITS + what["top"] - x.credential - x.kept
    spare = x.credential + x.kept + x.priority_most
    least = heap.least(best, size)
    for step in range(pair.OWN - pair.HAND + 2):
        is_fresh = step == 0
        kin = pair.OWN if is_fresh else pair.OWN + 1 - step
        top = base + (second if kin == pair.SECOND else kin_points(kin, x))
        count = 0
        for skill in range(skills):
            wanted = skill == what["skill"] if what["needs_proof"] else kins[skill] == kin
            if wanted and not is_fresh:
                chosen[count], chosen[count + 1] = skill, skill + skills
                count += 2
        if what["needs_proof"] and step > 1:
            break
        for n in range(1 if is_fresh else way.order.shape[0]):
            far, block = 0, 0
            if not is_fresh:
                far, block = way.far[n], way.order[n]
                if top + spare + blocks.near_points(far, x) < least:
                    break
                if not way.filled[block]:
                    way.filled[block] = 1
                    blocks.fill(side.spots, way, row_of_block[block], row_of_block[block + 1], x)
            for m in range(1 if is_fresh else count):
                if is_fresh:
                    begun, done = built, built + side.fresh
                else:
                    if far > LOCAL_KM and chosen[m] < skills:
                        continue
                    cell = chosen[m] * block_count + block
                    begun, done = start[cell], start[cell + 1]
                for e in range(begun, done):
                    spot, w = spots[e], rows[e]
                    at_most = top + near[spot] + extra[w]
                    if at_most < least or low[spot] > limits[e]:
                        continue
                    free = bits.common_within(days, free_days, w, begin, end)
                    if free < stay or at_most + dates[free] < least:
                        continue
                    if seen[w >> 3] >> (w & 7) & 1:
                        continue
                    if narrow and not may_come(side, w, p, day, asked):
                        continue
                    km = blocks.km_to(side.spots, way, spot)
                    seen[w >> 3] |= 1 << (w & 7)
                    if km > limits[e]:
                        continue
                    value = value_of(side, this, w, km, free)
                    if value >= least:
                        who = side.people.rec[w]
                        size = heap.offer(best, size, value, km, 0, who["id"], w)
                        least = heap.least(best, size)
    return heap.in_order(best, size)


@inlined
def value_of(side: Side, this: Posting, w: int, km: int, free: int) -> int:
    """The value of a pair that fits; -2 for others."""
    who = side.people.rec[w]
    if who["id"] == GONE or who["hidden"]:
        return -2
    if pair.against_wishes(side.people, w, side.offers, this.p, km, this.x):
        return -2
    value, against = pair.judged(
        side.people, w, side.offers, this.p, km, side.kin, this.x, 0, this.there, free,
        this.first, this.last,
    )  # fmt: skip
    return -2 if against else value
