"""Why this posting, why not, and what would turn it, in the worker's own words.

What others are told is in `desk`: most of this is nobody else's business.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from jobmatch.kernel.text import Amount, Text, text
from jobmatch.matching.rules import change
from jobmatch.matching.rules.change import Change, Course, flip
from jobmatch.matching.rules.kinship import Kin
from jobmatch.matching.rules.parties import Offer, Seeker
from jobmatch.matching.rules.score import Facts, Miss, Score, score
from jobmatch.matching.rules.weights import Weights

# So many kept days are worth a word.
WORTH_A_WORD = 5
LEVELS = {1: text("初级"), 2: text("中级"), 3: text("高级")}


@dataclass(frozen=True)
class Fit:
    """A posting weighed for a person. The words are made when somebody reads them.

    courses   that can still be joined, the soonest first: one may be what turns the posting
    """

    score: Score
    worker: Seeker
    posting: Offer
    weights: Weights
    today: date
    courses: Sequence[Course] = ()

    @property
    def value(self) -> int:
        """0 to 100."""
        return self.score.percent

    @property
    def km(self) -> int:
        return self.score.km

    @property
    def is_fit(self) -> bool:
        return self.score.is_fit

    @cached_property
    def reasons(self) -> tuple[Text, ...]:
        """What speaks for it, the weightiest first."""
        return tuple(reasons(self.worker, self.posting, self.score, self.today))

    @cached_property
    def misses(self) -> tuple[Text, ...]:
        """What stands against it."""
        return tuple(misses(self.worker, self.posting, self.score))

    @cached_property
    def flips(self) -> tuple[Change, ...]:
        """What would turn it; see `change.flip`."""
        return flip(
            self.worker, self.posting, self.score, self.weights,
            today=self.today, courses=self.courses,
        )  # fmt: skip

    @cached_property
    def turns(self) -> tuple[Text, ...]:
        """The same as advice."""
        return tuple(turn(one) for one in self.flips)


def explain(
    worker: Seeker,
    posting: Offer,
    weights: Weights,
    *,
    today: date,
    courses: Sequence[Course] = (),
    found: Score | None = None,
) -> Fit:
    """Weigh a posting for words. found: when it is scored already."""
    found = found or score(worker, posting, weights, today=today)
    return Fit(found, worker, posting, weights, today, courses)


def reasons(worker: Seeker, posting: Offer, found: Score, today: date) -> Iterator[Text]:
    """What speaks for it, the weightiest first."""
    f, against = found.facts, found.against
    if Miss.SKILL not in against:
        yield _SKILL[Kin(f.kin)]
        if f.lacking:
            yield text("要{level}，您登记的级别低一些", level=LEVELS[posting.min_level])
    if f.needs_proof and f.proved:
        yield text("您有这门活的证书")
    if f.free:
        yield free_words(worker, posting, f.free, f.days, today)
    if Miss.FAR not in against:
        yield text("离家约 {km} 公里", km=f.km)
    if not against & (Miss.HOME | Miss.STAY):
        yield from _way_home(posting, found)
    if 0 <= f.pay >= f.least:
        yield text("一天约 {pay}", pay=Amount(f.pay))
    yield from _besides(posting, found)


def _besides(posting: Offer, found: Score) -> Iterator[Text]:
    f = found.facts
    if posting.load == "light":
        yield text("活儿轻")
    if f.own_brand > 0:
        yield text("是您品牌的活")
    if f.kept >= WORTH_A_WORD and not f.missed:
        yield text("说好的 {n} 天您都到了", n=f.kept)


_SKILL: Mapping[Kin, Text] = {
    Kin.OWN: text("这门活您会"),
    Kin.SECOND: text("您会的手艺这里也用得上"),
    Kin.RELATED: text("您会相近的活"),
    Kin.HAND: text("这活不用专门手艺，您能干"),
}


def free_words(worker: Seeker, posting: Offer, free: int, days: int, today: date) -> Text:
    """How many of the days one can come, and from when on where the first ones are not free."""
    if free == days:
        return text("这 {n} 天您都有空", n=days)
    open_ = [day for day in posting.days if day >= today]
    mine = [
        day for day in open_
        if day not in worker.booked and any(day in run for run in worker.runs)
    ]  # fmt: skip
    if mine[0] > open_[0] and open_[-free:] == mine:
        return text("从 {day} 起您有空：{n} 天里有 {m} 天", day=mine[0], n=days, m=free)
    return text("{n} 天里您有 {m} 天有空", n=days, m=free)


def _way_home(posting: Offer, found: Score) -> Iterator[Text]:
    f = found.facts
    if f.lodging and f.stays:
        yield text("管住，您可以住在那里")
    elif f.home_by >= 0:
        yield text("{home} 左右能到家", home=clock(f.home))
    elif posting.transport:
        yield text("有车接送")


def misses(worker: Seeker, posting: Offer, found: Score) -> Iterator[Text]:
    """What stands against it."""
    for miss in found.against:
        yield _MISSES[miss](worker, posting, found.facts)


def _no_day(worker: Seeker, posting: Offer, f: Facts) -> Text:
    if not f.days:
        return text("名额已满")
    if f.free:
        return text("至少要干满 {n} 天，您只有 {m} 天有空", n=min(f.stay, f.days), m=f.free)
    if f.held:
        return text("这几天您已经有别的活了")
    last = posting.days[-1]
    later = [run.first for run in worker.runs if run.first > last]
    if later:
        return text("{last}就完了，您从 {day} 起才有空", last=last, day=min(later))
    return text("您的日历里没有这几天")


def _no_bed(worker: Seeker, posting: Offer, f: Facts) -> Text:
    if posting.lodging:
        return text("路远，要住在那里，您说过每晚要回家")
    return text("路远又不管住，当天来回不了")


def _too_far(worker: Seeker, posting: Offer, f: Facts) -> Text:
    return text(
        "离家约 {km} 公里，比您说的 {most} 公里远 {more} 公里",
        km=f.km, most=f.max_km, more=f.km - f.max_km,
    )  # fmt: skip


def _too_late(worker: Seeker, posting: Offer, f: Facts) -> Text:
    return text(
        "收工到家约 {home}，比您说的 {by} 晚 {n} 分钟",
        home=clock(f.home), by=clock(f.home_by), n=f.home - f.home_by,
    )  # fmt: skip


def _too_long(worker: Seeker, posting: Offer, f: Facts) -> Text:
    if f.minutes > f.law:
        return text("一天要干 {time}，超过了法律允许的", time=span(f.minutes))
    return text("一天要干 {time}，您说过最多 {most}", time=span(f.minutes), most=span(f.wanted))


def _too_little(worker: Seeker, posting: Offer, f: Facts) -> Text:
    return text("一天约 {pay}，比您说的少 {less}", pay=Amount(f.pay), less=Amount(f.least - f.pay))


_MISSES: Mapping[Miss, Callable[[Seeker, Offer, Facts], Text]] = {
    Miss.SKILL: lambda worker, posting, f: text("您登记的手艺里没有这门活"),
    Miss.CREDENTIAL: lambda worker, posting, f: text("要有技能证书"),
    Miss.DAYS: _no_day,
    Miss.STAY: _no_bed,
    Miss.AGE: lambda worker, posting, f: text("这活要满 {age} 周岁", age=f.least_age),
    Miss.FAR: _too_far,
    Miss.HOME: _too_late,
    Miss.HOURS: _too_long,
    Miss.PAY: _too_little,
    Miss.LOAD: lambda worker, posting, f: text("是重体力活，您说过不干重活"),
}


def turn(one: Change) -> Text:
    """A change as advice to the person."""
    return _turn_work(one) or _turn_wish(one)


def _turn_work(one: Change) -> Text | None:
    match one:
        case change.FreeDay(day=day, days=1):
            return text("{day}有空的话，在日历里点上就能去", day=day)
        case change.FreeDay(day=day, days=days):
            return text("{n} 天里哪天有空，比如{day}，在日历里点上就能去", n=days, day=day)
        case change.FreeDays(days=more):
            return text(
                "{first}到{last}里再空出 {n} 天，在日历里点上就能去",
                first=more[0], last=more[-1], n=len(more),
            )  # fmt: skip
        case change.GiveUp(day=day):
            return text("{day}那天的活要是不去了，就能来这里", day=day)
        case change.AddSkill():
            return text("会干的话，在“我的”里加上这门手艺就行")
        case change.Course(first_day=day):
            return text("参加{day}开始的培训班，考试合格就能去", day=day)
        case change.Prove(level=level):
            return text("有{level}证书的话，拿到驿站登记就能去", level=LEVELS[level])
    return None


def _turn_wish(one: Change) -> Text:
    match one:
        case change.GoFarther(km=km):
            return text("肯走 {km} 公里就能去", km=km)
        case change.ComeLater(minute=None):
            return text("晚上几点到家都行的话就能去")
        case change.ComeLater(minute=int() as minute):
            return text("{home} 到家也行的话就能去", home=clock(minute))
        case change.StayAway():
            return text("那里管住，愿意住下就能去")
        case change.WorkLonger(minutes=minutes):
            return text("一天肯干 {time} 就能去", time=span(minutes))
        case change.TakeLess(fen=fen):
            return text("一天 {pay} 也肯干就能去", pay=Amount(fen))
    return text("身体吃得消、肯干重活就能去")


def clock(minutes: int) -> str:
    return f"{minutes // 60 % 24:02d}:{minutes % 60:02d}"


def span(minutes: int) -> Text:
    """A length of time."""
    if minutes % 60:
        return text("{hours} 小时 {minutes} 分", hours=minutes // 60, minutes=minutes % 60)
    return text("{hours} 小时", hours=minutes // 60)
