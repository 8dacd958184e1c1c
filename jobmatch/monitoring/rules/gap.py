"""What closes the gap to the line, how urgent that is, and why, in words. Pure; money in fen."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum, StrEnum

from jobmatch.kernel.money import share_of
from jobmatch.kernel.text import Amount, Text, text
from jobmatch.monitoring.rules.forecast import Forecast

# So few own days tell nothing of what a day usually pays.
LEAST_DAYS = 5


class Level(IntEnum):
    """How urgent: beyond: days of work alone do not close the gap any more; short: they would;
    unsure: in the bad case it falls short; safe: not even then.
    """

    SAFE = 0
    UNSURE = 1
    SHORT = 2
    BEYOND = 3


class PayFrom(StrEnum):
    """Whose days tell what a day usually pays."""

    OWN = "own"
    CREW = "crew"
    PLACE = "place"
    LAW = "law"


@dataclass(frozen=True, slots=True)
class Paid:
    """Days that were paid, and what they came to."""

    days: int = 0
    fen: int = 0


@dataclass(frozen=True, slots=True)
class UsualPay:
    fen: int
    whose: PayFrom


@dataclass(frozen=True, slots=True)
class Watch:
    """The gap of a household: missing_fen, of the whole to the line; days of work that close it,
    None when nothing is missing or nobody can work.
    """

    level: Level
    missing_fen: int
    days: int | None
    day_fen: int
    whose: PayFrom
    reasons: tuple[tuple[str, tuple[int, ...]], ...]

    @property
    def need(self) -> int:
        """What matching reads: 2 short of the line, 1 perhaps, 0 not."""
        return min(2, int(self.level))


@dataclass(frozen=True, slots=True)
class Home:
    """Who lives there and works.

    hands       people of the household who are registered for work
    days_left   days to the end of the year
    agreed_days days of work agreed and to come
    idle_days   since anybody's last work day; None: nobody ever worked
    wage_then, wage_now  wages of the year so far and of the same time of last year; 0 unknown
    """

    members: int
    hands: int
    days_left: int
    agreed_days: int = 0
    idle_days: int | None = None
    wage_now: int = 0
    wage_then: int = 0


def usual_pay(own: Paid, crew: Paid, place: Paid, law_fen: int) -> UsualPay:
    """What a day usually pays: by the own days, else the crew's, else the place's, else what law
    asks for at least. Half a fen and more is rounded up.
    """
    for paid, whose in ((own, PayFrom.OWN), (crew, PayFrom.CREW), (place, PayFrom.PLACE)):
        if paid.days >= LEAST_DAYS and paid.fen >= paid.days:
            return UsualPay(share_of(paid.fen, 1, paid.days), whose)
    return UsualPay(law_fen, PayFrom.LAW)


def days_to_close(missing_fen: int, day_fen: int) -> int:
    """Whole days of work that bring at least what is missing. raises ValueError for no pay."""
    if day_fen < 1:
        raise ValueError("a day pays at least one fen")
    return -(-max(0, missing_fen) // day_fen)


def watch(found: Forecast, line_fen: int, home: Home, pay: UsualPay, idle_after: int) -> Watch:
    """The gap, how urgent, and why.

    line_fen    per head and year; home.members at least 1
    idle_after  so many days without work are worth a word
    """
    due = line_fen * home.members
    missing = max(0, due - found.likely)
    days = days_to_close(missing, pay.fen) if missing and home.hands else None
    # A rest day each week; what is agreed is not free any more.
    room = home.days_left * 6 // 7 * home.hands - home.agreed_days
    if missing:
        level = Level.BEYOND if days is None or days > room else Level.SHORT
    else:
        level = Level.UNSURE if found.low < due else Level.SAFE
    reasons = _reasons(found, due, home, pay, missing, days, level, idle_after)
    return Watch(level, missing, days, pay.fen, pay.whose, tuple(reasons))


def _reasons(
    found: Forecast, due: int, home: Home, pay: UsualPay, missing: int, days: int | None,
    level: Level, idle_after: int,
) -> list[tuple[str, tuple[int, ...]]]:  # fmt: skip
    said: list[tuple[str, tuple[int, ...]]] = []
    if missing:
        said.append(("short", (-(-missing // home.members),)))
    elif level is Level.UNSURE:
        said.append(("unsure", (-(-(due - found.low) // home.members),)))
    if days is not None:
        said.append(("days" if level is Level.SHORT else "too_many", (days, pay.fen)))
    if missing and not home.hands:
        said.append(("no_hands", ()))
    if home.agreed_days:
        said.append(("agreed", (home.agreed_days, found.agreed)))
    elif level and home.hands:
        said.append(("none_agreed", ()))
    if level and home.idle_days is not None and home.idle_days > idle_after:
        said.append(("idle", (home.idle_days,)))
    if level and home.wage_now * 10 < home.wage_then * 8:
        said.append(("less", (home.wage_then - home.wage_now,)))
    if not found.has_last_year:
        said.append(("new", ()))
    return said


def words(reasons: Sequence[tuple[str, Sequence[int]]]) -> list[Text]:
    """The reasons as sentences; what is not known (an older row) is left out."""
    found = []
    for code, numbers in reasons:
        given = [*numbers, 0, 0]
        one: dict[str, Text] = {
            "short": text("到年底，人均大约比监测线少 {yuan}。", yuan=Amount(given[0])),
            "unsure": text("照坏的情形，人均会比监测线少 {yuan}。", yuan=Amount(given[0])),
            "days": text(
                "还差 {n} 个工日，按平常一天 {yuan} 算就能补上。", n=given[0], yuan=Amount(given[1])
            ),
            "too_many": text(
                "要 {n} 个工日（一天 {yuan}）才补得上，年底前的日子不够，光靠干活不行。",
                n=given[0], yuan=Amount(given[1]),
            ),
            "no_hands": text("家里没有登记找活的人。"),
            "agreed": text(
                "已约好 {n} 天活，连同干完还没记账的，大约还有 {yuan}。",
                n=given[0], yuan=Amount(given[1]),
            ),
            "none_agreed": text("现在没有约好的活。"),
            "idle": text("已经 {n} 天没有出工。", n=given[0]),
            "less": text("今年工资性收入比去年这时候少 {yuan}。", yuan=Amount(given[0])),
            "new": text("没有去年的收入记录，只能按近几个月和淡旺季估计。"),
        }  # fmt: skip
        if code in one:
            found.append(one[code])
    return found
