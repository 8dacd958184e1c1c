"""Figures of people in work, each with its unit and basis, and the events behind each.

Basis (docs/rules/figures.md): a person belongs to the place of their home; a person-time is one
worker on one work day; a person-day is 480 minutes worked; yuan is the gross pay of live slips by
work day; lifted and monitored go by the household's kind as it is now. Periods are whole months.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from jobmatch.attendance.models import WorkDay
from jobmatch.brands.models import LaborBrand
from jobmatch.earnings.models import PaySlipLine
from jobmatch.employers.models import Employer
from jobmatch.households.models import Household, HouseholdMember
from jobmatch.households.rules.kinds import MONITORED, Kind
from jobmatch.infra.db import reading
from jobmatch.infra.scopes import within
from jobmatch.kernel.actor import Actor, Role
from jobmatch.kernel.errors import NotAllowed, NotFound
from jobmatch.kernel.ids import PostingId, WorkerId
from jobmatch.kernel.paging import PAGE_SIZE, Page
from jobmatch.kernel.periods import Days, add_months, month_of
from jobmatch.places.models import Place
from jobmatch.postings.models import Posting
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


@dataclass(frozen=True, slots=True)
class PersonRow:
    worker_id: WorkerId
    name: str
    phone: str | None
    home: str
    kind: Kind | None
    sums: Sums


@dataclass(frozen=True, slots=True)
class EventRow:
    """A work day: one person-time. fen: its line on a live pay slip, None when not settled."""

    work_date: date
    worker_id: WorkerId
    worker: str
    home: str
    posting_id: PostingId
    posting: str
    employer: str
    brand: str
    minutes: int
    fen: int | None


@dataclass(frozen=True, slots=True)
class MemberWork:
    """What a household member did as a worker."""

    worker_id: WorkerId
    sums: Sums
    last_day: date | None


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


def _in_group(group: Group) -> list[Any]:
    if group is Group.LIFTED:
        return [Household.kind == Kind.LIFTED.value]
    if group is Group.MONITORED:
        return [Household.kind.in_(sorted(MONITORED))]
    if group is Group.OTHER:
        return [or_(Household.kind.is_(None), Household.kind == Kind.ORDINARY.value)]
    return []


def people(
    actor: Actor, place: str, first: date, last: date, *, group: Group = Group.ALL, page: int = 1
) -> Page[PersonRow]:
    """The people behind a headcount, most person-times first. raises NotAllowed, NotFound."""
    require_place(actor, place)
    period = whole_months(first, last)
    session = reading()
    sums = _people(place, period)
    where = _in_group(group)
    joined = select(func.count()).select_from(sums).join(Worker, Worker.id == sums.c.worker_id)
    total = session.scalar(_with_kind(joined).where(*where)) or 0
    found = session.execute(
        _with_kind(
            select(
                Worker.id, Worker.name, Worker.phone, Place.full_name, Household.kind,
                sums.c.person_times, sums.c.minutes, sums.c.fen,
            )
            .select_from(sums)
            .join(Worker, Worker.id == sums.c.worker_id)
            .join(Place, Place.code == Worker.home_code)
        )
        .where(*where)
        .order_by(sums.c.person_times.desc(), Worker.id)
        .limit(PAGE_SIZE)
        .offset((page - 1) * PAGE_SIZE)
    )  # fmt: skip
    rows = [
        PersonRow(
            WorkerId(key), name, phone, home, Kind(kind) if kind else None,
            Sums(1, int(n), int(minutes), int(fen)),
        )
        for key, name, phone, home, kind, n, minutes, fen in found
    ]  # fmt: skip
    return Page(rows, page, total)


def events(
    actor: Actor,
    place: str,
    first: date,
    last: date,
    *,
    group: Group = Group.ALL,
    worker_id: int | None = None,
    page: int = 1,
) -> Page[EventRow]:
    """The work days behind a figure, the latest first. raises NotAllowed, NotFound."""
    require_place(actor, place)
    period = whole_months(first, last)
    session = reading()
    where = [within(Worker.home_code, [place]), *_in_group(group)]
    if worker_id is not None:
        where.append(Worker.id == worker_id)
    counted = (
        select(func.sum(WorkerMonth.person_times))
        .select_from(WorkerMonth)
        .join(Worker, Worker.id == WorkerMonth.worker_id)
        .where(WorkerMonth.month.between(period.first, period.last))
    )
    total = int(session.scalar(_with_kind(counted).where(*where)) or 0)
    chosen = _with_kind(
        select(WorkDay.id).select_from(WorkDay).join(Worker, Worker.id == WorkDay.worker_id)
    )
    keys = (
        chosen.where(WorkDay.work_date.between(period.first, period.last), *where)
        .order_by(WorkDay.work_date.desc(), WorkDay.id.desc())
        .limit(PAGE_SIZE)
        .offset((page - 1) * PAGE_SIZE)
        .subquery()
    )
    return Page(_events(session, keys), page, total)


def _events(session: Session, keys: Any) -> list[EventRow]:
    """The rows of chosen work days: the narrow keys are drawn first, the wide rows only once."""
    found = session.execute(
        select(
            WorkDay.work_date, Worker.id, Worker.name, Place.short_name, Posting.id, Posting.title,
            Employer.name, LaborBrand.name, WorkDay.minutes, PaySlipLine.amount_fen,
        )
        .join(Worker, Worker.id == WorkDay.worker_id)
        .join(Place, Place.code == Worker.home_code)
        .join(Posting, Posting.id == WorkDay.posting_id)
        .join(Employer, Employer.id == WorkDay.employer_id)
        .outerjoin(LaborBrand, LaborBrand.id == WorkDay.brand_id)
        .outerjoin(
            PaySlipLine,
            and_(PaySlipLine.work_day_id == WorkDay.id, PaySlipLine.live_day_id.is_not(None)),
        )
        .where(WorkDay.id.in_(select(keys.c.id)))
        .order_by(WorkDay.work_date.desc(), WorkDay.id.desc())
    )  # fmt: skip
    return [
        EventRow(
            day, WorkerId(worker), name, home, PostingId(posting), title, employer, brand or "",
            minutes, fen,
        )
        for day, worker, name, home, posting, title, employer, brand, minutes, fen in found
    ]  # fmt: skip


def work_of_members(member_ids: Iterable[int], period: Days) -> dict[int, MemberWork]:
    """What household members did as workers in whole months. The caller has judged who may ask."""
    session = reading()
    keys = list(member_ids)
    rows: Sequence[Any] = session.execute(
        select(
            Worker.member_id, Worker.id, func.sum(WorkerMonth.person_times),
            func.sum(WorkerMonth.minutes), func.sum(WorkerMonth.fen),
        )
        .outerjoin(
            WorkerMonth,
            and_(
                WorkerMonth.worker_id == Worker.id,
                WorkerMonth.month.between(period.first, period.last),
            ),
        )
        .where(Worker.member_id.in_(keys))
        .group_by(Worker.member_id, Worker.id)
    ).all()  # fmt: skip
    last = session.execute(
        select(WorkDay.worker_id, func.max(WorkDay.work_date))
        .where(WorkDay.worker_id.in_([worker for _, worker, *_ in rows]))
        .group_by(WorkDay.worker_id)
    ).all()
    last_days = {worker: day for worker, day in last}  # noqa: C416
    return {
        member: MemberWork(WorkerId(worker), _sums([1, n, minutes, fen]), last_days.get(worker))
        for member, worker, n, minutes, fen in rows
    }
