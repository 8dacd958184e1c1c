"""Figures of people in work, each with its unit and basis; the events behind each are in events.py.

Basis (docs/rules/figures.md): a person belongs to the place of their home; a person-time is one
worker on one work day; a person-day is 480 minutes worked; yuan is the gross pay of live slips by
work day; lifted and monitored go by the household's kind as it is now. Periods are whole months.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from jobmatch.households.models import Household, HouseholdMember
from jobmatch.households.rules.kinds import MONITORED, Kind
from jobmatch.infra.db import reading
from jobmatch.infra.scopes import within
from jobmatch.kernel.actor import Actor, Role
from jobmatch.kernel.errors import NotAllowed, NotFound
from jobmatch.kernel.periods import Days, add_months, month_of
from jobmatch.places.models import Place
from jobmatch.reports.models import WorkerMonth
from jobmatch.workers.models import Worker

DAY_MINUTES = 480


CODE_LENGTH = {1: 2, 2: 4, 3: 6, 4: 9, 5: 12}


class By(StrEnum):
    PLACE = "place"
    MONTH = "month"
    KIND = "kind"


class Group(StrEnum):
    """Whom a figure counts: everyone, or by the kind of the household."""

    ALL = "all"
    LIFTED = "lifted"
    MONITORED = "monitored"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Sums:
    """headcount: people, each once; person_times: worker x work day; minutes; fen: gross pay."""

    headcount: int = 0
    person_times: int = 0
    minutes: int = 0
    fen: int = 0

    def plus(self, other: "Sums") -> "Sums":
        """Of people of whom none is in both: headcounts add up only so."""
        return Sums(
            self.headcount + other.headcount, self.person_times + other.person_times,
            self.minutes + other.minutes, self.fen + other.fen,
        )  # fmt: skip

    @property
    def person_days(self) -> float:
        """Days of 8 hours, to one decimal."""
        return round(self.minutes / DAY_MINUTES, 1)


@dataclass(frozen=True, slots=True)
class FigureRow:
    """One line of a report. key: place code, month (YYYY-MM) or kind; name: of a place, else ""."""

    key: str
    name: str
    all: Sums
    lifted: Sums
    monitored: Sums


@dataclass(frozen=True, slots=True)
class Report:
    place_code: str
    place: str
    level: int
    period: Days
    total: FigureRow
    rows: tuple[FigureRow, ...]


@dataclass
class _Folding:
    all: Sums = field(default_factory=Sums)
    lifted: Sums = field(default_factory=Sums)
    monitored: Sums = field(default_factory=Sums)

    def add(self, kind: str | None, sums: Sums) -> None:
        self.all = self.all.plus(sums)
        if kind == Kind.LIFTED:
            self.lifted = self.lifted.plus(sums)
        elif kind in MONITORED:
            self.monitored = self.monitored.plus(sums)

    def row(self, key: str, name: str = "") -> FigureRow:
        return FigureRow(key, name, self.all, self.lifted, self.monitored)


def whole_months(first: date, last: date) -> Days:
    """The whole calendar months that hold these days; a last before the first is the first."""
    first = month_of(first).first
    return Days(first, month_of(max(first, last)).last)


def require_place(actor: Actor, code: str) -> Place:
    """The place, when the officer's scope covers it. raises NotAllowed, NotFound."""
    if not actor.has(Role.OFFICER):
        raise NotAllowed
    place = reading().get(Place, code)
    if place is None or not actor.covers(Role.OFFICER, code):
        raise NotFound
    return place


def figures(actor: Actor, place: str, first: date, last: date, by: By = By.PLACE) -> Report:
    """People in work of a place and what they did, by the places below it, by month or by kind.

    Months without work are rows of zeros; places without work too. raises NotAllowed, NotFound.
    """
    here = require_place(actor, place)
    period = whole_months(first, last)
    session = reading()
    if by is By.MONTH:
        total, rows = _by_month(session, place, period)
    elif by is By.KIND:
        total, rows = _by_kind(session, place, period)
    else:
        total, rows = _by_place(session, here, period)
    return Report(place, here.name, here.level, period, total, tuple(rows))


def _people(place: str, period: Days) -> Any:
    """One row a worker: the sums of the months of the period."""
    sums = (WorkerMonth.person_times, WorkerMonth.minutes, WorkerMonth.fen)
    is_one_month = month_of(period.first) == period
    where = (
        # Equality lets the index that holds all the sums answer alone.
        WorkerMonth.month == period.first
        if is_one_month
        else WorkerMonth.month.between(period.first, period.last),
        _worked(),
        # IN, not a join: both databases then walk the place's workers, not the whole period.
        WorkerMonth.worker_id.in_(select(Worker.id).where(within(Worker.home_code, [place]))),
    )
    if is_one_month:
        # A worker has one row a month: nothing to add up.
        return select(WorkerMonth.worker_id, *sums).where(*where).subquery()
    added = (func.sum(column).label(column.key) for column in sums)
    return (
        select(WorkerMonth.worker_id, *added)
        .where(*where)
        .group_by(WorkerMonth.worker_id)
        .subquery()
    )


