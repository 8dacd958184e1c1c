"""Issuing a large run portion by portion, so that nobody who records waits for all of it.

First everything is computed and compared without holding anything: a difference to what was looked
at opens the preview again, and nothing was written. Then each portion's slips, bookings, closed
days and notices are one transaction. From the first of them on a run only goes forward: a process
that takes it up again sees who has slips and goes on with the others. Whoever changed in between
gets no slip other than the one that was looked at: their days wait for the next run, marked.
"""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import func, or_, select, true, update
from sqlalchemy.orm import Session

from jobmatch.attendance.models import Dispute, WorkDay
from jobmatch.earnings import computing, settling, sharing
from jobmatch.earnings.computing import Portion, Scope, Slip
from jobmatch.earnings.errors import RunChanged
from jobmatch.earnings.models import PaySlip, Settlement
from jobmatch.earnings.run_models import CrewSharing, LumpPart, PayRun, PayRunRow, WageCharge
from jobmatch.earnings.run_writing import Writer, hold
from jobmatch.infra import audit
from jobmatch.infra.db import forget_reads, reading
from jobmatch.kernel.actor import Actor
from jobmatch.postings.models import Posting

CHANGED = "changed"
# Those who wait for SQLite's one writer look again every tenth of a second at the latest.
GAP_SECONDS = 0.12


@dataclass(frozen=True, slots=True)
class Issue:
    """A run that is issued; tied: postings at which people share amounts."""

    run_id: int
    actor: Actor
    scope: Scope
    postings: Mapping[int, Posting]
    tied: frozenset[int]


def has_begun(session: Session, run_id: int) -> bool:
    """Whether somebody has a slip of the run already."""
    found = select(Settlement.id).where(Settlement.pay_run_id == run_id).limit(1)
    return session.scalar(found) is not None


def check(run: PayRun) -> None:
    """Compare everybody with what was looked at; holds nothing. raises RunChanged

    Where nothing was recorded since, that is known without computing all once more.
    """
    scope = settling.scope_of(run)
    postings = computing.postings_of(reading(), scope)
    if not _has_news(reading(), run, _tied(reading(), postings)):
        return
    seen = slips = 0
    for workers in computing.portions(reading(), scope, postings):
        portion = computing.computed(reading(), scope, postings, workers)
        seen += settling.compare(reading(), run.id, workers, portion)
        slips += len(portion.slips)
        forget_reads()
    rows = select(func.count()).where(PayRunRow.run_id == run.id, PayRunRow.held == "no")
    if not slips or seen != reading().scalar(rows):
        raise RunChanged


def begin(run: PayRun, actor: Actor) -> tuple[Issue, list[list[int]]]:
    """The run as it is issued, and the portions of people who have days to settle."""
    session, scope = reading(), settling.scope_of(run)
    postings = computing.postings_of(session, scope)
    return (
        Issue(run.id, actor, scope, postings, _tied(session, postings)),
        computing.portions(session, scope, dict(postings)),
    )


def write(session: Session, issue: Issue, workers: Sequence[int]) -> int:
    """The slips of these people, in the caller's transaction; returns how many days they carry."""
    hold(session, issue.scope, issue.postings, workers)
    portion = computing.computed(session, issue.scope, dict(issue.postings), workers)
    known = settling.looked_at(session, issue.run_id, workers)
    for pair in _issued(session, issue.run_id, workers):
        known.pop(pair, None)
    good, off = _as_seen(portion, known, issue.tied)
    writer = Writer(session, issue.scope, issue.postings, issue.run_id, issue.actor)
    for posting_id, key in session.execute(
        select(Settlement.posting_id, Settlement.id).where(Settlement.pay_run_id == issue.run_id)
    ):
        writer.settlements[posting_id] = key
    writer.write(replace(portion, slips=tuple(good)))
    for posting_id, worker_id in off:
        session.execute(
            update(PayRunRow)
            .where(
                PayRunRow.run_id == issue.run_id, PayRunRow.posting_id == posting_id,
                PayRunRow.worker_id == worker_id, PayRunRow.held == "no",
            )
            .values(held=CHANGED)
            .execution_options(synchronize_session=False)
        )  # fmt: skip
    return writer.sums.days


def leave_out(session: Session, run_id: int) -> None:
    """Whoever has no slip of the run is left for the next one."""
    slip = (
        select(PaySlip.id)
        .join(Settlement, Settlement.id == PaySlip.settlement_id)
        .where(
            Settlement.pay_run_id == run_id, Settlement.posting_id == PayRunRow.posting_id,
            PaySlip.worker_id == PayRunRow.worker_id,
        )
        .exists()
    )  # fmt: skip
    session.execute(
        update(PayRunRow)
        .where(PayRunRow.run_id == run_id, PayRunRow.held == "no", ~slip)
        .values(held=CHANGED)
        .execution_options(synchronize_session=False)
    )


