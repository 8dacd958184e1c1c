"""The planners that are measured: ours, and peers with the model that is natural to each.

greedy    people answer one after another, each by the exact programme over what is left
cpsat     OR-Tools CP-SAT: a binary for each pair and day, one for each beginning of a stay
cparcs    the same with HiGHS's model: better on the smallest seasons, and worse on others
highs     HiGHS MIP: each person's season is a path through days and postings (season_arcs)
timefold  Timefold: up to three stays a person, hard and soft constraints (season_timefold)

`highspy` and `ortools` cannot be loaded into one process: each planner has its own.
"""

import math
import time
from itertools import pairwise
from typing import Any

import numpy as np

from benchmarks.season_arcs import Arcs, highs
from benchmarks.season_runs import Job, Planner, Row, Tell, cells, spells_row, taken_row
from benchmarks.season_timefold import timefold
from jobmatch.dispatch.rules.check import check
from jobmatch.dispatch.rules.problem import Problem
from jobmatch.dispatch.rules.progress import Progress, Stop
from jobmatch.dispatch.rules.solve import solve, warm


def ours(problem: Problem, job: Job, tell: Tell) -> Row:
    start, load = time.perf_counter(), time.process_time()
    warm()
    began, worked = time.perf_counter(), time.process_time()

    def spent() -> float:
        if job.by == "clock":
            return time.perf_counter() - began
        return time.process_time() - worked

    def told(progress: Progress) -> None:
        tell(progress.value, progress.bound if progress.bound < 1 << 60 else None)

    def stop(progress: Progress) -> bool:
        return spent() >= job.seconds or progress.gap <= job.gap

    plan = solve(problem, seed=job.seed, stop=stop, progress=told)
    spent_clock, spent_work = time.perf_counter() - began, time.process_time() - worked
    verdict = check(problem, plan)
    return {
        "value": plan.value, "bound": plan.bound, "filled": plan.filled,
        "sound": not verdict.violations, "search": round(spent_clock, 2),
        "search_cpu": round(spent_work, 2), "built": round(began - start, 2),
        "built_cpu": round(worked - load, 2),
        "said": "; ".join(sorted({v.rule for v in verdict.violations})),
    }  # fmt: skip


def greedy(problem: Problem, job: Job, tell: Tell) -> Row:
    warm()
    began = time.perf_counter()
    always: Stop = lambda _: True  # noqa: E731 - a name for what is passed on
    plan = solve(problem, seed=job.seed, stop=always)
    return {
        "value": plan.value, "bound": None, "filled": plan.filled,
        "search": round(time.perf_counter() - began, 2),
        "sound": not check(problem, plan).violations, "said": "",
    }  # fmt: skip


def cpsat(problem: Problem, job: Job, tell: Tell) -> Row:
    from ortools.sat.python import cp_model

    began = time.perf_counter()
    pairs, days = cells(problem)
    model = cp_model.CpModel()
    x = cp_model_of(problem, pairs, days, model)
    row, solver = _searched(model, job, tell, began)
    if solver is None:
        return row
    taken = np.array([solver.boolean_value(var) for var in x], bool)
    return row | taken_row(problem, pairs, days, taken)


def cparcs(problem: Problem, job: Job, tell: Tell) -> Row:
    from ortools.sat.python import cp_model

    began = time.perf_counter()
    arcs = Arcs(problem)
    model = cp_model.CpModel()
    x = [model.new_bool_var("") for _ in range(arcs.columns)]
    column = np.repeat(np.arange(arcs.columns), np.diff(arcs.start))
    order = np.argsort(arcs.index, kind="stable")
    first = np.searchsorted(arcs.index[order], np.arange(arcs.rows + 1)).tolist()
    columns, weights = column[order].tolist(), arcs.weight[order].astype(int).tolist()
    for row, (start, beyond) in enumerate(pairwise(first)):
        if start == beyond:
            continue
        some = [x[n] for n in columns[start:beyond]]
        total = cp_model.LinearExpr.weighted_sum(some, weights[start:beyond])
        if arcs.lower[row] == arcs.upper[row]:
            model.add(total == int(arcs.upper[row]))
        elif beyond - start > arcs.upper[row]:
            model.add(total <= int(arcs.upper[row]))
    model.maximize(_weighted(x, arcs.points.astype(int).tolist()))
    said, solver = _searched(model, job, tell, began)
    if solver is None:
        return said
    taken = np.array([solver.boolean_value(var) for var in x], bool)
    return said | spells_row(problem, arcs.spells(taken))


