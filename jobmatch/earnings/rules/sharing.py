"""How an amount that several people earned together is shared among them.

minutes   by the minutes of each (what holds where nothing else was agreed)
equal     the same for everybody present
agreed    by shares that were on record before the day, in hundredths of a percent
Always by largest remainder (kernel.money.split_fen): the parts add up to the whole.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

WHOLE = 10_000


class Way(StrEnum):
    MINUTES = "minutes"
    EQUAL = "equal"
    AGREED = "agreed"


@dataclass(frozen=True, slots=True)
class Sharing:
    """shares: by worker, in hundredths of a percent, adding up to WHOLE; only for AGREED."""

    way: Way = Way.MINUTES
    shares: Mapping[int, int] = field(default_factory=dict)


BY_MINUTES = Sharing()


@dataclass(frozen=True, slots=True)
class Agreement:
    """How a crew shares from a day on."""

    since: date
    sharing: Sharing


def sharing_on(agreements: Sequence[Agreement], day: date) -> Sharing:
    """What holds on a day: the latest that had begun; by minutes when none had."""
    begun = [each for each in agreements if each.since <= day]
    return max(begun, key=lambda each: each.since).sharing if begun else BY_MINUTES


def weights(sharing: Sharing, members: Sequence[tuple[int, int]]) -> list[int]:
    """The weight of each member, at least 1, in the order given.

    members   worker and minutes of those present
    Of agreed shares those present count; who came later and has none counts as much as the others
    do on average, and where nobody present has one, all are equal.
    """
    if sharing.way is Way.MINUTES:
        return [max(1, minutes) for _worker, minutes in members]
    known = [sharing.shares[w] for w, _minutes in members if sharing.shares.get(w, 0) > 0]
    if sharing.way is Way.EQUAL or not known:
        return [1] * len(members)
    usual = max(1, sum(known) // len(known))
    return [sharing.shares.get(worker, 0) or usual for worker, _minutes in members]


def faults(shares: Mapping[int, int]) -> int | None:
    """By how much shares miss the whole (negative: too little); None when they are right.

    raises   ValueError for no shares, or one below 1
    """
    if not shares or min(shares.values()) < 1:
        raise ValueError("each member has a share")
    off = sum(shares.values()) - WHOLE
    return off or None
