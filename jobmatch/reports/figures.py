"""Figures of people in work: the one place where work days and pay are added up.

Every page that shows people, person-times, person-days, months or yuan reads them here, so that a
figure of the same people and days never differs between two pages. events.py lists what is behind
each; queries.py judges which officer may ask. Basis: docs/rules/figures.md.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Integer,
    String,
    case,
    cast,
    distinct,
    func,
    literal_column,
    select,
)

from jobmatch.attendance.models import WorkDay
from jobmatch.earnings.models import PaySlipLine
from jobmatch.households.models import Household, HouseholdMember
from jobmatch.infra.db import reading
from jobmatch.infra.scopes import within
from jobmatch.kernel.periods import Days, add_months, month_of
from jobmatch.reports.models import WorkerMonth
from jobmatch.workers.models import Worker

DAY_MINUTES = 480
# As a brand's number: work that no brand was sent to.
NO_BRAND = 0
# Written into the statement: PostgreSQL takes two parameters of one value for two expressions.
_ONE, _SEVEN = literal_column("1", Integer), literal_column("7", Integer)


class By(StrEnum):
    PLACE = "place"
    MONTH = "month"
    KIND = "kind"
    BRAND = "brand"
    EMPLOYER = "employer"


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose work: of people who live in a place, for a brand (NO_BRAND: for none), for an employer,
    of one worker, on these days (both included). What is not given does not narrow.
    """

    place: str = ""
    brand_id: int | None = None
    employer_id: int | None = None
    worker_id: int | None = None
    first: date | None = None
    last: date | None = None

    @property
    def of_months(self) -> bool:
        """Whether it begins with a month and ends with one."""
        begins = self.first is None or self.first.day == 1
        return begins and (self.last is None or (self.last + timedelta(days=1)).day == 1)

    @property
    def of_one_month(self) -> bool:
        return (
            self.first is not None
            and self.first.day == 1
            and self.last == month_of(self.first).last
        )


@dataclass(frozen=True, slots=True)
class Sums:
    """headcount: people, each once; person_times: worker x work day; minutes; fen: gross pay;
    months: worker x month with a work day.
    """

    headcount: int = 0
    person_times: int = 0
    minutes: int = 0
    fen: int = 0
    months: int = 0

    def plus(self, other: "Sums") -> "Sums":
        """Of people of whom none is in both: headcounts add up only so."""
        return Sums(
            self.headcount + other.headcount, self.person_times + other.person_times,
            self.minutes + other.minutes, self.fen + other.fen, self.months + other.months,
        )  # fmt: skip

    @property
    def person_days(self) -> float:
        """Days of 8 hours, to one decimal."""
        return round(self.minutes / DAY_MINUTES, 1)


# without kinds: for everybody


def total(scope: Scope) -> Sums:
    """Everyone's figures; one statement."""
    people = per_worker(scope).c
    return sums_of(reading().execute(select(*totals(people))).one())


def by_month(scope: Scope) -> list[tuple[date, Sums]]:
    """The same for each month with a work day (its first day), the earliest first.

    Somebody who worked in two months counts in each.
    """
    people = per_worker(scope, By.MONTH).c
    rows = reading().execute(select(people.key, *totals(people)).group_by(people.key))
    return sorted((month_first(key), sums_of(numbers)) for key, *numbers in rows)


def every_month(scope: Scope) -> list[tuple[date, Sums]]:
    """The same with the months between that had no work. The scope has a first and a last day."""
    assert scope.first is not None
    assert scope.last is not None
    found = dict(by_month(scope))
    return [(month, found.get(month, Sums())) for month in months(Days(scope.first, scope.last))]


def of_members(member_ids: Sequence[int], period: Days) -> dict[int, tuple[int, Sums]]:
    """What household members did as workers in whole months: the worker's key and sums."""
    chosen = select(Worker.id).where(Worker.member_id.in_(member_ids))
    people = _of_months(
        Scope(first=period.first, last=period.last), [WorkerMonth.worker_id.in_(chosen)]
    ).c
    rows = reading().execute(
        select(
            Worker.member_id, Worker.id, people.person_times, people.minutes, people.fen,
            people.months,
        )
        .outerjoin(people.worker_id.table, people.worker_id == Worker.id)
        .where(Worker.member_id.in_(member_ids))
    )  # fmt: skip
    return {member: (worker, sums_of([1, *numbers])) for member, worker, *numbers in rows}


def worked_for(scope: Scope) -> tuple[set[int], set[int]]:
    """The brands and the employers for whom the people of a scope worked; one statement."""
    pairs = reading().execute(
        select(WorkDay.brand_id, WorkDay.employer_id)
        .where(*_who(scope, WorkDay.worker_id), *days_of(scope))
        .distinct()
    )
    found: list[tuple[int | None, int]] = [(brand, employer) for brand, employer in pairs]
    return {b for b, _ in found if b is not None}, {e for _, e in found}


# the ground of all of them: one row for each worker (and key)


