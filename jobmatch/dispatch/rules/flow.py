"""Seasons that fall apart into single days: each day is a minimum-cost flow, solved exactly.

This is so when no stay must last, none costs anything (or there is one day only), and nothing is
counted over days. OR-Tools' SimpleMinCostFlow does the work.
"""

import time
from collections.abc import Iterator

import numpy as np

from jobmatch.dispatch.rules.plans import Plan, Spell
from jobmatch.dispatch.rules.problem import Flags, Ints, Problem


def is_daily(problem: Problem) -> bool:
    """Whether each day can be planned by itself."""
    asked = problem.headcount.any(axis=1)
    params = problem.params
    in_whole = bool(len(problem.whole)) and bool(
        (problem.whole[problem.crew] & (problem.crew >= 0)).any()
    )
    is_counted = problem.days > 1 and (
        bool(params.max_run)
        or bool(params.fair_days and params.fair_bonus)
        or bool((problem.max_days < problem.available.sum(axis=1)).any())
        or bool(problem.pair_cost.any())
        or bool((problem.min_stay[asked] > 1).any())
    )
    splits = bool(params.crew_split_cost) and bool((problem.crew >= 0).any())
    return not (in_whole or is_counted or splits or problem.pins)


def plan_days(problem: Problem, seed: int) -> Plan:
    """The best plan of a problem that `is_daily`; its bound is its value."""
    began = time.perf_counter()
    worker = problem.pair_worker
    value = problem.pair_value - (problem.pair_cost if problem.days == 1 else 0)
    if problem.params.fair_days and problem.params.fair_bonus:
        value = value + problem.params.fair_bonus
    at = np.full((len(problem.worker_ids), problem.days), -1, np.int64)
    total = 0
    for day in range(problem.days):
        eligible = problem.pair_days[:, day >> 6] >> np.uint64(day & 63) & np.uint64(1) > 0
        eligible &= problem.available[worker, day] & (problem.max_days[worker] > 0)
        eligible &= (value > 0) & (problem.headcount[problem.pair_posting, day] > 0)
        pairs = np.flatnonzero(eligible)
        taken = pairs[_assign(worker[pairs], problem, value[pairs], pairs, day)]
        at[worker[taken], day] = problem.pair_posting[taken]
        total += int(value[taken].sum())
    spells = tuple(_spells(at))
    demanded = int(problem.headcount.sum())
    seconds = time.perf_counter() - began
    return Plan(spells, total, total, int((at >= 0).sum()), demanded, seconds, seed)


def _assign(worker: Ints, problem: Problem, value: Ints, pairs: Ints, day: int) -> Flags:
    """Which of a day's pairs work."""
    # Loaded where it is used: its shared library does not stand another solver's beside it.
    from ortools.graph.python.min_cost_flow import SimpleMinCostFlow

    # By counting: to sort all pairs would cost a fifth of what the flow costs.
    people, person = _numbered(worker, len(problem.worker_ids))
    posts, post = _numbered(problem.pair_posting[pairs], len(problem.posting_ids))
    sink = len(people) + len(posts)
    flow = SimpleMinCostFlow()
    everyone = np.arange(len(people))
    arcs = flow.add_arcs_with_capacity_and_unit_cost(
        person, len(people) + post, np.ones(len(pairs), np.int64), -value
    )
    flow.add_arcs_with_capacity_and_unit_cost(
        len(people) + np.arange(len(posts)), np.full(len(posts), sink),
        problem.headcount[posts, day], np.zeros(len(posts), np.int64),
    )  # fmt: skip
    # Whoever has no work that day goes past all postings.
    flow.add_arcs_with_capacity_and_unit_cost(
        everyone, np.full(len(people), sink), np.ones(len(people), np.int64),
        np.zeros(len(people), np.int64),
    )  # fmt: skip
    flow.set_nodes_supplies(everyone, np.ones(len(people), np.int64))
    flow.set_node_supply(sink, -len(people))
    # Everybody can go past all postings, so there always is a flow.
    assert flow.solve() == flow.OPTIMAL
    return np.asarray(flow.flows(arcs) > 0, bool)


def _numbered(rows: Ints, count: int) -> tuple[Ints, Ints]:
    """The rows that occur, in order, and the number of each among them."""
    occurs = np.zeros(count, bool)
    occurs[rows] = True
    number = np.cumsum(occurs) - 1
    return np.flatnonzero(occurs), number[rows]


def _spells(at: Ints) -> Iterator[Spell]:
    """Stays from days: as long as the posting stays the same."""
    for w in np.flatnonzero((at >= 0).any(axis=1)):
        row = at[w].tolist()
        first = 0
        for day in range(1, len(row) + 1):
            if day == len(row) or row[day] != row[first]:
                if row[first] >= 0:
                    yield Spell(int(w), row[first], first, day - 1)
                first = day
