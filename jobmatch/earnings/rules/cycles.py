"""Pay cycles: a day, a week (from Monday), half a month (to the 15th, from the 16th), a month."""

from datetime import date, timedelta
from enum import StrEnum

from jobmatch.kernel.periods import Days, monday_of, month_of

HALF = 15


class Cycle(StrEnum):
    DAY = "day"
    WEEK = "week"
    HALF_MONTH = "half_month"
    MONTH = "month"


def cycle_around(cycle: Cycle, day: date) -> Days:
    """The cycle that a day lies in."""
    if cycle is Cycle.DAY:
        return Days(day, day)
    if cycle is Cycle.WEEK:
        return Days(monday_of(day), monday_of(day) + timedelta(days=6))
    month = month_of(day)
    if cycle is Cycle.MONTH:
        return month
    if day.day <= HALF:
        return Days(month.first, month.first.replace(day=HALF))
    return Days(month.first.replace(day=HALF + 1), month.last)


def to_settle(cycle: Cycle, first_open: date, today: date) -> Days:
    """What a run would take next: from the first unsettled day's cycle to the last cycle's end.

    Cycles that have ended; the one that is under way, up to today, when none has.
    """
    first = cycle_around(cycle, first_open).first
    now = cycle_around(cycle, today)
    ended = now.first - timedelta(days=1)
    return Days(first, ended if ended >= first_open else today)


def pay_by(cycle: Cycle, day: date, pay_days: int) -> date:
    """The last day on which the pay of a day's cycle is due."""
    return cycle_around(cycle, day).last + timedelta(days=pay_days)