def end(session: Session, run: PayRun, actor: Actor) -> None:
    """The run is issued, with what was: in the caller's transaction."""
    row = session.execute(
        select(
            func.count(PayRunRow.worker_id.distinct()),
            func.sum(PayRunRow.days),
            func.sum(PayRunRow.gross_fen),
            func.sum(PayRunRow.net_fen),
        ).where(PayRunRow.run_id == run.id, PayRunRow.held == "no")
    ).one()
    run.people, run.days, run.gross_fen, run.net_fen = (int(each or 0) for each in row)
    run.done, run.state, run.claim, run.lease_until = run.total, "issued", None, None
    for key, posting_id, slips, fen in session.execute(
        select(
            Settlement.id, Settlement.posting_id, func.count(PaySlip.id), func.sum(PaySlip.net_fen)
        )
        .join(PaySlip, PaySlip.settlement_id == Settlement.id)
        .where(Settlement.pay_run_id == run.id)
        .group_by(Settlement.id, Settlement.posting_id)
        .order_by(Settlement.posting_id)
    ).all():
        audit.record(
            session, actor, "settlement.issue", "settlement", key, run=run.id, posting=posting_id,
            slips=slips, days=run.days, fen=int(fen),
        )  # fmt: skip


def pause() -> None:
    """Between two portions: let those who wait for SQLite's one writer have it."""
    if reading().get_bind().dialect.name == "sqlite":
        forget_reads()
        time.sleep(GAP_SECONDS)


def _tied(session: Session, postings: Mapping[int, Posting]) -> frozenset[int]:
    lumps = sharing.lumps_of(session, list(postings))
    return frozenset(key for key, row in postings.items() if row.crew_share or key in lumps)


def _has_news(session: Session, run: PayRun, tied: frozenset[int]) -> bool:
    """Whether something happened since the preview that may concern it: then it is worth a look.

    The figures of each portion are compared all the same when it is written.
    """
    since = run.frozen_at
    days = (
        WorkDay.employer_id == run.employer_id, WorkDay.state == "open",
        WorkDay.work_date.between(run.first_day, run.last_day),
        WorkDay.posting_id == run.posting_id if run.posting_id is not None else true(),
    )  # fmt: skip
    counted = select(func.count()).where(*days, WorkDay.updated_at <= since)
    in_rows = select(func.coalesce(func.sum(PayRunRow.days), 0)).where(PayRunRow.run_id == run.id)
    if session.scalar(counted) != session.scalar(in_rows):
        return True
    news = (
        select(WorkDay.id).where(*days, WorkDay.updated_at > since, WorkDay.posting_id.in_(tied)),
        select(Dispute.id)
        .join(WorkDay, WorkDay.engagement_day_id == Dispute.engagement_day_id)
        .where(*days, or_(Dispute.opened_at > since, Dispute.closed_at > since)),
        select(WageCharge.id).where(
            WageCharge.employer_id == run.employer_id,
            or_(
                WageCharge.recorded_at > since, WageCharge.answered_at > since,
                WageCharge.state == "withdrawn",
            ),
        ),
        select(LumpPart.id).where(LumpPart.recorded_at > since),
        select(CrewSharing.id).where(CrewSharing.recorded_at > since),
    )  # fmt: skip
    return any(session.scalar(found.limit(1)) is not None for found in news)


def _issued(session: Session, run_id: int, workers: Sequence[int]) -> list[tuple[int, int]]:
    rows = session.execute(
        select(Settlement.posting_id, PaySlip.worker_id)
        .join(Settlement, Settlement.id == PaySlip.settlement_id)
        .where(Settlement.pay_run_id == run_id, PaySlip.worker_id.in_(workers))
    )
    return [(posting, worker) for posting, worker in rows]


def _as_seen(
    portion: Portion, known: dict[tuple[int, int], tuple[int, ...]], tied: frozenset[int]
) -> tuple[list[Slip], list[tuple[int, int]]]:
    """The slips that were looked at as they are now, and whose others are left for the next run.

    Where people share an amount, one who is off leaves all out: a share is nothing by itself.
    """
    good = []
    off = set(known)
    for slip in portion.slips:
        pair = (slip.posting_id, slip.worker_id)
        if known.get(pair) == settling.figures_of(slip):
            good.append(slip)
            off.discard(pair)
        else:
            off.add(pair)
    spoiled = {posting for posting, _worker in off} & tied
    off |= {(s.posting_id, s.worker_id) for s in good if s.posting_id in spoiled}
    return [s for s in good if s.posting_id not in spoiled], sorted(off)
