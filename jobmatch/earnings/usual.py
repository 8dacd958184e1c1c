"""What days of work paid over the last year, and pay that is no income yet; for houses above."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from jobmatch.attendance.models import WorkDay
from jobmatch.earnings.models import PaySlip, PaySlipLine
from jobmatch.earnings.rules.slips import SlipState
from jobmatch.workers.models import Worker

# Pay of so many days back tells what a day usually pays.
USUAL_DAYS = 365


@dataclass(frozen=True, slots=True)
class DaysPaid:
    """Days on live slips, and what they came to, gross."""

    days: int = 0
    fen: int = 0


def of_places(session: Session, today: date, digits: int) -> dict[str, DaysPaid]:
    """By the first digits of the workers' homes."""
    place = func.substr(Worker.home_code, 1, digits)
    return _paid(
        session,
        _days(today, place).join(Worker, Worker.id == PaySlip.worker_id).group_by(place),
    )


def of_workers(session: Session, today: date, worker_ids: Collection[int]) -> dict[int, DaysPaid]:
    return _paid(
        session,
        _days(today, PaySlip.worker_id)
        .where(PaySlip.worker_id.in_(worker_ids))
        .group_by(PaySlip.worker_id),
    )


def of_crews(session: Session, today: date, crew_ids: Collection[int]) -> dict[int, DaysPaid]:
    return _paid(
        session,
        _days(today, WorkDay.crew_id)
        .join(WorkDay, WorkDay.id == PaySlipLine.live_day_id)
        .where(WorkDay.crew_id.in_(crew_ids))
        .group_by(WorkDay.crew_id),
    )


def unconfirmed(session: Session, worker_ids: Collection[int]) -> dict[int, int]:
    """Fen by worker of slips that nobody confirmed or paid yet: no income of a household so far."""
    waiting = [SlipState.ISSUED.value, SlipState.OBJECTED.value]
    found = session.execute(
        select(PaySlip.worker_id, func.sum(PaySlip.earned_fen))
        .where(PaySlip.worker_id.in_(worker_ids), PaySlip.state.in_(waiting))
        .group_by(PaySlip.worker_id)
    )
    return {worker: int(fen) for worker, fen in found}


def open_days(session: Session, worker_ids: Collection[int]) -> list[tuple[int, int, int]]:
    """Days worked that are on no slip: (worker, posting, how many)."""
    found = session.execute(
        select(WorkDay.worker_id, WorkDay.posting_id, func.count())
        .where(WorkDay.worker_id.in_(worker_ids), WorkDay.state == "open")
        .group_by(WorkDay.worker_id, WorkDay.posting_id)
    )
    return [(worker, posting, n) for worker, posting, n in found]


def _days(today: date, key: Any) -> Any:
    return (
        select(key, func.count(), func.sum(PaySlipLine.amount_fen))
        .select_from(PaySlipLine)
        .join(PaySlip, PaySlip.id == PaySlipLine.pay_slip_id)
        .where(
            PaySlipLine.live_day_id.is_not(None),
            PaySlipLine.work_date > today - timedelta(days=USUAL_DAYS),
        )
    )


def _paid(session: Session, query: Any) -> dict[Any, DaysPaid]:
    return {key: DaysPaid(n, int(fen)) for key, n, fen in session.execute(query)}
