"""Days and months of business, in Asia/Shanghai; instants are UTC."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")


@dataclass(frozen=True, slots=True, order=True)
class Days:
    """A run of days, both ends included. raises ValueError when it ends before it begins."""

    first: date
    last: date

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise ValueError("a run of days ends before it begins")

    def __len__(self) -> int:
        return (self.last - self.first).days + 1

    def __iter__(self) -> Iterator[date]:
        return (self.first + timedelta(days=n) for n in range(len(self)))

    def __contains__(self, day: object) -> bool:
        # An instant is a date to Python, but it belongs to no day without a zone.
        if not isinstance(day, date) or isinstance(day, datetime):
            return False
        return self.first <= day <= self.last

    def common(self, other: "Days") -> "Days | None":
        """The days that both runs have, or None."""
        first, last = max(self.first, other.first), min(self.last, other.last)
        return Days(first, last) if first <= last else None


def runs(days: Iterable[date]) -> list[Days]:
    """The fewest runs that hold exactly these days, in order; repeated days count once."""
    found: list[Days] = []
    for day in sorted(set(days)):
        if found and day == found[-1].last + timedelta(days=1):
            found[-1] = Days(found[-1].first, day)
        else:
            found.append(Days(day, day))
    return found


def business_day(instant: datetime) -> date:
    """The calendar day in Asia/Shanghai of an aware instant. raises ValueError without a zone."""
    if instant.tzinfo is None:
        raise ValueError("an instant needs a zone")
    return instant.astimezone(SHANGHAI).date()


def begin_of(day: date) -> datetime:
    """The first instant of a business day."""
    return datetime.combine(day, time(), SHANGHAI)


def monday_of(day: date) -> date:
    """The Monday of the week around a day."""
    return day - timedelta(days=day.weekday())


def month_of(day: date) -> Days:
    """The calendar month around a day."""
    first = day.replace(day=1)
    return Days(first, (first + timedelta(days=31)).replace(day=1) - timedelta(days=1))


def add_months(day: date, months: int) -> date:
    """The same day of the month, months later or earlier; the month's last day where it is
    short.
    """
    index = day.year * 12 + day.month - 1 + months
    first = date(index // 12, index % 12 + 1, 1)
    return min(first + timedelta(days=day.day - 1), month_of(first).last)


def twelve_months_before(day: date) -> Days:
    """The 12 full calendar months before the month of this day."""
    first = day.replace(day=1)
    return Days(add_months(first, -12), first - timedelta(days=1))
