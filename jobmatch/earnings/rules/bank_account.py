"""The number of an account that pay goes to: its form, and what stands against it.

A bank card has 16 to 19 digits, the last of them a check digit (ISO/IEC 7812-1, Luhn). A passbook's
number follows its bank's own rules: only its length is looked at.
"""

import re
from enum import StrEnum

from jobmatch.kernel.identity import normalise

CARD_DIGITS = (16, 19)
BOOK_DIGITS = (10, 24)


class Kind(StrEnum):
    CARD = "card"
    BOOK = "book"


class Fault(StrEnum):
    """DIGITS: something else than digits; LENGTH; CHECK: mistyped, the check digit does not fit."""

    DIGITS = "digits"
    LENGTH = "length"
    CHECK = "check"


class BadNumber(ValueError):
    """The number cannot be right."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.value)
        self.fault = fault


def read(typed: str, kind: Kind) -> str:
    """The digits of a number as it was typed: blanks, dashes and full-width signs are allowed.

    raises   BadNumber
    """
    number = normalise(typed)
    if not re.fullmatch("[0-9]+", number):
        raise BadNumber(Fault.DIGITS)
    least, most = CARD_DIGITS if kind is Kind.CARD else BOOK_DIGITS
    if not least <= len(number) <= most:
        raise BadNumber(Fault.LENGTH)
    if kind is Kind.CARD and not luhn(number):
        raise BadNumber(Fault.CHECK)
    return number


def luhn(number: str) -> bool:
    """Whether the last digit checks the others: each second one from the right counts double."""
    total = 0
    for place, digit in enumerate(reversed(number)):
        value = int(digit) * (2 if place % 2 else 1)
        total += value - 9 if value > 9 else value
    return total % 10 == 0
