"""Making a plan better by taking a few units out and letting them answer again, in another order.

For whole crews, which do not move by small steps; and for small seasons, where there is time.
"""

import numpy as np

from jobmatch.dispatch.rules.paths import Ground, Market, Scratch
from jobmatch.dispatch.rules.problem import Ints
from jobmatch.dispatch.rules.responses import NO_STANDING, answer, move, row_worth
from jobmatch.matching.rules.index.jit import compiled


@compiled
def shake(
    rounds: int, most: int, seed: int, ground: Ground, market: Market, chosen: Ints, s: Scratch
) -> int:
    """Take up to `most` units out `rounds` times; points won. market is hard, at price 0.

    Out go who could work at one posting around one day, in any order; who is pinned stays.
    """
    np.random.seed(seed)
    units, days = chosen.shape
    has_pins = ground.pinned.shape[0] > 0
    won = 0
    out = np.zeros(most, np.int64)
    before = np.zeros((most, days), chosen.dtype)
    for _ in range(rounds):
        p, day = np.random.randint(len(ground.min_stay)), np.random.randint(days)
        number = 0
        begin = np.random.randint(units)
        wanted = 2 + np.random.randint(most - 1)
        for i in range(units):
            u = (begin + i) % units
            if number == wanted:
                break
            first = ground.first_pair[u]
            k = chosen[u, day]
            is_near = k >= 0 and ground.posting[first + k] == p
            if not is_near:
                for j in range(first, ground.first_pair[u + 1]):
                    if ground.posting[j] == p:
                        is_near = np.random.random() < 0.5
                        break
            if is_near and not (has_pins and (ground.pinned[u] >= 0).any()):
                out[number] = u
                number += 1
        old = 0
        for i in range(number):
            u = out[i]
            before[i] = chosen[u]
            old += row_worth(u, ground, chosen[u])
            move(u, ground, market.load, chosen[u], -1)
        new = 0
        order = np.random.permutation(number)
        for i in range(number):
            u = out[order[i]]
            answer(u, ground, market, NO_STANDING, chosen, True, s)
            for d in range(days):
                chosen[u, d] = s.out[d]
            move(u, ground, market.load, chosen[u], 1)
            new += row_worth(u, ground, chosen[u])
        if new >= old:
            won += new - old
            continue
        for i in range(number):
            move(out[i], ground, market.load, chosen[out[i]], -1)
            chosen[out[i]] = before[i]
            move(out[i], ground, market.load, chosen[out[i]], 1)
    return won
