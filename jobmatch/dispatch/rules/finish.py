"""The exact finish of small seasons: an integer programme over the arcs that may still matter.

GLOP finds the best prices of places; our own programme turns them into a bound, in whole numbers.
They say which arcs no better plan can take, and CP-SAT looks through what is left, in whole numbers
too: for a plan that is better than ours, or the proof that there is none. Both are OR-Tools'.
"""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, TypeVar

import numpy as np

from jobmatch.dispatch.rules.arcs import (
    Arcs,
    arcs_of,
    count_of,
    takes_place,
    worked,
    worth_keeping,
)
from jobmatch.dispatch.rules.paths import SCALE, Ground
from jobmatch.dispatch.rules.problem import Ints

LOOK_SECONDS = 0.02
T = TypeVar("T")


@dataclass(eq=False)
class Program:
    """Maximise points x under lower <= rows <= upper; the first columns are the arcs.

    first_place, place  the rows of places begin there; of which: posting x days + day
    """

    points: list[int]
    top: list[int]
    first_place: int = 0
    place: Ints = field(default_factory=lambda: np.zeros(0, np.int64))
    lower: list[float] = field(default_factory=list)
    upper: list[float] = field(default_factory=list)
    row: list[Ints] = field(default_factory=list)
    column: list[Ints] = field(default_factory=list)
    weight: list[Any] = field(default_factory=list)

    def more(self, points: int, top: int) -> int:
        """One more column, of any number from 0 to top."""
        self.points.append(points)
        self.top.append(top)
        return len(self.points) - 1

    def table(self) -> tuple[Ints, Ints, Any]:
        """All weights, by row: row, column, weight."""
        row, column = np.concatenate(self.row), np.concatenate(self.column)
        width = len(self.points)
        both, at = np.unique(row * width + column, return_inverse=True)
        # An arc of several days stands so many times in a row that counts days.
        return both // width, both % width, np.bincount(at, np.concatenate(self.weight))

    def rows(self, number: Ints, column: Ints, weight: Any, lower: Any, upper: Any) -> None:
        """Rows of a kind: `number` says in which of them a weight stands."""
        self.row.append(number + len(self.lower))
        self.column.append(column)
        self.weight.append(np.broadcast_to(weight, number.shape))
        self.lower += lower.tolist()
        self.upper += upper.tolist()

    def add(self, column: list[int], weight: list[float], upper: float) -> None:
        """One row."""
        number, free = np.zeros(len(column), np.int64), np.array([-np.inf])
        self.rows(
            number, np.array(column, np.int64), np.array(weight), free, np.array([float(upper)])
        )


def program(ground: Ground, arcs: Arcs) -> Program:
    """Plans of these arcs, with everything that ties arcs together."""
    count = len(arcs.unit)
    made = Program(arcs.points.tolist(), [1] * count)
    _paths(arcs, made)
    arc, day = worked(arcs)
    posting, is_taken = takes_place(ground, arcs, arc, day)
    _places(ground, arcs, made, arc[is_taken], posting[is_taken], day[is_taken])
    _days(ground, arcs, made, arc, day)
    _teams(ground, arcs, made, arc, posting, day)
    return made


def _paths(arcs: Arcs, made: Program) -> None:
    """One path for each unit: what comes to a node goes on from it."""
    arc = np.arange(len(arcs.unit))
    ends = [arcs.tail, arcs.head, arcs.start, arcs.end]
    nodes, at = np.unique(np.concatenate(ends), return_inverse=True)
    tail, head, start, end = np.split(at, np.cumsum([len(some) for some in ends])[:-1])
    supply = np.zeros(len(nodes))
    supply[start], supply[end] = 1.0, -1.0
    # Of whom no arc is left there is no better plan, and no path: then the rows cannot be met.
    made.rows(np.concatenate([tail, head]), np.concatenate([arc, arc]),
              np.concatenate([np.ones(len(arc)), -np.ones(len(arc))]), supply, supply)  # fmt: skip


def _places(ground: Ground, arcs: Arcs, made: Program, arc: Ints, posting: Ints, day: Ints) -> None:
    """No more people than places."""
    size = ground.size[arcs.unit[arc]]
    place = posting * ground.can.shape[1] + day
    wanted = np.bincount(place, size, minlength=ground.places.size)
    narrow = np.flatnonzero(wanted > ground.places.ravel())
    number = np.full(ground.places.size, -1)
    number[narrow] = np.arange(len(narrow))
    here = number[place] >= 0
    upper = ground.places.ravel()[narrow].astype(float)
    made.first_place, made.place = len(made.lower), narrow
    made.rows(number[place[here]], arc[here], size[here], np.full(len(narrow), -np.inf), upper)


