"""Taking a large run back portion by portion, so that nobody who records waits for all of it.

Nothing is taken back of a run in which anything is paid. From then on it only goes forward: each
portion's slips, bookings, opened days and notices are one transaction, and a process that takes the
run up again goes on with the slips that still stand. Where a payment is recorded meanwhile, that
person's slip stays, with those of whoever shares an amount with them: their lines say so.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, insert, select, update
from sqlalchemy.orm import Session

from jobmatch.attendance.models import WorkDay
from jobmatch.earnings import booking, computing, service, sharing
from jobmatch.earnings.errors import PaidAlready
from jobmatch.earnings.models import PaySlip, PaySlipLine, Settlement
from jobmatch.earnings.rules.grouping import ties, together
from jobmatch.earnings.rules.reversing import LEFT, MARKS, Pair, staying
from jobmatch.earnings.rules.slips import SlipState
from jobmatch.earnings.run_models import PayRun, PayRunRow
from jobmatch.earnings.terms import kept
from jobmatch.infra import audit
from jobmatch.infra.db import reading
from jobmatch.kernel.actor import Actor
from jobmatch.postings.models import Posting

STANDS = PaySlip.state != SlipState.REVERSED.value


@dataclass(frozen=True, slots=True)
class Reversal:
    """A run that is taken back; ties: people who share an amount, each with the posting."""

    run_id: int
    actor: Actor
    ties: tuple[tuple[int, frozenset[int]], ...]


def refuse_paid(session: Session, run_id: int) -> None:
    """raises PaidAlready where somebody of the run is paid"""
    paid = _slips(run_id, PaySlip.id).where(PaySlip.state == SlipState.PAID.value)
    if session.scalar(paid.limit(1)) is not None:
        raise PaidAlready


def people(session: Session, run_id: int) -> int:
    """How many have a slip of the run that stands."""
    found = _slips(run_id, func.count(PaySlip.worker_id.distinct())).where(STANDS)
    return session.scalar(found) or 0


def begin(run_id: int, actor: Actor) -> tuple[Reversal, list[list[int]]]:
    """The run as it is taken back, and the portions of people whose slips still stand."""
    session = reading()
    ties = _ties(session, run_id)
    ids = session.scalars(
        _slips(run_id, PaySlip.worker_id).where(STANDS).distinct().order_by(PaySlip.worker_id)
    ).all()
    return (
        Reversal(run_id, actor, ties),
        together(ids, [workers for _posting, workers in ties], computing.PORTION),
    )


def write(session: Session, reversal: Reversal, workers: Sequence[int]) -> None:
    """Take back the slips of these people, in the caller's transaction."""
    slips: dict[Pair, PaySlip] = {}
    whose: dict[Pair, Settlement] = {}
    for slip, settlement in session.execute(
        select(PaySlip, Settlement)
        .join(Settlement, Settlement.id == PaySlip.settlement_id)
        .where(
            Settlement.pay_run_id == reversal.run_id, PaySlip.worker_id.in_(workers), STANDS
        )
        .order_by(PaySlip.id)
        .with_for_update(of=PaySlip)
    ):  # fmt: skip
        pair = (settlement.posting_id, slip.worker_id)
        slips[pair], whose[pair] = slip, settlement
    stays = staying(
        {pair: slip.state == SlipState.PAID for pair, slip in slips.items()}, reversal.ties
    )
    going: dict[int, list[PaySlip]] = defaultdict(list)
    for pair, slip in slips.items():
        if pair not in stays:
            going[whose[pair].id].append(slip)
    parts = {settlement.id: settlement for settlement in whose.values()}
    for key, some in going.items():
        service.end_slips(session, parts[key], some, reversal.actor)
    _mark(session, reversal.run_id, workers, stays, slips)


def leave_out(session: Session, run_id: int) -> None:
    """Slips that nothing could take back stand; their lines say so."""
    rows = session.execute(
        _slips(run_id, Settlement.posting_id, PaySlip).where(STANDS).order_by(PaySlip.id)
    ).all()
    for start in range(0, len(rows), booking.AT_ONCE):
        left = {
            (posting, slip.worker_id): slip
            for posting, slip in rows[start : start + booking.AT_ONCE]
        }
        workers = [worker for _posting, worker in left]
        _mark(session, run_id, workers, dict.fromkeys(left, LEFT), left)


