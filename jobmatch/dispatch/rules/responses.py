"""What units do at prices: the best answer of each, one after another; compiled.

A price moves with the places taken (`price_of`): so each unit sees what those before it have left,
and the sum of all answers settles near the headcounts. docs/rules/season.md tells why this works.
"""

import numpy as np

from jobmatch.dispatch.rules.counted import counted, is_counted
from jobmatch.dispatch.rules.paths import (
    NEVER,
    SCALE,
    Ground,
    Market,
    Scratch,
    Standing,
    plain,
    price_of,
    scratch,
    weigh,
)
from jobmatch.dispatch.rules.problem import Flags, Ints, Problem
from jobmatch.dispatch.rules.units import Units
from jobmatch.matching.rules.index.jit import compiled, inlined

NO_STANDING = Standing(np.zeros((0, 0), np.int64), np.zeros((0, 0), np.int64))


def ground_of(problem: Problem, units: Units) -> Ground:
    """The arrays that the loops run over."""
    mates = np.argsort(units.team, kind="stable")
    mates = mates[units.team[mates] >= 0]
    teams = np.arange(len(problem.crew_ids) + 1)
    return Ground(
        size=units.size,
        can=units.can,
        most=units.most,
        bonus=units.bonus,
        first_pair=units.first_pair,
        posting=units.pair_posting,
        value=units.pair_value,
        cost=units.pair_cost,
        days=units.pair_days,
        pinned=units.pinned,
        entry=units.entry,
        run=units.run,
        fair=units.fair,
        team=units.team,
        first_mate=np.searchsorted(units.team[mates], teams).astype(np.int64),
        mate=mates.astype(np.int64),
        min_stay=problem.min_stay,
        places=problem.unpinned,
        max_run=problem.params.max_run,
        split_cost=problem.params.crew_split_cost,
    )


@compiled
def split_costs(u: int, ground: Ground, chosen: Ints, s: Scratch) -> bool:
    """Fill s.split: points that the crew pays when this unit works apart from the others."""
    team = ground.team[u]
    if team < 0:
        return False
    first = ground.first_pair[u]
    pairs = ground.first_pair[u + 1] - first
    for k in range(pairs):
        s.local[ground.posting[first + k]] = k
    for d in range(ground.can.shape[1]):
        others = 0
        for k in range(pairs):
            s.split[k, d] = ground.split_cost * SCALE
        for i in range(ground.first_mate[team], ground.first_mate[team + 1]):
            mate = ground.mate[i]
            if mate == u or chosen[mate, d] < 0:
                continue
            others += 1
            k = s.local[ground.posting[ground.first_pair[mate] + chosen[mate, d]]]
            if k >= 0:
                s.split[k, d] = 0
        if others == 0:
            for k in range(pairs):
                s.split[k, d] = 0
    for k in range(pairs):
        s.local[ground.posting[first + k]] = -1
    return True


@inlined
def best_path(u: int, ground: Ground, s: Scratch) -> int:
    """The best path through what was weighed, into s.out; its value, scaled."""
    if is_counted(u, ground):
        return counted(u, ground, s)
    return plain(u, ground, s)


@inlined
def answer(
    u: int,
    ground: Ground,
    market: Market,
    standing: Standing,
    chosen: Ints,
    is_alone: bool,
    s: Scratch,
) -> int:
    """The unit's best path into s.out, its value scaled. is_alone: crews' splits do not count."""
    has_split = False
    if ground.split_cost and not is_alone:
        has_split = split_costs(u, ground, chosen, s)
    weigh(u, ground, market, standing, has_split, s)
    return best_path(u, ground, s)


@inlined
def move(u: int, ground: Ground, load: Ints, row: Ints, by: int) -> None:
    """Add (by = 1) or take away (-1) a unit's places; pinned days are no load."""
    has_pins = ground.pinned.shape[0] > 0
    for d in range(len(row)):
        if row[d] >= 0 and not (has_pins and ground.pinned[u, d] >= 0):
            load[ground.posting[ground.first_pair[u] + row[d]], d] += by * ground.size[u]


@inlined
def _asked(ground: Ground, market: Market, p: int, d: int) -> int:
    """What one place more costs."""
    price, load, places = market.price[p, d], market.load[p, d], ground.places[p, d]
    return price_of(price, load, places, 1, market.rho, market.is_hard)


@compiled
def asking(ground: Ground, market: Market, answers: int) -> Market:
    """The market with what is asked for a place, where so many answers are worth the writing."""
    if answers < len(market.price):
        return market
    asked = np.empty_like(market.price)
    for p in range(asked.shape[0]):
        for d in range(asked.shape[1]):
            asked[p, d] = _asked(ground, market, p, d)
    return Market(market.price, market.load, market.rho, market.is_hard, asked)


@inlined
def _trade(u: int, ground: Ground, market: Market, row: Ints, by: int) -> None:
    """`move`, and what is asked follows."""
    move(u, ground, market.load, row, by)
    if not len(market.asked):
        return
    for d in range(len(row)):
        if row[d] >= 0:
            p = ground.posting[ground.first_pair[u] + row[d]]
            market.asked[p, d] = _asked(ground, market, p, d)


@compiled
def count(ground: Ground, chosen: Ints, load: Ints) -> None:
    """Add the places of all units to load [p, T]."""
    for u in range(len(chosen)):
        move(u, ground, load, chosen[u], 1)