def _worked() -> Any:
    return or_(WorkerMonth.person_times > 0, WorkerMonth.fen != 0)


def _totals(rows: Any) -> tuple[Any, ...]:
    return (
        func.count(), func.sum(rows.person_times), func.sum(rows.minutes), func.sum(rows.fen),
    )  # fmt: skip


def _with_kind(statement: Any) -> Any:
    return statement.outerjoin(HouseholdMember, HouseholdMember.id == Worker.member_id).outerjoin(
        Household, Household.id == HouseholdMember.household_id
    )


def _by_place(session: Session, here: Place, period: Days) -> tuple[FigureRow, list[FigureRow]]:
    people = _people(here.code, period)
    length = CODE_LENGTH[min(here.level + 1, 5)]
    below = func.substr(Worker.home_code, 1, length)
    statement = (
        select(below, Household.kind, *_totals(people.c))
        .select_from(people)
        .join(Worker, Worker.id == people.c.worker_id)
    )
    found: dict[str, _Folding] = {}
    total = _Folding()
    for code, kind, *numbers in session.execute(
        _with_kind(statement).group_by(below, Household.kind)
    ):
        sums = _sums(numbers)
        found.setdefault(code, _Folding()).add(kind, sums)
        total.add(kind, sums)
    children = session.execute(
        select(Place.code, Place.short_name)
        .where(Place.parent_code == here.code)
        .order_by(Place.code)
    ).all()
    names = {code: name for code, name in children}  # noqa: C416
    if here.code in found or not names:
        names[here.code] = here.short_name
    rows = [found.get(code, _Folding()).row(code, name) for code, name in names.items()]
    return total.row(here.code, here.short_name), rows


def _by_month(session: Session, place: str, period: Days) -> tuple[FigureRow, list[FigureRow]]:
    statement = (
        select(WorkerMonth.month, Household.kind, *_totals(WorkerMonth))
        .select_from(WorkerMonth)
        .join(Worker, Worker.id == WorkerMonth.worker_id)
    )
    found: dict[date, _Folding] = {}
    for month, kind, *numbers in session.execute(
        _with_kind(statement)
        .where(
            WorkerMonth.month.between(period.first, period.last),
            _worked(),
            within(Worker.home_code, [place]),
        )
        .group_by(WorkerMonth.month, Household.kind)
    ):
        found.setdefault(month, _Folding()).add(kind, _sums(numbers))
    rows = [found.get(month, _Folding()).row(f"{month:%Y-%m}") for month in _months(period)]
    # People are counted once in the period, so the months' headcounts do not add up to the total.
    return _by_kind(session, place, period)[0], rows


def trend(actor: Actor, place: str, first: date, last: date) -> list[tuple[date, Sums]]:
    """Everyone's sums month by month, months without work included. raises NotAllowed, NotFound."""
    require_place(actor, place)
    period = whole_months(first, last)
    found = {
        month: _sums(numbers)
        for month, *numbers in reading().execute(
            select(WorkerMonth.month, *_totals(WorkerMonth))
            .join(Worker, Worker.id == WorkerMonth.worker_id)
            .where(
                WorkerMonth.month.between(period.first, period.last),
                _worked(),
                within(Worker.home_code, [place]),
            )
            .group_by(WorkerMonth.month)
        )
    }
    return [(month, found.get(month, Sums())) for month in _months(period)]


def _months(period: Days) -> list[date]:
    months = [period.first]
    while add_months(months[-1], 1) <= period.last:
        months.append(add_months(months[-1], 1))
    return months


def _by_kind(session: Session, place: str, period: Days) -> tuple[FigureRow, list[FigureRow]]:
    people = _people(place, period)
    statement = (
        select(Household.kind, *_totals(people.c))
        .select_from(people)
        .join(Worker, Worker.id == people.c.worker_id)
    )
    total = _Folding()
    other = _Folding()
    for kind, *numbers in session.execute(_with_kind(statement).group_by(Household.kind)):
        sums = _sums(numbers)
        total.add(kind, sums)
        if kind != Kind.LIFTED and kind not in MONITORED:
            other.add(None, sums)
    rows = [
        FigureRow(Group.LIFTED, "", total.lifted, total.lifted, Sums()),
        FigureRow(Group.MONITORED, "", total.monitored, Sums(), total.monitored),
        other.row(Group.OTHER),
    ]
    return total.row(place), rows


def _sums(numbers: Sequence[Any]) -> Sums:
    return Sums(*(int(number or 0) for number in numbers))
