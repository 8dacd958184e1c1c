"""Bookings: lines that sum to zero. Debit is positive, credit negative, in fen.

Wages paid ahead    advance +amount | paid -amount
A slip is issued    wage_cost +gross | deduction -deduction | advance -advance | wage_payable -net
A slip is paid      wage_payable +net | paid -net
A reversal          every line of what it reverses with the other sign

Each employer's entries are a chain: an entry's hash covers what it says and the hash before it, so
none can be changed, put in or taken out without all that follow giving it away.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum

# What stands before an employer's first entry.
NOTHING = "0" * 64


class Account(StrEnum):
    WAGE_COST = "wage_cost"
    WAGE_PAYABLE = "wage_payable"
    DEDUCTION = "deduction"
    ADVANCE = "advance"
    PAID = "paid"


@dataclass(frozen=True, slots=True)
class Line:
    """One side of a booking for one worker."""

    account: Account
    worker_id: int
    amount_fen: int


@dataclass(frozen=True, slots=True)
class Entry:
    """All that an entry says; created_at is an aware instant, lines come in any order."""

    employer_id: int
    booked_on: date
    kind: str
    ref: str
    reverses_id: int | None
    created_by: int | None
    created_at: datetime
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Link:
    """An entry's place in its chain: numbered from 1, with the hash before it and its own."""

    number: int
    before: str
    hash: str


@dataclass(frozen=True, slots=True)
class Head:
    """How far a chain goes: the number of its entries, and the hash of the last."""

    entries: int = 0
    hash: str = NOTHING


def linked(head: Head, entry: Entry) -> tuple[Link, Head]:
    """The entry as the next of its chain, and the head that follows."""
    number = head.entries + 1
    own = entry_hash(entry, number, head.hash)
    return Link(number, head.hash, own), Head(number, own)


def entry_hash(entry: Entry, number: int, before: str) -> str:
    """SHA-256 as 64 hex digits, over the canonical form of the entry and the hash before it."""
    said = [
        before, number, entry.employer_id, entry.booked_on.isoformat(), entry.kind, entry.ref,
        entry.reverses_id, entry.created_by,
        entry.created_at.astimezone(UTC).isoformat(timespec="microseconds"),
        sorted([line.account.value, line.worker_id, line.amount_fen] for line in entry.lines),
    ]  # fmt: skip
    return hashlib.sha256(json.dumps(said, separators=(",", ":")).encode()).hexdigest()


class Flaw(StrEnum):
    """What can be wrong with a chain.

    changed   an entry that says other than what was booked
    broken    an entry that does not follow from the one before it
    missing   an entry between two others, or after the last, that is gone
    """

    CHANGED = "chain_changed"
    BROKEN = "chain_broken"
    MISSING = "chain_missing"


def flaws(entries: Iterable[tuple[Entry, Link]], head: Head) -> Iterator[tuple[Flaw, int]]:
    """Each flaw of one employer's chain with the number of the entry; entries by number."""
    last = Head()
    for entry, link in entries:
        if link.number != last.entries + 1:
            yield Flaw.MISSING, last.entries + 1
        elif link.before != last.hash:
            yield Flaw.BROKEN, link.number
        if entry_hash(entry, link.number, link.before) != link.hash:
            yield Flaw.CHANGED, link.number
        last = Head(link.number, link.hash)
    if last.entries < head.entries:
        yield Flaw.MISSING, last.entries + 1
    elif last != head:
        yield Flaw.BROKEN, last.entries


def issued(
    worker_id: int, gross_fen: int, deduction_fen: int = 0, advance_fen: int = 0
) -> tuple[Line, ...]:
    """raises ValueError for a negative amount, or more coming off than the gross pay."""
    if min(deduction_fen, advance_fen) < 0 or deduction_fen + advance_fen > gross_fen:
        raise ValueError("what comes off lies between nothing and the gross pay")
    return _lines(
        worker_id,
        (Account.WAGE_COST, gross_fen),
        (Account.DEDUCTION, -deduction_fen),
        (Account.ADVANCE, -advance_fen),
        (Account.WAGE_PAYABLE, deduction_fen + advance_fen - gross_fen),
    )


def advanced(worker_id: int, amount_fen: int) -> tuple[Line, ...]:
    """Wages paid ahead, once the worker has confirmed them. raises ValueError below 1 fen."""
    if amount_fen < 1:
        raise ValueError("an advance is some amount")
    return _lines(worker_id, (Account.ADVANCE, amount_fen), (Account.PAID, -amount_fen))


def paid(worker_id: int, net_fen: int) -> tuple[Line, ...]:
    """raises ValueError for a negative amount."""
    if net_fen < 0:
        raise ValueError("nobody is paid less than nothing")
    return _lines(worker_id, (Account.WAGE_PAYABLE, net_fen), (Account.PAID, -net_fen))


def reversed_(lines: Iterable[Line]) -> tuple[Line, ...]:
    """What takes these lines back."""
    return tuple(Line(line.account, line.worker_id, -line.amount_fen) for line in lines)


def is_balanced(lines: Iterable[Line]) -> bool:
    return sum(line.amount_fen for line in lines) == 0


def balances(lines: Iterable[Line]) -> dict[tuple[Account, int], int]:
    """The balance of each account of each worker; accounts at nothing are left out."""
    found: Counter[tuple[Account, int]] = Counter()
    for line in lines:
        found[line.account, line.worker_id] += line.amount_fen
    return {key: amount for key, amount in found.items() if amount}


def numbered(ref: str, taken: Sequence[str]) -> str:
    """The first free of ref, ref:2, ref:3 ...: what was reversed may be booked again."""
    found, n = ref, 1
    while found in taken:
        n += 1
        found = f"{ref}:{n}"
    return found


def _lines(worker_id: int, *pairs: tuple[Account, int]) -> tuple[Line, ...]:
    return tuple(Line(account, worker_id, amount) for account, amount in pairs if amount)
