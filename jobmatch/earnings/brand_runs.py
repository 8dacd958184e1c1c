"""What a brand sees of employers' pay runs: only what concerns days worked for the brand.

Of a run that is not issued yet the brand sees that it is on its way, no amounts: those are the
employer's draft. Amounts are of the brand's own days, whoever else is on the same slip.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, select

from jobmatch.attendance.models import WorkDay
from jobmatch.brands.models import Crew, LaborBrand
from jobmatch.dispatch.models import Engagement
from jobmatch.earnings.models import PaySlip, PaySlipLine, Settlement
from jobmatch.earnings.rules.slips import SlipState
from jobmatch.earnings.run_models import PayRun
from jobmatch.employers.models import Employer
from jobmatch.infra.db import reading
from jobmatch.kernel.actor import Actor
from jobmatch.kernel.errors import NotFound
from jobmatch.kernel.paging import Page
from jobmatch.kernel.periods import Days
from jobmatch.postings.models import Posting
from jobmatch.workers.models import Worker

ON_WAY = ("computing", "draft", "awaiting", "issuing")
PAGE_SIZE = 20


@dataclass(frozen=True, slots=True)
class BrandRun:
    """people, days and fens: of the brand's days; of a run on its way people and days that wait."""

    id: int
    employer_name: str
    title: str
    days: Days
    state: str
    made_at: datetime
    people: int
    work_days: int
    amount_fen: int
    paid_fen: int
    objected: int

    @property
    def is_on_way(self) -> bool:
        return self.state in ON_WAY


@dataclass(frozen=True, slots=True)
class BrandSlip:
    """What a slip says of the brand's days."""

    slip_id: int
    worker_name: str
    crew_name: str
    title: str
    days: int
    amount_fen: int
    state: SlipState


@dataclass(frozen=True, slots=True)
class BrandSlipDay:
    work_date: date
    minutes: int
    pieces: int
    amount_fen: int


def runs(brand_id: int, page: int = 1, *, actor: Actor) -> Page[BrandRun]:
    """Runs on their way first, then the latest. raises NotFound for strangers."""
    _require(brand_id, actor)
    session = reading()
    where = (PayRun.state != "cancelled", _concerns(brand_id))
    total = session.scalar(select(func.count(PayRun.id)).where(*where)) or 0
    rows = session.execute(
        _rows()
        .where(*where)
        .order_by(PayRun.state.in_(ON_WAY).desc(), PayRun.id.desc())
        .limit(PAGE_SIZE)
        .offset((page - 1) * PAGE_SIZE)
    ).all()
    # A run of days before or after the brand's own concerns it not.
    found = [run for run in _with_sums(brand_id, rows) if run.people]
    return Page(found, page, total, PAGE_SIZE)


def run(brand_id: int, run_id: int, *, actor: Actor) -> BrandRun:
    """raises NotFound for a run without the brand's people"""
    _require(brand_id, actor)
    rows = (
        reading()
        .execute(_rows().where(PayRun.id == run_id, PayRun.state != "cancelled"))
        .all()
    )  # fmt: skip
    found = _with_sums(brand_id, rows)
    if not found or not found[0].people:
        raise NotFound
    return found[0]


def slips(brand_id: int, run_id: int, *, actor: Actor) -> list[BrandSlip]:
    """The slips of a run with the brand's days, reversed ones too, by crew and name."""
    _require(brand_id, actor)
    return _slips(brand_id, Settlement.pay_run_id == run_id)


def slip(
    brand_id: int, run_id: int, slip_id: int, *, actor: Actor
) -> tuple[BrandSlip, list[BrandSlipDay]]:
    """A slip and its days of the brand. raises NotFound."""
    _require(brand_id, actor)
    found = _slips(brand_id, Settlement.pay_run_id == run_id, PaySlip.id == slip_id)
    if not found:
        raise NotFound
    rows = reading().execute(
        select(
            PaySlipLine.work_date, PaySlipLine.minutes, PaySlipLine.pieces, PaySlipLine.amount_fen
        )
        .join(WorkDay, WorkDay.id == PaySlipLine.work_day_id)
        .where(PaySlipLine.pay_slip_id == slip_id, WorkDay.brand_id == brand_id)
        .order_by(PaySlipLine.work_date)
    )
    return found[0], [BrandSlipDay(*row) for row in rows]


def _require(brand_id: int, actor: Actor) -> None:
    if brand_id not in actor.brand_ids or reading().get(LaborBrand, brand_id) is None:
        raise NotFound


