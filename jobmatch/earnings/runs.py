"""A settlement on its way: computed, looked at, approved where it is large, issued, reversed.

What is approved is exactly what is issued: issuing computes everything again, and where a person's
figures differ from those that were looked at, nothing is written and the preview is opened again.
Runs of many days are issued and taken back by a process of their own (run_work).
"""

from datetime import date
from typing import Any

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.orm import Session

from jobmatch.earnings import (
    computing,
    policy,
    run_portions,
    run_reversal,
    service,
    settling,
    telling,
)
from jobmatch.earnings.computing import Portion, Scope
from jobmatch.earnings.errors import (
    NothingToSettle,
    RunChanged,
    RunClosed,
    RunStands,
    SamePerson,
)
from jobmatch.earnings.models import Settlement
from jobmatch.earnings.run_models import PayRun, PayRunRow
from jobmatch.employers.models import Employer
from jobmatch.infra import audit, clock
from jobmatch.infra.db import forget_reads, reading, retried, transaction
from jobmatch.kernel.actor import Actor
from jobmatch.kernel.errors import Invalid
from jobmatch.kernel.periods import Days
from jobmatch.kernel.text import text

# More days than these are computed and issued by a process of their own.
AT_ONCE_DAYS = 4_000
LIVE = ("computing", "draft", "awaiting", "issuing", "reversing")
MOST_WORDS = 200


@retried
def begin(
    employer_id: int, first: date, last: date, *, actor: Actor, posting_id: int | None = None
) -> int:
    """Open a preview for a posting, or for all postings: computed here, or by the process if large.

    raises   NotFound, Invalid (field first or last), NothingToSettle, RunStands
    """
    days = settling.checked(first, last)
    policy.require_employer(actor, employer_id)
    with transaction() as session:
        if (
            posting_id is not None
            and settling.employer_of(session, posting_id, actor) != employer_id
        ):
            policy.require_employer(actor, None)
        _refuse_second(session, employer_id, posting_id, days)
        run = settling.new_run(session, employer_id, posting_id, days, actor)
        run.total = computing.count(session, settling.scope_of(run))
        if not run.total:
            raise NothingToSettle
        if run.total <= AT_ONCE_DAYS:
            _compute(session, run)
        audit.record(session, actor, "pay_run.begin", "pay_run", run.id, days=run.total)
        return run.id


@retried
def renew(run_id: int, *, actor: Actor) -> None:
    """Compute the preview again with all that was recorded since. raises NotFound, RunClosed"""
    with transaction() as session:
        run = _own(session, run_id, actor)
        _move(session, run, ("draft", "awaiting"), "computing", made_by=actor.user_id)
        _reopen(session, run)
        audit.record(session, actor, "pay_run.renew", "pay_run", run_id)


@retried
def cancel(run_id: int, *, actor: Actor) -> None:
    """Give a run up before it is issued: nothing of it is left but its line.

    raises   NotFound, RunClosed
    """
    with transaction() as session:
        run = _own(session, run_id, actor)
        _move(session, run, ("computing", "draft", "awaiting"), "cancelled", claim=None)
        session.execute(delete(PayRunRow).where(PayRunRow.run_id == run_id))
        audit.record(session, actor, "pay_run.cancel", "pay_run", run_id)


def submit(run_id: int, seen_fen: int, *, actor: Actor) -> str:
    """The maker lets the preview stand: it is issued, or goes to a second person if it is large.

    seen_fen  the net sum that was shown: another one is refused
    returns   the state it is in now: awaiting, issued, or issuing when the process has to do it
    raises    NotFound, RunClosed, RunChanged (the preview was opened again), SamePerson
    """
    return finish(run_id, hand_in(run_id, seen_fen, actor=actor), actor=actor)


@retried
def hand_in(run_id: int, seen_fen: int, *, actor: Actor) -> str:
    """The first half of submit(), one transaction: awaiting, or issuing. Raises as that does."""
    with transaction() as session:
        run = _own(session, run_id, actor)
        if run.state != "draft":
            raise RunClosed
        if run.net_fen != seen_fen:
            raise RunChanged
        if not settling.needs_second(session, run.employer_id, run.gross_fen):
            return _go(session, run, ("draft",), actor)
        if run.made_by != actor.user_id:
            raise SamePerson(text("只有算这次工资的人能送去批准；要接手请先重新算一次。"))
        others = telling.to_approve(session, run.employer_id, run.made_by, run_id, run.net_fen)
        if not others:
            raise SamePerson(
                text("金额较大，要两个人批，可本单位只有您一个账号：请管理员给另一个人开账号。")
            )
        _move(session, run, ("draft",), "awaiting", words="", answered_by=None, answered_at=None)
        audit.record(session, actor, "pay_run.submit", "pay_run", run_id, fen=run.net_fen)
        return "awaiting"


