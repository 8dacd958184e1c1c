"""Reminders of the legal limits, once at each dated threshold; what an earlier release left out."""

from datetime import date

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from jobmatch.attendance.events import DayDisputed
from jobmatch.attendance.models import Dispute
from jobmatch.dispatch.seats import insert_new
from jobmatch.disputes import handlers, law, steps
from jobmatch.disputes.models import DisputeCase, DisputeParty, DisputeReminder
from jobmatch.disputes.rules.clock import Known, deadlines, said, threshold
from jobmatch.disputes.rules.states import LIVE, Deed, Side, State
from jobmatch.infra import audit, clock
from jobmatch.infra.db import transaction
from jobmatch.kernel.actor import SYSTEM


def remind(today: date) -> tuple[int, int]:
    """Tell the workers of living disputes which limit comes near.

    returns  reminders given, and days in dispute that became a dispute with its course now
    """
    with transaction() as session:
        opened = _take_up(session)
        cases = session.scalars(
            select(DisputeCase)
            .where(DisputeCase.state.in_([state.value for state in LIVE]))
            .order_by(DisputeCase.id)
        ).all()
        books = law.books(session, {case.place_code for case in cases})
        told = sum(_remind(session, case, today, *law.limits(books[case.place_code], today))
                   for case in cases)  # fmt: skip
        if told or opened:
            audit.record(
                session, SYSTEM, "case.remind", "task", today.isoformat(), told=told, opened=opened
            )
        return told, opened


def known_of(case: DisputeCase) -> Known:
    return Known(case.known_on, State(case.state), case.claimed_on, case.referred_on)


def _remind(session: Session, case: DisputeCase, today: date, limits, holidays) -> int:  # type: ignore[no-untyped-def]
    told = 0
    for one in deadlines(known_of(case), today, limits, holidays):
        due = threshold(one, limits.remind_days)
        if due is None:
            continue
        key = insert_new(
            session, DisputeReminder, ("case_id", "limit_kind", "threshold"), case_id=case.id,
            limit_kind=one.limit.value, threshold=due, told_at=clock.now(),
        )  # fmt: skip
        if key is None:
            continue
        steps.add(session, case, Deed.REMIND, Side.SYSTEM, user_id=None, on_day=one.last_day)
        steps.tell(session, case, steps.people_of(session, case.id), said(one), to=(Side.WORKER,))
        told += 1
    return told


def _take_up(session: Session) -> int:
    """Days in dispute that no dispute is about yet."""
    rows = session.scalars(
        select(Dispute)
        .where(
            Dispute.state == "open",
            ~exists().where(DisputeParty.day_dispute_id == Dispute.id),
        )
        .order_by(Dispute.id)
    ).all()
    for row in rows:
        handlers.on_day_disputed(session, DayDisputed(row.id, row.opened_by))
        session.flush()
    return len(rows)
