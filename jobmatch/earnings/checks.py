"""Whether the ledgers hold together. Reads everything by a handful of grouped queries."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session, aliased

from jobmatch.attendance.models import WorkDay
from jobmatch.earnings import chain, charge_checks
from jobmatch.earnings.models import JournalEntry, JournalLine, PaySlip, PaySlipLine
from jobmatch.earnings.rules.ledger import Account
from jobmatch.earnings.rules.slips import EARNED, SlipState
from jobmatch.households.models import IncomeEntry
from jobmatch.infra.db import reading
from jobmatch.workers.models import Worker


@dataclass(frozen=True, slots=True)
class Fault:
    """What does not hold: a code, and the rows it is about."""

    code: str
    where: str

    def __str__(self) -> str:
        return f"{self.code}: {self.where}"


def check_ledger() -> list[Fault]:
    """Every fault found; none means that the books agree.

    unbalanced        a journal entry whose lines do not sum to zero
    bad_reversal      a reversal that does not undo what it names
    slip_lines        a slip whose days do not add up to its gross pay
    slip_booking      a slip whose booking is missing or other than its amount
    slip_payment      a paid slip without its payment, or a payment of an unpaid one
    orphan            a booking or an income of a slip that does not exist
    day_twice         a work day on two slips that stand
    day_state         a settled work day without a slip, or a slip's day that is open
    charge            an advance booked other than agreed, or other than came off standing slips
    income            household income other than the confirmed and paid slips
    chain_*           changed, broken or missing: an employer's entries are not what was booked
    balance           a kept balance other than the sum of its lines
    """
    session = reading()
    return [
        *_unbalanced(session),
        *_bad_reversals(session),
        *_slips(session),
        *_days(session),
        *(Fault("charge", where) for where in charge_checks.faults(session)),
        *_income(session),
        *(Fault(code, where) for code, where in chain.broken_chains(session)),
        *(Fault("balance", where) for where in chain.wrong_balances(session)),
        *(Fault("orphan", where) for where in chain.lone_lines(session)),
    ]


def check_and_keep() -> list[Fault]:
    """The same, and its outcome is kept for the administrators' desk."""
    faults = check_ledger()
    chain.keep([(fault.code, fault.where) for fault in faults])
    return faults


def income_by_slip(session: Session) -> dict[int, int]:
    """Fen of household income that stand for each slip (after reversals)."""
    found: dict[int, int] = defaultdict(int)
    origin = aliased(IncomeEntry)
    root = func.coalesce(origin.ref, IncomeEntry.ref)
    for ref, fen in session.execute(
        select(root, func.sum(IncomeEntry.amount_fen))
        .outerjoin(origin, origin.id == IncomeEntry.reverses_id)
        .where(IncomeEntry.origin == "pay_slip")
        .group_by(root)
    ):
        found[_slip_of(ref) or 0] += int(fen)
    return dict(found)


def _unbalanced(session: Session) -> Iterator[Fault]:
    for (ref,) in session.execute(
        select(JournalEntry.ref)
        .join(JournalLine, JournalLine.journal_entry_id == JournalEntry.id)
        .group_by(JournalEntry.id, JournalEntry.ref)
        .having(func.sum(JournalLine.amount_fen) != 0)
        .order_by(JournalEntry.id)
    ):
        yield Fault("unbalanced", ref)


def _bad_reversals(session: Session) -> Iterator[Fault]:
    root = func.coalesce(JournalEntry.reverses_id, JournalEntry.id)
    undone = select(JournalEntry.reverses_id).where(JournalEntry.reverses_id.is_not(None))
    for (key,) in session.execute(
        select(root)
        .join(JournalLine, JournalLine.journal_entry_id == JournalEntry.id)
        .where(root.in_(undone))
        .group_by(root, JournalLine.account, JournalLine.worker_id)
        .having(func.sum(JournalLine.amount_fen) != 0)
    ):
        yield Fault("bad_reversal", f"journal_entry {key}")


