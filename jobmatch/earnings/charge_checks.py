"""Whether what comes off pay agrees with the journal and with the slips."""

from collections import defaultdict
from collections.abc import Iterator

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from jobmatch.earnings.models import JournalEntry, JournalLine, PaySlip
from jobmatch.earnings.rules.ledger import Account
from jobmatch.earnings.rules.slips import SlipState
from jobmatch.earnings.rules.taking import Kind
from jobmatch.earnings.run_models import PaySlipCharge, WageCharge


def is_charge(ref: str) -> bool:
    """Whether a booking is of wages paid ahead."""
    return ref.startswith("wage_charge:")


def faults(session: Session) -> Iterator[str]:
    """Charges whose booking or whose slips say something else, and slips other than their lines."""
    booked = _booked(session)
    taken = {
        key: int(fen)
        for key, fen in session.execute(
            select(PaySlipCharge.wage_charge_id, func.sum(PaySlipCharge.amount_fen))
            .join(PaySlip, PaySlip.id == PaySlipCharge.pay_slip_id)
            .where(PaySlip.state != SlipState.REVERSED.value)
            .group_by(PaySlipCharge.wage_charge_id)
        )
    }
    known = set()
    for key, kind, state, amount, off in session.execute(
        select(
            WageCharge.id, WageCharge.kind, WageCharge.state, WageCharge.amount_fen,
            WageCharge.taken_fen,
        ).order_by(WageCharge.id)
    ):  # fmt: skip
        known.add(key)
        wanted = amount if kind == Kind.ADVANCE and state == "agreed" else 0
        if booked.get(key, 0) != wanted or taken.get(key, 0) != off:
            yield f"wage_charge {key}"
    for key in sorted(booked.keys() - known):
        yield f"wage_charge {key}"
    lines = func.coalesce(func.sum(PaySlipCharge.amount_fen), 0)
    for (key,) in session.execute(
        select(PaySlip.id)
        .outerjoin(PaySlipCharge, PaySlipCharge.pay_slip_id == PaySlip.id)
        .group_by(PaySlip.id)
        .having(lines != PaySlip.deduction_fen + PaySlip.advance_fen)
        .order_by(PaySlip.id)
    ):
        yield f"pay_slip {key}"


def _booked(session: Session) -> dict[int, int]:
    """Fen of advances that stand in the journal, by charge; also those at nothing."""
    origin = aliased(JournalEntry)
    ref = func.coalesce(origin.ref, JournalEntry.ref)
    found: dict[int, int] = defaultdict(int)
    for name, fen in session.execute(
        select(ref, func.sum(JournalLine.amount_fen))
        .select_from(JournalEntry)
        .join(JournalLine, JournalLine.journal_entry_id == JournalEntry.id)
        .outerjoin(origin, origin.id == JournalEntry.reverses_id)
        .where(ref.startswith("wage_charge:"), JournalLine.account == Account.ADVANCE.value)
        .group_by(ref)
    ):
        found[int(name.split(":")[1])] += int(fen)
    return found
