"""The loop over all pairs of people and postings; compiled."""

import numpy as np

from jobmatch.matching.rules.index import bits, pair
from jobmatch.matching.rules.index.jit import compiled
from jobmatch.matching.rules.index.layout import Day, Ints, Offers, People, Points, Spots
from jobmatch.matching.rules.index.places import km_between, way_to, ways

FIRST_ROOM = 1024
TRAINING = 3  # Miss.SKILL | Miss.CREDENTIAL


@compiled
def put(found: Ints, size: int, worker: int, posting: int, value: int) -> Ints:
    """The table with one more column, in a larger table where it was full."""
    if size == found.shape[1]:
        more = np.empty((3, size * 2), dtype=np.int64)
        more[:, :size] = found
        found = more
    found[0, size] = worker
    found[1, size] = posting
    found[2, size] = value
    return found


@compiled
def all_pairs(
    people: People, n: int, offers: Offers, m: int, spots: Spots, known: int, kin: Ints, x: Points,
    day: Day, calendar: Ints,
) -> Ints:  # fmt: skip
    """The ids of both sides and the value of each pair that nothing is against, one a column."""
    size = 0
    found = np.empty((3, FIRST_ROOM), dtype=np.int64)
    reach = 0
    for w in range(n):
        reach = max(reach, people.rec[w]["max_km"])
    for p in range(m):
        what = offers.rec[p]
        first, last, there = pair.days_of(offers, p, day)
        if there == 0:
            continue
        days = bits.cut(offers.days, p, day.offset)
        way = ways(spots, known, what["spot"], reach)
        for w in range(n):
            who = people.rec[w]
            spot, most = who["spot"], who["max_km"]
            if spot < way.begin or spot >= way.end or way.low[spot - way.begin] > most:
                continue
            free = bits.common(days, people.free, w)
            if free == 0:
                continue
            km = way_to(spots, way, spot)
            if km > most or pair.against_wishes(people, w, offers, p, km, x) != 0:
                continue
            value, against = pair.judged(
                people, w, offers, p, km, kin, x, 0, there, free, calendar[first],
                day.number + last,
            )  # fmt: skip
            if against != 0:
                continue
            found = put(found, size, who["id"], what["id"], value)
            size += 1
    return found[:, :size].copy()


@compiled
def one_miss(
    people: People, n: int, offers: Offers, m: int, spots: Spots, kin: Ints, x: Points, day: Day,
    calendar: Ints,
) -> Ints:  # fmt: skip
    """The ids of both sides and what stands against the pair, where that is one thing alone."""
    size = 0
    found = np.empty((3, FIRST_ROOM), dtype=np.int64)
    for p in range(m):
        what = offers.rec[p]
        for w in range(n):
            who = people.rec[w]
            km = km_between(spots, who["spot"], what["spot"])
            _, against = pair.judge(people, w, offers, p, km, kin, x, day, calendar)
            # What a course teaches and proves is one thing to a person.
            if not (pair.is_one(against) or against == TRAINING):
                continue
            found = put(found, size, who["id"], what["id"], against)
            size += 1
    return found[:, :size].copy()
