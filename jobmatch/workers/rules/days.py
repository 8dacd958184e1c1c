"""The days on which a worker can work."""

from collections.abc import Iterable
from datetime import date, timedelta
from enum import StrEnum

from jobmatch.kernel.periods import Days, month_of, runs
from jobmatch.kernel.text import text
from jobmatch.workers.rules.person import Refused

# A year ahead: who says "always" is asked again after that.
FARTHEST_DAYS = 366
# Corn, sweet potatoes, potatoes and sunflowers come in from early September to the end of October.
HARVEST = ((9, 1), (10, 31))


class Quick(StrEnum):
    """Answers to "when can you work" that need no calendar."""

    MONTH = "month"
    HARVEST = "harvest"
    ALWAYS = "always"
    PICK = "pick"


def chosen(quick: Quick, picked: Iterable[date], *, today: date) -> tuple[Days, ...]:
    """The runs of days behind an answer, from today on, in order.

    picked   the days ticked in the calendar; they count for Quick.PICK only
    raises   Refused when no day from today on is left, or one lies more than a year ahead
    """
    if quick is Quick.ALWAYS:
        return (Days(today, today + timedelta(days=FARTHEST_DAYS - 1)),)
    if quick is Quick.MONTH:
        return (Days(today, month_of(today).last),)
    if quick is Quick.HARVEST:
        season = harvest(today)
        return (Days(max(today, season.first), season.last),)
    return checked(runs(picked), today=today)


def checked(free: Iterable[Days], *, today: date) -> tuple[Days, ...]:
    """The fewest runs with the days from today on. raises Refused: none left, or too far ahead."""
    last = today + timedelta(days=FARTHEST_DAYS)
    ahead = [Days(max(today, run.first), run.last) for run in free if run.last >= today]
    if any(run.last > last for run in ahead):
        raise Refused(text("日子最远选到 {day}。", day=last))
    if not ahead:
        raise Refused(text("请至少选一天能干活的日子。"))
    return tuple(runs(day for run in ahead for day in run))


def harvest(today: date) -> Days:
    """This year's harvest season, or next year's once it is over."""
    seasons = (
        Days(date(year, *HARVEST[0]), date(year, *HARVEST[1]))
        for year in (today.year, today.year + 1)
    )
    return next(season for season in seasons if season.last >= today)


def answer_of(free: Iterable[Days], *, today: date) -> Quick:
    """Which quick answer these runs are, for showing a form again."""
    runs_now = tuple(free)
    for quick in (Quick.ALWAYS, Quick.HARVEST, Quick.MONTH):
        if runs_now == chosen(quick, (), today=today):
            return quick
    return Quick.PICK


def ticked(days: Iterable[str], first: str = "", last: str = "") -> list[date]:
    """Days posted by the calendar: single ones, and all from `first` to `last` if both are given.

    What is no date is left out; ends given in the wrong order are turned round.
    """
    found = {day for typed in days if (day := _date(typed)) is not None}
    ends = [day for day in (_date(first), _date(last)) if day is not None]
    if len(ends) == 2 and abs((ends[1] - ends[0]).days) <= FARTHEST_DAYS:
        found |= set(Days(min(ends), max(ends)))
    return sorted(found)


def _date(typed: str) -> date | None:
    try:
        return date.fromisoformat(typed)
    except ValueError:
        return None
