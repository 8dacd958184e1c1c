"""Payments of slips: recorded by the employer, taken back when they were recorded by mistake."""

from collections.abc import Collection, Sequence
from datetime import date

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from jobmatch.earnings import booking, income, policy, telling
from jobmatch.earnings.booking import Booking, paid_ref
from jobmatch.earnings.errors import SlipClosed
from jobmatch.earnings.models import PaySlip, Settlement
from jobmatch.earnings.rules import ledger
from jobmatch.earnings.rules.slips import (
    EARNED,
    PAYABLE,
    SlipState,
    unpaid_state,
)
from jobmatch.infra import audit, clock
from jobmatch.infra.db import retried, transaction
from jobmatch.kernel.actor import Actor
from jobmatch.kernel.errors import Invalid, NotFound
from jobmatch.kernel.text import text

PAID_HOW = ("cash", "bank", "wechat", "other")
MOST_PROOF = 80


@retried
def record_payment(
    slip_ids: Collection[int], paid_on: date, how: str, proof: str = "", *, actor: Actor
) -> None:
    """The employer records that these slips were paid: all of them or none.

    how      one of PAID_HOW; proof: a transfer's number or the like, at most 80 signs
    raises   NotFound, Invalid (field paid_on, how, proof or slips), SlipClosed
    """
    ids = sorted(set(slip_ids))
    _check_payment(ids, paid_on, how, proof)
    with transaction() as session:
        pay(session, ids, paid_on, how, proof.strip(), actor=actor)


def pay(
    session: Session, ids: Sequence[int], paid_on: date, how: str, proof: str, *, actor: Actor
) -> None:
    """The same in the caller's transaction, for values that were looked at; ids: at least one.

    raises   NotFound, Invalid (field paid_on: before the work began), SlipClosed
    """
    slips = session.scalars(select(PaySlip).where(PaySlip.id.in_(ids)).order_by(PaySlip.id)).all()
    if len(slips) != len(ids):
        raise NotFound
    for slip in slips:
        policy.require_employer(actor, slip.employer_id)
    _require_begun(session, {slip.settlement_id for slip in slips}, paid_on)
    done = session.scalars(
        update(PaySlip)
        .where(PaySlip.id.in_(ids), PaySlip.state.in_(PAYABLE))
        .values(state=SlipState.PAID.value, paid_on=paid_on, paid_how=how, paid_proof=proof)
        .returning(PaySlip.id)
        .execution_options(synchronize_session=False)
    ).all()
    if len(done) != len(ids):
        raise SlipClosed
    refs = booking.free_refs(session, [paid_ref(slip.id) for slip in slips])
    booking.book(
        session,
        [
            Booking(
                refs[paid_ref(slip.id)], slip.employer_id, "payment",
                ledger.paid(slip.worker_id, slip.net_fen),
            )
            for slip in slips
        ],
        actor,
    )  # fmt: skip
    income.earn_all(session, slips, actor)
    audit.record(
        session, actor, "pay_slip.pay", "settlement", slips[0].settlement_id, slips=len(slips)
    )
    telling.paid(session, slips)


@retried
def reverse_payment(slip_id: int, *, actor: Actor) -> None:
    """The payment was recorded by mistake: the slip is again what it was before.

    raises   NotFound, SlipClosed when it is not paid
    """
    with transaction() as session:
        slip = session.get(PaySlip, slip_id)
        policy.require_employer(actor, slip.employer_id if slip else None)
        assert slip is not None
        state = unpaid_state(slip.answered_at is not None, slip.objection)
        done = session.scalar(
            update(PaySlip)
            .where(PaySlip.id == slip_id, PaySlip.state == SlipState.PAID.value)
            .values(state=state.value, paid_on=None, paid_how="", paid_proof="")
            .returning(PaySlip.id)
        )
        ref = booking.live_ref(session, paid_ref(slip_id))
        if done is None or ref is None:
            raise SlipClosed
        booking.reverse(session, [ref], actor)
        if state not in EARNED:
            booking.unearn(session, [slip_id], actor=actor)
        audit.record(session, actor, "pay_slip.unpay", "pay_slip", slip_id)
        telling.unpaid(session, [slip])


def _check_payment(ids: Sequence[int], paid_on: date, how: str, proof: str) -> None:
    if not ids:
        raise Invalid(text("请先选要记付款的工资条。"), field="slips")
    if paid_on > clock.today():
        raise Invalid(text("付款日期不能晚于今天。"), field="paid_on")
    if how not in PAID_HOW:
        raise Invalid(text("请选择付款方式。"), field="how")
    if len(proof) > MOST_PROOF:
        raise Invalid(text("凭证最多 {most} 个字。", most=MOST_PROOF), field="proof")


def _require_begun(session: Session, runs: Collection[int], paid_on: date) -> None:
    """What was given before the work began is a wage paid ahead: it has a record of its own."""
    begun = session.scalar(select(func.max(Settlement.first_day)).where(Settlement.id.in_(runs)))
    if begun is not None and paid_on < begun:
        raise Invalid(
            text("付款日期不能早于开始干活的 {day}。先给的钱请记成借支。", day=begun),
            field="paid_on",
        )
