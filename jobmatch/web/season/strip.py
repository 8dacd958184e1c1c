"""A week of the season plan in one strip: how many go, how many are wanted, day by day."""

from dataclasses import dataclass
from datetime import date, timedelta

from flask import g

from jobmatch.dispatch import season_queries as queries
from jobmatch.dispatch.season_queries import PlanRow
from jobmatch.dispatch.season_rows import Scope
from jobmatch.infra import clock

DAYS = 7


@dataclass(frozen=True, slots=True)
class StripDay:
    day: date
    filled: int
    demand: int

    @property
    def missing(self) -> int:
        return max(0, self.demand - self.filled)


@dataclass(frozen=True, slots=True)
class Strip:
    """The newest plan that holds these days; days: today and the six after it."""

    plan: PlanRow
    days: tuple[StripDay, ...]

    @property
    def filled(self) -> int:
        return sum(day.filled for day in self.days)

    @property
    def missing(self) -> int:
        return sum(day.missing for day in self.days)


def this_week(scope: Scope) -> Strip | None:
    """None where no plan holds a day of the week that begins today."""
    first = clock.today()
    last = first + timedelta(days=DAYS - 1)
    plan = queries.latest(scope, first, actor=g.actor)
    if plan is None:
        return None
    works = queries.coverage(plan.id, first, last, actor=g.actor)
    return Strip(
        plan,
        tuple(
            StripDay(
                first + timedelta(days=n),
                sum(one.days[n].filled for one in works),
                sum(max(one.days[n].demand, one.days[n].filled) for one in works),
            )
            for n in range(DAYS)
        ),
    )
