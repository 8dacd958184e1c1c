"""Large runs, done by a process of their own: claimed, then worked on portion by portion.

Computing commits each portion of the preview, so that a page can show how far it is and a request
can stop it; nobody is paid by a preview. Issuing commits each portion too (run_portions says how it
stays what was approved) and goes only forward. A process that is not heard of loses its claim, and
the run is taken up again where it stands.
"""

import secrets
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import ColumnElement, delete, insert, select, update
from sqlalchemy.orm import Session

from jobmatch.accounts import service as accounts
from jobmatch.earnings import computing, run_portions, run_reversal, runs, settling
from jobmatch.earnings.errors import RunChanged, RunClosed
from jobmatch.earnings.run_models import PayRun, PayRunRow
from jobmatch.earnings.run_portions import Issue
from jobmatch.earnings.run_reversal import Reversal
from jobmatch.infra import clock
from jobmatch.infra.db import forget_reads, reading, retried, transaction
from jobmatch.kernel.actor import SYSTEM, Actor

# While it is issued nobody can take it over: its row is held by the transaction.
LEASE = timedelta(seconds=60)
MOST_TRIES = 3
WORK = ("computing", "issuing", "reversing")
# Who writes a run of this state portion by portion, leaves out what could not be done, and ends it.
PORTIONS = {"issuing": run_portions, "reversing": run_reversal}


class Lost(Exception):
    """The run was cancelled, or is another process's now."""


@dataclass(frozen=True, slots=True)
class Claim:
    """A run that this process works on, and the word that proves it."""

    run_id: int
    word: str


def has_work() -> bool:
    """Whether a run waits to be worked on (or was left by a process that died)."""
    found = select(PayRun.id).where(PayRun.state.in_(WORK), _is_free())
    return reading().scalar(found.limit(1)) is not None


@retried
def claim_next(lease: timedelta = LEASE) -> Claim | None:
    """Take the run that waits longest; None when none does, or another was first."""
    word = secrets.token_hex(16)
    with transaction() as session:
        oldest = session.scalar(
            select(PayRun.id)
            .where(PayRun.state.in_(WORK), _is_free())
            .order_by(PayRun.id)
            .limit(1)
            .with_for_update(skip_locked=True)
        )
        tries = session.scalar(
            update(PayRun)
            .where(PayRun.id == oldest, PayRun.state.in_(WORK), _is_free())
            .values(claim=word, lease_until=clock.now() + lease, tries=PayRun.tries + 1)
            .returning(PayRun.tries)
            .execution_options(synchronize_session=False)
        )
        if oldest is None or tries is None:
            return None
        if tries > MOST_TRIES:
            _give_up(session, oldest)
            return None
        return Claim(oldest, word)


def work(claim: Claim, lease: timedelta = LEASE) -> str:
    """Do what the run waits for; the state it is in then. raises Lost"""
    run = _mine(claim)
    if run.state == "computing":
        _compute(claim, lease)
        return "draft"
    if run.state == "reversing":
        _reverse(claim, run, lease)
        return "reversed"
    if run.total <= runs.AT_ONCE_DAYS and not run_portions.has_begun(reading(), run.id):
        # A small one, whose request died between the answer and the slips.
        try:
            runs.issue(run.id, actor=accounts.actor_of(run.answered_by or 0))
        except RunClosed:
            raise Lost from None
        except RunChanged:
            return "computing"
        return "issued"
    return _issue(claim, run, lease)


def _issue(claim: Claim, run: PayRun, lease: timedelta) -> str:
    actor = accounts.actor_of(run.answered_by or 0)
    if not run_portions.has_begun(reading(), run.id):
        try:
            run_portions.check(run)
        except RunChanged:
            _reopen(claim, actor, lease)
            return "computing"
    forget_reads()
    issue, portions = run_portions.begin(_mine(claim), actor)
    done = 0
    for workers in portions:
        run_portions.pause()
        done += _write(claim, issue, workers, done, lease)
    _finish(claim, actor, "issuing")
    return "issued"


@retried
def _reopen(claim: Claim, actor: Actor, lease: timedelta) -> None:
    with transaction() as session:
        _heard(session, claim, lease, "issuing")
        if run_portions.has_begun(session, claim.run_id):
            raise Lost
        runs.reopen(session, claim.run_id, actor)


