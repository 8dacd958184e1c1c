"""The ledger of a brand: people, person-times and yuan, and the work days behind them.

headcount     distinct workers with a work day for the brand
person_times  work days: one worker on one day
yuan          what pay slips that stand give for those days, before deductions
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Integer, Select, String, cast, distinct, func, literal_column, select

from jobmatch.attendance.models import WorkDay
from jobmatch.brands.models import Crew
from jobmatch.earnings.models import PaySlip, PaySlipLine
from jobmatch.employers.models import Employer
from jobmatch.infra.db import reading
from jobmatch.kernel.ids import BrandId, WorkerId
from jobmatch.kernel.paging import PAGE_SIZE, Page
from jobmatch.postings.models import Posting
from jobmatch.workers.models import Worker

MOST_LINES = 50_000
# Written into the statement: PostgreSQL takes two parameters of one value for two expressions.
_ONE, _SEVEN = literal_column("1", Integer), literal_column("7", Integer)


@dataclass(frozen=True, slots=True)
class LedgerFigures:
    headcount: int
    person_times: int
    fen: int


@dataclass(frozen=True, slots=True)
class LedgerMonth:
    """month: its first day."""

    month: date
    headcount: int
    person_times: int
    fen: int


@dataclass(frozen=True, slots=True)
class LedgerDay:
    """One work day; fen is None while no pay slip carries it."""

    work_day_id: int
    work_date: date
    worker_id: WorkerId
    worker_name: str
    crew_name: str
    posting_id: int
    posting_title: str
    employer_name: str
    minutes: int
    pieces: int
    fen: int | None


@dataclass(frozen=True, slots=True)
class LedgerFilter:
    """Both days included; None: from the first, to the last."""

    first: date | None = None
    last: date | None = None
    worker_id: int | None = None


def figures(brand_id: BrandId, wanted: LedgerFilter | None = None) -> LedgerFigures:
    """The brand's figures; two statements."""
    wanted = wanted or LedgerFilter()
    people, times = (
        reading()
        .execute(
            _only(
                select(func.count(distinct(WorkDay.worker_id)), func.count(WorkDay.id)),
                brand_id,
                wanted,
            )
        )
        .one()
    )
    fen = reading().scalar(
        _paid(
            _only(select(func.sum(PaySlipLine.amount_fen)).select_from(WorkDay), brand_id, wanted)
        )
    )
    return LedgerFigures(people, times, int(fen or 0))


def by_month(brand_id: BrandId, wanted: LedgerFilter | None = None) -> list[LedgerMonth]:
    """The same for each month with a work day, the earliest first; two statements.

    Somebody who worked in two months counts in each.
    """
    wanted = wanted or LedgerFilter()
    month = func.substr(cast(WorkDay.work_date, String), _ONE, _SEVEN)
    fen = {
        key: int(amount or 0)
        for key, amount in reading().execute(
            _paid(
                _only(
                    select(month, func.sum(PaySlipLine.amount_fen)).select_from(WorkDay),
                    brand_id,
                    wanted,
                )
            ).group_by(month)
        )
    }
    rows = reading().execute(
        _only(
            select(month, func.count(distinct(WorkDay.worker_id)), func.count(WorkDay.id)),
            brand_id,
            wanted,
        )
        .group_by(month)
        .order_by(month)
    )
    return [
        LedgerMonth(date.fromisoformat(f"{key}-01"), people, times, fen.get(key, 0))
        for key, people, times in rows
    ]


def days(brand_id: BrandId, wanted: LedgerFilter, page: int = 1) -> Page[LedgerDay]:
    """The work days behind the figures, the latest first."""
    total = reading().scalar(_only(select(func.count(WorkDay.id)), brand_id, wanted)) or 0
    page = max(page, 1)
    statement = _days(brand_id, wanted).limit(PAGE_SIZE).offset((page - 1) * PAGE_SIZE)
    return Page(_rows(statement), page, total)


def all_days(brand_id: BrandId, wanted: LedgerFilter) -> list[LedgerDay]:
    """The same for a file, at most MOST_LINES lines."""
    return _rows(_days(brand_id, wanted).limit(MOST_LINES))


def _only(statement: Any, brand_id: BrandId, wanted: LedgerFilter) -> Select[Any]:
    found: Select[Any] = statement.where(WorkDay.brand_id == brand_id)
    if wanted.first is not None:
        found = found.where(WorkDay.work_date >= wanted.first)
    if wanted.last is not None:
        found = found.where(WorkDay.work_date <= wanted.last)
    if wanted.worker_id is not None:
        found = found.where(WorkDay.worker_id == wanted.worker_id)
    return found


def _paid(statement: Select[Any]) -> Select[Any]:
    return (
        statement.join(PaySlipLine, PaySlipLine.work_day_id == WorkDay.id)
        .join(PaySlip, PaySlip.id == PaySlipLine.pay_slip_id)
        .where(PaySlip.state != "reversed")
    )


def _days(brand_id: BrandId, wanted: LedgerFilter) -> Select[Any]:
    fen = (
        select(func.sum(PaySlipLine.amount_fen))
        .join(PaySlip, PaySlip.id == PaySlipLine.pay_slip_id)
        .where(PaySlipLine.work_day_id == WorkDay.id, PaySlip.state != "reversed")
        .correlate(WorkDay)
        .scalar_subquery()
    )
    return (
        _only(
            select(
                WorkDay.id,
                WorkDay.work_date,
                WorkDay.worker_id,
                Worker.name,
                func.coalesce(Crew.name, ""),
                Posting.id,
                Posting.title,
                Employer.name,
                WorkDay.minutes,
                WorkDay.pieces,
                fen,
            ),
            brand_id,
            wanted,
        )
        .join(Worker, Worker.id == WorkDay.worker_id)
        .join(Posting, Posting.id == WorkDay.posting_id)
        .join(Employer, Employer.id == WorkDay.employer_id)
        .outerjoin(Crew, Crew.id == WorkDay.crew_id)
        .order_by(WorkDay.work_date.desc(), WorkDay.id.desc())
    )


def _rows(statement: Select[Any]) -> list[LedgerDay]:
    return [LedgerDay(*row) for row in reading().execute(statement).all()]
