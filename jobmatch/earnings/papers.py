"""What the debt note and the statutory wage ledger say. Whole ID numbers only for the paper, and
each time written down. All amounts in fen.
"""

from collections import defaultdict
from contextlib import suppress
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from jobmatch.accounts.models import User
from jobmatch.attendance.models import WorkDay
from jobmatch.earnings import policy
from jobmatch.earnings.arrears_models import WageArrears
from jobmatch.earnings.expected import expected
from jobmatch.earnings.models import PaySlip, PaySlipLine, Settlement
from jobmatch.earnings.rules.slips import PAYABLE, SlipState
from jobmatch.employers.models import Employer
from jobmatch.infra import audit, clock, crypto, dated
from jobmatch.infra.db import reading, retried, transaction
from jobmatch.kernel.actor import Actor
from jobmatch.kernel.errors import Invalid, NotFound
from jobmatch.kernel.identity import mask_id
from jobmatch.kernel.periods import add_months
from jobmatch.kernel.text import text
from jobmatch.postings.models import Posting
from jobmatch.workers.models import Worker

KEPT_MONTHS = 36
PORTION = 400


@dataclass(frozen=True, slots=True)
class NoteLine:
    """What is owed for a run of days. slip_id: none for days without a slip."""

    title: str
    first: date
    last: date
    days: int
    minutes: int
    pieces: int
    piece_unit: str
    fen: int
    slip_id: int | None


@dataclass(frozen=True, slots=True)
class DebtNote:
    """due_on: the earliest day on which any of it was due, if that is known."""

    employer_id: int
    employer_name: str
    credit_code: str
    contact_name: str
    employer_phone: str
    worker_id: int
    worker_name: str
    id_number: str
    phone: str
    lines: tuple[NoteLine, ...]
    due_on: date | None
    day: date

    @property
    def total_fen(self) -> int:
        return sum(line.fen for line in self.lines)


@dataclass(frozen=True, slots=True)
class BookRow:
    """One line of the statutory ledger: all that the regulation (art. 15) wants of a payment.

    base_fen + overtime_fen + top_up_fen = gross_fen;
    gross_fen - deduction_fen - advance_fen = net_fen
    """

    slip_id: int
    title: str
    first_day: date
    last_day: date
    worker_id: int
    worker_name: str
    id_number: str
    phone: str
    days: int
    minutes: int
    pieces: int
    base_fen: int
    overtime_fen: int
    top_up_fen: int
    gross_fen: int
    deduction_fen: int
    advance_fen: int
    net_fen: int
    state: SlipState
    paid_on: date | None
    paid_how: str
    paid_proof: str


def note(worker_id: int, employer_id: int, *, actor: Actor) -> DebtNote:
    """What an employer owes a worker now, the ID number masked: for either of them and the desk.

    raises   NotFound, also when nothing is owed
    """
    return _note(reading(), worker_id, employer_id, actor, is_whole=False)


@retried
def note_to_sign(worker_id: int, employer_id: int, *, actor: Actor) -> DebtNote:
    """The same with the whole ID number, to be signed; a line in the log says who took it."""
    with transaction() as session:
        found = _note(session, worker_id, employer_id, actor, is_whole=True)
        audit.record(
            session, actor, "paper.debt_note", "worker", worker_id, employer=employer_id,
            fen=found.total_fen,
        )  # fmt: skip
        return found


def book(employer_id: int, first: date, last: date, *, actor: Actor) -> list[BookRow]:
    """The wage ledger of cycles that end in these days, ID numbers masked.

    raises   NotFound; Invalid (field first or last)
    """
    policy.require_employer(actor, employer_id)
    _check_days(first, last)
    return _book(reading(), employer_id, first, last, is_whole=False)


@retried
def whole_book(employer_id: int, first: date, last: date, *, actor: Actor) -> list[BookRow]:
    """The same with whole ID numbers, as the regulation wants it; written down."""
    policy.require_employer(actor, employer_id)
    _check_days(first, last)
    with transaction() as session:
        found = _book(session, employer_id, first, last, is_whole=True)
        audit.record(
            session, actor, "paper.wage_book", "employer", employer_id, first=first.isoformat(),
            last=last.isoformat(), lines=len(found),
        )  # fmt: skip
        return found


def kept_since(today: date) -> date:
    """The first day of which the ledger must still be kept."""
    months = KEPT_MONTHS
    with suppress(dated.NoRule):
        months = int(dated.value(reading(), "retention.wage_ledger_months", on=today))
    return add_months(today, -months)


def _check_days(first: date, last: date) -> None:
    today = clock.today()
    if last < first:
        raise Invalid(text("结束日期不能早于开始日期。"), field="last")
    if last > today:
        raise Invalid(text("台账只能看到今天为止。"), field="last")
    if first < kept_since(today):
        raise Invalid(text("台账保存三年，更早的看不到了。"), field="first")


