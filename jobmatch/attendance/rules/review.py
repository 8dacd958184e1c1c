"""Why somebody should look at a record before or after it counts. Nothing here refuses anything.

A witness's word counts at once and is listed; a worker's own claim with one of the WAITING reasons
counts when the employer or the desk grants it, or when nobody answers in time.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from jobmatch.attendance.rules.kinds import Kind, Via
from jobmatch.kernel.periods import business_day


class Reason(StrEnum):
    SKEW = "skew"
    LATE = "late"
    OUTSIDE = "outside"
    LONG = "long"
    SETTLED = "settled"


WAITING = frozenset({Reason.LATE, Reason.OUTSIDE, Reason.SETTLED})


@dataclass(frozen=True, slots=True)
class Limits:
    """Of the dated tables.

    skew_minutes    how far a device's clock may be off
    claim_days      days after the day on which a claim may still be made
    arrival_days    days after the day on which it may still arrive, however early it was made
    long_minutes    a day longer than the law allows is looked at
    silence_days    days without an answer that confirm
    """

    skew_minutes: int = 10
    claim_days: int = 1
    arrival_days: int = 7
    long_minutes: int = 660
    silence_days: int = 3


@dataclass(frozen=True, slots=True)
class Timed:
    """When it happened as far as can be known, and whether the device's clock is to be trusted."""

    at: datetime
    is_skewed: bool


def corrected(
    tapped: datetime, sent: datetime, received: datetime, day: date, limits: Limits
) -> Timed:
    """Take the clock's error off: what the device called `sent` was `received`.

    A time that cannot be (ahead of now, before the day of work) becomes the time of receipt.
    """
    most = timedelta(minutes=limits.skew_minutes)
    offset = received - sent
    is_skewed = abs(offset) > most or tapped - sent > most
    at = min(tapped + offset, received)
    if business_day(at) < day:
        return Timed(received, True)
    return Timed(at, is_skewed)


def reasons(
    *,
    kind: Kind,
    value: int | None,
    happened: datetime,
    received: datetime,
    day: date,
    is_skewed: bool,
    is_outside: bool,
    is_settled: bool,
    limits: Limits,
) -> frozenset[Reason]:
    """Why this record should be looked at; empty: nothing is odd about it."""
    found = set()
    if is_skewed:
        found.add(Reason.SKEW)
    is_late = (business_day(happened) - day).days > limits.claim_days
    if is_late or (business_day(received) - day).days > limits.arrival_days:
        found.add(Reason.LATE)
    if is_outside:
        found.add(Reason.OUTSIDE)
    if is_settled:
        found.add(Reason.SETTLED)
    if kind is Kind.MINUTES and (value or 0) > limits.long_minutes:
        found.add(Reason.LONG)
    return frozenset(found)


def waits(via: Via, given: Iterable[Reason]) -> bool:
    """Whether a record with these reasons counts only after somebody has looked."""
    return via is Via.SELF and not WAITING.isdisjoint(given)


def written(given: Iterable[Reason]) -> str:
    """As the column holds it."""
    return ",".join(sorted(reason.value for reason in given))


def read(column: str) -> frozenset[Reason]:
    return frozenset(Reason(code) for code in column.split(",") if code)
