"""Writing to the two ledgers, always in the caller's transaction: the journal and household income.

Refs are unique and tell what is booked: "pay_slip:17:issued", "pay_slip:17:paid" and "pay_slip:17"
(income); what was reversed is booked again with a number behind ("pay_slip:17:paid:2").
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import insert, select
from sqlalchemy.orm import Session, aliased

from jobmatch.earnings.models import JournalEntry, JournalLine
from jobmatch.earnings.rules.ledger import Account, Line, numbered, reversed_
from jobmatch.households import service as households
from jobmatch.households.models import IncomeEntry
from jobmatch.infra import clock
from jobmatch.kernel.actor import Actor


@dataclass(frozen=True, slots=True)
class Booking:
    """One journal entry to be: what it books, and its lines."""

    ref: str
    employer_id: int
    kind: str
    lines: tuple[Line, ...]
    reverses_id: int | None = None


def issued_ref(slip_id: int) -> str:
    return f"pay_slip:{slip_id}:issued"


def paid_ref(slip_id: int) -> str:
    return f"pay_slip:{slip_id}:paid"


def income_ref(slip_id: int) -> str:
    return f"pay_slip:{slip_id}"


def book(session: Session, bookings: Iterable[Booking], actor: Actor) -> None:
    """Write entries with their lines. raises IntegrityError for a ref that is booked already."""
    given = list(bookings)
    entries = [
        JournalEntry(
            employer_id=b.employer_id, booked_on=clock.today(), kind=b.kind, ref=b.ref,
            reverses_id=b.reverses_id, created_by=actor.user_id, created_at=clock.now(),
        )
        for b in given
    ]  # fmt: skip
    session.add_all(entries)
    session.flush()
    rows = [
        {
            "journal_entry_id": entry.id,
            "account": line.account.value,
            "worker_id": line.worker_id,
            "amount_fen": line.amount_fen,
        }
        for entry, booking in zip(entries, given, strict=True)
        for line in booking.lines
    ]
    if rows:
        session.execute(insert(JournalLine), rows)


def reverse(session: Session, refs: Sequence[str], actor: Actor) -> None:
    """Take back the entries with these refs, line by line with the other sign."""
    entries = session.scalars(
        select(JournalEntry).where(JournalEntry.ref.in_(refs)).order_by(JournalEntry.id)
    ).all()
    lines: dict[int, list[Line]] = {entry.id: [] for entry in entries}
    for line in session.scalars(
        select(JournalLine).where(JournalLine.journal_entry_id.in_(lines)).order_by(JournalLine.id)
    ):
        lines[line.journal_entry_id].append(
            Line(Account(line.account), line.worker_id or 0, line.amount_fen)
        )
    book(
        session,
        [
            Booking(
                f"{entry.ref}:reversed", entry.employer_id, "reversal",
                reversed_(lines[entry.id]), entry.id,
            )
            for entry in entries
        ],
        actor,
    )  # fmt: skip


def free_refs(session: Session, refs: Sequence[str]) -> dict[str, str]:
    """For each ref the one to book under now: itself, or numbered when it was used before."""
    used = set(session.scalars(select(JournalEntry.ref).where(JournalEntry.ref.in_(refs))))
    return {
        ref: numbered(ref, list(_booked(session, JournalEntry, ref))) if ref in used else ref
        for ref in refs
    }


def live_ref(session: Session, ref: str) -> str | None:
    """The entry under this ref (or a numbered one) that has not been reversed."""
    return next((r for r, is_live in _booked(session, JournalEntry, ref).items() if is_live), None)


def _booked(
    session: Session, table: type[JournalEntry] | type[IncomeEntry], ref: str
) -> dict[str, bool]:
    """Everything booked under ref, ref:2, ref:3 ..., each with whether it still stands.

    One exact look-up after the other: they are few, and a prefix would miss the index.
    """
    found: dict[str, bool] = {}
    undone = aliased(table)
    while True:
        name = numbered(ref, list(found))
        row = session.execute(
            select(table.id, undone.id)
            .outerjoin(undone, undone.reverses_id == table.id)
            .where(table.ref == name)
        ).first()
        if row is None:
            return found
        found[name] = row[1] is None


def earn(
    session: Session,
    slip_id: int,
    member_id: int | None,
    amount_fen: int,
    earned_on: date,
    *,
    actor: Actor,
) -> bool:
    """Book the slip as wage income of the household; False without a member, or when booked."""
    if member_id is None or amount_fen == 0:
        return False
    booked = _booked(session, IncomeEntry, income_ref(slip_id))
    if any(booked.values()):
        return False
    return households.book_wage(
        session,
        member_id,
        amount_fen,
        earned_on,
        ref=numbered(income_ref(slip_id), list(booked)),
        actor=actor,
    )


def unearn(session: Session, slip_id: int, *, actor: Actor) -> None:
    """Take the slip's wage income back, if it stands."""
    for ref, is_live in _booked(session, IncomeEntry, income_ref(slip_id)).items():
        if is_live:
            households.reverse_income(session, ref, actor=actor)
