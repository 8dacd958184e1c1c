"""The season as Timefold knows it. Importing this starts Java; only `season_timefold` does.

A person has up to three stays. A stay is in a window (a posting and days in a row on which the
person is free and places are open) or in none; it begins no sooner than `after` and ends no later
than `before`. Timefold turns these functions into Java, so they use plain words of Python only.
"""

from dataclasses import dataclass, field
from typing import Annotated

from timefold.solver.domain import (
    PlanningEntityCollectionProperty,
    PlanningId,
    PlanningScore,
    PlanningVariable,
    ProblemFactCollectionProperty,
    ValueRangeProvider,
    planning_entity,
    planning_solution,
)
from timefold.solver.score import (
    Constraint,
    ConstraintCollectors,
    ConstraintFactory,
    HardSoftScore,
    Joiners,
    constraint_provider,
)

DAYS = 1000


@dataclass
class Window:
    posting: int
    first: int
    last: int
    least: int
    value: int
    cost: int


@dataclass
class Place:
    key: int
    headcount: int


@planning_entity
@dataclass
class Stay:
    id: Annotated[int, PlanningId]
    worker: int
    windows: Annotated[list[Window], ValueRangeProvider(id="windows")]
    window: Annotated[
        Window | None,
        PlanningVariable(value_range_provider_refs=["windows"], allows_unassigned=True),
    ] = field(default=None)
    after: Annotated[
        int | None, PlanningVariable(value_range_provider_refs=["days"])
    ] = field(default=None)  # fmt: skip
    before: Annotated[
        int | None, PlanningVariable(value_range_provider_refs=["days"])
    ] = field(default=None)  # fmt: skip

    def first(self) -> int:
        return max(self.window.first, self.after)

    def last(self) -> int:
        return min(self.window.last, self.before)

    def length(self) -> int:
        return self.last() - self.first() + 1

    def is_somewhere(self) -> bool:
        return self.window is not None and self.length() > 0

    def places(self) -> list[int]:
        at = self.window.posting * DAYS
        return [at + day for day in range(self.first(), self.last() + 1)]


def overlap(a: Stay, b: Stay) -> int:
    return min(a.last(), b.last()) - max(a.first(), b.first()) + 1


@planning_solution
@dataclass
class Season:
    stays: Annotated[list[Stay], PlanningEntityCollectionProperty]
    places: Annotated[list[Place], ProblemFactCollectionProperty]
    days: Annotated[list[int], ValueRangeProvider(id="days")]
    score: Annotated[HardSoftScore | None, PlanningScore] = field(default=None)


@constraint_provider
def rules(factory: ConstraintFactory) -> list[Constraint]:
    return [
        factory.for_each(Stay)
        .filter(lambda stay: stay.window is not None and stay.length() < stay.window.least)
        .penalize(HardSoftScore.ONE_HARD, lambda stay: stay.window.least - stay.length())
        .as_constraint("min_stay"),
        factory.for_each_unique_pair(Stay, Joiners.equal(lambda stay: stay.worker))
        .filter(lambda a, b: a.is_somewhere() and b.is_somewhere() and overlap(a, b) > 0)
        .penalize(HardSoftScore.ONE_HARD, lambda a, b: overlap(a, b))
        .as_constraint("one_a_day"),
        factory.for_each(Stay)
        .filter(lambda stay: stay.is_somewhere())
        .flatten_last(lambda stay: stay.places())
        .group_by(lambda key: key, ConstraintCollectors.count())
        .join(Place, Joiners.equal(lambda key, count: key, lambda place: place.key))
        .filter(lambda key, count, place: count > place.headcount)
        .penalize(HardSoftScore.ONE_HARD, lambda key, count, place: count - place.headcount)
        .as_constraint("headcount"),
        factory.for_each(Stay)
        .filter(lambda stay: stay.is_somewhere())
        .reward(
            HardSoftScore.ONE_SOFT,
            lambda stay: stay.window.value * stay.length() - stay.window.cost,
        )
        .as_constraint("value"),
    ]
