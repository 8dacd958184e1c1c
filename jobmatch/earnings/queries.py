"""Slips and settlements as frozen rows. All amounts in fen."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import bindparam, case, func, select

from jobmatch.accounts.models import User
from jobmatch.attendance.models import WorkDay
from jobmatch.earnings import charging, policy
from jobmatch.earnings.charging import SlipCharge
from jobmatch.earnings.models import PaySlip, PaySlipLine, Settlement
from jobmatch.earnings.rules.overtime import Split
from jobmatch.earnings.rules.slips import PAYABLE, SlipState
from jobmatch.earnings.rules.wage import Whole, formula, more
from jobmatch.earnings.terms import kept, percents, whole_of
from jobmatch.employers.models import Employer
from jobmatch.infra.db import fetch, reading
from jobmatch.kernel.actor import Actor
from jobmatch.kernel.errors import NotFound
from jobmatch.kernel.identity import mask_id
from jobmatch.kernel.text import Text
from jobmatch.postings.models import Posting
from jobmatch.workers.models import Worker


@dataclass(frozen=True, slots=True)
class SlipRow:
    """One slip in a list. days: work days on it; first_day and last_day: of the cycle."""

    id: int
    settlement_id: int
    worker_id: int
    worker_name: str
    posting_id: int
    title: str
    employer_id: int
    employer_name: str
    first_day: date
    last_day: date
    days: int
    minutes: int
    pieces: int
    gross_fen: int
    deduction_fen: int
    advance_fen: int
    net_fen: int
    state: SlipState
    objection: str
    issued_at: datetime
    answered_at: datetime | None
    paid_on: date | None
    paid_how: str
    paid_proof: str

    @property
    def is_payable(self) -> bool:
        return self.state in PAYABLE


@dataclass(frozen=True, slots=True)
class LineRow:
    """One day on a slip, with how its amount came about.

    more   overtime and what lifts the day to the minimum wage, each in words
    """

    work_date: date
    minutes: int
    pieces: int
    amount_fen: int
    formula: Text
    more: tuple[Text, ...] = ()


@dataclass(frozen=True, slots=True)
class SlipDetail:
    """is_shared: the pay is a share of what others earned too, so the slip cannot go alone.

    charges   what came off, deductions and advances
    """

    row: SlipRow
    piece_unit: str
    by_piece: bool
    is_shared: bool
    employer_phone: str
    lines: tuple[LineRow, ...]
    charges: tuple[SlipCharge, ...] = ()


@dataclass(frozen=True, slots=True)
class SettlementRow:
    """A settlement with its slips' states counted."""

    id: int
    posting_id: int
    first_day: date
    last_day: date
    is_reversed: bool
    created_at: datetime
    slips: int
    net_fen: int
    paid: int
    paid_fen: int
    confirmed: int
    objected: int


@dataclass(frozen=True, slots=True)
class SettlementHead:
    id: int
    posting_id: int
    first_day: date
    last_day: date
    is_reversed: bool


@dataclass(frozen=True, slots=True)
class LedgerRow:
    """A line of the wage ledger; the ID number masked."""

    slip: SlipRow
    id_masked: str
    phone: str


