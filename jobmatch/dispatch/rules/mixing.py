"""Mixing whole seasons: of all that units were seen to answer, the best choice for all at once.

A linear programme (GLOP) with a column for each season of a unit: one season a unit, no more people
than places. What it says that places are worth prices the next answers; an answer that earns more
than the unit's share is a new column. When no unit has one, the mixture is worth as much as the
best bound by prices can be. docs/rules/season.md, "Mixing", tells it in prose.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from jobmatch.dispatch.rules.finish import watched
from jobmatch.dispatch.rules.paths import SCALE, Ground, Market, Scratch
from jobmatch.dispatch.rules.problem import Flags, Ints
from jobmatch.dispatch.rules.responses import NO_STANDING, row_worth, sweep

# The programme of so many units is solved in about a second, that of ten times as many in minutes.
MOST_UNITS = 3_000
# Between the prices of the best bound and those of the mixture: near the former bounds fall surely.
STEPS = (0.7, 0.0)
SMALL, WHOLE = 1e-6, 1 - 1e-6
Worth = dict[Any, float]


@dataclass(frozen=True, eq=False)
class Mixed:
    """A solved mixture.

    price  [P, T] scaled points; share: [U] points that each unit earns at these prices
    row    [U, T] the season of each unit that has a whole one; is_whole: [U] who does
    """

    price: Ints
    share: Any
    row: Ints
    is_whole: Flags


@dataclass(eq=False)
class Mixture:
    """Seasons of units, and the programme over them; it grows and begins where it ended."""

    ground: Ground
    scratch: Scratch
    seen: list[set[bytes]] = field(init=False)
    fresh: list[tuple[int, Ints]] = field(default_factory=list)
    columns: list[tuple[int, Ints, Any]] = field(default_factory=list)
    _program: "_Program | None" = None

    def __post_init__(self) -> None:
        self.seen = [set() for _ in self.ground.size]

    def is_small(self) -> bool:
        """Whether mixing is worth its time.

        A crew that pays for splitting cannot be told alone, and where whole crews share places the
        programme cuts them in pieces for ever: 200 of them stood at 20 % when shaking brings 3.
        """
        has_crews = bool((self.ground.size > 1).any()) or self.ground.split_cost > 0
        return 0 < len(self.ground.size) <= MOST_UNITS and not has_crews

    def take(self, chosen: Ints, mixed: Mixed | None = None) -> int:
        """Remember the seasons of all units; how many are new.

        mixed: only those that earn more than the unit's share in it
        """
        found = 0
        for u, row in enumerate(chosen):
            key = row.tobytes()
            if key in self.seen[u] or (mixed and self._gain(u, row, mixed) <= SMALL):
                continue
            self.seen[u].add(key)
            self.fresh.append((u, row.copy()))
            found += 1
        return found

    def answers(self, price: Ints) -> Ints:
        """[U, T] the best season of each unit at these prices."""
        ground = self.ground
        chosen: Ints = np.full(ground.can.shape, -1, np.int32)
        market = Market(price, np.zeros_like(price), 0, False)
        sweep(np.arange(len(chosen)), ground, market, NO_STANDING, chosen, self.scratch)
        return chosen

    def best(self, is_over: Callable[[], bool]) -> Mixed | None:
        """The best mixture of what was seen; None where it was stopped, or where there is none."""
        program = self._program = self._program or _Program(self.ground)
        for u, row in self.fresh:
            self.columns.append((u, row, program.add(u, row, *self._places(u, row))))
        self.fresh.clear()
        solved = program.solve(is_over)
        if solved is None:
            return None
        values, duals = solved
        price: Ints = np.zeros(self.ground.places.shape, np.int64)
        for (posting, day), place in program.place.items():
            price[posting, day] = round(max(0.0, duals[place]) * SCALE)
        rows: Ints = np.full(self.ground.can.shape, -1, np.int32)
        is_whole = np.zeros(len(rows), bool)
        for u, row, column in self.columns:
            if values[column] > WHOLE:
                rows[u], is_whole[u] = row, True
        return Mixed(price, np.array([duals[one] for one in program.unit]), rows, is_whole)

    def _places(self, u: int, row: Ints) -> tuple[Ints, Ints]:
        """Postings and days on which a season takes places: pinned days have theirs."""
        takes = row >= 0
        if len(self.ground.pinned):
            takes &= self.ground.pinned[u] < 0
        days = np.flatnonzero(takes)
        return self.ground.posting[self.ground.first_pair[u] + row[days]], days

    def _gain(self, u: int, row: Ints, mixed: Mixed) -> float:
        """Points by which a season earns more than the unit's share."""
        asked = int(mixed.price[self._places(u, row)].sum()) * int(self.ground.size[u]) / SCALE
        return float(row_worth(u, self.ground, row) - asked - mixed.share[u])


class _Program:
    """The linear programme. unit: one row each; place: a row for each place that anybody takes."""

    def __init__(self, ground: Ground) -> None:
        # Loaded where it is used, like in finish.
        from ortools.math_opt.python import mathopt

        self.ground = ground
        self.model = mathopt.Model()
        self.model.objective.is_maximize = True
        self.unit = [self.model.add_linear_constraint(lb=1, ub=1) for _ in ground.size]
        self.place: dict[tuple[int, int], Any] = {}
        self.solver = mathopt.IncrementalSolver(self.model, mathopt.SolverType.GLOP)

    def add(self, u: int, row: Ints, postings: Ints, days: Ints) -> Any:
        """A column for a season."""
        column = self.model.add_variable(lb=0)
        points = float(row_worth(u, self.ground, row))
        self.model.objective.set_linear_coefficient(column, points)
        self.unit[u].set_coefficient(column, 1)
        for at in zip(postings.tolist(), days.tolist(), strict=True):
            if at not in self.place:
                room = float(max(0, self.ground.places[at]))
                self.place[at] = self.model.add_linear_constraint(ub=room)
            self.place[at].set_coefficient(column, float(self.ground.size[u]))
        return column

    def solve(self, is_over: Callable[[], bool]) -> tuple[Worth, Worth] | None:
        """What each column and each row is worth; None where it was stopped or cannot be met."""
        from ortools.math_opt.python import mathopt
        from ortools.util.python.solve_interrupter import SolveInterrupter

        interrupter = SolveInterrupter()
        result = watched(
            lambda: self.solver.solve(interrupter=interrupter), interrupter.interrupt, is_over
        )
        if result.termination.reason != mathopt.TerminationReason.OPTIMAL:
            return None
        return result.variable_values(), result.dual_values()
