"""When pay is due, and since when it is overdue. The worked table: docs/rules/arrears.md.

source   Provisional Rules on Wage Payment (工资支付暂行规定, 1994) art. 6-9; Regulation on Ensuring
         Wage Payment to Rural Migrant Workers (保障农民工工资支付条例, 2020) art. 11-14; Labor
         Contract Law art. 72 (part-time work: at most 15 days)
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta

from jobmatch.earnings.rules.cycles import Cycle, cycle_around
from jobmatch.earnings.rules.overtime import Footing
from jobmatch.kernel.periods import month_of

_SATURDAY = 5


@dataclass(frozen=True, slots=True)
class Agreed:
    """What both sides agreed on: the cycle, and how many days after its end pay comes."""

    cycle: Cycle
    days_after: int


@dataclass(frozen=True, slots=True)
class PayLimits:
    """What holds where nothing was agreed, in days.

    task_days       after the work is done (or its month has ended, should it go on)
    month_days      after the month of full-time work
    part_time_days  from the first unpaid day of part-time work, whatever was agreed
    """

    task_days: int = 3
    month_days: int = 15
    part_time_days: int = 15


@dataclass(frozen=True, slots=True)
class Unpaid:
    """Days of work without their pay. ends_on: the last day that the worker is engaged there."""

    first: date
    last: date
    ends_on: date


def due_on(
    unpaid: Unpaid,
    footing: Footing,
    agreed: Agreed | None,
    limits: PayLimits,
    holidays: Collection[date] = (),
) -> date:
    """The last day on which the pay is in time.

    A pay day that falls on a weekend or a holiday moves to the working day before it, but not
    before the work that it pays has ended.
    """
    if agreed is not None:
        end = cycle_around(agreed.cycle, unpaid.last).last
        due = _moved(end + timedelta(days=agreed.days_after), end, holidays)
    elif footing is Footing.FULL_TIME:
        end = month_of(unpaid.last).last
        due = _moved(end + timedelta(days=limits.month_days), end, holidays)
    else:
        end = max(min(unpaid.ends_on, month_of(unpaid.last).last), unpaid.last)
        due = end + timedelta(days=limits.task_days)
    if footing is Footing.PART_TIME:
        latest = max(unpaid.first + timedelta(days=limits.part_time_days), unpaid.last)
        return latest if agreed is None else min(due, latest)
    return due


def days_overdue(due: date, today: date) -> int:
    """0 while it is in time."""
    return max(0, (today - due).days)


def working_days_after(start: date, n: int, holidays: Collection[date] = ()) -> date:
    """The n-th working day after a day: Monday to Friday, without legal holidays."""
    day, left = start, n
    while left > 0:
        day += timedelta(days=1)
        left -= _is_working(day, holidays)
    return day


def working_days_between(start: date, end: date, holidays: Collection[date] = ()) -> int:
    """How many working days lie after `start` up to and with `end`; 0 when it is over."""
    days = (end - start).days
    return sum(_is_working(start + timedelta(days=n), holidays) for n in range(1, days + 1))


def _is_working(day: date, holidays: Collection[date]) -> bool:
    return day.weekday() < _SATURDAY and day not in holidays


def _moved(day: date, not_before: date, holidays: Collection[date]) -> date:
    found = day
    while found > not_before and not _is_working(found, holidays):
        found -= timedelta(days=1)
    return found if _is_working(found, holidays) else day
