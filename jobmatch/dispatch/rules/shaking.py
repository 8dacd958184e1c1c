"""Making a plan better by taking a few units out and letting them answer again, in another order.

For whole crews, which do not move by small steps; and for small seasons, where there is time. At
first much that makes the plan worse is kept, later less and less (simulated annealing): a crew that
stands well often has to go before two others can stand better.
"""

import numpy as np

from jobmatch.dispatch.rules.paths import Ground, Market, Scratch, weigh
from jobmatch.dispatch.rules.problem import Ints
from jobmatch.dispatch.rules.responses import NO_STANDING, best_path, move, row_worth
from jobmatch.matching.rules.index.jit import compiled

# What units are asked at first: shares of what others would pay, by round and by pair.
LOW, HIGH, TREMBLE = 0.3, 1.2, 0.3


def by_posting(ground: Ground) -> tuple[Ints, Ints]:
    """(first [P + 1], unit): the units that may work at each posting, one after another."""
    owner = np.repeat(np.arange(len(ground.size)), np.diff(ground.first_pair))
    order = np.argsort(ground.posting, kind="stable")
    postings = np.arange(len(ground.min_stay) + 1)
    return np.searchsorted(ground.posting[order], postings).astype(np.int64), owner[order]


@compiled
def shake(
    rounds: int,
    most: int,
    heat: float,
    seed: int,
    behind: int,
    first_near: Ints,
    near: Ints,
    ground: Ground,
    asked: Ints,
    load: Ints,
    chosen: Ints,
    best: Ints,
    s: Scratch,
) -> int:
    """Take up to `most` units out and put them back, `rounds` times.

    Out go units that could work at one posting, first who does on one day; who is pinned stays.
    They answer in any order, once at a part of what is asked, then once more at no price, full days
    closed. A plan that is worse by x points stays with the chance exp(-x / heat).

    asked         [N, K, T] scaled points that a unit's days are worth to others, N opinions
    chosen, load  where the search stands
    best          the best choice so far, worth `behind` more; it follows when it is passed
    returns       `behind` in the end
    """
    np.random.seed(seed)
    days = chosen.shape[1]
    has_pins = ground.pinned.shape[0] > 0
    hard = Market(np.zeros_like(load), load, 0, True, np.zeros((0, 0), np.int64))
    out = np.zeros(most, np.int64)
    before = np.zeros((most, days), chosen.dtype)
    for _ in range(rounds):
        p, day = np.random.randint(len(ground.min_stay)), np.random.randint(days)
        count = first_near[p + 1] - first_near[p]
        if count == 0:
            continue
        number, begin = 0, np.random.randint(count)
        wanted = 2 + np.random.randint(most - 1)
        for i in range(count):
            if number == wanted:
                break
            u = near[first_near[p] + (begin + i) % count]
            k = chosen[u, day]
            is_there = k >= 0 and ground.posting[ground.first_pair[u] + k] == p
            if not is_there and np.random.random() >= 0.3:
                continue
            if not (has_pins and (ground.pinned[u] >= 0).any()):
                out[number] = u
                number += 1
        old = 0
        for i in range(number):
            u = out[i]
            before[i] = chosen[u]
            old += row_worth(u, ground, chosen[u])
            move(u, ground, load, chosen[u], -1)
        order = np.random.permutation(number)
        table = asked[np.random.randint(len(asked))]
        share, new = LOW + (HIGH - LOW) * np.random.random(), 0
        for turn in range(2 * number):
            u = out[order[turn % number]]
            if turn >= number:
                share = 0.0
                move(u, ground, load, chosen[u], -1)
            first = ground.first_pair[u]
            for k in range(ground.first_pair[u + 1] - first):
                part = share * (1 - TREMBLE + 2 * TREMBLE * np.random.random())
                for d in range(days):
                    s.split[k, d] = int(part * table[first + k, d])
            weigh(u, ground, hard, NO_STANDING, True, s)
            best_path(u, ground, s)
            for d in range(days):
                chosen[u, d] = s.out[d]
            move(u, ground, load, chosen[u], 1)
            if turn >= number:
                new += row_worth(u, ground, chosen[u])
        if new < old and np.random.random() >= np.exp((new - old) / heat):
            for i in range(number):
                move(out[i], ground, load, chosen[out[i]], -1)
                chosen[out[i]] = before[i]
                move(out[i], ground, load, chosen[out[i]], 1)
            continue
        behind -= new - old
        if behind < 0:
            best[:] = chosen
            behind = 0
    return behind