@compiled
def sweep(
    order: Ints, ground: Ground, market: Market, standing: Standing, chosen: Ints, s: Scratch
) -> int:
    """Each unit in turn answers the market; chosen and market.load follow. Days that changed.

    A unit without any path (a pin that cannot be kept) stays as it is and counts -1,000,000,000.
    """
    changes = 0
    market = asking(ground, market, len(order))
    for i in range(len(order)):
        u = order[i]
        _trade(u, ground, market, chosen[u], -1)
        value = answer(u, ground, market, standing, chosen, False, s)
        if value > NEVER:
            for d in range(len(s.out)):
                if chosen[u, d] != s.out[d]:
                    changes += ground.size[u]
                chosen[u, d] = s.out[d]
        else:
            changes -= 1_000_000_000
        _trade(u, ground, market, chosen[u], 1)
    return changes


@compiled
def relaxed(
    first: int,
    last: int,
    ground: Ground,
    market: Market,
    standing: Standing,
    load: Ints,
    s: Scratch,
) -> int:
    """Best paths of units first to last - 1 at fixed prices: their sum, scaled; load [P, T] grows.

    With the price of all places added this bounds every plan: prices only pay for what a plan
    leaves free, and leaving out what a crew pays for splitting only adds.
    """
    total = 0
    nobody = np.zeros((0, 0), np.int64)
    market = asking(ground, market, last - first)
    for u in range(first, last):
        total += answer(u, ground, market, standing, nobody, True, s)
        move(u, ground, load, s.out, 1)
    return total


@compiled
def _post(ground: Ground, chosen: Ints, u: int, d: int) -> int:
    """Where a unit works on a day, or -1."""
    k = chosen[u, d]
    if k < 0:
        return -1
    return ground.posting[ground.first_pair[u] + k]  # type: ignore[no-any-return]


@compiled
def _postings_of(ground: Ground, chosen: Ints, team: int, d: int) -> int:
    """At how many postings a crew works on a day."""
    first, last = ground.first_mate[team], ground.first_mate[team + 1]
    found = 0
    for i in range(first, last):
        here = _post(ground, chosen, ground.mate[i], d)
        is_new = here >= 0
        for j in range(first, i):
            if _post(ground, chosen, ground.mate[j], d) == here:
                is_new = False
                break
        if is_new:
            found += 1
    return found


@compiled
def row_worth(u: int, ground: Ground, row: Ints) -> int:
    """Points of one unit's row: days, less stays, more for first days."""
    first = ground.first_pair[u]
    total, worked, at = 0, 0, ground.entry[u]
    for d in range(len(row)):
        k = row[d]
        if k >= 0:
            total += ground.value[first + k]
            if worked < ground.fair[u]:
                total += ground.bonus[u]
            worked += 1
            if k != at:
                total -= ground.cost[first + k]
        at = k if k >= 0 else (-2 - k if k < -1 else -1)
    return total


@compiled
def worth(ground: Ground, chosen: Ints) -> int:
    """Points of a choice: all rows, less what crews pay for splitting."""
    total = 0
    days = chosen.shape[1]
    for u in range(len(ground.size)):
        total += row_worth(u, ground, chosen[u])
    if ground.split_cost:
        for team in range(len(ground.first_mate) - 1):
            for d in range(days):
                posts = _postings_of(ground, chosen, team, d)
                total -= ground.split_cost * max(0, posts - 1)
    return total


@compiled
def is_sound(u: int, ground: Ground, row: Ints) -> bool:
    """Whether a unit's row keeps its own rules: days, pins, length of stays, rest, most days."""
    first = ground.first_pair[u]
    has_pins = ground.pinned.shape[0] > 0
    worked, run, length, at = 0, ground.run[u], len(row) + 1, ground.entry[u]
    for d in range(len(row) + 1):
        x = row[d] if d < len(row) else -1
        k = x if x >= 0 else (-2 - x if x < -1 else -1)
        is_end = k != at and at >= 0 and d > 0
        if is_end and (row[d - 1] < 0 or length < ground.min_stay[ground.posting[first + at]]):
            return False
        length = length + 1 if k == at else 1
        if k >= 0 and k != at and x < 0:
            return False
        if d == 0 and k == at:
            length = len(row) + 1
        at = k
        if d == len(row):
            continue
        if has_pins and ground.pinned[u, d] >= 0 and ground.pinned[u, d] != x:
            return False
        if k >= 0 and not ground.can[u, d]:
            return False
        if x >= 0 and not (ground.days[first + k, d >> 6] >> np.uint64(d & 63)) & np.uint64(1):
            return False
        worked += x >= 0
        run = run + 1 if x >= 0 else 0
        if ground.max_run and run > ground.max_run:
            return False
    return worked <= ground.most[u]  # type: ignore[no-any-return]


@compiled
def unsound(ground: Ground, chosen: Ints) -> Flags:
    """[U] units whose rows break their own rules."""
    found = np.zeros(len(ground.size), np.bool_)
    for u in range(len(ground.size)):
        found[u] = not is_sound(u, ground, chosen[u])
    return found


def room_for(ground: Ground, units: Units) -> Scratch:
    return scratch(ground, max(1, units.max_pairs))


def crowded(ground: Ground, load: Ints, chosen: Ints) -> Ints:
    """Units that stand where there are too many."""
    if not len(ground.posting):
        return np.zeros(0, np.int64)
    over = load > ground.places
    first = ground.first_pair[:-1, None]
    works = chosen >= 0
    pair = np.where(works, chosen + first, 0)
    days = np.arange(chosen.shape[1])[None]
    return np.flatnonzero((works & over[ground.posting[pair], days]).any(axis=1))


def kept(standing: Standing, chosen: Ints) -> int:
    """Scaled points for days that stay as they stood."""
    if not len(standing.pair):
        return 0
    same = np.maximum(chosen, -1) == standing.pair
    return int(standing.keep[same].sum())
