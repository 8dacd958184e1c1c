"""Instant hire: how many people are asked now, on which days one may hire at once. Pure."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from statistics import median


@dataclass(frozen=True, slots=True)
class Rhythm:
    """Out of the dated tables.

    per_place   questions that stand open for each place that is left
    minutes     after which a question without an answer is counted no longer
    """

    per_place: int
    minutes: int


def to_ask(left: int, unanswered: Sequence[datetime], now: datetime, rhythm: Rhythm) -> int:
    """How many more people are asked now.

    left         places that are still to fill
    unanswered   when those were asked who have not answered yet; they may still answer later on
    returns      so many that each place has its questions: three each for the first wave, one for
                 each no, a whole wave anew when nobody answers
    """
    if left <= 0:
        return 0
    fresh = sum(1 for at in unanswered if now - at < timedelta(minutes=rhythm.minutes))
    return max(0, left * rhythm.per_place - fresh)


def next_wave(left: int, unanswered: Collection[datetime], rhythm: Rhythm) -> datetime | None:
    """When the oldest question that counts stops to count; None when no wave will come by time."""
    if left <= 0 or not unanswered:
        return None
    newest = sorted(unanswered, reverse=True)[: left * rhythm.per_place]
    return newest[-1] + timedelta(minutes=rhythm.minutes)


def days_at_once(today: date) -> tuple[date, date]:
    """The days for which one hires at once: today and tomorrow."""
    return today, today + timedelta(days=1)


def minutes_between(begun: datetime, ended: datetime) -> int:
    """Whole minutes, begun ones counted: filled within the first minute is 1."""
    return max(1, -(-(ended - begun) // timedelta(minutes=1)))


def middle(values: Collection[int]) -> int | None:
    """The median in whole numbers, rounded half up; None of nothing."""
    return int(median(values) + 0.5) if values else None


def number(kind: str, asked_on: date, key: int) -> str:
    """The number on a receipt: what was asked for, the day, a running number: KZ-20260925-0012."""
    return f"{kind}-{asked_on:%Y%m%d}-{key:04d}"
