"""The people and the work days behind the figures."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import func, or_, select

from jobmatch.attendance.models import WorkDay
from jobmatch.brands.models import Crew, LaborBrand
from jobmatch.earnings.models import PaySlipLine
from jobmatch.employers.models import Employer
from jobmatch.households.models import Household
from jobmatch.households.rules.kinds import MONITORED, Kind
from jobmatch.infra.db import reading
from jobmatch.infra.scopes import within
from jobmatch.kernel.actor import Actor
from jobmatch.kernel.ids import PostingId, WorkerId
from jobmatch.kernel.paging import PAGE_SIZE, Page
from jobmatch.kernel.periods import Days
from jobmatch.places import queries as places
from jobmatch.places.models import Place
from jobmatch.postings.models import Posting
from jobmatch.reports import figures
from jobmatch.reports.figures import Scope, Sums, days_of, per_worker, sums_of, with_kind
from jobmatch.reports.queries import Group, require_place
from jobmatch.workers.models import Worker

# As many lines a file has at most.
MOST_LINES = 50_000


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
    """A work day: one person-time. brand, crew: "" for none. fen: its line on a live pay slip, and
    slip_id that slip; None when not settled.
    """

    work_day_id: int
    work_date: date
    worker_id: WorkerId
    worker: str
    home: str
    posting_id: PostingId
    posting: str
    employer: str
    brand: str
    crew: str
    minutes: int
    pieces: int
    fen: int | None
    slip_id: int | None


@dataclass(frozen=True, slots=True)
class MemberWork:
    """What a household member did as a worker."""

    worker_id: WorkerId
    sums: Sums
    last_day: date | None


def _in_group(group: Group) -> list[Any]:
    if group is Group.LIFTED:
        return [Household.kind == Kind.LIFTED.value]
    if group is Group.MONITORED:
        return [Household.kind.in_(sorted(MONITORED))]
    if group is Group.OTHER:
        return [or_(Household.kind.is_(None), Household.kind == Kind.ORDINARY.value)]
    return []


# for officers


def people(
    actor: Actor, scope: Scope, *, group: Group = Group.ALL, page: int = 1
) -> Page[PersonRow]:
    """The people behind a headcount, most person-times first. raises NotAllowed, NotFound."""
    require_place(actor, scope.place)
    sums = per_worker(scope).c
    counted = (
        select(func.count())
        .select_from(sums.worker_id.table)
        .join(Worker, Worker.id == sums.worker_id)
    )
    total = reading().scalar(with_kind(counted).where(*_in_group(group))) or 0
    return Page(_people(scope, group, PAGE_SIZE, (page - 1) * PAGE_SIZE), page, total)


def all_people(actor: Actor, scope: Scope, *, group: Group = Group.ALL) -> list[PersonRow]:
    """The same for a file, at most MOST_LINES and one that tells of more.

    raises NotAllowed, NotFound
    """
    require_place(actor, scope.place)
    return _people(scope, group, MOST_LINES + 1, 0)


def _people(scope: Scope, group: Group, most: int, skip: int) -> list[PersonRow]:
    sums = per_worker(scope).c
    found = reading().execute(
        with_kind(
            select(
                Worker.id, Worker.name, Worker.phone, Worker.home_code, Household.kind,
                sums.person_times, sums.minutes, sums.fen, sums.months,
            )
            .select_from(sums.worker_id.table)
            .join(Worker, Worker.id == sums.worker_id)
        )
        .where(*_in_group(group))
        .order_by(sums.person_times.desc(), Worker.id)
        .limit(most)
        .offset(skip)
    ).all()  # fmt: skip
    homes = places.local_names({row.home_code for row in found})
    return [
        PersonRow(
            WorkerId(key), name, phone, homes.get(home, ""), Kind(kind) if kind else None,
            sums_of([1, *numbers]),
        )
        for key, name, phone, home, kind, *numbers in found
    ]  # fmt: skip


def events(
    actor: Actor, scope: Scope, *, group: Group = Group.ALL, page: int = 1
) -> Page[EventRow]:
    """The work days behind a figure, the latest first. raises NotAllowed, NotFound."""
    require_place(actor, scope.place)
    return _page(scope, group, page)


def all_events(actor: Actor, scope: Scope, *, group: Group = Group.ALL) -> list[EventRow]:
    """The same for a file, at most MOST_LINES and one that tells of more.

    raises NotAllowed, NotFound
    """
    require_place(actor, scope.place)
    return _rows(_keys(scope, group).limit(MOST_LINES + 1))


# for whoever the caller has let in


def work_days(scope: Scope, page: int = 1) -> Page[EventRow]:
    """The work days behind the figures of a scope, the latest first."""
    return _page(scope, Group.ALL, max(page, 1))


def all_work_days(scope: Scope) -> list[EventRow]:
    """The same for a file, at most MOST_LINES and one that tells of more."""
    return _rows(_keys(scope, Group.ALL).limit(MOST_LINES + 1))


def work_of_members(member_ids: Iterable[int], period: Days) -> dict[int, MemberWork]:
    """What household members did as workers in whole months. The caller has judged who may ask."""
    found = figures.of_members(list(member_ids), period)
    last = reading().execute(
        select(WorkDay.worker_id, func.max(WorkDay.work_date))
        .where(WorkDay.worker_id.in_([worker for worker, _ in found.values()]))
        .group_by(WorkDay.worker_id)
    ).all()  # fmt: skip
    last_days = {worker: day for worker, day in last}  # noqa: C416
    return {
        member: MemberWork(WorkerId(worker), sums, last_days.get(worker))
        for member, (worker, sums) in found.items()
    }


def _page(scope: Scope, group: Group, page: int) -> Page[EventRow]:
    if group is Group.ALL:
        total = figures.total(scope).person_times
    else:
        sums = per_worker(scope).c
        counted = (
            select(func.sum(sums.person_times))
            .select_from(sums.worker_id.table)
            .join(Worker, Worker.id == sums.worker_id)
        )
        total = int(reading().scalar(with_kind(counted).where(*_in_group(group))) or 0)
    keys = _keys(scope, group).limit(PAGE_SIZE).offset((page - 1) * PAGE_SIZE)
    return Page(_rows(keys), page, total)


def _keys(scope: Scope, group: Group) -> Any:
    """The keys of the work days of a scope, the latest first."""
    found = select(WorkDay.id).where(*days_of(scope))
    if scope.worker_id is not None:
        found = found.where(WorkDay.worker_id == scope.worker_id)
    if scope.place or group is not Group.ALL:
        found = found.join(Worker, Worker.id == WorkDay.worker_id)
    if scope.place:
        found = found.where(within(Worker.home_code, [scope.place]))
    if group is not Group.ALL:
        found = with_kind(found).where(*_in_group(group))
    return found.order_by(WorkDay.work_date.desc(), WorkDay.id.desc())


def _rows(keys: Any) -> list[EventRow]:
    """The rows of chosen work days: the narrow keys are drawn first, the wide rows only once."""
    chosen = keys.subquery()
    found = reading().execute(
        select(
            WorkDay.id, WorkDay.work_date, Worker.id, Worker.name, Place.short_name, Posting.id,
            Posting.title, Employer.name, func.coalesce(LaborBrand.name, ""),
            func.coalesce(Crew.name, ""), WorkDay.minutes, WorkDay.pieces, PaySlipLine.amount_fen,
            PaySlipLine.pay_slip_id,
        )
        .join(Worker, Worker.id == WorkDay.worker_id)
        .join(Place, Place.code == Worker.home_code)
        .join(Posting, Posting.id == WorkDay.posting_id)
        .join(Employer, Employer.id == WorkDay.employer_id)
        .outerjoin(LaborBrand, LaborBrand.id == WorkDay.brand_id)
        .outerjoin(Crew, Crew.id == WorkDay.crew_id)
        .outerjoin(PaySlipLine, PaySlipLine.live_day_id == WorkDay.id)
        .where(WorkDay.id.in_(select(chosen.c.id)))
        .order_by(WorkDay.work_date.desc(), WorkDay.id.desc())
    )  # fmt: skip
    rows: list[Any] = list(found.all())
    return [EventRow(*row) for row in rows]
