"""What a rate comes to in a day and in an hour. Money is fen, time is minutes."""

from enum import StrEnum
from typing import Protocol


class PayKind(StrEnum):
    DAY = "day"
    HOUR = "hour"
    PIECE = "piece"


class Paid(Protocol):
    @property
    def pay_kind(self) -> str: ...
    @property
    def rate_fen(self) -> int: ...
    @property
    def piece_lot(self) -> int: ...
    @property
    def usual_day_pieces(self) -> int | None: ...
    @property
    def day_minutes(self) -> int: ...


def day_pay(work: Paid) -> int | None:
    """Fen for an ordinary day, rounded down; None for piece work without the usual
    pieces of a day.
    """
    if work.pay_kind == PayKind.DAY:
        return work.rate_fen
    if work.pay_kind == PayKind.HOUR:
        return work.rate_fen * work.day_minutes // 60
    if work.usual_day_pieces is None:
        return None
    return work.rate_fen * work.usual_day_pieces // work.piece_lot


def weighted_minutes(day_minutes: int, *, ordinary: int, percent: int) -> int:
    """Minutes of a day where those over the ordinary ones count `percent` per hundred (Labor Law
    art. 44).
    """
    over = max(0, day_minutes - ordinary)
    return day_minutes - over + over * percent // 100


def hourly(work: Paid, *, ordinary: int, percent: int) -> int | None:
    """Fen for an ordinary hour, rounded down, overtime taken out (Minimum Wage Rules art. 12).

    ordinary   minutes of an ordinary day; percent: what an overtime minute costs, 150
    returns    an hour rate is that itself; None when it cannot be known: no time, or no usual
               pieces
    """
    if work.pay_kind == PayKind.HOUR:
        return work.rate_fen
    pay = day_pay(work)
    if pay is None or work.day_minutes <= 0:
        return None
    return pay * 60 // weighted_minutes(work.day_minutes, ordinary=ordinary, percent=percent)
