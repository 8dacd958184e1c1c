"""The best days and places for one unit at given prices: exact longest paths, compiled.

A unit's season is a path over days: idle, or at a posting for a stay of at least so many days. At
prices for places it is found by a dynamic programme, day by day. `plain` does it where nothing is
counted; `counted` also keeps to days of rest, most days worked, and what the first days are worth.

All points are scaled by SCALE to whole numbers, so sums are exact and equal on every machine.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from jobmatch.dispatch.rules.problem import Flags, Ints, Masks
from jobmatch.matching.rules.index.jit import inlined

SCALE = 1024
NEVER, HOPELESS = -(1 << 60), -(1 << 59)
CLOSED = 1 << 50


class Ground(NamedTuple):
    """What does not change while planning. Names as in Units and Problem; see there.

    places               [P, T] headcount without the pinned places
    first_mate, mate     units of each crew that may split, one after another
    """

    size: Ints
    can: Flags
    most: Ints
    bonus: Ints
    first_pair: Ints
    posting: Ints
    value: Ints
    cost: Ints
    days: Masks
    pinned: Ints
    entry: Ints
    run: Ints
    fair: Ints
    team: Ints
    first_mate: Ints
    mate: Ints
    min_stay: Ints
    places: Ints
    max_run: int
    split_cost: int


class Market(NamedTuple):
    """price, load [P, T]: scaled points for a place, places taken. rho: how far the price moves
    with each place over or under the headcount; is_hard: full days are closed.

    asked  [P, T] what one place more costs now (`price_of`), kept where many answer; else [0, 0]
    """

    price: Ints
    load: Ints
    rho: int
    is_hard: bool
    asked: Ints = np.zeros((0, 0), np.int64)


class Standing(NamedTuple):
    """A plan that one would rather keep: pair [U, T] or -1, keep [U, T] scaled points for each
    unchanged day. Both [0, 0] when there is none.
    """

    pair: Ints
    keep: Ints


class Scratch(NamedTuple):
    """Room for one unit's programme; made once for each thread."""

    gain: Ints
    open: NDArray[np.uint8]
    split: Ints
    sums: Ints
    run: Ints
    held: Ints
    stay: Ints
    fee: Ints
    extends: NDArray[np.uint8]
    best: Ints
    choice: Ints
    out: Ints
    local: Ints
    state: Ints
    was: NDArray[np.int32]


def scratch(ground: Ground, most_pairs: int) -> Scratch:
    """Room for any unit of this ground."""
    days = ground.can.shape[1]
    room = _room(ground, most_pairs)
    return Scratch(
        gain=np.zeros((most_pairs, days), np.int64),
        open=np.zeros((most_pairs, days), np.uint8),
        split=np.zeros((most_pairs, days), np.int64),
        sums=np.zeros((most_pairs, days + 1), np.int64),
        run=np.zeros(most_pairs, np.int64),
        held=np.zeros(most_pairs, np.int64),
        stay=np.zeros(most_pairs, np.int64),
        fee=np.zeros(most_pairs, np.int64),
        extends=np.zeros((most_pairs, days), np.uint8),
        best=np.zeros(days + 1, np.int64),
        choice=np.zeros(days, np.int64),
        out=np.full(days, -1, np.int64),
        local=np.full(len(ground.min_stay) + 1, -1, np.int64),
        state=np.zeros(2 * room, np.int64),
        was=np.zeros(days * room if room else 0, np.int32),
    )


def _room(ground: Ground, most_pairs: int) -> int:
    """States of the counted programme on one day, at most, over all units that need it."""
    days = ground.can.shape[1]
    bounded = ground.most[ground.most < days]
    fair = ground.fair[ground.bonus > 0]
    counts = max(int(bounded.max(initial=0)), int(fair.max(initial=0)))
    if not counts and not len(bounded) and not ground.max_run:
        return 0
    runs, stay = max(1, ground.max_run), int(ground.min_stay.max(initial=1))
    return (counts + 1) * (1 + (runs + 1) + most_pairs * stay * (runs + 1))


@inlined
def price_of(price: int, load: int, places: int, size: int, rho: int, is_hard: bool) -> int:
    """What `size` more places cost on a day, scaled points; CLOSED where they do not fit."""
    if size > places or (is_hard and load + size > places):
        return CLOSED
    asked = price * size + rho * size * (2 * (load - places) + size) // 2
    return max(asked, 0)


