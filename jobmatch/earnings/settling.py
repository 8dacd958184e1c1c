"""What all runs share: a run's row, who has to approve it, and the writing of it, compared."""

from collections.abc import Collection
from dataclasses import replace
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from jobmatch.earnings import computing, policy
from jobmatch.earnings.computing import Portion, Scope, Slip
from jobmatch.earnings.errors import NothingToSettle, RunChanged, SamePerson
from jobmatch.earnings.run_models import PayRun, PayRunRow
from jobmatch.earnings.run_writing import Writer, hold
from jobmatch.employers.models import Employer
from jobmatch.infra import audit, clock, dated
from jobmatch.infra.db import retried, transaction
from jobmatch.kernel.actor import Actor
from jobmatch.kernel.errors import Invalid
from jobmatch.kernel.ids import SettlementId
from jobmatch.kernel.periods import Days
from jobmatch.kernel.text import text
from jobmatch.postings.models import Posting

LONGEST = 366


def settle(
    posting_id: int, first: date, last: date, *, actor: Actor, seen_fen: int | None = None
) -> SettlementId:
    """Issue a slip to everybody with unsettled work days of a posting, at once, by one person.

    Days whose pay is nothing (pieces not counted yet) stay open, as do those in dispute. A second
    call finds nothing left.
    seen_fen  the net sum that was looked at: another one is refused (RunChanged)
    raises   NotFound, Invalid (field first or last), NothingToSettle; SamePerson above the amount
             for which a second person has to approve
    """
    days = checked(first, last)
    return _settle(posting_id, days, actor, seen_fen)


@retried
def _settle(posting_id: int, days: Days, actor: Actor, seen_fen: int | None) -> SettlementId:
    with transaction() as session:
        run = new_run(session, employer_of(session, posting_id, actor), posting_id, days, actor)
        writer = write(session, run, actor, frozen=False)
        if seen_fen is not None and writer.sums.net_fen != seen_fen:
            raise RunChanged
        if needs_second(session, run.employer_id, writer.sums.gross_fen):
            raise SamePerson
        run.state, run.frozen_at = "issued", clock.now()
        return SettlementId(writer.settlements[posting_id])


def needs_second(session: Session, employer_id: int, gross_fen: int) -> bool:
    """Whether so much needs a second person, by the rule of the employer's county."""
    limit = second_above(session, employer_id)
    return limit is not None and gross_fen > limit


def second_above(session: Session, employer_id: int) -> int | None:
    """Fen above which a second person approves; None where no rule says so."""
    place = session.get_one(Employer, employer_id).place_code
    try:
        return int(dated.value(session, "pay.approval_fen", on=clock.today(), place=place))
    except dated.NoRule:
        return None


def scope_of(run: PayRun) -> Scope:
    days = Days(run.first_day, run.last_day)
    return Scope(run.employer_id, run.posting_id, days, run.frozen_at)


def checked(first: date, last: date) -> Days:
    if last < first:
        raise Invalid(text("结束日期不能早于开始日期。"), field="last")
    if last > clock.today():
        raise Invalid(text("只能结算到今天为止的出工。"), field="last")
    if (last - first).days >= LONGEST:
        raise Invalid(text("一次最多结算一年。"), field="first")
    return Days(first, last)


def employer_of(session: Session, posting_id: int, actor: Actor) -> int:
    posting = session.get(Posting, posting_id)
    policy.require_employer(actor, posting.employer_id if posting else None)
    assert posting is not None
    return posting.employer_id


def new_run(
    session: Session, employer_id: int, posting_id: int | None, days: Days, actor: Actor
) -> PayRun:
    run = PayRun(
        employer_id=employer_id, posting_id=posting_id, first_day=days.first, last_day=days.last,
        state="computing", made_by=actor.user_id, made_at=clock.now(), frozen_at=clock.now(),
        people=0, days=0, gross_fen=0, net_fen=0, is_stale=False, words="", done=0, total=0,
        stop_asked=False, tries=0,
    )  # fmt: skip
    session.add(run)
    session.flush()
    return run


def write(session: Session, run: PayRun, actor: Actor, *, frozen: bool) -> Writer:
    """Slips of the run. frozen: only what its preview says, to the fen. raises RunChanged"""
    scope = scope_of(run)
    if not frozen:
        scope = replace(scope, frozen_at=None)
    postings = computing.postings_of(session, scope)
    hold(session, scope, postings)
    writer = Writer(session, scope, postings, run.id, actor)
    seen = 0
    for workers in computing.portions(session, scope, postings):
        portion = computing.computed(session, scope, postings, workers)
        if frozen:
            seen += compare(session, run.id, workers, portion)
        writer.write(portion)
    sums = writer.sums
    if not sums.slips:
        raise NothingToSettle
    if frozen and (seen, sums.net_fen, sums.gross_fen) != (
        sums.slips, run.net_fen, run.gross_fen,
    ):  # fmt: skip
        raise RunChanged
    run.people, run.days = len(sums.people), sums.days
    run.gross_fen, run.net_fen = sums.gross_fen, sums.net_fen
    for posting_id, key in sorted(writer.settlements.items()):
        audit.record(
            session, actor, "settlement.issue", "settlement", key, run=run.id, posting=posting_id,
            slips=sums.slips, days=sums.days, fen=sums.net_fen,
        )  # fmt: skip
    return writer


def looked_at(
    session: Session, run_id: int, workers: Collection[int]
) -> dict[tuple[int, int], tuple[int, ...]]:
    """What the preview says of these people, by posting and worker, as figures_of() does."""
    return {
        (posting, worker): tuple(figures)
        for posting, worker, *figures in session.execute(
            select(
                PayRunRow.posting_id, PayRunRow.worker_id, PayRunRow.days, PayRunRow.gross_fen,
                PayRunRow.deduction_fen, PayRunRow.advance_fen,
            ).where(
                PayRunRow.run_id == run_id, PayRunRow.held == "no",
                PayRunRow.worker_id.in_(workers),
            )
        )
    }  # fmt: skip


def figures_of(slip: Slip) -> tuple[int, ...]:
    """Days, gross pay and what comes off: by these a slip is the one that was looked at."""
    return len(slip.days), slip.gross_fen, slip.deduction_fen, slip.advance_fen


def compare(session: Session, run_id: int, workers: list[int], portion: Portion) -> int:
    """How many slips were looked at as they are now. raises RunChanged at one that was not."""
    known = looked_at(session, run_id, workers)
    for slip in portion.slips:
        if known.pop((slip.posting_id, slip.worker_id), None) != figures_of(slip):
            raise RunChanged
    if known:
        raise RunChanged
    return len(portion.slips)
