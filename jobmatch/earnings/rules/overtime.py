"""Whose minutes are overtime, what they cost above the rate, and what the minimum wage adds.

Only full-time work (全日制) has overtime by law; part-time work and single tasks have none, but the
hourly minimum of the zone and the day holds for all. The worked table: docs/rules/wage.md.
source: Labor Law art. 36, 38, 44; State Council rule on working time (40 hours a week);
        Minimum Wage Rules art. 12 (overtime pay does not count towards the minimum).
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from jobmatch.kernel.money import share_of

WEEK = 7


class Footing(StrEnum):
    """How somebody is engaged: full-time, part-time (at most 4 hours a day), or for a task."""

    FULL_TIME = "full_time"
    PART_TIME = "part_time"
    TASK = "task"


@dataclass(frozen=True, slots=True)
class Law:
    """What the dated tables say of hours. Minutes; percent of the ordinary rate; legal holidays."""

    day_minutes: int
    week_minutes: int
    workday_percent: int
    restday_percent: int
    holiday_percent: int
    holidays: frozenset[date]


@dataclass(frozen=True, slots=True)
class Split:
    """The minutes of a day: ordinary ones, and those that cost more."""

    ordinary: int
    over: int = 0
    rest: int = 0
    holiday: int = 0

    @property
    def minutes(self) -> int:
        return self.ordinary + self.over + self.rest + self.holiday


def splits(days: Mapping[date, int], law: Law) -> dict[date, Split]:
    """Minutes of one worker's days, at one employer, split by what they cost.

    days     minutes by day; weeks (Monday to Sunday) must be whole, or later days may seem ordinary
    A holiday costs holiday_percent from its first minute and does not count towards the week. What
    goes beyond the week's ordinary minutes, and the seventh worked day of a week, is rest-day work;
    on a day that is rest-day work from its first minute all of it is.
    """
    weeks: dict[tuple[int, int], list[date]] = defaultdict(list)
    for day in sorted(days):
        year, week, _ = day.isocalendar()
        weeks[year, week].append(day)
    found = {}
    for worked in weeks.values():
        left = law.week_minutes
        for day in worked:
            minutes = days[day]
            if day in law.holidays:
                found[day] = Split(0, holiday=minutes)
                continue
            within = min(minutes, law.day_minutes)
            is_seventh = len(worked) == WEEK and day == worked[-1]
            ordinary = 0 if is_seventh else min(within, left)
            left -= ordinary
            found[day] = (
                Split(ordinary, minutes - within, within - ordinary)
                if ordinary
                else Split(0, rest=minutes)
            )
    return found


def premium(base_fen: int, split: Split, law: Law) -> int:
    """Fen above the ordinary rate for a day's overtime, rounded once, halves up.

    base_fen   the day's pay at the ordinary rate for all its minutes
    """
    above = (
        split.over * (law.workday_percent - 100)
        + split.rest * (law.restday_percent - 100)
        + split.holiday * (law.holiday_percent - 100)
    )
    return share_of(base_fen, above, 100 * split.minutes) if split.minutes else 0


def top_up(base_fen: int, minutes: int, least_hour_fen: int | None) -> int:
    """Fen that lift a day's pay to the hourly minimum, rounded up: never a part of a fen short."""
    if least_hour_fen is None:
        return 0
    least = -(-least_hour_fen * minutes // 60)
    return max(0, least - base_fen)


@dataclass(frozen=True, slots=True)
class PartTime:
    """Bounds of part-time work. Minutes; days from work to pay. source: Labor Contract Law
    art. 68, 72."""

    day_minutes: int
    week_minutes: int
    pay_days: int


@dataclass(frozen=True, slots=True)
class Breach:
    """A bound of part-time work that was passed: the day or the week's first day, and by how
    many minutes."""

    kind: str
    day: date
    minutes: int


def breaches(days: Mapping[date, int], bounds: PartTime) -> list[Breach]:
    """Part-time days and weeks that were too long, in order. The average counts by the week."""
    weeks: dict[tuple[int, int], int] = defaultdict(int)
    found = []
    for day in sorted(days):
        year, week, _ = day.isocalendar()
        weeks[year, week] += days[day]
        if days[day] > bounds.day_minutes:
            found.append(Breach("day", day, days[day] - bounds.day_minutes))
    found += [
        Breach("week", date.fromisocalendar(year, week, 1), minutes - bounds.week_minutes)
        for (year, week), minutes in sorted(weeks.items())
        if minutes > bounds.week_minutes
    ]
    return found


def pay_by(worked: Iterable[date], bounds: PartTime) -> date | None:
    """The last day on which part-time work must be paid: so many days after its first day."""
    first = min(worked, default=None)
    return date.fromordinal(first.toordinal() + bounds.pay_days) if first else None


def holidays_of(years: Collection[Collection[str]]) -> frozenset[date]:
    """Legal holidays out of the dated tables, which hold ISO dates year by year."""
    return frozenset(date.fromisoformat(day) for year in years for day in year)
