"""From a day's measures to its pay. The worked table is docs/rules/wage.md.

day     the whole rate for the posting's full day; a part day by its share of minutes; more minutes
        than the full day add nothing (overtime is agreed by the hour or the piece)
hour    rate x minutes / 60
piece   rate x pieces / lot
crew    the pieces of the whole crew on a day x rate / lot, shared over the minutes of those present

Every amount is rounded to the fen once, halves up; a crew's shares add up to its amount exactly.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from jobmatch.kernel.money import share_of, split_fen
from jobmatch.kernel.text import Amount, Text, text


class PayKind(StrEnum):
    DAY = "day"
    HOUR = "hour"
    PIECE = "piece"


@dataclass(frozen=True, slots=True)
class Terms:
    """How a posting pays: rate_fen for a day, an hour, or `piece_lot` pieces of `piece_unit`."""

    pay_kind: PayKind
    rate_fen: int
    day_minutes: int
    piece_unit: str = ""
    piece_lot: int = 1
    crew_share: bool = False

    @property
    def shares_in_crews(self) -> bool:
        return self.pay_kind is PayKind.PIECE and self.crew_share


@dataclass(frozen=True, slots=True)
class Worked:
    """One work day: its key, whose, when, in which crew, and its measures."""

    key: int
    worker_id: int
    day: date
    minutes: int
    pieces: int
    crew_id: int | None = None


@dataclass(frozen=True, slots=True)
class Whole:
    """What a crew made on a day; the amount is shared over the minutes."""

    pieces: int
    minutes: int
    amount_fen: int


@dataclass(frozen=True, slots=True)
class DayPay:
    """The pay of one work day in fen; whole: the crew's day when it is a share of one."""

    worked: Worked
    amount_fen: int
    whole: Whole | None = None


def own_pay(terms: Terms, minutes: int, pieces: int) -> int:
    """Fen for one person's day that is not shared with a crew."""
    if terms.pay_kind is PayKind.DAY:
        return share_of(terms.rate_fen, min(minutes, terms.day_minutes), terms.day_minutes)
    if terms.pay_kind is PayKind.HOUR:
        return share_of(terms.rate_fen, minutes, 60)
    return share_of(terms.rate_fen, pieces, terms.piece_lot)


def pay(terms: Terms, days: Iterable[Worked]) -> list[DayPay]:
    """The pay of work days, in the order given.

    A crew's days must all be there: what is left out gets no share.
    """
    given = list(days)
    shared: dict[int, DayPay] = {}
    if terms.shares_in_crews:
        crews: dict[tuple[int, date], list[Worked]] = defaultdict(list)
        for worked in given:
            if worked.crew_id is not None:
                crews[worked.crew_id, worked.day].append(worked)
        for members in crews.values():
            shared |= {paid.worked.key: paid for paid in _crew_pay(terms, members)}
    return [shared.get(w.key) or DayPay(w, own_pay(terms, w.minutes, w.pieces)) for w in given]


def _crew_pay(terms: Terms, members: Sequence[Worked]) -> list[DayPay]:
    """Ties of the largest remainder go to the member with the lower key, whoever comes first."""
    ordered = sorted(members, key=lambda worked: worked.key)
    pieces = sum(worked.pieces for worked in ordered)
    minutes = [max(1, worked.minutes) for worked in ordered]
    whole = Whole(pieces, sum(minutes), share_of(terms.rate_fen, pieces, terms.piece_lot))
    return [
        DayPay(worked, share, whole)
        for worked, share in zip(ordered, split_fen(whole.amount_fen, minutes), strict=True)
    ]


def payable(days: Iterable[DayPay]) -> tuple[list[DayPay], list[DayPay]]:
    """The days that a slip can carry, and those that come to nothing yet.

    Nothing means that pieces were not counted: such a day stays open until they are. A member whose
    share of a paid crew day is nothing goes with the crew.
    """
    ready: list[DayPay] = []
    open_: list[DayPay] = []
    for paid in days:
        amount = paid.whole.amount_fen if paid.whole else paid.amount_fen
        (ready if amount > 0 else open_).append(paid)
    return ready, open_


def formula(terms: Terms, minutes: int, pieces: int, whole: Whole | None = None) -> Text:
    """In words how a day's amount came about."""
    rate = Amount(terms.rate_fen)
    if whole is not None:
        return text(
            "全班 {pieces} {unit}，每 {lot} {unit} {rate}，共 {amount}；"
            "按工时分：本人 {own} 分钟，全班 {all} 分钟",
            pieces=whole.pieces, unit=terms.piece_unit, lot=terms.piece_lot, rate=rate,
            amount=Amount(whole.amount_fen), own=max(1, minutes), all=whole.minutes,
        )  # fmt: skip
    if terms.pay_kind is PayKind.PIECE and terms.piece_lot == 1:
        return text("{pieces} {unit} × {rate}", pieces=pieces, unit=terms.piece_unit, rate=rate)
    if terms.pay_kind is PayKind.PIECE:
        return text(
            "{pieces} {unit} ÷ {lot} × {rate}",
            pieces=pieces, unit=terms.piece_unit, lot=terms.piece_lot, rate=rate,
        )  # fmt: skip
    if terms.pay_kind is PayKind.HOUR:
        return text("{minutes} 分钟 ÷ 60 × {rate}", minutes=minutes, rate=rate)
    if minutes >= terms.day_minutes:
        return text("1 整天 × {rate}", rate=rate)
    return text(
        "{minutes} 分钟 ÷ {whole} 分钟 × {rate}",
        minutes=minutes, whole=terms.day_minutes, rate=rate,
    )  # fmt: skip
