"""A tighter bound where whole crews share places: eight and eight do not fill eighteen.

Prices for places alone let a crew take half a place. Here each crew has a price of its own at each
posting and day (mu), and each posting-day packs whole crews into its headcount as a knapsack:

  bound = best paths of single workers at the prices
        + best paths of crews at their own prices mu
        + for each posting-day: price x headcount + the best packing of crews at mu - price x size

It holds for any prices and any mu; with mu = price x size it is the plain bound. mu follows what
paths and packings disagree on (Lagrangian decomposition, Polyak steps).
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jobmatch.dispatch.rules.paths import SCALE, Ground, Market, Scratch, weigh
from jobmatch.dispatch.rules.problem import Ints
from jobmatch.dispatch.rules.responses import NO_STANDING, best_path, relaxed
from jobmatch.matching.rules.index.jit import compiled

Floats = NDArray[np.floating[Any]]
# The step halves after so many rounds without a better bound, and ends when it is small.
PATIENCE, FIRST_STEP, AGAIN_STEP, LAST_STEP = 30, 2.0, 0.5, 0.0005
# So few units can all be packed as if they were crews.
FEW = 3_000


@dataclass(frozen=True, eq=False)
class Packing:
    """The crews of a ground: where each of their pairs stands in the tables of mu.

    units       [C] the units that are packed
    first_item, item_pair, item_size  those that may work at each posting, one after another
    pair_size   [K] places that each pair takes
    has_singles [P] whether single workers may work there too
    """

    units: Ints
    pair_size: Ints
    first_item: Ints
    item_pair: Ints
    item_size: Ints
    has_singles: Ints


def packing_of(ground: Ground) -> Packing:
    """Crews and the postings at which they may work; where there are few, workers alone too."""
    least = 1 if len(ground.size) <= FEW else 2
    size = np.repeat(ground.size, np.diff(ground.first_pair))
    is_crew = size >= least
    rows = np.flatnonzero(is_crew)
    order = rows[np.argsort(ground.posting[rows], kind="stable")]
    postings = len(ground.min_stay)
    singles = np.zeros(postings, np.int64)
    singles[ground.posting[~is_crew]] = 1
    return Packing(
        units=np.flatnonzero(ground.size >= least),
        pair_size=size,
        first_item=np.searchsorted(ground.posting[order], np.arange(postings + 1)),
        item_pair=order,
        item_size=size[order],
        has_singles=singles,
    )


@compiled
def crews_at(units: Ints, ground: Ground, market: Market, mu: Ints, uses: Ints, s: Scratch) -> int:
    """Best paths of crews at their own prices; uses[pair, day] = 1 where one works."""
    total = 0
    for i in range(len(units)):
        u = units[i]
        first = ground.first_pair[u]
        for k in range(ground.first_pair[u + 1] - first):
            for d in range(mu.shape[1]):
                s.split[k, d] = mu[first + k, d]
        weigh(u, ground, market, NO_STANDING, True, s)
        total += best_path(u, ground, s)
        has_pins = ground.pinned.shape[0] > 0
        for d in range(mu.shape[1]):
            if s.out[d] >= 0 and not (has_pins and ground.pinned[u, d] >= 0):
                uses[first + s.out[d], d] = 1
    return total


@compiled
def packed(
    first_item: Ints,
    item_pair: Ints,
    item_size: Ints,
    ground: Ground,
    price: Ints,
    mu: Ints,
    packs: Ints,
) -> int:
    """The best packing of every posting-day, summed; packs[pair, day] = 1 where a crew is taken."""
    total = 0
    postings, days = price.shape
    for p in range(postings):
        a, b = first_item[p], first_item[p + 1]
        if a == b:
            continue
        for d in range(days):
            places = ground.places[p, d]
            if places <= 0:
                continue
            best = np.zeros(places + 1, np.int64)
            taken = np.zeros((b - a, places + 1), np.bool_)
            for i in range(b - a):
                size = item_size[a + i]
                worth = mu[item_pair[a + i], d] - price[p, d] * size
                if worth <= 0 or size > places:
                    continue
                for room in range(places, size - 1, -1):
                    if best[room - size] + worth > best[room]:
                        best[room] = best[room - size] + worth
                        taken[i, room] = True
            total += best[places]
            room = places
            for i in range(b - a - 1, -1, -1):
                if taken[i, room]:
                    packs[item_pair[a + i], d] = 1
                    room -= item_size[a + i]
    return total


def pack_bound(
    ground: Ground,
    price: Ints,
    value: int,
    room: Scratch,
    is_over: Callable[[], bool],
    begin: Floats | None = None,
) -> tuple[int, Floats]:
    """A bound in points from these prices, tightened until it no longer moves or time is over.

    value    of the best plan known: how long the steps are
    begin    the crews' own prices where an earlier call came to
    returns  the bound, and the crews' prices [K, T] that prove it
    """
    packing = packing_of(ground)
    price = np.where(packing.has_singles[:, None] > 0, price, 0)
    load = np.zeros_like(price)
    market = Market(price, load, 0, False)
    free = Market(np.zeros_like(price), load, 0, False)
    alone = _singles(ground, market, packing, room)
    places = int((price * np.maximum(ground.places, 0)).sum())
    mu = (price[ground.posting] * packing.pair_size[:, None]).astype(float)
    best, step, stale = 1 << 62, FIRST_STEP, 0
    if begin is not None:
        mu, step = begin.copy(), AGAIN_STEP
    # No place is worth more than this; sums stay far from the end of the numbers.
    top = 4 * SCALE * int(np.abs(ground.value).max(initial=0) + ground.cost.max(initial=0) + 1)
    best_mu = mu.copy()
    while step > LAST_STEP and not is_over():
        whole = np.rint(mu).astype(np.int64)
        uses, packs = np.zeros_like(whole), np.zeros_like(whole)
        crews = crews_at(packing.units, ground, free, whole, uses, room)
        packings = packed(
            packing.first_item, packing.item_pair, packing.item_size, ground, price, whole, packs
        )
        bound = int(alone) + places + int(crews) + int(packings)
        if bound < best:
            best, best_mu, stale = bound, mu.copy(), 0
        else:
            stale += 1
            if stale >= PATIENCE:
                step, stale, mu = step / 2, 0, best_mu.copy()
        turn = (uses - packs).astype(float)
        length = float((turn * turn).sum())
        if length == 0:
            break
        mu = np.clip(mu + step * max(bound - value * SCALE, SCALE) / length * turn, -top, top)
    return best // SCALE, best_mu


def _singles(ground: Ground, market: Market, packing: Packing, room: Scratch) -> int:
    """Best paths of everybody who goes alone, at the prices of places."""
    total, first = 0, 0
    load = np.zeros_like(market.load)
    for crew in (*packing.units.tolist(), len(ground.size)):
        if crew > first:
            total += int(relaxed(first, crew, ground, market, NO_STANDING, load, room))
        first = crew + 1
    return total
