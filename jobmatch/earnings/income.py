"""Slips as income of their worker's household: at once, or later when the two are linked."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from jobmatch.earnings import booking
from jobmatch.earnings.checks import income_by_slip
from jobmatch.earnings.models import PaySlip, PaySlipLine
from jobmatch.earnings.rules.slips import (
    EARNED,
)
from jobmatch.infra import wall
from jobmatch.infra.db import transaction
from jobmatch.kernel.actor import SYSTEM, Actor
from jobmatch.workers.models import Worker


@wall.lifted("wages are income of a household that an employer does not see")
def earn_all(session: Session, slips: Sequence[PaySlip], actor: Actor) -> None:
    members: dict[int, int | None] = dict(
        session.execute(
            select(Worker.id, Worker.member_id).where(Worker.id.in_([s.worker_id for s in slips]))
        ).all()
    )
    last = last_days(session, [slip.id for slip in slips])
    for slip in slips:
        booking.earn(
            session, slip.id, members[slip.worker_id], slip.earned_fen, last[slip.id], actor=actor
        )


def book_missing_income(*, actor: Actor = SYSTEM) -> int:
    """Book confirmed and paid slips of workers who were linked to their household only later.

    returns  how many were booked now
    """
    with transaction() as session:
        earned = {key for key, fen in income_by_slip(session).items() if fen}
        rows = [row for row in session.execute(_earned_slips()) if row[0] not in earned]
        return _book_income(session, rows, actor)


@wall.lifted("wages are income of a household that an employer does not see")
def book_income_of(session: Session, worker_ids: Sequence[int], *, actor: Actor = SYSTEM) -> int:
    """The same for some workers, in the caller's transaction."""
    rows = session.execute(_earned_slips().where(PaySlip.worker_id.in_(worker_ids))).all()
    return _book_income(session, rows, actor)


def last_days(session: Session, slip_ids: Sequence[int]) -> dict[int, date]:
    """The last work date of each slip: the day its income is counted on."""
    found: dict[int, date] = {}
    for start in range(0, len(slip_ids), 5_000):
        rows = session.execute(
            select(PaySlipLine.pay_slip_id, func.max(PaySlipLine.work_date))
            .where(PaySlipLine.pay_slip_id.in_(slip_ids[start : start + 5_000]))
            .group_by(PaySlipLine.pay_slip_id)
        )
        found |= {slip_id: day for slip_id, day in rows}  # noqa: C416 (dict() loses the types)
    return found


def _earned_slips() -> Any:
    """Key, member and earnings of the slips that are income of somebody's household."""
    return (
        select(PaySlip.id, Worker.member_id, PaySlip.earned_fen)
        .join(Worker, Worker.id == PaySlip.worker_id)
        .where(PaySlip.state.in_(EARNED), Worker.member_id.is_not(None))
        .order_by(PaySlip.id)
    )


def _book_income(session: Session, rows: Sequence[Any], actor: Actor) -> int:
    last = last_days(session, [slip_id for slip_id, _member, _net in rows])
    return sum(
        booking.earn(session, slip_id, member, net, last[slip_id], actor=actor)
        for slip_id, member, net in rows
    )
