"""What a brand sees of its members' pay, as frozen rows. All amounts in fen."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import case, func, select

from jobmatch.attendance.models import WorkDay
from jobmatch.brands.models import Crew, LaborBrand
from jobmatch.earnings.models import PaySlip, PaySlipLine
from jobmatch.earnings.rules.slips import SlipState
from jobmatch.infra.db import reading
from jobmatch.kernel.actor import Actor
from jobmatch.kernel.errors import NotFound
from jobmatch.workers.models import Worker


@dataclass(frozen=True, slots=True)
class MemberPay:
    """A member of a brand in a span of days: days worked, on slips, owed and paid."""

    crew_id: int | None
    crew_name: str
    worker_id: int
    name: str
    days: int
    pieces: int
    settled_days: int
    net_fen: int
    paid_fen: int
    objected: int


def members_pay(
    brand_id: int, first: date, last: date, *, actor: Actor, crew_id: int | None = None
) -> list[MemberPay]:
    """A brand's members by crew: days worked for the brand, and what slips say of them.

    A day counts with its own amount, whoever else is on the slip. raises NotFound for strangers.
    """
    session = reading()
    if brand_id not in actor.brand_ids or session.get(LaborBrand, brand_id) is None:
        raise NotFound
    is_paid = PaySlip.state == SlipState.PAID.value
    query = (
        select(
            WorkDay.crew_id, Crew.name, WorkDay.worker_id, Worker.name, func.count(WorkDay.id),
            func.sum(WorkDay.pieces), func.count(PaySlipLine.id),
            func.coalesce(func.sum(PaySlipLine.amount_fen), 0),
            func.coalesce(func.sum(case((is_paid, PaySlipLine.amount_fen), else_=0)), 0),
            func.count(
                case((PaySlip.state == SlipState.OBJECTED.value, PaySlip.id), else_=None).distinct()
            ),
        )
        .join(Worker, Worker.id == WorkDay.worker_id)
        .outerjoin(Crew, Crew.id == WorkDay.crew_id)
        .outerjoin(PaySlipLine, PaySlipLine.live_day_id == WorkDay.id)
        .outerjoin(PaySlip, PaySlip.id == PaySlipLine.pay_slip_id)
        .where(WorkDay.brand_id == brand_id, WorkDay.work_date.between(first, last))
        .group_by(WorkDay.crew_id, Crew.name, WorkDay.worker_id, Worker.name)
        .order_by(Crew.name.is_(None), Crew.name, Worker.name, WorkDay.worker_id)
    )  # fmt: skip
    if crew_id is not None:
        query = query.where(WorkDay.crew_id == crew_id)
    return [
        MemberPay(
            crew, crew_name or "", worker, name, n, int(pieces), settled, int(net), int(paid),
            objected,
        )
        for crew, crew_name, worker, name, n, pieces, settled, net, paid, objected in (
            session.execute(query)
        )
    ]  # fmt: skip
