"""Settling days into slips, the worker's answer, payment. Bookings are reversed, never edited."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import date
from typing import Any

from sqlalchemy import func, insert, select, update
from sqlalchemy.orm import Session

from jobmatch.accounts.models import RoleGrant
from jobmatch.attendance.models import WorkDay
from jobmatch.dispatch.models import EngagementDay
from jobmatch.earnings import booking, policy
from jobmatch.earnings.booking import Booking, issued_ref, paid_ref
from jobmatch.earnings.checks import income_by_slip
from jobmatch.earnings.models import PaySlip, PaySlipLine, Settlement
from jobmatch.earnings.rules import ledger
from jobmatch.earnings.rules.slips import (
    CONFIRMABLE,
    EARNED,
    OPEN_TO_OBJECTION,
    PAYABLE,
    REVERSIBLE,
    SlipState,
    unpaid_state,
)
from jobmatch.earnings.rules.wage import DayPay, Worked, pay, payable
from jobmatch.earnings.terms import kept, stored, terms_of
from jobmatch.infra import audit, clock
from jobmatch.infra.db import retried, transaction
from jobmatch.kernel.actor import SYSTEM, Actor, Role
from jobmatch.kernel.errors import Conflict, Invalid, NotFound
from jobmatch.kernel.ids import SettlementId
from jobmatch.kernel.text import Amount, Text, text
from jobmatch.notify import service as notify
from jobmatch.postings.models import Posting, PostingDay
from jobmatch.workers.models import Worker

PAID_HOW = ("cash", "bank", "wechat", "other")
MOST_WORDS = 500
MOST_PROOF = 80


class NothingToSettle(Conflict):
    default = text("这几天没有可以结算的出工：可能已经结过，或者还没有记考勤、件数。")


class SlipClosed(Conflict):
    default = text("这张工资条的状态已经变了，请刷新后再看。")


class PaidAlready(Conflict):
    default = text("里面有已经付款的工资条，请先冲销付款，再冲销结算。")


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
        ready, _open = payable(pay(terms_of(posting), open_days(session, posting_id, first, last)))
        if not ready:
            raise NothingToSettle
        _close_days(session, [paid.worked.key for paid in ready])
        run = Settlement(
            employer_id=posting.employer_id, posting_id=posting_id, first_day=first, last_day=last,
            terms=stored(terms_of(posting)), created_by=actor.user_id, created_at=clock.now(),
        )  # fmt: skip
        session.add(run)
        session.flush()
        slips = _issue(session, run, ready, actor)
        audit.record(
            session, actor, "settlement.issue", "settlement", run.id,
            slips=len(slips), days=len(ready), fen=sum(slip.net_fen for slip in slips),
        )  # fmt: skip
        _tell_issued(session, slips, posting.title)
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
        earned_on = _last_days(session, [slip_id])[slip_id]
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
        posting_id = session.get_one(Settlement, slip.settlement_id).posting_id
        notify.tell(
            session,
            _users_of_employer(session, slip.employer_id),
            text("{name} 对工资条有异议，请核对。", name=worker.name),
            link=f"/employer/postings/{posting_id}/pay",
        )


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
        slips = session.scalars(
            select(PaySlip).where(PaySlip.id.in_(ids)).order_by(PaySlip.id)
        ).all()
        if len(slips) != len(ids):
            raise NotFound
        for slip in slips:
            policy.require_employer(actor, slip.employer_id)
        done = session.scalars(
            update(PaySlip)
            .where(PaySlip.id.in_(ids), PaySlip.state.in_(PAYABLE))
            .values(
                state=SlipState.PAID.value, paid_on=paid_on, paid_how=how, paid_proof=proof.strip()
            )
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
        _earn_all(session, slips, actor)
        audit.record(
            session, actor, "pay_slip.pay", "settlement", slips[0].settlement_id, slips=len(slips)
        )
        _tell_paid(session, slips)


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
            booking.unearn(session, slip_id, actor=actor)
        audit.record(session, actor, "pay_slip.unpay", "pay_slip", slip_id)


@retried
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


def book_missing_income(*, actor: Actor = SYSTEM) -> int:
    """Book confirmed and paid slips of workers who were linked to their household only later.

    returns  how many were booked now
    """
    with transaction() as session:
        earned = {key for key, fen in income_by_slip(session).items() if fen}
        rows = [row for row in session.execute(_earned_slips()) if row[0] not in earned]
        return _book_income(session, rows, actor)


def book_income_of(session: Session, worker_ids: Sequence[int], *, actor: Actor = SYSTEM) -> int:
    """The same for some workers, in the caller's transaction."""
    rows = session.execute(_earned_slips().where(PaySlip.worker_id.in_(worker_ids))).all()
    return _book_income(session, rows, actor)