@inlined
def weigh(
    u: int, ground: Ground, market: Market, standing: Standing, has_split: bool, s: Scratch
) -> None:
    """Fill s.open and s.gain: where the unit can work on each day, and what that gives."""
    first = ground.first_pair[u]
    size = ground.size[u]
    has_pins = ground.pinned.shape[0] > 0
    has_standing = standing.pair.shape[0] > 0
    if market.asked.shape[0] and size == 1 and not (has_pins or has_split or has_standing):
        weigh_simply(u, ground, market.asked, s)
        return
    for k in range(ground.first_pair[u + 1] - first):
        p = ground.posting[first + k]
        for d in range(ground.can.shape[1]):
            s.open[k, d] = 0
            if not ground.can[u, d]:
                continue
            if not (ground.days[first + k, d >> 6] >> np.uint64(d & 63)) & np.uint64(1):
                continue
            gain = ground.value[first + k] * SCALE
            if has_pins and ground.pinned[u, d] >= 0:
                if ground.pinned[u, d] != k:
                    continue
            else:
                asked = price_of(
                    market.price[p, d], market.load[p, d], ground.places[p, d], size,
                    market.rho, market.is_hard,
                )  # fmt: skip
                if asked >= CLOSED:
                    continue
                gain -= asked
            if has_split:
                gain -= s.split[k, d]
            if has_standing:
                if standing.pair[u, d] == k:
                    gain += standing.keep[u, d]
                elif standing.pair[u, d] < 0:
                    gain -= standing.keep[u, d]
            s.open[k, d] = 1
            s.gain[k, d] = gain


@inlined
def weigh_simply(u: int, ground: Ground, asked: Ints, s: Scratch) -> None:
    """The same for one person who has no pins, no crew that pays for splitting, and no plan that
    stands: without a branch, so that many days are weighed at once."""
    first = ground.first_pair[u]
    days = ground.can.shape[1]
    for k in range(ground.first_pair[u + 1] - first):
        p = ground.posting[first + k]
        value = ground.value[first + k] * SCALE
        for word in range(ground.days.shape[1]):
            bits = ground.days[first + k, word]
            for d in range(64 * word, min(days, 64 * word + 64)):
                cost = asked[p, d]
                is_day = np.uint8((bits >> np.uint64(d & 63)) & np.uint64(1))
                s.gain[k, d] = value - cost
                s.open[k, d] = is_day & np.uint8(ground.can[u, d]) & np.uint8(cost < CLOSED)


@inlined
def plain(u: int, ground: Ground, s: Scratch) -> int:
    """The best path where nothing is counted; s.out: pair of each day or -1. NEVER: no path.

    What goes on from NEVER is below HOPELESS, whatever is earned or paid on the way.
    """
    first = ground.first_pair[u]
    pairs = ground.first_pair[u + 1] - first
    days = ground.can.shape[1]
    has_pins = ground.pinned.shape[0] > 0
    s.best[0] = 0
    for k in range(pairs):
        s.sums[k, 0] = 0
        s.run[k] = 0
        s.held[k] = 0 if k == ground.entry[u] else NEVER
        s.stay[k] = ground.min_stay[ground.posting[first + k]]
        s.fee[k] = ground.cost[first + k] * SCALE
    for d in range(days):
        best, choice = s.best[d], -1
        if has_pins and ground.pinned[u, d] >= 0:
            best = NEVER
        for k in range(pairs):
            if not s.open[k, d]:
                s.sums[k, d + 1] = s.sums[k, d]
                s.run[k] = 0
                s.held[k] = NEVER
                continue
            gain = s.gain[k, d]
            total = s.sums[k, d] + gain
            s.sums[k, d + 1] = total
            value = s.held[k] + gain
            extends = 1
            s.run[k] += 1
            begin = d + 1 - s.stay[k]
            if s.run[k] >= s.stay[k]:
                begun = s.best[begin] - s.fee[k] + total - s.sums[k, begin]
                if begun > value:
                    value = begun
                    extends = 0
            s.extends[k, d] = extends
            s.held[k] = value
            if value > best:
                best = value
                choice = k
        s.best[d + 1] = best
        s.choice[d] = choice
    if s.best[days] <= HOPELESS:
        return NEVER
    d = days - 1
    while d >= 0:
        k = s.choice[d]
        if k < 0:
            s.out[d] = -1
            d -= 1
            continue
        while d >= 0 and s.extends[k, d]:
            s.out[d] = k
            d -= 1
        if d < 0:
            break
        for _ in range(ground.min_stay[ground.posting[first + k]]):
            s.out[d] = k
            d -= 1
    return int(s.best[days])