def _note(
    session: Session, worker_id: int, employer_id: int, actor: Actor, *, is_whole: bool
) -> DebtNote:
    worker, employer = session.get(Worker, worker_id), session.get(Employer, employer_id)
    if worker is None or employer is None:
        raise NotFound
    if employer_id not in actor.employer_ids:
        policy.require_worker(actor, worker_id, worker.home_code)
    lines = [
        *_slip_lines(session, worker_id, employer_id),
        *_open_lines(session, worker_id, employer_id),
    ]
    if not any(line.fen for line in lines):
        raise NotFound(text("没有欠的工钱，不用开欠条。"))
    due = session.scalar(
        select(func.min(WageArrears.due_on)).where(
            WageArrears.worker_id == worker_id,
            WageArrears.employer_id == employer_id,
            WageArrears.cleared_on.is_(None),
        )
    )
    phone = session.scalar(select(User.phone).where(User.id == worker.user_id))
    return DebtNote(
        employer_id, employer.name, employer.credit_code or "", employer.contact_name,
        employer.phone, worker_id, worker.name, _id_of(worker, is_whole=is_whole),
        worker.phone or phone or "", tuple(lines), due, clock.today(),
    )  # fmt: skip


def _slip_lines(session: Session, worker_id: int, employer_id: int) -> list[NoteLine]:
    rows = session.execute(
        select(
            PaySlip.id, PaySlip.net_fen, Posting.title, Posting.piece_unit,
            func.min(PaySlipLine.work_date), func.max(PaySlipLine.work_date),
            func.count(PaySlipLine.id), func.sum(PaySlipLine.minutes),
            func.sum(PaySlipLine.pieces),
        )
        .join(Settlement, Settlement.id == PaySlip.settlement_id)
        .join(Posting, Posting.id == Settlement.posting_id)
        .join(PaySlipLine, PaySlipLine.pay_slip_id == PaySlip.id)
        .where(
            PaySlip.worker_id == worker_id,
            PaySlip.employer_id == employer_id,
            PaySlip.state.in_([state.value for state in PAYABLE]),
        )
        .group_by(PaySlip.id, PaySlip.net_fen, Posting.title, Posting.piece_unit)
        .order_by(func.min(PaySlipLine.work_date), PaySlip.id)
    )  # fmt: skip
    return [
        NoteLine(title, first, last, int(n), int(minutes), int(pieces), unit, fen, key)
        for key, fen, title, unit, first, last, n, minutes, pieces in rows
    ]


def _open_lines(session: Session, worker_id: int, employer_id: int) -> list[NoteLine]:
    """Days that have no slip yet, by posting, at what they would be settled for."""
    days: dict[int, list[WorkDay]] = defaultdict(list)
    postings: dict[int, Posting] = {}
    for day, posting in session.execute(
        select(WorkDay, Posting)
        .join(Posting, Posting.id == WorkDay.posting_id)
        .where(
            WorkDay.worker_id == worker_id,
            WorkDay.employer_id == employer_id,
            WorkDay.state == "open",
            WorkDay.work_date < clock.today(),
        )
        .order_by(WorkDay.work_date, WorkDay.id)
    ):
        days[posting.id].append(day)
        postings[posting.id] = posting
    keys = [day.engagement_day_id for found in days.values() for day in found]
    fens: dict[int, int] = {}
    for n in range(0, len(keys), PORTION):
        fens |= expected(keys[n : n + PORTION])
    return [
        NoteLine(
            postings[key].title, found[0].work_date, found[-1].work_date, len(found),
            sum(day.minutes for day in found), sum(day.pieces for day in found),
            postings[key].piece_unit, sum(fens.get(d.engagement_day_id, 0) for d in found), None,
        )
        for key, found in days.items()
    ]  # fmt: skip


def _book(
    session: Session, employer_id: int, first: date, last: date, *, is_whole: bool
) -> list[BookRow]:
    rows = session.execute(
        select(
            PaySlip, Settlement, Posting.title, Worker,
            func.coalesce(Worker.phone, User.phone, ""), func.count(PaySlipLine.id),
            func.coalesce(func.sum(PaySlipLine.minutes), 0),
            func.coalesce(func.sum(PaySlipLine.pieces), 0),
            func.coalesce(func.sum(PaySlipLine.overtime_fen), 0),
            func.coalesce(func.sum(PaySlipLine.top_up_fen), 0),
        )
        .join(Settlement, Settlement.id == PaySlip.settlement_id)
        .join(Posting, Posting.id == Settlement.posting_id)
        .join(Worker, Worker.id == PaySlip.worker_id)
        .outerjoin(User, User.id == Worker.user_id)
        .outerjoin(PaySlipLine, PaySlipLine.pay_slip_id == PaySlip.id)
        .where(
            PaySlip.employer_id == employer_id,
            PaySlip.state != SlipState.REVERSED.value,
            Settlement.last_day.between(first, last),
        )
        .group_by(PaySlip.id, Settlement.id, Posting.id, Worker.id, User.id)
        .order_by(Settlement.last_day, Settlement.id, Worker.name, PaySlip.id)
    )  # fmt: skip
    return [
        BookRow(
            s.id, title, run.first_day, run.last_day, worker.id, worker.name,
            _id_of(worker, is_whole=is_whole), phone, int(n), int(minutes), int(pieces),
            s.gross_fen - int(over) - int(top_up), int(over), int(top_up), s.gross_fen,
            s.deduction_fen, s.advance_fen, s.net_fen, SlipState(s.state), s.paid_on, s.paid_how,
            s.paid_proof,
        )
        for s, run, title, worker, phone, n, minutes, pieces, over, top_up in rows
    ]  # fmt: skip


def _id_of(worker: Worker, *, is_whole: bool) -> str:
    if not is_whole:
        return mask_id(worker.id_tail)
    return crypto.ring().open(worker.id_sealed, place=f"worker.id_number:{worker.uid}")
