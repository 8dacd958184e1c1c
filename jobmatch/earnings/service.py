"""Settling days into slips, the worker's answer, reversing. Bookings are reversed, never edited."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from jobmatch.attendance.models import WorkDay
from jobmatch.dispatch.models import EngagementDay
from jobmatch.earnings import booking, income, law, policy, telling
from jobmatch.earnings.booking import Booking, issued_ref
from jobmatch.earnings.errors import NothingToSettle, PaidAlready, SlipClosed
from jobmatch.earnings.models import PaySlip, PaySlipLine, Settlement
from jobmatch.earnings.outstanding import open_days
from jobmatch.earnings.rules import ledger
from jobmatch.earnings.rules.slips import (
    CONFIRMABLE,
    OPEN_TO_OBJECTION,
    REVERSIBLE,
    SlipState,
)
from jobmatch.earnings.rules.wage import DayPay, pay, payable
from jobmatch.earnings.terms import kept, stored, terms_of
from jobmatch.infra import audit, clock
from jobmatch.infra.db import retried, transaction
from jobmatch.kernel.actor import Actor
from jobmatch.kernel.errors import Conflict, Invalid, NotFound
from jobmatch.kernel.ids import SettlementId
from jobmatch.kernel.text import text
from jobmatch.postings.models import Posting, PostingDay
from jobmatch.workers.models import Worker

MOST_WORDS = 500


@retried
def settle(posting_id: int, first: date, last: date, *, actor: Actor) -> SettlementId:
    """Issue a slip to everybody with unsettled work days from first to last (both included).

    Days whose pay is nothing (pieces not counted yet) stay open. A second call finds nothing left.
    raises   NotFound, Invalid (field first or last), NothingToSettle
    """
    if last < first:
        raise Invalid(text("结束日期不能早于开始日期。"), field="last")
    if last > clock.today():
        raise Invalid(text("只能结算到今天为止的出工。"), field="last")
    with transaction() as session:
        posting = session.get(Posting, posting_id)
        policy.require_employer(actor, posting.employer_id if posting else None)
        assert posting is not None
        _hold(session, posting_id, first, last)
        days = open_days(session, posting_id, first, last)
        setting = law.setting(session, posting, days)
        ready, _open = payable(pay(terms_of(posting), days, setting))
        if not ready:
            raise NothingToSettle
        _close_days(session, [paid.worked.key for paid in ready])
        run = Settlement(
            employer_id=posting.employer_id, posting_id=posting_id, first_day=first, last_day=last,
            terms=stored(terms_of(posting), setting.law), created_by=actor.user_id,
            created_at=clock.now(),
        )  # fmt: skip
        session.add(run)
        session.flush()
        slips = _issue(session, run, ready, actor)
        audit.record(
            session, actor, "settlement.issue", "settlement", run.id,
            slips=len(slips), days=len(ready), fen=sum(slip.net_fen for slip in slips),
        )  # fmt: skip
        telling.issued(session, slips, posting.title)
        return SettlementId(run.id)


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
        booking.earn(session, slip_id, worker.member_id, slip.net_fen, earned_on, actor=actor)
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
        _reverse_slips(session, run, slips, actor)
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
        if kept(run.terms, session.get_one(Posting, run.posting_id)).shares_in_crews:
            raise Conflict(text("全班一起分的工钱不能只冲销一个人，请冲销整次结算。"))
        if slip.state == SlipState.REVERSED:
            raise SlipClosed
        _reverse_slips(session, run, [slip], actor)
        audit.record(session, actor, "pay_slip.reverse", "pay_slip", slip_id)


def _hold(session: Session, posting_id: int, first: date, last: date) -> None:
    """Let recording wait: it takes the same locks (on SQLite the whole transaction is one)."""
    session.execute(
        select(EngagementDay.id)
        .join(PostingDay, PostingDay.id == EngagementDay.posting_day_id)
        .where(PostingDay.posting_id == posting_id, EngagementDay.work_date.between(first, last))
        .order_by(EngagementDay.id)
        .with_for_update(of=EngagementDay, key_share=True)
    ).all()


def _close_days(session: Session, keys: Sequence[int]) -> None:
    closed = session.scalars(
        update(WorkDay)
        .where(WorkDay.id.in_(keys), WorkDay.state == "open")
        .values(state="settled", updated_at=clock.now())
        .returning(WorkDay.id)
        .execution_options(synchronize_session=False)
    ).all()
    if len(closed) != len(keys):
        raise NothingToSettle


def _free_days(session: Session, slip_ids: Sequence[int]) -> None:
    days = session.scalars(
        select(PaySlipLine.live_day_id).where(PaySlipLine.pay_slip_id.in_(slip_ids))
    ).all()
    session.execute(
        update(PaySlipLine)
        .where(PaySlipLine.pay_slip_id.in_(slip_ids))
        .values(live_day_id=None)
        .execution_options(synchronize_session=False)
    )
    session.execute(
        update(WorkDay)
        .where(WorkDay.id.in_(days))
        .values(state="open", updated_at=clock.now())
        .execution_options(synchronize_session=False)
    )


def _issue(
    session: Session, run: Settlement, ready: Sequence[DayPay], actor: Actor
) -> list[PaySlip]:
    by_worker: dict[int, list[DayPay]] = defaultdict(list)
    for paid in ready:
        by_worker[paid.worked.worker_id].append(paid)
    slips = []
    for worker_id, days in sorted(by_worker.items()):
        gross = sum(paid.amount_fen for paid in days)
        slips.append(
            PaySlip(
                settlement_id=run.id, employer_id=run.employer_id, worker_id=worker_id,
                gross_fen=gross, deduction_fen=0, net_fen=gross, issued_at=clock.now(),
            )
        )  # fmt: skip
    session.add_all(slips)
    session.flush()
    rows: list[dict[str, Any]] = [
        {
            "pay_slip_id": slip.id,
            "work_day_id": paid.worked.key,
            "live_day_id": paid.worked.key,
            "work_date": paid.worked.day,
            "minutes": paid.worked.minutes,
            "pieces": paid.worked.pieces,
            "amount_fen": paid.amount_fen,
            "over_minutes": paid.split.over if paid.split else 0,
            "rest_minutes": paid.split.rest if paid.split else 0,
            "holiday_minutes": paid.split.holiday if paid.split else 0,
            "overtime_fen": paid.overtime_fen,
            "top_up_fen": paid.top_up_fen,
        }
        for slip in slips
        for paid in by_worker[slip.worker_id]
    ]
    session.execute(insert(PaySlipLine), rows)
    booking.book(
        session,
        [
            Booking(
                issued_ref(slip.id), run.employer_id, "wage",
                ledger.issued(slip.worker_id, slip.gross_fen, slip.deduction_fen),
            )
            for slip in slips
        ],
        actor,
    )  # fmt: skip
    return slips


def _own_run(session: Session, settlement_id: int, actor: Actor) -> Settlement:
    run = session.get(Settlement, settlement_id)
    policy.require_employer(actor, run.employer_id if run else None)
    assert run is not None
    return run


def _reverse_slips(
    session: Session, run: Settlement, slips: Sequence[PaySlip], actor: Actor
) -> None:
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
    for key in ids:
        booking.unearn(session, key, actor=actor)
    _free_days(session, ids)
    telling.reversed_(session, slips, session.get_one(Posting, run.posting_id).title)


def _own_slip(session: Session, slip_id: int, actor: Actor) -> tuple[PaySlip, Worker]:
    slip = session.get(PaySlip, slip_id)
    if slip is None:
        raise NotFound
    worker = session.get_one(Worker, slip.worker_id)
    policy.require_worker(actor, worker.id, worker.home_code)
    return slip, worker
