"""The loop over all pairs of people and postings; compiled."""

import numpy as np

from jobmatch.matching.rules.index.jit import compiled
from jobmatch.matching.rules.index.layout import Day, Ints, Offers, People, Points, Spots
from jobmatch.matching.rules.index.pair import judge
from jobmatch.matching.rules.index.places import km_between


@compiled
def all_pairs(
    people: People, n: int, offers: Offers, m: int, spots: Spots, kin: Ints, x: Points, day: Day,
    calendar: Ints,
) -> tuple[Ints, Ints, Ints]:  # fmt: skip
    """The ids of both sides and the value of each pair that nothing is against."""
    size, room = 0, 1024
    found = np.empty((3, room), dtype=np.int64)
    for w in range(n):
        who = people.rec[w]
        for p in range(m):
            km = km_between(spots, who["spot"], offers.rec[p]["spot"])
            if km > who["max_km"]:
                continue
            value, against = judge(people, w, offers, p, km, kin, x, day, calendar)
            if against != 0:
                continue
            if size == room:
                more = np.empty((3, room * 2), dtype=np.int64)
                more[:, :room] = found
                found, room = more, room * 2
            found[0, size] = who["id"]
            found[1, size] = offers.rec[p]["id"]
            found[2, size] = value
            size += 1
    return found[0, :size].copy(), found[1, :size].copy(), found[2, :size].copy()
