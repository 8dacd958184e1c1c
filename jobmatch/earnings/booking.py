"""Writing to the two ledgers, always in the caller's transaction: the journal and household income.

Refs are unique and tell what is booked: "pay_slip:17:issued", "pay_slip:17:paid" and "pay_slip:17"
(income); what was reversed is booked again with a number behind ("pay_slip:17:paid:2").
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session, aliased

from jobmatch.earnings.models import JournalEntry, JournalLine, LedgerBalance, LedgerHead
from jobmatch.earnings.rules.ledger import (
    NOTHING,
    Account,
    Entry,
    Head,
    Line,
    Link,
    linked,
    numbered,
    reversed_,
)
from jobmatch.households import service as households
from jobmatch.households.models import IncomeEntry
from jobmatch.infra import clock, wall
from jobmatch.infra.db import Base
from jobmatch.kernel.actor import Actor

# Slips of which one statement tells at once.
AT_ONCE = 5_000


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
    """Write entries with their lines, and keep the balances in step.

    raises IntegrityError for a ref that is booked already.
    """
    given = list(bookings)
    if not given:
        return
    heads = _hold(session, {b.employer_id for b in given})
    entries = []
    for b in given:
        said = Entry(
            b.employer_id, clock.today(), b.kind, b.ref, b.reverses_id, actor.user_id, clock.now(),
            b.lines,
        )  # fmt: skip
        link, heads[b.employer_id] = linked(heads[b.employer_id], said)
        entries.append(row_of(said, link))
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
    session.execute(
        update(LedgerHead),
        [
            {"employer_id": employer_id, "entries": head.entries, "hash": head.hash}
            for employer_id, head in heads.items()
        ],
    )
    _add_up(session, given)


def row_of(said: Entry, link: Link) -> JournalEntry:
    """The entry as it is stored."""
    return JournalEntry(
        employer_id=said.employer_id, booked_on=said.booked_on, kind=said.kind, ref=said.ref,
        reverses_id=said.reverses_id, created_by=said.created_by, created_at=said.created_at,
        chain_no=link.number, hash_before=link.before, hash=link.hash,
    )  # fmt: skip


def _hold(session: Session, employer_ids: Iterable[int]) -> dict[int, Head]:
    """The heads of these employers' chains, held to the end of the transaction: in one order, so
    that two bookers wait for each other instead of in a ring.
    """
    ids = sorted(employer_ids)
    upsert: Any = _insert(session, LedgerHead)
    session.execute(
        upsert.on_conflict_do_nothing(),
        [{"employer_id": key, "entries": 0, "hash": NOTHING} for key in ids],
    )
    rows = session.execute(
        select(LedgerHead.employer_id, LedgerHead.entries, LedgerHead.hash)
        .where(LedgerHead.employer_id.in_(ids))
        .order_by(LedgerHead.employer_id)
        .with_for_update()
    )
    return {key: Head(entries, own) for key, entries, own in rows}


def _add_up(session: Session, bookings: Sequence[Booking]) -> None:
    sums: Counter[tuple[int, int, str]] = Counter()
    for b in bookings:
        for line in b.lines:
            sums[b.employer_id, line.worker_id, line.account.value] += line.amount_fen
    rows = [
        {"employer_id": employer, "worker_id": worker, "account": account, "amount_fen": fen}
        for (employer, worker, account), fen in sorted(sums.items())
    ]
    if not rows:
        return
    upsert: Any = _insert(session, LedgerBalance)
    session.execute(
        upsert.on_conflict_do_update(
            index_elements=["employer_id", "worker_id", "account"],
            set_={"amount_fen": LedgerBalance.amount_fen + upsert.excluded.amount_fen},
        ),
        rows,
    )


def _insert(session: Session, table: type[Base]) -> Any:
    """An INSERT that can say what to do about a row that is there."""
    is_postgresql = session.get_bind().dialect.name == "postgresql"
    return (postgresql.insert if is_postgresql else sqlite.insert)(table.__table__)  # type: ignore[arg-type]


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


@wall.lifted("wages are income of a household that an employer does not see")
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


@wall.lifted("wages are income of a household that an employer does not see")
def unearn(session: Session, slip_ids: Sequence[int], *, actor: Actor) -> None:
    """Take these slips' wage income back, where it stands; most have none, one question tells."""
    for start in range(0, len(slip_ids), AT_ONCE):
        refs = [income_ref(key) for key in slip_ids[start : start + AT_ONCE]]
        first = select(IncomeEntry.ref).where(IncomeEntry.ref.in_(refs)).order_by(IncomeEntry.id)
        for name in session.scalars(first).all():
            for ref, is_live in _booked(session, IncomeEntry, name).items():
                if is_live:
                    households.reverse_income(session, ref, actor=actor)
