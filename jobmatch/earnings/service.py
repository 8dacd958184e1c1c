"""Settling days into slips, the worker's answer, reversing. Bookings are reversed, never edited."""

from collections.abc import Sequence

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from jobmatch.attendance.models import WorkDay
from jobmatch.earnings import booking, charging, income, policy, telling
from jobmatch.earnings.booking import issued_ref
from jobmatch.earnings.errors import PaidAlready, SlipClosed
from jobmatch.earnings.models import PaySlip, PaySlipLine, Settlement
from jobmatch.earnings.rules.slips import (
    CONFIRMABLE,
    OPEN_TO_OBJECTION,
    REVERSIBLE,
    SlipState,
)
from jobmatch.earnings.settling import settle
from jobmatch.earnings.terms import kept
from jobmatch.infra import audit, clock
from jobmatch.infra.db import retried, transaction
from jobmatch.kernel.actor import Actor
from jobmatch.kernel.errors import Conflict, Invalid, NotFound
from jobmatch.kernel.text import text
from jobmatch.postings.models import Posting
from jobmatch.workers.models import Worker

MOST_WORDS = 500

__all__ = [
    "confirm", "end_slips", "note_desk_read", "object_to", "reverse", "reverse_slip", "settle",
]  # fmt: skip


@retried
def confirm(slip_id: int, *, actor: Actor) -> None:
    """The worker says that the slip is right; the wage becomes income of the household.

    Confirming twice is confirming once. raises NotFound, SlipClosed (it was reversed)
    """
    with transaction() as session:
        slip, worker = _own_slip(session, slip_id, actor)
        done = session.scalar(
            update(PaySlip)
            .where(PaySlip.id == slip_id, PaySlip.state.in_(CONFIRMABLE))
            .values(state=SlipState.CONFIRMED.value, objection="", answered_at=clock.now())
            .returning(PaySlip.id)
        )
        if done is None:
            session.refresh(slip)
            if slip.state == SlipState.REVERSED:
                raise SlipClosed
            return
        earned_on = income.last_days(session, [slip_id])[slip_id]
        booking.earn(session, slip_id, worker.member_id, slip.earned_fen, earned_on, actor=actor)
        audit.record(session, actor, "pay_slip.confirm", "pay_slip", slip_id)


@retried
def object_to(slip_id: int, words: str, *, actor: Actor) -> None:
    """The worker says what is wrong; the employer is told.

    raises   NotFound, Invalid (field words), SlipClosed when it is no longer open to objection
    """
    words = words.strip()
    if not 2 <= len(words) <= MOST_WORDS:
        raise Invalid(text("请写明哪里不对，2 到 {most} 个字。", most=MOST_WORDS), field="words")
    with transaction() as session:
        slip, worker = _own_slip(session, slip_id, actor)
        done = session.scalar(
            update(PaySlip)
            .where(PaySlip.id == slip_id, PaySlip.state.in_(OPEN_TO_OBJECTION))
            .values(state=SlipState.OBJECTED.value, objection=words, answered_at=clock.now())
            .returning(PaySlip.id)
        )
        if done is None:
            raise SlipClosed
        audit.record(session, actor, "pay_slip.object", "pay_slip", slip_id)
        telling.objected(session, slip, worker.name)


@retried
def note_desk_read(worker_id: int, slip_id: int | None = None, *, actor: Actor) -> None:
    """Leave a line in the log before the desk shows a visitor their pay. raises NotFound."""
    with transaction() as session:
        worker = session.get(Worker, worker_id)
        if worker is None:
            raise NotFound
        policy.require_worker(actor, worker.id, worker.home_code)
        if slip_id is not None and _own_slip(session, slip_id, actor)[1] is not worker:
            raise NotFound
        audit.record(session, actor, "pay_slip.desk_read", "worker", worker_id, slip=slip_id)


