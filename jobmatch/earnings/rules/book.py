"""The worker's own book: days summed up any way, so that each sum opens to its days. In fen."""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TypeVar

from jobmatch.earnings.rules.slips import SlipState
from jobmatch.kernel.money import split_fen

K = TypeVar("K", bound=Hashable)


class Owed(StrEnum):
    """Where the pay of a day stands: not on a slip yet, on one that is not paid, or paid."""

    OPEN = "open"
    OWED = "owed"
    PAID = "paid"


@dataclass(frozen=True, slots=True)
class BookDay:
    """A day worked. fen: gross, None while no slip has it; taken_fen: its part of what the slip
    takes off, so that fen - taken_fen of all days of a slip is its net pay.
    """

    id: int
    work_date: date
    posting_id: int
    title: str
    employer_id: int
    employer: str
    brand_id: int | None
    brand: str
    crew_id: int | None
    crew: str
    minutes: int
    pieces: int
    unit: str
    slip_id: int | None = None
    slip_state: SlipState | None = None
    fen: int | None = None
    taken_fen: int = 0

    @property
    def net_fen(self) -> int | None:
        return None if self.fen is None else self.fen - self.taken_fen

    @property
    def owed(self) -> Owed:
        if self.fen is None:
            return Owed.OPEN
        return Owed.PAID if self.slip_state is SlipState.PAID else Owed.OWED


@dataclass(frozen=True, slots=True)
class Sums:
    """Sums over days. pieces: by unit, in the order of the units' names; open_days: on no slip."""

    days: int
    minutes: int
    pieces: tuple[tuple[str, int], ...]
    fen: int
    taken_fen: int
    paid_fen: int
    owed_fen: int
    open_days: int

    @property
    def net_fen(self) -> int:
        return self.fen - self.taken_fen


def sums(days: Iterable[BookDay]) -> Sums:
    """What days come to."""
    rows = list(days)
    pieces: dict[str, int] = defaultdict(int)
    for day in rows:
        if day.pieces:
            pieces[day.unit] += day.pieces
    by: dict[Owed, int] = defaultdict(int)
    for day in rows:
        by[day.owed] += day.net_fen or 0
    return Sums(
        len(rows), sum(day.minutes for day in rows), tuple(sorted(pieces.items())),
        sum(day.fen or 0 for day in rows), sum(day.taken_fen for day in rows),
        by[Owed.PAID], by[Owed.OWED], sum(1 for day in rows if day.owed is Owed.OPEN),
    )  # fmt: skip


def grouped(days: Iterable[BookDay], key: Callable[[BookDay], K]) -> list[tuple[K, Sums]]:
    """Sums by a key, in the order in which the keys come first."""
    groups: dict[K, list[BookDay]] = {}
    for day in days:
        groups.setdefault(key(day), []).append(day)
    return [(found, sums(rows)) for found, rows in groups.items()]


def month_of_day(day: BookDay) -> date:
    return day.work_date.replace(day=1)


def shared(taken_fen: int, amounts: Sequence[int]) -> list[int]:
    """What a slip takes off, shared over its days by their pay, to the fen (largest remainder).

    amounts   the days' gross pay, in order; days without pay bear a share of one fen's weight
    raises    ValueError for a negative amount taken
    """
    return split_fen(taken_fen, [max(1, fen) for fen in amounts]) if amounts else []