def open_days(session: Session, posting_id: int, first: date, last: date) -> list[Worked]:
    """The unsettled work days of a posting, by date and key."""
    return [
        Worked(w.id, w.worker_id, w.work_date, w.minutes, w.pieces, w.crew_id)
        for w in session.scalars(
            select(WorkDay)
            .where(
                WorkDay.posting_id == posting_id,
                WorkDay.work_date.between(first, last),
                WorkDay.state == "open",
            )
            .order_by(WorkDay.work_date, WorkDay.id)
        )
    ]


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
    title = session.get_one(Posting, run.posting_id).title
    _tell_workers(
        session,
        slips,
        lambda _slip: text("“{title}”的工资条已被冲销，更正后会重新发出。", title=title),
    )


def _check_payment(ids: Sequence[int], paid_on: date, how: str, proof: str) -> None:
    if not ids:
        raise Invalid(text("请先选要记付款的工资条。"), field="slips")
    if paid_on > clock.today():
        raise Invalid(text("付款日期不能晚于今天。"), field="paid_on")
    if how not in PAID_HOW:
        raise Invalid(text("请选择付款方式。"), field="how")
    if len(proof) > MOST_PROOF:
        raise Invalid(text("凭证最多 {most} 个字。", most=MOST_PROOF), field="proof")


def _own_slip(session: Session, slip_id: int, actor: Actor) -> tuple[PaySlip, Worker]:
    slip = session.get(PaySlip, slip_id)
    if slip is None:
        raise NotFound
    worker = session.get_one(Worker, slip.worker_id)
    policy.require_worker(actor, worker.id, worker.home_code)
    return slip, worker


def _earn_all(session: Session, slips: Sequence[PaySlip], actor: Actor) -> None:
    members: dict[int, int | None] = dict(
        session.execute(
            select(Worker.id, Worker.member_id).where(Worker.id.in_([s.worker_id for s in slips]))
        ).all()
    )
    last = _last_days(session, [slip.id for slip in slips])
    for slip in slips:
        booking.earn(
            session, slip.id, members[slip.worker_id], slip.net_fen, last[slip.id], actor=actor
        )


def _earned_slips() -> Any:
    """Key, member and net of the slips that are income of somebody's household."""
    return (
        select(PaySlip.id, Worker.member_id, PaySlip.net_fen)
        .join(Worker, Worker.id == PaySlip.worker_id)
        .where(PaySlip.state.in_(EARNED), Worker.member_id.is_not(None))
        .order_by(PaySlip.id)
    )


def _book_income(session: Session, rows: Sequence[Any], actor: Actor) -> int:
    last = _last_days(session, [slip_id for slip_id, _member, _net in rows])
    return sum(
        booking.earn(session, slip_id, member, net, last[slip_id], actor=actor)
        for slip_id, member, net in rows
    )


def _last_days(session: Session, slip_ids: Sequence[int]) -> dict[int, date]:
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


def _users_of_employer(session: Session, employer_id: int) -> list[int]:
    return list(
        session.scalars(
            select(RoleGrant.user_id)
            .where(
                RoleGrant.role == Role.EMPLOYER.value,
                RoleGrant.subject_id == employer_id,
                RoleGrant.revoked_at.is_(None),
            )
            .distinct()
        )
    )


def _tell_issued(session: Session, slips: Sequence[PaySlip], title: str) -> None:
    _tell_workers(
        session, slips,
        lambda slip: text(
            "“{title}”的工资条来了：{amount}，请核对。", title=title, amount=Amount(slip.net_fen)
        ),
    )  # fmt: skip


def _tell_paid(session: Session, slips: Sequence[PaySlip]) -> None:
    _tell_workers(
        session, slips,
        lambda slip: text("用工方记录已付工钱 {amount}。", amount=Amount(slip.net_fen)),
    )  # fmt: skip


def _tell_workers(session: Session, slips: Sequence[PaySlip], words: Any) -> None:
    users = dict(
        session.execute(
            select(Worker.id, Worker.user_id).where(Worker.id.in_([s.worker_id for s in slips]))
        ).all()
    )
    for slip in slips:
        said: Text = words(slip)
        notify.tell(session, [users.get(slip.worker_id)], said, link=f"/work/pay/{slip.id}")
