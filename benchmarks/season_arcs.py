"""HiGHS with the exact arc-flow model: each person's season is a path through days.

A person is idle at the beginning of a day or has stayed somewhere for the least stay or longer.
Arcs: idle for a day; begin a stay (its least days at once); one more day; end a stay. One unit
flows through each person's graph; the headcounts tie the people together.
"""

import math
import time
from typing import Any

import numpy as np

from benchmarks.season_runs import Job, Row, Tell, cells, spells_row
from jobmatch.dispatch.rules.plans import Spell
from jobmatch.dispatch.rules.problem import Problem


class Arcs:
    """The model. n: pair-days after which a stay may end, as rows of `cells`.

    begin, more, end, idle  numbers of the columns; more: -1 where a stay cannot go on
    """

    def __init__(self, problem: Problem) -> None:
        from benchmarks.season_peers import runs

        pairs, days = cells(problem)
        run = runs(pairs, days)
        least = problem.min_stay[problem.pair_posting[pairs]]
        can_end = run >= least
        self.pair, self.day, self.least = pairs[can_end], days[can_end], least[can_end]
        goes_on = (run > least)[can_end]
        nodes = len(self.pair)
        self.worker = problem.pair_worker[self.pair]
        self.posting = problem.pair_posting[self.pair]
        people = len(problem.worker_ids)
        self.begin = np.arange(nodes)
        self.more = np.where(goes_on, nodes + np.cumsum(goes_on) - 1, -1)
        ends = nodes + int(goes_on.sum())
        self.end = ends + np.arange(nodes)
        self.idle = ends + nodes + np.arange(people * problem.days)
        self.columns = ends + nodes + len(self.idle)
        self.points = np.zeros(self.columns)
        value = problem.pair_value[self.pair]
        self.points[self.begin] = value * self.least - problem.pair_cost[self.pair]
        self.points[self.more[goes_on]] = value[goes_on]
        self._rows(problem)

    def _rows(self, problem: Problem) -> None:
        nodes, days, people = len(self.pair), problem.days, len(problem.worker_ids)
        on = self.more >= 0
        node = np.arange(nodes)
        parts: list[tuple[Any, Any, float]] = [
            (node, self.begin, 1.0), (node[on], self.more[on], 1.0), (node, self.end, -1.0),
            (node[on] - 1, self.more[on], -1.0),
        ]  # fmt: skip
        # Idle at the beginning of a day, by person and day; behind the last day there is no row.
        idle = nodes + self.worker * days
        parts.append((idle + self.day - self.least + 1, self.begin, -1.0))
        inside = self.day + 1 < days
        parts.append(((idle + self.day + 1)[inside], self.end[inside], 1.0))
        each = np.arange(people * days)
        parts.append((nodes + each, self.idle, -1.0))
        later = each % days + 1 < days
        parts.append((nodes + each[later] + 1, self.idle[later], 1.0))
        # Places: a beginning takes its least days, one more day takes one.
        place = nodes + people * days + self.posting * days
        for back in range(int(self.least.max(initial=0))):
            has = self.least > back
            parts.append(((place + self.day - back)[has], self.begin[has], 1.0))
        parts.append(((place + self.day)[on], self.more[on], 1.0))
        self.rows = nodes + people * days + problem.headcount.size
        self.lower = np.zeros(self.rows)
        self.upper = np.zeros(self.rows)
        starts = nodes + np.arange(people) * days
        self.lower[starts] = self.upper[starts] = -1.0
        self.lower[nodes + people * days :] = -np.inf
        self.upper[nodes + people * days :] = problem.headcount.ravel()
        row = np.concatenate([part[0] for part in parts])
        column = np.concatenate([part[1] for part in parts])
        weight = np.concatenate([np.full(len(part[0]), part[2]) for part in parts])
        order = np.lexsort((row, column))
        self.index, self.weight = row[order].astype(np.int32), weight[order]
        counts = np.bincount(column, minlength=self.columns)
        self.start = np.concatenate([[0], np.cumsum(counts)]).astype(np.int32)

    def spells(self, taken: Any) -> list[Spell]:
        """Stays from the columns that are one."""
        more = np.flatnonzero((self.more >= 0) & taken[self.more])
        goes_on = set(more.tolist())
        found = []
        for n in np.flatnonzero(taken[self.begin]).tolist():
            last = n
            while last + 1 in goes_on:
                last += 1
            first = int(self.day[n] - self.least[n] + 1)
            found.append(
                Spell(int(self.worker[n]), int(self.posting[n]), first, int(self.day[last]))
            )
        return sorted(found)


def highs(problem: Problem, job: Job, tell: Tell) -> Row:
    import highspy

    began = time.perf_counter()
    arcs = Arcs(problem)
    lp = highspy.HighsLp()
    lp.num_col_, lp.num_row_ = arcs.columns, arcs.rows
    lp.col_cost_, lp.col_lower_ = arcs.points, np.zeros(arcs.columns)
    lp.col_upper_ = np.ones(arcs.columns)
    lp.row_lower_, lp.row_upper_ = arcs.lower, arcs.upper
    lp.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    lp.a_matrix_.start_, lp.a_matrix_.index_ = arcs.start, arcs.index
    lp.a_matrix_.value_ = arcs.weight
    lp.integrality_ = [highspy.HighsVarType.kInteger] * arcs.columns
    lp.sense_ = highspy.ObjSense.kMaximize
    solver = highspy.Highs()
    for name, value in {"output_flag": False, "time_limit": job.seconds, "threads": 2}.items():
        solver.setOptionValue(name, value)
    solver.passModel(lp)
    del lp
    built = time.perf_counter() - began
    solver.run()
    info = solver.getInfo()
    bound = info.mip_dual_bound
    row: Row = {
        "built": round(built, 2), "search": round(time.perf_counter() - began - built, 2),
        "bound": math.floor(bound + 1e-3) if np.isfinite(bound) else None,
    }  # fmt: skip
    if info.primal_solution_status != 2:
        status = solver.modelStatusToString(solver.getModelStatus())
        return row | {"said": f"no plan: {status}"}
    taken = np.array(solver.getSolution().col_value) > 0.5
    return row | spells_row(problem, arcs.spells(taken))