def _searched(model: Any, job: Job, tell: Tell, began: float) -> tuple[Row, Any]:
    """CP-SAT's search in a model: what it says, and the solver where it has a plan."""
    from ortools.sat.python import cp_model

    class Told(cp_model.CpSolverSolutionCallback):  # type: ignore[misc]
        def on_solution_callback(self) -> None:
            tell(round(self.objective_value), whole(self.best_objective_bound))

    built = time.perf_counter() - began
    solver = cp_model.CpSolver()
    solver.parameters.max_time_in_seconds = job.seconds
    solver.parameters.num_workers = 2
    status = solver.solve(model, Told())
    row: Row = {"built": round(built, 2), "search": round(time.perf_counter() - began - built, 2)}
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return row | {"said": f"no plan: {solver.status_name(status)}"}, None
    return row | {"bound": whole(solver.best_objective_bound)}, solver


def whole(bound: float) -> int:
    """A bound in whole points; 979.9999 is 980 that was told in floating point."""
    return math.floor(bound + 1e-3)


def cp_model_of(problem: Problem, pairs: Any, days: Any, model: Any) -> list[Any]:
    """Fills a CP-SAT model; gives the variables of the pair-days."""
    x = [model.new_bool_var("") for _ in range(len(pairs))]
    worker, posting = problem.pair_worker[pairs].tolist(), problem.pair_posting[pairs].tolist()
    value, cost = problem.pair_value[pairs].tolist(), problem.pair_cost[pairs].tolist()
    stay_of = problem.min_stay.tolist()
    run = runs(pairs, days)
    left = runs(pairs[::-1], -days[::-1])[::-1]
    by_worker: dict[tuple[int, int], list[Any]] = {}
    by_place: dict[tuple[int, int], list[Any]] = {}
    literals, points = list(x), list(value)
    for n, day in enumerate(days.tolist()):
        by_worker.setdefault((worker[n], day), []).append(x[n])
        by_place.setdefault((posting[n], day), []).append(x[n])
        stay = stay_of[posting[n]]
        before = x[n - 1] if run[n] > 1 else None
        if left[n] >= stay:
            begin = model.new_bool_var("")
            literals.append(begin)
            points.append(-cost[n])
            for other in x[n : n + stay]:
                model.add_implication(begin, other)
            if before is None:
                model.add_implication(x[n], begin)
            else:
                model.add_bool_or([x[n].negated(), before, begin])
        elif before is None:
            model.add(x[n] == 0)
        else:
            model.add_implication(x[n], before)
    for some in by_worker.values():
        if len(some) > 1:
            model.add_at_most_one(some)
    for (p, d), some in by_place.items():
        if len(some) > problem.headcount[p, d]:
            model.add(sum(some) <= int(problem.headcount[p, d]))
    model.maximize(_weighted(literals, points))
    return x


def _weighted(literals: list[Any], points: list[int]) -> Any:
    from ortools.sat.python import cp_model

    return cp_model.LinearExpr.weighted_sum(literals, points)


def runs(pairs: Any, days: Any) -> Any:
    """[n] how many pair-days follow each other day by day, up to and with this one."""
    if not len(pairs):
        return np.zeros(0, np.int64)
    breaks = np.ones(len(pairs), bool)
    breaks[1:] = (np.diff(pairs) != 0) | (np.diff(days) != 1)
    start = np.maximum.accumulate(np.where(breaks, np.arange(len(pairs)), 0))
    return np.arange(len(pairs)) - start + 1


PEERS: dict[str, Planner] = {
    "ours": ours, "greedy": greedy, "cpsat": cpsat, "cparcs": cparcs, "highs": highs,
    "timefold": timefold,
}  # fmt: skip
NAMES = {
    "ours": "jobmatch", "greedy": "greedy", "cpsat": "OR-Tools CP-SAT",
    "cparcs": "CP-SAT, arc-flow", "highs": "HiGHS MIP",
    "timefold": "Timefold",
}  # fmt: skip