def approve(run_id: int, seen_fen: int, *, actor: Actor) -> str:
    """The second person approves, and it is issued; never the one who computed it.

    returns  issued, or issuing
    raises   NotFound, RunClosed, RunChanged, SamePerson
    """
    return finish(run_id, endorse(run_id, seen_fen, actor=actor), actor=actor)


@retried
def endorse(run_id: int, seen_fen: int, *, actor: Actor) -> str:
    """The first half of approve(), one transaction: issuing. Raises as that does."""
    with transaction() as session:
        run = _own(session, run_id, actor)
        if run.made_by == actor.user_id:
            raise SamePerson
        if run.net_fen != seen_fen:
            raise RunChanged
        state = _go(session, run, ("awaiting",), actor)
        telling.run_answered(session, run.made_by, run_id, "")
        audit.record(session, actor, "pay_run.approve", "pay_run", run_id, fen=run.net_fen)
        return state


@retried
def refuse(run_id: int, words: str, *, actor: Actor) -> None:
    """The second person sends it back. raises NotFound, Invalid (field words), RunClosed"""
    words = words.strip()
    if not 2 <= len(words) <= MOST_WORDS:
        raise Invalid(text("请写明原因，2 到 {most} 个字。", most=MOST_WORDS), field="words")
    with transaction() as session:
        run = _own(session, run_id, actor)
        if run.made_by == actor.user_id:
            raise SamePerson
        _move(
            session, run, ("awaiting",), "draft", words=words, answered_by=actor.user_id,
            answered_at=clock.now(),
        )  # fmt: skip
        telling.run_answered(session, run.made_by, run_id, words)
        audit.record(session, actor, "pay_run.refuse", "pay_run", run_id)


@retried
def reverse(run_id: int, *, actor: Actor) -> str:
    """Take an issued run back, all its settlements; a large one is left to the process.

    returns  reversed, or reversing
    raises   NotFound, RunClosed, PaidAlready
    """
    with transaction() as session:
        run = _own(session, run_id, actor)
        audit.record(session, actor, "pay_run.reverse", "pay_run", run_id)
        if run.days > AT_ONCE_DAYS:
            _move(
                session, run, ("issued",), "reversing", reversed_by=actor.user_id, done=0,
                total=run_reversal.people(session, run_id), claim=None, lease_until=None, tries=0,
            )  # fmt: skip
            run_reversal.refuse_paid(session, run_id)
            return "reversing"
        _move(session, run, ("issued",), "reversed", reversed_by=actor.user_id)
        for key in session.scalars(
            select(Settlement.id)
            .where(Settlement.pay_run_id == run_id, Settlement.state == "issued")
            .order_by(Settlement.id)
        ).all():
            service.reverse(key, actor=actor)
        return "reversed"


def rows_of(session: Session, scope: Scope, run_id: int, portion: Portion) -> list[dict[str, Any]]:
    """The lines of a preview for a portion."""
    copies = computing.copied(session, scope, portion.slips)
    found = [
        {
            "run_id": run_id, "posting_id": slip.posting_id, "worker_id": slip.worker_id,
            "held": "no", "days": len(slip.days),
            "minutes": sum(p.worked.minutes for p in slip.days),
            "pieces": sum(p.worked.pieces for p in slip.days),
            "gross_fen": slip.gross_fen, "deduction_fen": slip.deduction_fen,
            "advance_fen": slip.advance_fen, "net_fen": slip.net_fen,
            "overtime_fen": sum(p.overtime_fen for p in slip.days),
            "top_up_fen": sum(p.top_up_fen for p in slip.days),
            "expected_fen": copies.get((slip.posting_id, slip.worker_id)),
        }
        for slip in portion.slips
    ]  # fmt: skip
    nothing = dict.fromkeys(
        ("gross_fen", "deduction_fen", "advance_fen", "net_fen", "overtime_fen", "top_up_fen"), 0
    )
    found += [
        {
            "run_id": run_id, "posting_id": held.posting_id, "worker_id": held.worker_id,
            "held": held.why, "days": len(held.days),
            "minutes": sum(w.minutes for w in held.days),
            "pieces": sum(w.pieces for w in held.days), "expected_fen": None, **nothing,
        }
        for held in portion.held
    ]  # fmt: skip
    return found


def sums_of(session: Session, run_id: int) -> tuple[int, int, int]:
    """Days, gross and net of a preview."""
    row = session.execute(
        select(*(func.coalesce(func.sum(column), 0) for column in (
            PayRunRow.days, PayRunRow.gross_fen, PayRunRow.net_fen,
        ))).where(PayRunRow.run_id == run_id, PayRunRow.held == "no")
    ).one()  # fmt: skip
    return int(row[0]), int(row[1]), int(row[2])