def per_worker(scope: Scope, by: By | None = None) -> Any:
    """A subquery with the sums of each worker of the scope, and of each `key` where asked.

    columns   worker_id, person_times, minutes, fen, months; key: month, brand or employer
    """
    is_narrow = scope.brand_id is not None or scope.employer_id is not None
    if is_narrow or not scope.of_months or by in (By.BRAND, By.EMPLOYER):
        return _of_events(scope, by)
    return _of_months(scope, _who(scope, WorkerMonth.worker_id), by)


def _who(scope: Scope, worker_id: Any) -> list[ColumnElement[bool]]:
    where: list[ColumnElement[bool]] = []
    if scope.place:
        # IN, not a join: both databases then walk the place's workers, not the whole period.
        at_home = select(Worker.id).where(within(Worker.home_code, [scope.place]))
        where.append(worker_id.in_(at_home))
    if scope.worker_id is not None:
        where.append(worker_id == scope.worker_id)
    return where


def _of_months(scope: Scope, where: list[ColumnElement[bool]], by: By | None = None) -> Any:
    """From the monthly summary: whole months, whoever the work was for."""
    where = [*where, WorkerMonth.person_times > 0]
    if scope.of_one_month:
        # Equality lets the index that holds all the sums answer alone.
        where.append(WorkerMonth.month == scope.first)
    else:
        if scope.first is not None:
            where.append(WorkerMonth.month >= scope.first)
        if scope.last is not None:
            where.append(WorkerMonth.month <= scope.last)
    sums = (WorkerMonth.person_times, WorkerMonth.minutes, WorkerMonth.fen)
    if by is By.MONTH or scope.of_one_month:
        # A worker has one row a month: nothing to add up.
        one = literal_column("1", Integer).label("months")
        return (
            select(WorkerMonth.worker_id, WorkerMonth.month.label("key"), *sums, one)
            .where(*where)
            .subquery()
        )
    added = (func.sum(column).label(column.key) for column in sums)
    return (
        select(WorkerMonth.worker_id, *added, func.count().label("months"))
        .where(*where)
        .group_by(WorkerMonth.worker_id)
        .subquery()
    )


def _of_events(scope: Scope, by: By | None = None) -> Any:
    """From the work days themselves; a day has one live line of pay at most."""
    month = func.substr(cast(WorkDay.work_date, String), _ONE, _SEVEN)
    keys = {By.MONTH: month, By.BRAND: WorkDay.brand_id, By.EMPLOYER: WorkDay.employer_id}
    key = keys.get(by) if by is not None else None
    grouped = [WorkDay.worker_id] if key is None else [WorkDay.worker_id, key]
    named: list[Any] = [] if key is None else [key.label("key")]
    return (
        select(
            WorkDay.worker_id, *named, func.count().label("person_times"),
            func.sum(WorkDay.minutes).label("minutes"),
            func.sum(case((PaySlipLine.amount_fen.is_(None), 0), else_=PaySlipLine.amount_fen))
            .label("fen"),
            func.count(distinct(month)).label("months"),
        )
        .select_from(WorkDay)
        .outerjoin(PaySlipLine, PaySlipLine.live_day_id == WorkDay.id)
        .where(*_who(scope, WorkDay.worker_id), *days_of(scope))
        .group_by(*grouped)
        .subquery()
    )  # fmt: skip


def days_of(scope: Scope) -> list[ColumnElement[bool]]:
    """Which work days a scope holds, as far as these tell themselves (all but the place)."""
    where: list[ColumnElement[bool]] = []
    if scope.brand_id == NO_BRAND:
        where.append(WorkDay.brand_id.is_(None))
    elif scope.brand_id is not None:
        where.append(WorkDay.brand_id == scope.brand_id)
    if scope.employer_id is not None:
        where.append(WorkDay.employer_id == scope.employer_id)
    if scope.first is not None:
        where.append(WorkDay.work_date >= scope.first)
    if scope.last is not None:
        where.append(WorkDay.work_date <= scope.last)
    return where


def with_kind(statement: Any) -> Any:
    """The statement, which has workers, with their households."""
    return statement.outerjoin(HouseholdMember, HouseholdMember.id == Worker.member_id).outerjoin(
        Household, Household.id == HouseholdMember.household_id
    )


def months(period: Days) -> list[date]:
    """The first days of the months of a period, in order."""
    found = [month_of(period.first).first]
    while add_months(found[-1], 1) <= period.last:
        found.append(add_months(found[-1], 1))
    return found


def whole_months(first: date, last: date) -> Days:
    """The whole calendar months that hold these days; a last before the first is the first."""
    first = month_of(first).first
    return Days(first, month_of(max(first, last)).last)


def totals(people: Any) -> tuple[Any, ...]:
    return (
        func.count(), func.sum(people.person_times), func.sum(people.minutes),
        func.sum(people.fen), func.sum(people.months),
    )  # fmt: skip


def sums_of(numbers: Sequence[Any]) -> Sums:
    return Sums(*(int(number or 0) for number in numbers))


def month_first(key: Any) -> date:
    """The first day of a month that is a date, or the first letters of one."""
    return key if isinstance(key, date) else date.fromisoformat(f"{str(key)[:7]}-01")