def end(session: Session, run: PayRun, actor: Actor) -> None:
    """The run is taken back, in the caller's transaction: settlements without a slip end too."""
    stands = select(PaySlip.id).where(PaySlip.settlement_id == Settlement.id, STANDS).exists()
    ended = session.scalars(
        update(Settlement)
        .where(Settlement.pay_run_id == run.id, Settlement.state == "issued", ~stands)
        .values(state="reversed")
        .returning(Settlement.id)
        .execution_options(synchronize_session=False)
    ).all()
    counts = session.execute(
        select(PaySlip.settlement_id, func.count())
        .where(PaySlip.settlement_id.in_(ended))
        .group_by(PaySlip.settlement_id)
        .order_by(PaySlip.settlement_id)
    ).all()
    for key, slips in counts:
        audit.record(session, actor, "settlement.reverse", "settlement", key, slips=slips)
    run.done, run.state, run.claim, run.lease_until = run.total, "reversed", None, None


def _slips(run_id: int, *columns: Any) -> Any:
    return (
        select(*columns)
        .select_from(PaySlip)
        .join(Settlement, Settlement.id == PaySlip.settlement_id)
        .where(Settlement.pay_run_id == run_id)
    )


def _ties(session: Session, run_id: int) -> tuple[tuple[int, frozenset[int]], ...]:
    """Who share an amount: a crew's pieces, a lump sum for a crew or for everybody."""
    parts = session.execute(
        select(Settlement.terms, Posting)
        .join(Posting, Posting.id == Settlement.posting_id)
        .where(Settlement.pay_run_id == run_id)
    ).all()
    lumps = sharing.lumps_of(session, [posting.id for _terms, posting in parts])
    crews = [posting.id for terms, posting in parts if kept(terms, posting).shares_in_crews]
    if not lumps and not crews:
        return ()
    days = (
        _slips(run_id, Settlement.posting_id, PaySlip.worker_id, WorkDay.crew_id)
        .join(PaySlipLine, PaySlipLine.pay_slip_id == PaySlip.id)
        .join(WorkDay, WorkDay.id == PaySlipLine.work_day_id)
        .where(STANDS, Settlement.posting_id.in_({*lumps, *crews}))
        .distinct()
    )
    found = ties(session.execute(days), lumps)
    return tuple((posting, frozenset(workers)) for (posting, _crew), workers in found.items())


def _mark(
    session: Session, run_id: int, workers: Sequence[int], stays: Mapping[Pair, str],
    slips: Mapping[Pair, PaySlip],
) -> None:  # fmt: skip
    """These people's lines say whose slips stay, and why; nobody else's do."""
    seen = set()
    for posting, worker, held in session.execute(
        select(PayRunRow.posting_id, PayRunRow.worker_id, PayRunRow.held).where(
            PayRunRow.run_id == run_id, PayRunRow.worker_id.in_(workers),
            PayRunRow.held.in_(("no", *MARKS)),
        )
    ).all():  # fmt: skip
        seen.add((posting, worker))
        said = stays.get((posting, worker), "no")
        if said != held:
            session.execute(
                update(PayRunRow)
                .where(
                    PayRunRow.run_id == run_id, PayRunRow.posting_id == posting,
                    PayRunRow.worker_id == worker, PayRunRow.held == held,
                )
                .values(held=said)
                .execution_options(synchronize_session=False)
            )  # fmt: skip
    # Of a settlement that was issued without a preview there are no lines yet.
    missing = {slips[pair].id: (pair, why) for pair, why in stays.items() if pair not in seen}
    if not missing:
        return
    days = session.execute(
        select(PaySlipLine.pay_slip_id, func.count(), *(
            func.sum(column) for column in (
                PaySlipLine.minutes, PaySlipLine.pieces, PaySlipLine.overtime_fen,
                PaySlipLine.top_up_fen,
            )
        ))
        .where(PaySlipLine.pay_slip_id.in_(missing))
        .group_by(PaySlipLine.pay_slip_id)
    ).all()  # fmt: skip
    session.execute(
        insert(PayRunRow),
        [_row(run_id, slips[missing[key][0]], *missing[key], *each) for key, *each in days],
    )


def _row(
    run_id: int, slip: PaySlip, pair: Pair, why: str, days: int, minutes: int, pieces: int,
    overtime_fen: int, top_up_fen: int,
) -> dict[str, Any]:  # fmt: skip
    return {
        "run_id": run_id, "posting_id": pair[0], "worker_id": pair[1], "held": why, "days": days,
        "minutes": int(minutes), "pieces": int(pieces), "gross_fen": slip.gross_fen,
        "deduction_fen": slip.deduction_fen, "advance_fen": slip.advance_fen,
        "net_fen": slip.net_fen, "overtime_fen": int(overtime_fen), "top_up_fen": int(top_up_fen),
        "expected_fen": None,
    }  # fmt: skip
