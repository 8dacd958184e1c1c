"""The people and the work days behind the figures."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from jobmatch.attendance.models import WorkDay
from jobmatch.brands.models import LaborBrand
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
from jobmatch.reports.models import WorkerMonth
from jobmatch.reports.queries import (
    Group,
    Sums,
    _people,
    _sums,
    _with_kind,
    require_place,
    whole_months,
)
from jobmatch.workers.models import Worker


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
                Worker.id, Worker.name, Worker.phone, Worker.home_code, Household.kind,
                sums.c.person_times, sums.c.minutes, sums.c.fen,
            )
            .select_from(sums)
            .join(Worker, Worker.id == sums.c.worker_id)
        )
        .where(*where)
        .order_by(sums.c.person_times.desc(), Worker.id)
        .limit(PAGE_SIZE)
        .offset((page - 1) * PAGE_SIZE)
    ).all()  # fmt: skip
    homes = places.local_names({row.home_code for row in found})
    rows = [
        PersonRow(
            WorkerId(key), name, phone, homes.get(home, ""), Kind(kind) if kind else None,
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
