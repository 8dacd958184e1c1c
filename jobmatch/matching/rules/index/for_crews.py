"""The match of certain people with a posting: those of crews, and those who were found."""

import numpy as np

from jobmatch.matching.rules.index import bits, pair
from jobmatch.matching.rules.index.jit import compiled
from jobmatch.matching.rules.index.layout import GONE, Day, Ints, Points, Small
from jobmatch.matching.rules.index.places import km_between
from jobmatch.matching.rules.index.sides import Side

# Columns of what judge_rows gives.
VALUE, FREE, KM, KIN, PROVED, PLAIN = range(6)


@compiled
def judge_rows(side: Side, p: int, rows: Small, x: Points, day: Day) -> tuple[Ints, int]:
    """For each person (a row of the index; -1: nobody) the columns above, -1 for who does not fit;
    and how many days the posting has.

    PLAIN  the value without what it says of fitting, and without priority
    """
    found = np.full((rows.shape[0], 6), -1, dtype=np.int64)
    what = side.offers.rec[p]
    first, last, there = pair.days_of(side.offers, p, day)
    for n in range(rows.shape[0]):
        w = rows[n]
        if w < 0 or side.people.rec[w]["id"] == GONE or side.people.rec[w]["hidden"]:
            continue
        free = bits.count_common(side.offers.days, p, side.people.free, w, day.offset)
        if free == 0:
            continue
        km = km_between(side.spots, side.people.rec[w]["spot"], what["spot"])
        wishes = pair.against_wishes(side.people, w, side.offers, p, km, x)
        value, against = pair.judged(
            side.people, w, side.offers, p, km, side.kin, x, wishes, there, free,
            side.calendar[first], day.number + last,
        )  # fmt: skip
        if against == 0:
            kin, _ = pair.best_kin(side.people, w, side.offers, p, side.kin)
            proved = pair.proves(side.people, w, what["skill"], what["level"], day.number + last)
            found[n, VALUE], found[n, FREE], found[n, KM] = value, free, km
            found[n, KIN], found[n, PROVED] = kin, proved
            found[n, PLAIN] = (
                value - pair.FITS - pair.priority_points(side.people.rec[w]["need"], x)
            )
    return found, there