def _days(ground: Ground, arcs: Arcs, made: Program, arc: Ints, day: Ints) -> None:
    """What is counted over days: most days, days without rest, what the first days are worth."""
    days, most = ground.can.shape[1], ground.max_run
    unit = arcs.unit[arc]
    for u in range(len(ground.size)):
        bonus, fair = int(ground.bonus[u]), int(ground.fair[u])
        is_fair = bonus > 0 and fair > 0
        if not (most or is_fair or ground.most[u] < days):
            continue
        mine = unit == u
        columns, at = arc[mine], day[mine]
        if ground.most[u] < days:
            made.add(columns.tolist(), [1.0] * len(columns), int(ground.most[u]))
        if is_fair:
            extra = made.more(bonus, fair)
            made.add([extra, *columns.tolist()], [1.0] + [-1.0] * len(columns), 0)
        came = min(int(ground.run[u]), most)
        for last in range(most - came, days if most else 0):
            first = max(0, last - most)
            inside = columns[(at >= first) & (at <= last)].tolist()
            if inside:
                made.add(inside, [1.0] * len(inside), last - first if last < most else most)


def _teams(ground: Ground, arcs: Arcs, made: Program, arc: Ints, posting: Ints, day: Ints) -> None:
    """Each posting beyond the first at which a crew works on a day."""
    if not ground.split_cost:
        return
    team = ground.team[arcs.unit[arc]]
    at: dict[tuple[int, int], dict[int, dict[int, list[int]]]] = {}
    found = np.flatnonzero(team >= 0)
    rows = (x[found].tolist() for x in (team, day, posting, arcs.unit[arc], arc))
    for crew, d, post, unit, column in zip(*rows, strict=True):
        at.setdefault((crew, d), {}).setdefault(post, {}).setdefault(unit, []).append(column)
    for posts in at.values():
        if len(posts) < 2:
            continue
        used = [made.more(0, 1) for _ in posts]
        for there, units in zip(used, posts.values(), strict=True):
            for columns in units.values():
                made.add([there, *columns], [-1.0] + [1.0] * len(columns), 0)
        beyond = made.more(-ground.split_cost, len(posts))
        made.add([beyond, *used], [-1.0] + [1.0] * len(used), 1)


@dataclass(frozen=True, eq=False)
class Found:
    """taken: columns of a better plan, or None; bound: no plan is worth more, None: not known."""

    taken: Ints | None
    bound: int | None


def relax(made: Program, is_over: Callable[[], bool]) -> tuple[Any, Any] | None:
    """The programme in fractions: [columns] of it, and what a unit more of each row is worth.

    None where it was stopped.
    """
    # Loaded where it is used: its shared library does not stand another solver's beside it.
    from ortools.math_opt.python import mathopt
    from ortools.util.python.solve_interrupter import SolveInterrupter

    interrupter = SolveInterrupter()
    model = mathopt.Model.from_model_proto(_proto(made))
    result = watched(
        lambda: mathopt.solve(model, mathopt.SolverType.GLOP, interrupter=interrupter),
        interrupter.interrupt, is_over,
    )  # fmt: skip
    if result.termination.reason != mathopt.TerminationReason.OPTIMAL:
        return None
    values, duals = result.variable_values(), result.dual_values()
    return (
        np.array([values[x] for x in model.variables()]),
        np.array([duals[row] for row in model.linear_constraints()]),
    )


def search(made: Program, value: int, effort: float, is_over: Callable[[], bool]) -> Found:
    """Look for a plan of more than `value`. effort: how long, in seconds that no clock measures."""
    from ortools.sat.python import cp_model

    model = cp_model.CpModel()
    x = [model.new_int_var(0, top, "") for top in made.top]
    row, column, weight = made.table()
    first = np.searchsorted(row, np.arange(len(made.lower) + 1)).tolist()
    columns, weights = column.tolist(), weight.astype(int).tolist()
    for n, (start, beyond) in enumerate(pairwise(first)):
        some = [x[c] for c in columns[start:beyond]]
        total = cp_model.LinearExpr.weighted_sum(some, weights[start:beyond])
        if made.lower[n] == made.upper[n]:
            model.add(total == int(made.upper[n]))
        else:
            model.add(total <= int(made.upper[n]))
    points = cp_model.LinearExpr.weighted_sum(x, made.points)
    model.add(points >= value + 1)
    model.maximize(points)
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.linearization_level = 2
    solver.parameters.random_seed = 1
    solver.parameters.max_deterministic_time = effort
    status = watched(lambda: solver.solve(model), solver.stop_search, is_over)
    if status == cp_model.INFEASIBLE:
        return Found(None, value)
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return Found(None, None)
    taken = np.flatnonzero([solver.value(one) for one in x])
    return Found(taken, round(solver.best_objective_bound))


