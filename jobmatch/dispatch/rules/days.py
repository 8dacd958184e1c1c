"""Which days of a posting a worker gets, and which days can still be given back."""

from collections.abc import Collection, Iterable, Sequence
from datetime import date

from jobmatch.kernel.periods import Days

# A tap by mistake on work that has begun can be taken back for so long (minutes).
SECOND_THOUGHTS = 10


def still_open(
    days: Iterable[date], *, today: date, minute: int, starts_at: int, ends_at: int
) -> list[date]:
    """The days that can still be taken: later days, and today until its working time ends.

    minute   of today, after midnight; starts_at, ends_at likewise. A shift over midnight
             (ends_at <= starts_at) can be taken until midnight.
    """
    until = ends_at if ends_at > starts_at else 24 * 60
    return sorted(day for day in days if day > today or (day == today and minute < until))


def days_to_take(
    wanted: Days,
    offered: Collection[date],
    available: Sequence[Days],
    booked: Collection[date],
) -> list[date]:
    """wanted range ∩ offered days ∩ available runs, without the booked days, in date order."""
    return sorted(
        day
        for day in set(offered)
        if day in wanted and day not in booked and any(day in run for run in available)
    )


def least_days(min_stay: int, offered: Collection[date]) -> int:
    """So many days somebody must take at least: the posting's least stay, or all that is left."""
    return min(min_stay, len(offered))


def to_give_back(
    days: Iterable[date], *, today: date, minute: int, starts_at: int, minutes_since: int
) -> list[date]:
    """The engaged days that a cancelling frees: later days, and today before its work begins.

    minutes_since   since the engagement was made: a slip of the finger (up to 10 minutes) frees
                    today even when work has begun. Past days stay for ever: they are work done.
    """
    today_too = minute < starts_at or minutes_since <= SECOND_THOUGHTS
    return sorted(day for day in days if day > today or (day == today and today_too))
