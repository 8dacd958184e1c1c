"""Whether the chains hold and balances are the sums of their lines; what the last checks found."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from jobmatch.earnings.models import (
    JournalEntry,
    JournalLine,
    LedgerBalance,
    LedgerCheck,
    LedgerHead,
)
from jobmatch.earnings.rules.ledger import Account, Entry, Head, Line, Link, flaws
from jobmatch.infra import clock
from jobmatch.infra.db import reading, transaction

# So many faults are kept to be read; their number is kept whole.
MOST_KEPT = 200


def broken_chains(session: Session) -> Iterator[tuple[str, str]]:
    """Each flaw of each chain: its code and which entry. One query, read as it comes."""
    heads = {
        key: Head(entries, own)
        for key, entries, own in session.execute(
            select(LedgerHead.employer_id, LedgerHead.entries, LedgerHead.hash)
        )
    }
    seen = set()
    for employer_id, entries in groupby(_entries(session), lambda pair: pair[0].employer_id):
        seen.add(employer_id)
        for flaw, number in flaws(entries, heads.get(employer_id, Head())):
            yield flaw.value, f"employer {employer_id} entry {number}"
    for key in sorted(heads.keys() - seen):
        for flaw, number in flaws((), heads[key]):
            yield flaw.value, f"employer {key} entry {number}"


def wrong_balances(session: Session) -> Iterator[str]:
    """Each account whose kept balance is not the sum of its lines."""
    sums: dict[tuple[int, int, str], int] = {}
    for employer, worker, account, fen in session.execute(
        select(
            JournalEntry.employer_id, JournalLine.worker_id, JournalLine.account,
            func.sum(JournalLine.amount_fen),
        )
        .join(JournalLine, JournalLine.journal_entry_id == JournalEntry.id)
        .where(JournalLine.worker_id.is_not(None))
        .group_by(JournalEntry.employer_id, JournalLine.worker_id, JournalLine.account)
    ):  # fmt: skip
        sums[employer, worker or 0, account] = int(fen)
    kept: dict[tuple[int, int, str], int] = {}
    for employer, worker, account, fen in session.execute(
        select(
            LedgerBalance.employer_id, LedgerBalance.worker_id, LedgerBalance.account,
            LedgerBalance.amount_fen,
        )
    ):  # fmt: skip
        kept[employer, worker, account] = fen
    for key in sorted(sums.keys() | kept.keys()):
        if sums.get(key, 0) != kept.get(key, 0):
            yield f"employer {key[0]} worker {key[1]} {key[2]}"


def lone_lines(session: Session) -> Iterator[str]:
    """Lines of entries that are not there: no database with its keys on lets them in."""
    for (key,) in session.execute(
        select(JournalLine.id)
        .outerjoin(JournalEntry, JournalEntry.id == JournalLine.journal_entry_id)
        .where(JournalEntry.id.is_(None))
        .order_by(JournalLine.id)
    ):
        yield f"journal_line {key}"


def _entries(session: Session) -> Iterator[tuple[Entry, Link]]:
    e, line = JournalEntry, JournalLine
    rows = session.execute(
        select(
            e.employer_id, e.chain_no, e.hash_before, e.hash, e.booked_on, e.kind, e.ref,
            e.reverses_id, e.created_by, e.created_at, line.account, line.worker_id,
            line.amount_fen,
        )
        .outerjoin(line, line.journal_entry_id == e.id)
        .order_by(e.employer_id, e.chain_no, line.id)
        .execution_options(yield_per=5_000)
    )  # fmt: skip
    for (employer_id, number), lines in groupby(rows, lambda row: (row[0], row[1])):
        given: list[Any] = list(lines)
        first = given[0]
        yield (
            Entry(
                employer_id, first.booked_on, first.kind, first.ref, first.reverses_id,
                first.created_by, first.created_at,
                tuple(
                    Line(Account(row.account), row.worker_id or 0, row.amount_fen)
                    for row in given
                    if row.account is not None
                ),
            ),
            Link(number, first.hash_before, first.hash),
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a check found: faults are the first of them as (code, rows); found counts them all."""

    checked_at: datetime
    entries: int
    found: int
    faults: tuple[tuple[str, str], ...]


def keep(faults: Sequence[tuple[str, str]]) -> None:
    """Keep what a check found, for the administrators' desk."""
    with transaction() as session:
        session.add(
            LedgerCheck(
                checked_at=clock.now(),
                entries=session.scalar(select(func.count(JournalEntry.id))) or 0,
                found=len(faults),
                faults=[list(fault) for fault in faults[:MOST_KEPT]],
            )
        )


def outcomes(most: int = 30) -> list[Outcome]:
    """What the last checks found, the latest first."""
    return [
        Outcome(row.checked_at, row.entries, row.found, tuple((c, w) for c, w in row.faults))
        for row in reading().scalars(
            select(LedgerCheck).order_by(LedgerCheck.id.desc()).limit(most)
        )
    ]


@dataclass(frozen=True, slots=True)
class Balances:
    """An employer's books in fen: what was earned, kept back, paid and is still owed; the number of
    entries and the hash of the last.
    """

    amounts: dict[Account, int]
    entries: int
    hash: str

    @property
    def owed_fen(self) -> int:
        return -self.amounts.get(Account.WAGE_PAYABLE, 0)


def balances(employer_id: int) -> Balances:
    """The kept balances of an employer by account, without reading the journal."""
    session = reading()
    amounts = {
        Account(account): int(fen)
        for account, fen in session.execute(
            select(LedgerBalance.account, func.sum(LedgerBalance.amount_fen))
            .where(LedgerBalance.employer_id == employer_id)
            .group_by(LedgerBalance.account)
        )
    }
    head = session.get(LedgerHead, employer_id)
    return Balances(amounts, head.entries if head else 0, head.hash if head else "")