@retried
def _write(claim: Claim, issue: Issue, workers: list[int], done: int, lease: timedelta) -> int:
    with transaction() as session:
        _heard(session, claim, lease, "issuing")
        days = run_portions.write(session, issue, workers)
        _heard(session, claim, lease, "issuing", done=done + days)
        return days


@retried
def _finish(claim: Claim, actor: Actor, state: str) -> None:
    with transaction() as session:
        _heard(session, claim, LEASE, state)
        run = session.get_one(PayRun, claim.run_id, populate_existing=True)
        PORTIONS[state].end(session, run, actor)


def _reverse(claim: Claim, run: PayRun, lease: timedelta) -> None:
    actor = accounts.actor_of(run.reversed_by or 0)
    reversal, portions = run_reversal.begin(run.id, actor)
    done = run.total - sum(map(len, portions))
    for workers in portions:
        run_portions.pause()
        done += len(workers)
        _take_back(claim, reversal, workers, done, lease)
    _finish(claim, actor, "reversing")


@retried
def _take_back(
    claim: Claim, reversal: Reversal, workers: list[int], done: int, lease: timedelta
) -> None:
    with transaction() as session:
        _heard(session, claim, lease, "reversing")
        run_reversal.write(session, reversal, workers)
        _heard(session, claim, lease, "reversing", done=done)


def _compute(claim: Claim, lease: timedelta) -> None:
    _begin(claim, lease)
    run = _mine(claim)
    scope = settling.scope_of(run)
    session = reading()
    postings = computing.postings_of(session, scope)
    people: set[int] = set()
    done = 0
    for workers in computing.portions(session, scope, postings):
        portion = computing.computed(reading(), scope, postings, workers)
        rows = runs.rows_of(reading(), scope, claim.run_id, portion)
        forget_reads()
        people |= {slip.worker_id for slip in portion.slips}
        done += sum(row["days"] for row in rows)
        _store(claim, rows, done, lease)
    _end(claim, len(people))


@retried
def _begin(claim: Claim, lease: timedelta) -> None:
    with transaction() as session:
        _heard(session, claim, lease, done=0, frozen_at=clock.now())
        session.execute(delete(PayRunRow).where(PayRunRow.run_id == claim.run_id))


@retried
def _store(claim: Claim, rows: list[dict[str, object]], done: int, lease: timedelta) -> None:
    with transaction() as session:
        _heard(session, claim, lease, done=done)
        if rows:
            session.execute(insert(PayRunRow), rows)


@retried
def _end(claim: Claim, people: int) -> None:
    with transaction() as session:
        figures = runs.sums_of(session, claim.run_id)
        found = session.scalar(
            update(PayRun)
            .where(PayRun.id == claim.run_id, PayRun.claim == claim.word)
            .where(PayRun.state == "computing")
            .values(
                state="draft", claim=None, lease_until=None, people=people, done=PayRun.total,
                days=figures[0], gross_fen=figures[1], net_fen=figures[2],
            )
            .returning(PayRun.id)
        )  # fmt: skip
        if found is None:
            raise Lost


def _heard(
    session: Session, claim: Claim, lease: timedelta, at: str = "computing", **values: object
) -> None:
    """Still at it. raises Lost when the run was cancelled, or is another's."""
    found = session.scalar(
        update(PayRun)
        .where(PayRun.id == claim.run_id, PayRun.claim == claim.word, PayRun.state == at)
        .values({"lease_until": clock.now() + lease} | values)
        .returning(PayRun.id)
        .execution_options(synchronize_session=False)
    )
    if found is None:
        raise Lost


def _mine(claim: Claim) -> PayRun:
    forget_reads()
    run = reading().get(PayRun, claim.run_id)
    if run is None or run.claim != claim.word or run.state not in WORK:
        raise Lost
    return run


def _give_up(session: Session, run_id: int) -> None:
    """A run that nothing can finish is cancelled; one of which slips are out ends with those.

    One that was to be taken back ends with what was; the other slips stand, marked.
    """
    run = session.get_one(PayRun, run_id, populate_existing=True)
    if run.state == "reversing" or run_portions.has_begun(session, run_id):
        PORTIONS[run.state].leave_out(session, run_id)
        PORTIONS[run.state].end(session, run, SYSTEM)
        return
    session.execute(delete(PayRunRow).where(PayRunRow.run_id == run_id))
    session.execute(update(PayRun).where(PayRun.id == run_id).values(state="cancelled", claim=None))


def _is_free() -> ColumnElement[bool]:
    return PayRun.claim.is_(None) | (PayRun.lease_until < clock.now())
