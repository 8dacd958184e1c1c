"""How well a posting fits a person: a value, the reasons, and what stands against it.

docs/rules/matching.md tells the same in prose with a worked table.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass
from datetime import date

from jobmatch.kernel.identity import age_on
from jobmatch.kernel.periods import Days
from jobmatch.kernel.text import Amount, Text, text
from jobmatch.matching.rules.people import Proof, holds
from jobmatch.places.rules import road_km

# Points of a perfect fit; they add up to 100.
SKILL, DATES, NEAR, PAY, HOME, LOAD = 40, 25, 15, 10, 5, 5
SECOND_SKILL, RELATED_SKILL, UNKNOWN_PAY = 34, 24, 5
# With anything against it a posting stays below every one that fits.
MOST_WITH_A_MISS = 49
# Farther than this nobody goes and comes back each day (km by road).
DAILY_KM = 80
ROAD_KMH = 40


@dataclass(frozen=True, slots=True)
class Seeker:
    """A person looking for work.

    runs      days on which they can work; booked: days already taken
    max_km    how far they go, by road; home_by: minutes after midnight or None
    """

    born: date
    skills: frozenset[str]
    lon: float
    lat: float
    home_code: str
    max_km: int
    runs: tuple[Days, ...] = ()
    booked: frozenset[date] = frozenset()
    proofs: tuple[Proof, ...] = ()
    stays_away: bool = False
    home_by: int | None = None
    least_day_fen: int = 0
    no_heavy: bool = False


@dataclass(frozen=True, slots=True)
class Offer:
    """A posting as a seeker sees it.

    days         days that still have a place, in order
    day_pay_fen  for an ordinary day; None when it depends on the pieces
    least_age    full years that law asks for this work
    """

    skill_id: str
    days: tuple[date, ...]
    lon: float
    lat: float
    place_code: str
    starts_at: int
    ends_at: int
    day_pay_fen: int | None
    load: str
    least_age: int
    also_skills: frozenset[str] = frozenset()
    needs_credential: bool = False
    min_level: int = 1
    lodging: bool = False
    transport: bool = False


@dataclass(frozen=True, slots=True)
class Fit:
    """value 0..100; a posting fits when nothing is against it. km by road."""

    value: int
    reasons: tuple[Text, ...]
    misses: tuple[Text, ...]
    km: float

    @property
    def is_fit(self) -> bool:
        return not self.misses


@dataclass(frozen=True, slots=True)
class _Part:
    """One view of the match: its points, and a reason or a miss."""

    points: float = 0
    reason: Text | None = None
    miss: Text | None = None


def fit(worker: Seeker, posting: Offer, *, today: date) -> Fit:
    """Weigh a posting for a person on a day.

    returns  points for skill 40, dates 25, nearness 15, pay 10, being home in time 5, load 5;
             at most 49 with a miss
    """
    km = road_km(
        worker.lon, worker.lat, posting.lon, posting.lat,
        code1=worker.home_code, code2=posting.place_code,
    )  # fmt: skip
    days = [day for day in posting.days if day >= today]
    parts = [
        _skill(worker, posting),
        *_credential(worker, posting, max(days, default=today)),
        _dates(worker, days),
        _near(worker, km),
        _home(worker, posting, km),
        _pay(worker, posting),
        _load(worker, posting),
        *_age(worker, posting, min(days, default=today)),
    ]
    misses = tuple(part.miss for part in parts if part.miss)
    value = round(sum(part.points for part in parts))
    return Fit(
        min(value, MOST_WITH_A_MISS) if misses else value,
        tuple(part.reason for part in parts if part.reason),
        misses,
        km,
    )


def related(one: str, other: str) -> bool:
    """Skills of one family: the same crop or animal, or the same step with another one.

    "ag.swpotato.sort" goes with "ag.swpotato.dig" and with "ag.potato.sort".
    """
    a, b = one.split("."), other.split(".")
    if len(a) < 3 or len(b) < 3 or a[0] != b[0]:
        return False
    return a[1] == b[1] or a[2:] == b[2:]


def skill_points(held: str, posting: Offer) -> int:
    """What one skill that a person holds is worth to the posting; 0: nothing."""
    if held == posting.skill_id:
        return SKILL
    if held in posting.also_skills:
        return SECOND_SKILL
    return RELATED_SKILL if related(held, posting.skill_id) else 0


def _skill(worker: Seeker, posting: Offer) -> _Part:
    points = max((skill_points(held, posting) for held in worker.skills), default=0)
    if points == SKILL:
        return _Part(points, text("这门活您会"))
    if points == SECOND_SKILL:
        return _Part(points, text("您会的手艺这里也用得上"))
    if points == RELATED_SKILL:
        return _Part(points, text("您会相近的活"))
    return _Part(miss=text("您登记的手艺里没有这门活；会干的话，在“我的”里加上就行"))


def _credential(worker: Seeker, posting: Offer, last_day: date) -> Iterator[_Part]:
    if not posting.needs_credential:
        return
    if holds(worker.proofs, posting.skill_id, posting.min_level, last_day):
        yield _Part(reason=text("您有这门活的证书"))
    else:
        yield _Part(miss=text("要有技能证书，参加培训拿到证书就能去"))


def open_days(days: Sequence[date], runs: Sequence[Days], booked: Set[date]) -> tuple[int, int]:
    """How many of the days (in order) the runs hold, and how many of these are not booked."""
    held = 0  # one bit a day: thousands of people are weighed for one posting
    for run in runs:
        held |= (1 << bisect_right(days, run.last)) - (1 << bisect_left(days, run.first))
    free = held
    if booked:
        free &= ~sum(1 << n for n, day in enumerate(days) if day in booked)
    return held.bit_count(), free.bit_count()


def _dates(worker: Seeker, days: list[date]) -> _Part:
    if not days:
        return _Part(miss=text("名额已满"))
    in_calendar, free = open_days(days, worker.runs, worker.booked)
    if free:
        points = DATES * (free / len(days))
        if free == len(days):
            return _Part(points, text("这 {n} 天您都有空", n=len(days)))
        return _Part(points, text("{n} 天里您有 {m} 天有空", n=len(days), m=free))
    if in_calendar:
        return _Part(miss=text("这几天您已经有别的活了"))
    later = [run.first for run in worker.runs if run.first > days[-1]]
    if later:
        said = text("{last}就完了，您从 {day} 起才有空", last=days[-1], day=min(later))
        return _Part(miss=said)
    return _Part(miss=text("您的日历里没有这几天；有空的话，在“我的”里点上就行"))


def _near(worker: Seeker, km: float) -> _Part:
    whole = round(km)
    if km > worker.max_km:
        said = text(
            "离家约 {km} 公里，比您说的 {most} 公里远 {more} 公里",
            km=whole, most=worker.max_km, more=max(1, whole - worker.max_km),
        )  # fmt: skip
        return _Part(miss=said)
    return _Part(near_points(km, worker.max_km), text("离家约 {km} 公里", km=whole))


def near_points(km: float, max_km: int) -> float:
    """15 at the door, half of it at the greatest distance that the person goes."""
    return NEAR * (1 - km / max(1, max_km) / 2)


def _home(worker: Seeker, posting: Offer, km: float) -> _Part:
    if posting.lodging and worker.stays_away:
        return _Part(HOME, text("管住，您可以住在那里"))
    if km > DAILY_KM and posting.lodging:
        return _Part(miss=text("路远，要住在那里，您说过每晚要回家"))
    if km > DAILY_KM:
        return _Part(miss=text("路远又不管住，当天来回不了"))
    if worker.home_by is None:
        return _Part(HOME, text("有车接送") if posting.transport else None)
    home = home_at(posting, km)
    if home > worker.home_by:
        said = text(
            "收工到家约 {home}，比您说的 {by} 晚 {n} 分钟",
            home=_clock(home), by=_clock(worker.home_by), n=home - worker.home_by,
        )  # fmt: skip
        return _Part(miss=said)
    return _Part(HOME, text("{home} 左右能到家", home=_clock(home)))


def home_at(posting: Offer, km: float) -> int:
    """When one is back from work on that day: minutes after midnight."""
    return posting.ends_at + round(km / ROAD_KMH * 60)


def _pay(worker: Seeker, posting: Offer) -> _Part:
    pay = posting.day_pay_fen
    if pay is None:
        return _Part(UNKNOWN_PAY)
    if pay < worker.least_day_fen:
        said = text(
            "一天约 {pay}，比您说的少 {less}",
            pay=Amount(pay), less=Amount(worker.least_day_fen - pay),
        )  # fmt: skip
        return _Part(miss=said)
    return _Part(PAY, text("一天约 {pay}", pay=Amount(pay)))


def _load(worker: Seeker, posting: Offer) -> _Part:
    if posting.load == "heavy" and worker.no_heavy:
        return _Part(miss=text("是重体力活，您说过不干重活"))
    return _Part(LOAD, text("活儿轻") if posting.load == "light" else None)


def _age(worker: Seeker, posting: Offer, first_day: date) -> Iterator[_Part]:
    if age_on(worker.born, first_day) < posting.least_age:
        yield _Part(miss=text("这活要满 {age} 周岁", age=posting.least_age))


def _clock(minutes: int) -> str:
    return f"{minutes // 60 % 24:02d}:{minutes % 60:02d}"