def _rows() -> Any:
    return (
        select(PayRun, Employer.name, Posting.title)
        .join(Employer, Employer.id == PayRun.employer_id)
        .outerjoin(Posting, Posting.id == PayRun.posting_id)
    )


def _concerns(brand_id: int) -> ColumnElement[bool]:
    """Runs of postings that the brand sent people to: engagements are fewer than days by far."""
    sent_to = select(Engagement.posting_id).where(Engagement.brand_id == brand_id)
    employers = select(Posting.employer_id).where(Posting.id.in_(sent_to))
    of_all = PayRun.posting_id.is_(None) & PayRun.employer_id.in_(employers)
    waits = PayRun.state.in_(ON_WAY) & (PayRun.posting_id.in_(sent_to) | of_all)
    issued = select(Settlement.pay_run_id).where(Settlement.posting_id.in_(sent_to))
    return waits | PayRun.id.in_(issued)


def _waiting(brand_id: int) -> tuple[ColumnElement[bool], ...]:
    return (
        WorkDay.employer_id == PayRun.employer_id, WorkDay.brand_id == brand_id,
        WorkDay.work_date.between(PayRun.first_day, PayRun.last_day), WorkDay.state == "open",
        PayRun.posting_id.is_(None) | (WorkDay.posting_id == PayRun.posting_id),
    )  # fmt: skip


def _with_sums(brand_id: int, rows: Sequence[Any]) -> list[BrandRun]:
    """The brand's part of each run: two queries however many there are."""
    session = reading()
    ids = [run.id for run, _employer, _title in rows]
    sums = {
        key: (people, days, 0, 0, 0)
        for key, people, days in session.execute(
            select(PayRun.id, func.count(WorkDay.worker_id.distinct()), func.count(WorkDay.id))
            .join(WorkDay, and_(*_waiting(brand_id)))
            .where(PayRun.id.in_(ids), PayRun.state.in_(ON_WAY))
            .group_by(PayRun.id)
        )
    }
    is_paid = PaySlip.state == SlipState.PAID.value
    objected = case((PaySlip.state == SlipState.OBJECTED.value, PaySlip.id), else_=None)
    for key, *figures in session.execute(
        _of_brand(
            brand_id, Settlement.pay_run_id, func.count(PaySlip.worker_id.distinct()),
            func.count(PaySlipLine.id), func.sum(PaySlipLine.amount_fen),
            func.sum(case((is_paid, PaySlipLine.amount_fen), else_=0)),
            func.count(objected.distinct()),
        )
        .where(Settlement.pay_run_id.in_(ids))
        .group_by(Settlement.pay_run_id)
    ):  # fmt: skip
        people, days, amount, paid, off = map(int, figures)
        sums[key] = (people, days, amount, paid, off)
    return [
        BrandRun(
            r.id, employer, title or "", Days(r.first_day, r.last_day), r.state, r.made_at,
            *sums.get(r.id, (0, 0, 0, 0, 0)),
        )
        for r, employer, title in rows
    ]  # fmt: skip


def _slips(brand_id: int, *where: ColumnElement[bool]) -> list[BrandSlip]:
    rows = reading().execute(
        _of_brand(
            brand_id, PaySlip.id, Worker.name, func.max(func.coalesce(Crew.name, "")),
            Posting.title, func.count(PaySlipLine.id), func.sum(PaySlipLine.amount_fen),
            PaySlip.state,
        )
        .join(Posting, Posting.id == Settlement.posting_id)
        .join(Worker, Worker.id == PaySlip.worker_id)
        .outerjoin(Crew, Crew.id == WorkDay.crew_id)
        .where(*where)
        .group_by(PaySlip.id, Worker.name, Posting.title, PaySlip.state)
        .order_by(func.max(func.coalesce(Crew.name, "")), Worker.name, PaySlip.id)
    )  # fmt: skip
    return [
        BrandSlip(key, name, crew, title, days, int(fen), SlipState(state))
        for key, name, crew, title, days, fen, state in rows
    ]


def _of_brand(brand_id: int, *columns: Any) -> Any:
    """Lines of slips about the brand's days."""
    return (
        select(*columns)
        .select_from(PaySlipLine)
        .join(PaySlip, PaySlip.id == PaySlipLine.pay_slip_id)
        .join(Settlement, Settlement.id == PaySlip.settlement_id)
        .join(WorkDay, WorkDay.id == PaySlipLine.work_day_id)
        .where(WorkDay.brand_id == brand_id)
    )