def watched(look: Callable[[], T], interrupt: Callable[[], None], is_over: Callable[[], bool]) -> T:
    """What a solver says; it is interrupted when time is over."""
    told: list[T] = []
    thread = threading.Thread(target=lambda: told.append(look()))
    thread.start()
    while thread.is_alive():
        thread.join(LOOK_SECONDS)
        if thread.is_alive() and is_over():
            interrupt()
    return told[0]


def _proto(made: Program) -> Any:
    from ortools.math_opt import model_pb2

    proto = model_pb2.ModelProto()
    columns = range(len(made.points))
    proto.variables.ids.extend(columns)
    proto.variables.lower_bounds.extend([0.0] * len(columns))
    proto.variables.upper_bounds.extend(made.top)
    proto.variables.integers.extend([False] * len(columns))
    proto.objective.maximize = True
    asked = [n for n in columns if made.points[n]]
    proto.objective.linear_coefficients.ids.extend(asked)
    proto.objective.linear_coefficients.values.extend(made.points[n] for n in asked)
    proto.linear_constraints.ids.extend(range(len(made.lower)))
    proto.linear_constraints.lower_bounds.extend(made.lower)
    proto.linear_constraints.upper_bounds.extend(made.upper)
    row, column, weight = made.table()
    matrix = proto.linear_constraint_matrix
    matrix.row_ids.extend(row.tolist())
    matrix.column_ids.extend(column.tolist())
    matrix.coefficients.extend(weight.astype(float).tolist())
    return proto


def rows_of(ground: Ground, arcs: Arcs, taken: Ints) -> Ints:
    """[U, T] the choice behind these arcs: pair of each day, -1 idle, -2 - pair at rest."""
    chosen: Ints = np.full(ground.can.shape, -1, np.int32)
    rests = taken[arcs.pair[taken] < -1]
    chosen[arcs.unit[rests], arcs.first[rests]] = arcs.pair[rests]
    arc, day = worked(arcs, taken)
    chosen[arcs.unit[arc], day] = arcs.pair[arc]
    return chosen


# So many arcs at most, before and after the prices have spoken: 300 people by 60 days have 40,000.
MOST_ARCS, MOST_KEPT = 1_000_000, 60_000
# Where whole crews share places the prices say little, and so they do far from the bound: then only
# a programme with no more arcs than this is looked through.
NEAR, FEW = 0.01, 1_500
EFFORT = 4.0


@dataclass(eq=False)
class Finish:
    """The finish of one season, round after round. effort doubles with each."""

    ground: Ground
    arcs: Arcs | None = None
    effort: float = EFFORT

    def is_small(self) -> bool:
        return 0 < count_of(self.ground) <= MOST_ARCS

    def _is_much(self, arcs: Arcs, gap: float) -> bool:
        is_hard = gap > NEAR or bool((self.ground.size > 1).any())
        return len(arcs.unit) > (FEW if is_hard else MOST_KEPT)

    def kept(self, price: Ints, value: int) -> Arcs:
        """The arcs of plans that are worth more than `value`."""
        if self.arcs is None:
            self.arcs = arcs_of(self.ground)
        return self.arcs.only(worth_keeping(self.ground, self.arcs, price, value))

    def price(
        self, price: Ints, value: int, gap: float, is_over: Callable[[], bool]
    ) -> tuple[Ints, Ints | None] | None:
        """Better prices, and the choice behind them where it is one. None: not found."""
        arcs = self.kept(price, value)
        if not arcs.is_whole or self._is_much(arcs, gap):
            return None
        made = program(self.ground, arcs)
        relaxed = relax(made, is_over)
        if relaxed is None:
            return None
        columns, duals = relaxed
        better = np.zeros(price.size, np.int64)
        duals = duals[made.first_place : made.first_place + len(made.place)]
        better[made.place] = np.rint(np.maximum(0, duals) * SCALE).astype(np.int64)
        columns = columns[: len(arcs.unit)]
        is_plan = bool((np.minimum(columns, 1 - columns) < 1e-6).all())
        taken = np.flatnonzero(columns > 0.5)
        return better.reshape(price.shape), rows_of(self.ground, arcs, taken) if is_plan else None

    def look(
        self, price: Ints, value: int, gap: float, is_over: Callable[[], bool]
    ) -> tuple[int | None, Ints | None]:
        """A bound and a choice that is worth more than `value`, each where there is one."""
        arcs = self.kept(price, value)
        if not arcs.is_whole:
            return value, None
        if self._is_much(arcs, gap):
            return None, None
        found = search(program(self.ground, arcs), value, self.effort, is_over)
        if found.taken is None:
            return found.bound, None
        taken = found.taken[found.taken < len(arcs.unit)]
        return found.bound, rows_of(self.ground, arcs, taken)