def _slips(session: Session) -> Iterator[Fault]:
    """The slips against their days and against the journal."""
    booked: dict[tuple[int, str, str], int] = defaultdict(int)
    origin = aliased(JournalEntry)
    ref = func.coalesce(origin.ref, JournalEntry.ref)
    entries = session.execute(
        select(ref, JournalLine.account, func.sum(JournalLine.amount_fen))
        .select_from(JournalEntry)
        .join(JournalLine, JournalLine.journal_entry_id == JournalEntry.id)
        .outerjoin(origin, origin.id == JournalEntry.reverses_id)
        .group_by(ref, JournalLine.account)
    )
    for name, account, fen in entries:
        if charge_checks.is_charge(name):
            continue
        booked[_slip_of(name) or 0, _deed_of(name), account] += int(fen)
    total = func.coalesce(func.sum(PaySlipLine.amount_fen), 0)
    known = set()
    for slip_id, state, gross, deduction, advance, net, lines in session.execute(
        select(
            PaySlip.id, PaySlip.state, PaySlip.gross_fen, PaySlip.deduction_fen,
            PaySlip.advance_fen, PaySlip.net_fen, total,
        )
        .outerjoin(PaySlipLine, PaySlipLine.pay_slip_id == PaySlip.id)
        .group_by(PaySlip.id)
        .order_by(PaySlip.id)
    ):  # fmt: skip
        known.add(slip_id)
        where = f"pay_slip {slip_id}"
        if gross != lines:
            yield Fault("slip_lines", where)
        stands = state != SlipState.REVERSED
        if not _agrees(
            booked, slip_id, "issued",
            {
                Account.WAGE_COST: gross * stands,
                Account.DEDUCTION: -deduction * stands,
                Account.ADVANCE: -advance * stands,
                Account.WAGE_PAYABLE: -net * stands,
            },
        ):  # fmt: skip
            yield Fault("slip_booking", where)
        paid = net * (state == SlipState.PAID)
        if not _agrees(booked, slip_id, "paid", {Account.WAGE_PAYABLE: paid, Account.PAID: -paid}):
            yield Fault("slip_payment", where)
    for slip_id, deed, _account in booked:
        if slip_id not in known or deed not in ("issued", "paid"):
            yield Fault("orphan", f"journal of pay_slip {slip_id} {deed}")


def _agrees(
    booked: dict[tuple[int, str, str], int], slip_id: int, deed: str, wanted: dict[Account, int]
) -> bool:
    return all(
        booked.get((slip_id, deed, account.value), 0) == wanted.get(account, 0)
        for account in Account
    )


def _days(session: Session) -> Iterator[Fault]:
    for (key,) in session.execute(
        select(PaySlipLine.work_day_id)
        .join(PaySlip, PaySlip.id == PaySlipLine.pay_slip_id)
        .where(PaySlip.state != SlipState.REVERSED.value, PaySlipLine.work_day_id.is_not(None))
        .group_by(PaySlipLine.work_day_id)
        .having(func.count() > 1)
    ):
        yield Fault("day_twice", f"work_day {key}")
    for (key,) in session.execute(
        select(WorkDay.id)
        .outerjoin(PaySlipLine, PaySlipLine.live_day_id == WorkDay.id)
        .outerjoin(PaySlip, PaySlip.id == PaySlipLine.pay_slip_id)
        .where(
            or_(
                and_(WorkDay.state == "settled", PaySlipLine.id.is_(None)),
                and_(WorkDay.state == "open", PaySlipLine.id.is_not(None)),
                PaySlip.state == SlipState.REVERSED.value,
            )
        )
        .order_by(WorkDay.id)
    ):
        yield Fault("day_state", f"work_day {key}")
    for (key,) in session.execute(
        select(PaySlipLine.id)
        .join(PaySlip, PaySlip.id == PaySlipLine.pay_slip_id)
        .where(
            PaySlip.state != SlipState.REVERSED.value,
            or_(
                PaySlipLine.live_day_id.is_(None),
                PaySlipLine.live_day_id != PaySlipLine.work_day_id,
            ),
        )
    ):
        yield Fault("day_state", f"pay_slip_line {key}")


def _income(session: Session) -> Iterator[Fault]:
    income = income_by_slip(session)
    wanted: dict[int, int] = {}
    for slip_id, state, net, member in session.execute(
        select(PaySlip.id, PaySlip.state, PaySlip.earned_fen, Worker.member_id).join(
            Worker, Worker.id == PaySlip.worker_id
        )
    ):
        booked = income.get(slip_id, 0)
        wanted[slip_id] = net if state in EARNED and (member is not None or booked) else 0
    for slip_id in sorted(income.keys() - wanted.keys()):
        yield Fault("orphan", f"income of pay_slip {slip_id}")
    for slip_id, fen in sorted(wanted.items()):
        if income.get(slip_id, 0) != fen:
            yield Fault("income", f"pay_slip {slip_id}")


def _slip_of(ref: str) -> int | None:
    """17 of "pay_slip:17:paid:2"; None for what is no slip's."""
    parts = ref.split(":")
    is_slip = len(parts) > 1 and parts[0] == "pay_slip" and parts[1].isdecimal()
    return int(parts[1]) if is_slip else None


def _deed_of(ref: str) -> str:
    """ "paid" of "pay_slip:17:paid:2" """
    parts = ref.split(":")
    return parts[2] if len(parts) > 2 else ""