def slip(slip_id: int, *, actor: Actor) -> SlipDetail:
    """A slip with its days, for its worker, their station, or its employer. raises NotFound."""
    session = reading()
    found = session.execute(
        select(Settlement.terms, Posting, Worker, Employer.phone)
        .select_from(PaySlip)
        .join(Settlement, Settlement.id == PaySlip.settlement_id)
        .join(Posting, Posting.id == Settlement.posting_id)
        .join(Worker, Worker.id == PaySlip.worker_id)
        .join(Employer, Employer.id == PaySlip.employer_id)
        .where(PaySlip.id == slip_id)
    ).first()
    if found is None:
        raise NotFound
    settled_terms, posting, worker, phone = found
    if posting.employer_id not in actor.employer_ids:
        policy.require_worker(actor, worker.id, worker.home_code)
    (row,) = slips_where(PaySlip.id == slip_id)
    terms = kept(settled_terms, posting)
    lines = session.scalars(
        select(PaySlipLine)
        .where(PaySlipLine.pay_slip_id == slip_id)
        .order_by(PaySlipLine.work_date)
    ).all()
    wholes = {line.id: whole for line in lines if (whole := whole_of(line.share))}
    # Slips of old kept no share on the line.
    if terms.shares_in_crews and not wholes:
        wholes = _wholes(row.settlement_id, lines)
    return SlipDetail(
        row, terms.piece_unit, terms.pay_kind.value == "piece",
        terms.shares_in_crews or bool(wholes), phone,
        tuple(
            LineRow(
                line.work_date, line.minutes, line.pieces, line.amount_fen,
                formula(terms, line.minutes, line.pieces, wholes.get(line.id)),
                more(
                    Split(0, line.over_minutes, line.rest_minutes, line.holiday_minutes),
                    line.overtime_fen, line.top_up_fen, percents(settled_terms),
                ),
            )
            for line in lines
        ),
        charging.of_slip(slip_id),
    )  # fmt: skip


def slips_of_worker(worker_id: int, *, year: int | None = None) -> list[SlipRow]:
    """A worker's slips, reversed ones too, the latest first; a year is the cycle's last day's."""
    conditions: list[Any] = [PaySlip.worker_id == worker_id]
    if year is not None:
        conditions.append(Settlement.last_day.between(date(year, 1, 1), date(year, 12, 31)))
    return slips_where(*conditions)


def years_of_worker(worker_id: int) -> list[int]:
    """Years in which the worker has slips, the latest first."""
    return sorted({day.year for (day,) in fetch(_LAST_DAYS, worker=worker_id)}, reverse=True)


_LAST_DAYS = (
    select(Settlement.last_day)
    .join(PaySlip, PaySlip.settlement_id == Settlement.id)
    .where(PaySlip.worker_id == bindparam("worker"))
    .distinct()
)


def slips(posting_id: int, *, settlement_id: int | None = None) -> list[SlipRow]:
    """The slips of a posting (or of one settlement of it) that were not reversed."""
    conditions: list[Any] = [
        Settlement.posting_id == posting_id, PaySlip.state != SlipState.REVERSED.value
    ]  # fmt: skip
    if settlement_id is not None:
        conditions.append(Settlement.id == settlement_id)
    return slips_where(*conditions)


def settlements(posting_id: int) -> list[SettlementRow]:
    """The settlements of a posting, the latest first."""

    def counted(*states: SlipState) -> Any:
        return func.sum(case((PaySlip.state.in_([s.value for s in states]), 1), else_=0))

    paid_fen = func.sum(case((PaySlip.state == SlipState.PAID.value, PaySlip.net_fen), else_=0))
    rows = reading().execute(
        select(
            Settlement, func.count(PaySlip.id), func.sum(PaySlip.net_fen),
            counted(SlipState.PAID), paid_fen, counted(SlipState.CONFIRMED),
            counted(SlipState.OBJECTED),
        )
        .join(PaySlip, PaySlip.settlement_id == Settlement.id)
        .where(Settlement.posting_id == posting_id)
        .group_by(Settlement.id)
        .order_by(Settlement.id.desc())
    )  # fmt: skip
    return [
        SettlementRow(
            run.id, run.posting_id, run.first_day, run.last_day, run.state == "reversed",
            run.created_at, n, int(net), int(paid), int(fen), int(confirmed), int(objected),
        )
        for run, n, net, paid, fen, confirmed, objected in rows
    ]  # fmt: skip


def settlement_head(settlement_id: int, *, actor: Actor) -> SettlementHead:
    """A settlement of the actor's own employer. raises NotFound."""
    run = reading().get(Settlement, settlement_id)
    policy.require_employer(actor, run.employer_id if run else None)
    assert run is not None
    return SettlementHead(
        run.id, run.posting_id, run.first_day, run.last_day, run.state == "reversed"
    )


