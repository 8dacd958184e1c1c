"""The life of a pay slip.

issued > confirmed | objected;  objected > confirmed (the worker is content after all);
issued, confirmed, objected > paid (paying is never refused);  paid > back to what it was, when the
payment is reversed;  all but paid > reversed, which ends it.
"""

from enum import StrEnum


class SlipState(StrEnum):
    ISSUED = "issued"
    CONFIRMED = "confirmed"
    OBJECTED = "objected"
    PAID = "paid"
    REVERSED = "reversed"


CONFIRMABLE = frozenset({SlipState.ISSUED, SlipState.OBJECTED})
OPEN_TO_OBJECTION = frozenset({SlipState.ISSUED})
PAYABLE = frozenset({SlipState.ISSUED, SlipState.CONFIRMED, SlipState.OBJECTED})
REVERSIBLE = PAYABLE
# Wage income of the household stands while the slip is in one of these.
EARNED = frozenset({SlipState.CONFIRMED, SlipState.PAID})


def unpaid_state(answered: bool, objection: str) -> SlipState:
    """What a slip is again when its payment is reversed."""
    if objection:
        return SlipState.OBJECTED
    return SlipState.CONFIRMED if answered else SlipState.ISSUED
