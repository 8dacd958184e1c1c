"""Single days: a county's day beside OR-Tools' own flow, and public instances with known optima.

A season that falls apart into days is planned as a minimum-cost flow. What that costs is measured
against SimpleMinCostFlow on the same arcs, in one run, in seconds of the processor.
"""

import gzip
import time
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.season_runs import Job, Row, stamped
from jobmatch.dispatch.rules.check import check
from jobmatch.dispatch.rules.flow import is_daily, plan_days
from jobmatch.dispatch.rules.problem import Params, Problem
from jobmatch.dispatch.rules.progress import after
from jobmatch.dispatch.rules.season_arrays import read_arrays, write_arrays
from jobmatch.dispatch.rules.solve import solve

# Costs of the public instances lie below; a pair's value is this less its cost.
MOST = 1000
TIMES = 5
MOST_RATIO = 1.2


def county_day(job: Job, folder: Path) -> Row:
    """The quickest of five turns, each of which asks both in turn.

    loading reading the instance from its .npz file
    arcs    giving OR-Tools the arcs of the day; flow: its `solve()` alone
    ours    everything from the problem in memory to the plan, with `is_daily`
    most    what ours may take: 1.2 times the flow alone, and giving it the arcs
    """
    file = folder / "season-day.npz"
    folder.mkdir(parents=True, exist_ok=True)
    with file.open("wb") as out:
        write_arrays(job.season(), out)
    found: dict[str, list[float]] = {"loading": [], "arcs": [], "flow": [], "ours": []}
    value = best = 0
    for _ in range(TIMES):
        at = time.process_time()
        with file.open("rb") as given:
            problem = read_arrays(given)
        found["loading"].append(time.process_time() - at)
        at = time.process_time()
        # Peers speak of the day alone, so what makes it a day is not in their time.
        assert is_daily(problem)
        plan = plan_days(problem, 1)
        found["ours"].append(time.process_time() - at)
        best, value = plain_flow(problem, found), plan.value
    file.unlink()
    sound = not check(problem, plan).violations
    row: Row = {name: round(min(times), 4) for name, times in found.items()}
    ours, flow = row["ours"], row["flow"]
    row |= {
        "key": job.key, "pairs": len(problem.pair_posting), "value": value, "bound": plan.bound,
        "ratio": round(ours / flow, 3),
        "most": round(MOST_RATIO * flow + row["arcs"], 4),
        "sound": sound and value == best,
        "said": "" if value == best else f"the flow alone finds {best}",
    }  # fmt: skip
    return stamped(row)


def plain_flow(problem: Problem, found: dict[str, list[float]]) -> int:
    """The day as one would give it to OR-Tools by hand."""
    from ortools.graph.python.min_cost_flow import SimpleMinCostFlow

    at = time.process_time()
    worker, posting = problem.pair_worker, problem.pair_posting
    can = problem.available[worker, 0] & (problem.headcount[posting, 0] > 0)
    worker, posting = worker[can], posting[can]
    points = (problem.pair_value - problem.pair_cost)[can]
    people, posts = len(problem.worker_ids), len(problem.posting_ids)
    sink = people + posts
    flow = SimpleMinCostFlow()
    flow.add_arcs_with_capacity_and_unit_cost(
        worker, people + posting, np.ones(len(worker), np.int64), -points
    )
    flow.add_arcs_with_capacity_and_unit_cost(
        people + np.arange(posts), np.full(posts, sink), problem.headcount[:, 0],
        np.zeros(posts, np.int64),
    )  # fmt: skip
    flow.add_arcs_with_capacity_and_unit_cost(
        np.arange(people), np.full(people, sink), np.ones(people, np.int64),
        np.zeros(people, np.int64),
    )  # fmt: skip
    flow.set_nodes_supplies(np.arange(people), np.ones(people, np.int64))
    flow.set_node_supply(sink, -people)
    found["arcs"].append(time.process_time() - at)
    at = time.process_time()
    assert flow.solve() == flow.OPTIMAL
    found["flow"].append(time.process_time() - at)
    return -flow.optimal_cost()


def public_rows(folder: Path) -> list[Row]:
    """Each instance of OR-Library in a folder, planned, beside its known optimum."""
    rows = []
    for name, optimum in optima(folder / "assignopt.txt").items():
        file = folder / f"{name}.txt.gz"
        if not file.exists():
            continue
        problem = assignment(gzip.decompress(file.read_bytes()).decode("ascii"))
        at = time.process_time()
        plan = solve(problem, seed=1, stop=after(0))
        spent = time.process_time() - at
        people = len(problem.worker_ids)
        cost = MOST * plan.filled - plan.value
        sound = plan.filled == people and not check(problem, plan).violations
        rows.append(
            stamped(
                {"key": f"public {name}", "name": name, "people": people, "optimum": optimum,
                 "cost": cost, "value": plan.value, "bound": plan.bound, "sound": sound,
                 "seconds": round(spent, 3), "pairs": len(problem.pair_posting)}
            )
        )  # fmt: skip
    return rows


def optima(file: Path) -> dict[str, int]:
    """Name and least cost of each assignment problem in OR-Library's own table."""
    found = {}
    for line in file.read_text(encoding="ascii").splitlines():
        name, _, cost = line.partition(" ")
        if name.startswith("assign") and cost.strip().isdigit():
            found[name] = int(cost)
    return found


def assignment(text: str) -> Problem:
    """One day, one place at each of n postings: value is a constant less the cost.

    text: n, then n x n costs; or n, then rows "i j cost" of the pairs that are allowed.
    """
    numbers = np.array(text.split(), np.int64)
    n, rest = int(numbers[0]), numbers[1:]
    if len(rest) == n * n:
        pairs: Any = np.stack([np.repeat(np.arange(n), n), np.tile(np.arange(n), n), rest], 1)
    else:
        pairs = rest.reshape(-1, 3) - [1, 1, 0]
        pairs = pairs[np.lexsort((pairs[:, 1], pairs[:, 0]))]
    return Problem(
        start=date(2026, 9, 1),
        days=1,
        params=Params(),
        worker_ids=tuple(f"w{i}" for i in range(n)),
        crew_ids=(),
        posting_ids=tuple(f"p{i}" for i in range(n)),
        available=np.ones((n, 1), bool),
        max_days=np.ones(n, np.int64),
        crew=np.full(n, -1, np.int64),
        whole=np.zeros(0, bool),
        headcount=np.ones((n, 1), np.int64),
        min_stay=np.ones(n, np.int64),
        first_pair=np.searchsorted(pairs[:, 0], np.arange(n + 1)).astype(np.int64),
        pair_posting=np.ascontiguousarray(pairs[:, 1]),
        pair_value=np.ascontiguousarray(MOST - pairs[:, 2]),
        pair_cost=np.zeros(len(pairs), np.int64),
        pair_days=np.full((len(pairs), 1), ~np.uint64(0)),
    )