def _refuse_second(session: Session, employer_id: int, posting_id: int | None, days: Days) -> None:
    # Two that begin at one moment queue behind the employer's row.
    session.execute(
        select(Employer.id).where(Employer.id == employer_id).with_for_update(key_share=True)
    ).all()
    found = select(PayRun.id).where(
        PayRun.employer_id == employer_id, PayRun.state.in_(LIVE),
        PayRun.first_day <= days.last, PayRun.last_day >= days.first,
    )  # fmt: skip
    if posting_id is not None:
        found = found.where((PayRun.posting_id == posting_id) | PayRun.posting_id.is_(None))
    if session.scalar(found.limit(1)) is not None:
        raise RunStands


def _own(session: Session, run_id: int, actor: Actor) -> PayRun:
    run = session.get(PayRun, run_id)
    policy.require_employer(actor, run.employer_id if run else None)
    assert run is not None
    return run


def _move(session: Session, run: PayRun, was: tuple[str, ...], now: str, **values: Any) -> None:
    """The one guarded change of state. raises RunClosed when somebody was first."""
    done = session.scalar(
        update(PayRun)
        .where(PayRun.id == run.id, PayRun.state.in_(was))
        .values(state=now, **values)
        .returning(PayRun.id)
        .execution_options(synchronize_session=False)
    )
    if done is None:
        raise RunClosed
    session.refresh(run)


def _compute(session: Session, run: PayRun) -> None:
    """All of a small run's preview. raises NothingToSettle"""
    run.frozen_at = clock.now()
    session.execute(delete(PayRunRow).where(PayRunRow.run_id == run.id))
    people, sums = set(), [0, 0, 0]
    scope = settling.scope_of(run)
    for portion in computing.all_portions(session, scope):
        rows = rows_of(session, scope, run.id, portion)
        if rows:
            session.execute(insert(PayRunRow), rows)
        people |= {slip.worker_id for slip in portion.slips}
        for n, each in enumerate(("days", "gross_fen", "net_fen")):
            sums[n] += sum(row[each] for row in rows if row["held"] == "no")
    run.people, (run.days, run.gross_fen, run.net_fen) = len(people), sums
    run.done, run.state = run.total, "draft"
    session.flush()


def _reopen(session: Session, run: PayRun) -> None:
    """Compute again, here or by the process."""
    run.is_stale, run.done, run.claim, run.stop_asked, run.tries = False, 0, None, False, 0
    run.frozen_at, run.made_at = clock.now(), clock.now()
    run.total = computing.count(session, settling.scope_of(run))
    if run.total <= AT_ONCE_DAYS:
        _compute(session, run)


def _go(session: Session, run: PayRun, was: tuple[str, ...], actor: Actor) -> str:
    if not run.people:
        raise NothingToSettle
    _move(
        session, run, was, "issuing", answered_by=actor.user_id, answered_at=clock.now(), done=0,
        claim=None, lease_until=None, tries=0,
    )  # fmt: skip
    return "issuing"


def finish(run_id: int, state: str, *, actor: Actor) -> str:
    """The second half of submit() and approve(): write a small run's slips, unless it is done.

    state    what the first half gave; whoever sends the same request again comes here with it too
    raises   RunChanged (the preview was opened again), RunClosed when it was reversed since
    """
    if state != "issuing":
        return state
    run = reading().get(PayRun, run_id)
    if run is None or run.total > AT_ONCE_DAYS:
        return state
    try:
        issue(run_id, actor=actor)
    except RunClosed:
        forget_reads()
        run = reading().get_one(PayRun, run_id)
        if run.is_stale:
            raise RunChanged from None
        if run.state not in ("issuing", "issued"):
            raise
        return run.state
    return "issued"


@retried
def issue(run_id: int, *, actor: Actor) -> None:
    """Write the slips of a run that was approved, all or none.

    raises   RunClosed when it is no longer to be issued (or another process's), RunChanged when the
             figures are others now: then the preview was opened again
    """
    try:
        with transaction() as session:
            if run_portions.has_begun(session, run_id):
                raise RunClosed  # by the process, portion by portion
            run = session.get_one(PayRun, run_id)
            _move(session, run, ("issuing",), "issued", claim=None, lease_until=None)
            settling.write(session, run, actor, frozen=True)
            run.done = run.total
    except (RunChanged, NothingToSettle):
        with transaction() as session:
            reopen(session, run_id, actor)
        raise RunChanged from None


def reopen(session: Session, run_id: int, actor: Actor) -> None:
    """The figures are others now: the preview is computed anew, and says so. raises RunClosed"""
    run = session.get_one(PayRun, run_id)
    _move(session, run, ("issuing",), "computing", claim=None, lease_until=None)
    _reopen(session, run)
    run.is_stale = True
    audit.record(session, actor, "pay_run.reopen", "pay_run", run_id)