def wage_ledger(settlement_id: int, *, actor: Actor) -> list[LedgerRow]:
    """The statutory wage ledger of a settlement: each slip with whom it is for. raises NotFound."""
    head = settlement_head(settlement_id, actor=actor)
    rows = slips(head.posting_id, settlement_id=settlement_id)
    people = reading().execute(
        select(Worker.id, Worker.id_tail, func.coalesce(Worker.phone, User.phone, ""))
        .outerjoin(User, User.id == Worker.user_id)
        .where(Worker.id.in_([row.worker_id for row in rows]))
    )
    known = {key: (mask_id(tail), phone) for key, tail, phone in people}
    return [LedgerRow(row, *known[row.worker_id]) for row in rows]


def slips_where(*where: Any) -> list[SlipRow]:
    """The slips that these conditions meet, the latest cycle first."""
    rows = reading().execute(
        select(
            PaySlip, Settlement, Posting.title, Employer.name, Worker.name,
            func.count(PaySlipLine.id), func.coalesce(func.sum(PaySlipLine.minutes), 0),
            func.coalesce(func.sum(PaySlipLine.pieces), 0),
        )
        .join(Settlement, Settlement.id == PaySlip.settlement_id)
        .join(Posting, Posting.id == Settlement.posting_id)
        .join(Employer, Employer.id == PaySlip.employer_id)
        .join(Worker, Worker.id == PaySlip.worker_id)
        .outerjoin(PaySlipLine, PaySlipLine.pay_slip_id == PaySlip.id)
        .where(*where)
        .group_by(PaySlip.id, Settlement.id, Posting.id, Employer.id, Worker.id)
        .order_by(Settlement.last_day.desc(), Settlement.id.desc(), Worker.name, PaySlip.id)
    )  # fmt: skip
    return [
        SlipRow(
            s.id, s.settlement_id, s.worker_id, name, run.posting_id, title, s.employer_id,
            employer, run.first_day, run.last_day, n, int(minutes), int(pieces), s.gross_fen,
            s.deduction_fen, s.advance_fen, s.net_fen, SlipState(s.state), s.objection, s.issued_at,
            s.answered_at, s.paid_on, s.paid_how, s.paid_proof,
        )
        for s, run, title, employer, name, n, minutes, pieces in rows
    ]  # fmt: skip


def _wholes(settlement_id: int, lines: Sequence[PaySlipLine]) -> dict[int, Whole]:
    """For each line of a slip its crew's day, added up from the slips of the same settlement."""
    sums: dict[tuple[int, date], Whole] = {}
    for crew, day, pieces, minutes, fen in reading().execute(
        select(
            WorkDay.crew_id, PaySlipLine.work_date, func.sum(PaySlipLine.pieces),
            func.sum(case((PaySlipLine.minutes < 1, 1), else_=PaySlipLine.minutes)),
            func.sum(
                PaySlipLine.amount_fen - PaySlipLine.overtime_fen - PaySlipLine.top_up_fen
            ),
        )
        .join(PaySlip, PaySlip.id == PaySlipLine.pay_slip_id)
        .join(WorkDay, WorkDay.id == PaySlipLine.work_day_id)
        .where(PaySlip.settlement_id == settlement_id, WorkDay.crew_id.is_not(None))
        .group_by(WorkDay.crew_id, PaySlipLine.work_date)
    ):  # fmt: skip
        sums[crew, day] = Whole(int(pieces), int(minutes), int(fen))
    crews: dict[int, int | None] = {}
    for key, crew in reading().execute(
        select(WorkDay.id, WorkDay.crew_id).where(
            WorkDay.id.in_([line.work_day_id for line in lines])
        )
    ):
        crews[key] = crew
    return {
        line.id: sums[crew, line.work_date]
        for line in lines
        if (crew := crews.get(line.work_day_id or 0)) is not None
    }
