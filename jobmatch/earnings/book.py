"""The worker's own book, read from work days and live slips: the one source of all its pages.

It asks for the worker alone, not for memberships or accounts: who left a brand, lost the phone or
signs in with another number finds every day again.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import bindparam, extract, select
from sqlalchemy.orm import Session

from jobmatch.attendance.models import WorkDay
from jobmatch.brands.models import Crew, LaborBrand
from jobmatch.earnings import policy
from jobmatch.earnings.models import PaySlip, PaySlipLine
from jobmatch.earnings.rules.book import BookDay, Owed, shared
from jobmatch.earnings.rules.slips import SlipState
from jobmatch.employers.models import Employer
from jobmatch.infra import audit
from jobmatch.infra.db import fetch, reading, transaction
from jobmatch.kernel.actor import Actor
from jobmatch.kernel.errors import NotFound
from jobmatch.postings.models import Posting
from jobmatch.workers.queries import home_of


@dataclass(frozen=True, slots=True)
class BookFilter:
    """Which days; None: all. month: its first day."""

    year: int | None = None
    month: date | None = None
    employer_id: int | None = None
    brand_id: int | None = None
    crew_id: int | None = None
    owed: Owed | None = None


def years(worker_id: int) -> list[int]:
    """The years in which the worker worked, the latest first."""
    found = reading().scalars(
        select(extract("year", WorkDay.work_date)).where(WorkDay.worker_id == worker_id).distinct()
    )
    return sorted((int(year) for year in found), reverse=True)


_DAYS = (
    select(
        WorkDay.id, WorkDay.work_date, WorkDay.posting_id, Posting.title, WorkDay.employer_id,
        Employer.name, WorkDay.brand_id, LaborBrand.name.label("brand"), WorkDay.crew_id,
        Crew.name.label("crew"), WorkDay.minutes, WorkDay.pieces, Posting.piece_unit,
        PaySlip.id.label("slip_id"), PaySlip.state, PaySlipLine.amount_fen,
        PaySlipLine.id.label("line_id"), (PaySlip.gross_fen - PaySlip.net_fen).label("less"),
    )
    .join(Posting, Posting.id == WorkDay.posting_id)
    .join(Employer, Employer.id == WorkDay.employer_id)
    .outerjoin(LaborBrand, LaborBrand.id == WorkDay.brand_id)
    .outerjoin(Crew, Crew.id == WorkDay.crew_id)
    .outerjoin(PaySlipLine, PaySlipLine.live_day_id == WorkDay.id)
    .outerjoin(PaySlip, PaySlip.id == PaySlipLine.pay_slip_id)
    .order_by(WorkDay.work_date.desc(), WorkDay.id.desc())
)  # fmt: skip
_LINES = (
    select(PaySlipLine.pay_slip_id, PaySlipLine.id, PaySlipLine.amount_fen)
    .where(PaySlipLine.pay_slip_id.in_(bindparam("slips", expanding=True)))
    .order_by(PaySlipLine.work_date, PaySlipLine.id)
)


def days(worker_id: int, wanted: BookFilter, *, actor: Actor) -> list[BookDay]:
    """The worker's days, the latest first, in three queries. raises NotFound for strangers."""
    session = reading()
    _require(session, worker_id, actor)
    where: list[Any] = [WorkDay.worker_id == worker_id]
    if wanted.month is not None:
        where.append(extract("year", WorkDay.work_date) == wanted.month.year)
        where.append(extract("month", WorkDay.work_date) == wanted.month.month)
    elif wanted.year is not None:
        where.append(WorkDay.work_date.between(date(wanted.year, 1, 1), date(wanted.year, 12, 31)))
    for column, value in (
        (WorkDay.employer_id, wanted.employer_id),
        (WorkDay.brand_id, wanted.brand_id),
        (WorkDay.crew_id, wanted.crew_id),
    ):
        if value is not None:
            where.append(column == value)
    rows = fetch(_DAYS.where(*where), session)
    taken = _taken(session, {row.slip_id: row.less for row in rows if row.less})
    whole: Any = BookDay
    found: list[BookDay] = [
        whole(
            *day, brand or "", crew_id, crew or "", minutes, pieces, unit or "", slip_id,
            SlipState(state) if state else None, fen, taken.get(line_id, 0),
        )
        for *day, brand, crew_id, crew, minutes, pieces, unit, slip_id, state, fen, line_id, _
        in rows
    ]  # fmt: skip
    return [day for day in found if wanted.owed is None or day.owed is wanted.owed]


def _taken(session: Session, slips: dict[int, int]) -> dict[int, int]:
    """By line: its part of what its slip takes off."""
    lines: dict[int, list[tuple[int, int]]] = defaultdict(list)
    if not slips:
        return {}
    for slip_id, line_id, fen in fetch(_LINES, session, slips=list(slips)):
        lines[slip_id].append((line_id, fen))
    return {
        line_id: part
        for slip_id, found in lines.items()
        for (line_id, _), part in zip(
            found, shared(slips[slip_id], [fen for _, fen in found]), strict=True
        )
    }


def note_desk_read(worker_id: int, *, actor: Actor) -> None:
    """Leave a line in the log before the desk shows a visitor their book. raises NotFound."""
    with transaction() as session:
        _require(session, worker_id, actor)
        audit.record(session, actor, "pay_slip.desk_book", "worker", worker_id)


def _require(session: Session, worker_id: int, actor: Actor) -> None:
    home = home_of(worker_id, session)
    if home is None:
        raise NotFound
    policy.require_worker(actor, worker_id, home)
