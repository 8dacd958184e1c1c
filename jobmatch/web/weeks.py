"""A week as the schedule board shows it: seven days, and blocks over those that belong together."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NotRequired, TypedDict, TypeVar

from flask_babel import format_date

from jobmatch.infra import clock
from jobmatch.kernel.periods import monday_of
from jobmatch.web.language import is_chinese

Day = TypeVar("Day")
DAYS = 7
# The longer form first: each holds the one after it.
LEGAL_FORMS = (
    "农民专业合作社",  # i18n: ending of a name, not shown
    "专业合作社",  # i18n: ending of a name, not shown
    "股份有限公司",  # i18n: ending of a name, not shown
    "有限责任公司",  # i18n: ending of a name, not shown
    "有限公司",  # i18n: ending of a name, not shown
)


class Block(TypedDict):
    """A block of the board (templates/components/board.html): start counts days from 0."""

    start: int
    length: int
    title: str
    full: NotRequired[str]
    count: NotRequired[str]
    drag: NotRequired[str]
    state: str
    tone: str
    url: str


@dataclass(frozen=True, slots=True)
class Week:
    """Monday to Sunday."""

    first: date

    @property
    def days(self) -> list[date]:
        return [self.first + timedelta(days=n) for n in range(DAYS)]

    @property
    def last(self) -> date:
        return self.first + timedelta(days=DAYS - 1)

    @property
    def before(self) -> date:
        return self.first - timedelta(days=DAYS)

    @property
    def after(self) -> date:
        return self.first + timedelta(days=DAYS)

    @property
    def number(self) -> int:
        """Of the year, as calendars print it (ISO 8601)."""
        return self.first.isocalendar().week

    @property
    def labels(self) -> list[dict[str, object]]:
        """The head of a board."""
        pattern = "EEE M/d" if is_chinese() else "EEE d/M"
        return [
            {"label": format_date(day, pattern), "today": day == clock.today(), "day": day}
            for day in self.days
        ]


def short_name(name: str) -> str:
    """An employer's name as a board calls it: without its legal form, which all of them share."""
    for ending in LEGAL_FORMS:
        if name.endswith(ending) and len(name) > len(ending) + 2:
            return name.removesuffix(ending)
    return name


def week_of(asked: str | None) -> Week:
    """The week around a day as in an address ("2026-09-25"); this week for anything else."""
    try:
        day = date.fromisoformat(asked or "")
    except ValueError:
        day = clock.today()
    # The far ends of the calendar have no week before or after.
    if not date(2000, 1, 1) < day < date(2100, 1, 1):
        day = clock.today()
    return Week(monday_of(day))


def stretches(
    rows: Iterable[Day], day: Callable[[Day], date], alike: Callable[[Day], object]
) -> list[list[Day]]:
    """Rows in the order of their days, cut into runs of following days that are alike."""
    found: list[list[Day]] = []
    for row in sorted(rows, key=day):
        last = found[-1][-1] if found else None
        if (
            last is not None
            and day(row) == day(last) + timedelta(days=1)
            and alike(row) == alike(last)
        ):
            found[-1].append(row)
        else:
            found.append([row])
    return found


def lines(blocks: Iterable[Block]) -> list[list[Block]]:
    """The blocks on as few lines as need be, so that none covers another; at least one line."""
    found: list[list[Block]] = [[]]
    ends = [0]
    for block in sorted(blocks, key=lambda b: (b["start"], -b["length"])):
        at = next((n for n, end in enumerate(ends) if end <= block["start"]), None)
        if at is None:
            found.append([])
            ends.append(0)
            at = len(found) - 1
        found[at].append(block)
        ends[at] = block["start"] + block["length"]
    return found
