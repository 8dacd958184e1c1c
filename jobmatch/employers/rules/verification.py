"""When an employer counts as verified. Pure: days are arguments."""

from datetime import date
from enum import StrEnum
from typing import Protocol

from jobmatch.kernel.periods import add_months

SOON_DAYS = 30


class Kind(StrEnum):
    ENTERPRISE = "enterprise"
    COOPERATIVE = "cooperative"
    BIG_GROWER = "big_grower"


class State(StrEnum):
    PENDING = "pending"
    VERIFIED = "verified"
    REFUSED = "refused"


class Standing(StrEnum):
    """What the state comes to on a given day."""

    PENDING = "pending"
    VERIFIED = "verified"
    ENDS_SOON = "ends_soon"
    ENDED = "ended"
    REFUSED = "refused"


class Verifiable(Protocol):
    @property
    def state(self) -> str: ...
    @property
    def verified_until(self) -> date | None: ...


def is_verified(row: Verifiable, today: date) -> bool:
    """Whether the employer may publish today; the last day of the verification counts."""
    return (
        row.state == State.VERIFIED
        and row.verified_until is not None
        and row.verified_until >= today
    )


def days_left(row: Verifiable, today: date) -> int | None:
    """Days from today to the last day of the verification, 0 on that day; None when
    not verified.
    """
    if not is_verified(row, today) or row.verified_until is None:
        return None
    return (row.verified_until - today).days


def standing(row: Verifiable, today: date) -> Standing:
    """What to tell the employer and the officer today."""
    left = days_left(row, today)
    if left is not None:
        return Standing.ENDS_SOON if left <= SOON_DAYS else Standing.VERIFIED
    if row.state == State.VERIFIED:
        return Standing.ENDED
    return Standing.REFUSED if row.state == State.REFUSED else Standing.PENDING


def verified_until(verified_on: date, months: int) -> date:
    """The last day of a verification. raises ValueError for less than a month."""
    if months < 1:
        raise ValueError("a verification holds for a month at least")
    return add_months(verified_on, months)