def reverse(settlement_id: int, *, actor: Actor) -> None:
    """Take a whole settlement back: its slips end, its days are open again and can be corrected.

    raises   NotFound, PaidAlready (a payment has to be reversed first), SlipClosed (done before)
    """
    with transaction() as session:
        run = _own_run(session, settlement_id, actor)
        done = session.scalar(
            update(Settlement)
            .where(Settlement.id == settlement_id, Settlement.state == "issued")
            .values(state="reversed")
            .returning(Settlement.id)
        )
        if done is None:
            raise SlipClosed(text("这次结算已经冲销过了。"))
        slips = session.scalars(
            select(PaySlip)
            .where(
                PaySlip.settlement_id == settlement_id, PaySlip.state != SlipState.REVERSED.value
            )
            .order_by(PaySlip.id)
        ).all()
        end_slips(session, run, slips, actor)
        audit.record(session, actor, "settlement.reverse", "settlement", run.id, slips=len(slips))


@retried
def reverse_slip(slip_id: int, *, actor: Actor) -> None:
    """Take one slip back, e.g. after an objection: its days are open again, the others stand.

    raises   NotFound, PaidAlready, SlipClosed, Conflict where a crew shares its pieces: then only
             the whole settlement can go
    """
    with transaction() as session:
        slip = session.get(PaySlip, slip_id)
        policy.require_employer(actor, slip.employer_id if slip else None)
        assert slip is not None
        run = _own_run(session, slip.settlement_id, actor)
        if _is_shared(session, run, slip_id):
            raise Conflict(text("和别人一起分的工钱不能只冲销一个人，请冲销整次结算。"))
        if slip.state == SlipState.REVERSED:
            raise SlipClosed
        end_slips(session, run, [slip], actor)
        audit.record(session, actor, "pay_slip.reverse", "pay_slip", slip_id)


def _is_shared(session: Session, run: Settlement, slip_id: int) -> bool:
    """Whether somebody else's pay hangs on this slip's: a crew's pieces, a lump sum."""
    if kept(run.terms, session.get_one(Posting, run.posting_id)).shares_in_crews:
        return True
    shared = select(PaySlipLine.share).where(PaySlipLine.pay_slip_id == slip_id)
    return any(share is not None for share in session.scalars(shared))


def _free_days(session: Session, slip_ids: Sequence[int]) -> None:
    # Asked inside: a large settlement's days are more than a statement takes parameters.
    for start in range(0, len(slip_ids), booking.AT_ONCE):
        these = PaySlipLine.pay_slip_id.in_(slip_ids[start : start + booking.AT_ONCE])
        session.execute(
            update(WorkDay)
            .where(WorkDay.id.in_(select(PaySlipLine.live_day_id).where(these)))
            .values(state="open", updated_at=clock.now())
            .execution_options(synchronize_session=False)
        )
        session.execute(
            update(PaySlipLine)
            .where(these)
            .values(live_day_id=None)
            .execution_options(synchronize_session=False)
        )


def _own_run(session: Session, settlement_id: int, actor: Actor) -> Settlement:
    run = session.get(Settlement, settlement_id)
    policy.require_employer(actor, run.employer_id if run else None)
    assert run is not None
    return run


def end_slips(session: Session, run: Settlement, slips: Sequence[PaySlip], actor: Actor) -> None:
    """Slips of one settlement and all that hangs on them, in the caller's transaction.

    raises   PaidAlready
    """
    ids = [slip.id for slip in slips]
    ended = session.scalars(
        update(PaySlip)
        .where(PaySlip.id.in_(ids), PaySlip.state.in_(REVERSIBLE))
        .values(state=SlipState.REVERSED.value)
        .returning(PaySlip.id)
        .execution_options(synchronize_session=False)
    ).all()
    if len(ended) != len(ids):
        raise PaidAlready
    booking.reverse(session, [issued_ref(key) for key in ids], actor)
    charging.give_back(session, ids)
    booking.unearn(session, ids, actor=actor)
    _free_days(session, ids)
    telling.reversed_(session, slips, session.get_one(Posting, run.posting_id).title)


def _own_slip(session: Session, slip_id: int, actor: Actor) -> tuple[PaySlip, Worker]:
    slip = session.get(PaySlip, slip_id)
    if slip is None:
        raise NotFound
    worker = session.get_one(Worker, slip.worker_id)
    policy.require_worker(actor, worker.id, worker.home_code)
    return slip, worker
