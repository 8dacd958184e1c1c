"""The match of certain people with a posting: those of crews."""

import numpy as np

from jobmatch.matching.rules.index import bits, pair
from jobmatch.matching.rules.index.jit import compiled
from jobmatch.matching.rules.index.layout import GONE, Day, Ints, Points, Small
from jobmatch.matching.rules.index.places import km_between
from jobmatch.matching.rules.index.sides import Side


@compiled
def judge_rows(side: Side, p: int, rows: Small, x: Points, day: Day) -> Ints:
    """For each person (a row of the index; -1: nobody) the value and the free days; -1 for who
    does not fit.
    """
    found = np.full((rows.shape[0], 2), -1, dtype=np.int64)
    spot = side.offers.rec[p]["spot"]
    for n in range(rows.shape[0]):
        w = rows[n]
        if w < 0 or side.people.rec[w]["id"] == GONE or side.people.rec[w]["hidden"]:
            continue
        free = bits.count_common(side.offers.days, p, side.people.free, w, day.offset)
        if free == 0:
            continue
        km = km_between(side.spots, side.people.rec[w]["spot"], spot)
        value, against = pair.judge(
            side.people, w, side.offers, p, km, side.kin, x, day, side.calendar
        )
        if against == 0:
            found[n, 0], found[n, 1] = value, free
    return found
