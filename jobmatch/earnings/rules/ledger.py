"""Bookings: lines that sum to zero. Debit is positive, credit negative, in fen.

A slip is issued    wage_cost +gross | deduction -deduction | wage_payable -net
A slip is paid      wage_payable +net | paid -net
A reversal          every line of what it reverses with the other sign
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum


class Account(StrEnum):
    WAGE_COST = "wage_cost"
    WAGE_PAYABLE = "wage_payable"
    DEDUCTION = "deduction"
    PAID = "paid"


@dataclass(frozen=True, slots=True)
class Line:
    """One side of a booking for one worker."""

    account: Account
    worker_id: int
    amount_fen: int


def issued(worker_id: int, gross_fen: int, deduction_fen: int = 0) -> tuple[Line, ...]:
    """raises ValueError for a negative amount, or a deduction above the gross pay."""
    if not 0 <= deduction_fen <= gross_fen:
        raise ValueError("a deduction lies between nothing and the gross pay")
    return _lines(
        worker_id,
        (Account.WAGE_COST, gross_fen),
        (Account.DEDUCTION, -deduction_fen),
        (Account.WAGE_PAYABLE, deduction_fen - gross_fen),
    )


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
