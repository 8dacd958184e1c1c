"""Exact models of small seasons for CP-SAT: the best plan, and the least change that reaches a value.

Every pair and open day is a yes or no, and so is every beginning of a stay. Of the rules, rest, most
days and first days are left out: seasons with those are tried in full elsewhere (`making`).
"""

from dataclasses import dataclass
from typing import Any

from ortools.sat.python import cp_model

from jobmatch.dispatch.rules.problem import Ints, Problem

SECONDS = 120.0


@dataclass
class Exact:
    """A season as a model; `works`: (pair, day) -> yes or no, `value`: its points."""

    model: Any
    works: dict[tuple[int, int], Any]
    value: Any

    def best(self, goal: Any) -> int:
        """The greatest value of a goal; fails where it is not proven within the time."""
        self.model.maximize(goal)
        solver = cp_model.CpSolver()
        solver.parameters.max_time_in_seconds = SECONDS
        solver.parameters.num_workers = 1
        solver.parameters.linearization_level = 2
        assert solver.solve(self.model) == cp_model.OPTIMAL
        return round(solver.objective_value)


def exact(problem: Problem) -> Exact:
    """The model of a season in which nothing is counted over days, and nobody is in a crew."""
    model = cp_model.CpModel()
    works: dict[tuple[int, int], Any] = {}
    points: list[Any] = []
    by_worker: dict[tuple[int, int], list[Any]] = {}
    by_place: dict[tuple[int, int], list[Any]] = {}
    for pair, worker in enumerate(problem.pair_worker.tolist()):
        posting = int(problem.pair_posting[pair])
        for day in range(problem.days):
            if problem.available[worker, day] and problem.is_eligible(pair, day):
                here = works[pair, day] = model.new_bool_var("")
                by_worker.setdefault((worker, day), []).append(here)
                by_place.setdefault((posting, day), []).append(here)
                points.append(int(problem.pair_value[pair]) * here)
    begins = {key: model.new_bool_var("") for key in works}
    for (pair, day), here in works.items():
        stay = int(problem.min_stay[problem.pair_posting[pair]])
        model.add(begins[pair, day] >= here - works.get((pair, day - 1), 0))
        points.append(-int(problem.pair_cost[pair]) * begins[pair, day])
        # Whoever has begun within the least stay is there.
        model.add(here >= sum(begins.get((pair, day - n), 0) for n in range(stay)))
        if any((pair, day + n) not in works for n in range(stay)):
            model.add(begins[pair, day] == 0)
    for some in by_worker.values():
        model.add_at_most_one(some)
    for (posting, day), some in by_place.items():
        model.add(sum(some) <= int(problem.headcount[posting, day]))
    return Exact(model, works, sum(points))


def unchanged(problem: Problem, model: Exact, standing: Ints) -> Any:
    """Worker-days that stay as they stood; standing [W, T]: a posting or -1."""
    worker = problem.pair_worker
    same: list[Any] = []
    for w in range(len(problem.worker_ids)):
        for day in range(problem.days):
            here = [
                (int(problem.pair_posting[pair]), var)
                for (pair, d), var in model.works.items()
                if d == day and worker[pair] == w
            ]
            if standing[w, day] < 0:
                same.append(1 - sum(var for _, var in here))
            else:
                same += [var for posting, var in here if posting == standing[w, day]]
    return sum(same)
