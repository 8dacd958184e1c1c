"""What others are told of a match: what counts for the work, and nothing of a person's own limits.

Lowest wage, hour at home, health, staying away, household and priority are never among it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from jobmatch.kernel.text import Text, text
from jobmatch.matching.rules import change
from jobmatch.matching.rules.change import Change
from jobmatch.matching.rules.explain import LEVELS, Fit
from jobmatch.matching.rules.kinship import Kin
from jobmatch.matching.rules.score import Facts, Miss

# Whom it concerns may know of these; the other misses are the person's own.
OPEN = Miss.SKILL | Miss.CREDENTIAL | Miss.DAYS | Miss.FAR | Miss.AGE
KIN: Mapping[Kin, Text] = {
    Kin.OWN: text("会这门活"),
    Kin.SECOND: text("会这里用得上的手艺"),
    Kin.RELATED: text("会相近的活"),
    Kin.HAND: text("肯干杂活"),
}
NEAREST_KM = 5


@dataclass(frozen=True, slots=True)
class DeskFit:
    """For the organizer: what counts for the work, what stands against it, what would turn it."""

    is_fit: bool
    facts: tuple[Text, ...]
    misses: tuple[Text, ...]
    turns: tuple[Text, ...]


def facts(f: Facts) -> Iterator[Text]:
    """For an employer: skill, credential, days, distance to the next 5 km."""
    yield from work(f)
    yield text("约 {km} 公里", km=rounded(f.km))


def work(f: Facts) -> Iterator[Text]:
    """The same without the distance."""
    if f.kin >= Kin.HAND:
        yield KIN[Kin(f.kin)]
    if f.needs_proof and f.proved:
        yield text("有证书")
    if f.days:
        yield days_words(f.free, f.days)


def days_words(free: int, days: int) -> Text:
    if free == days:
        return text("{n} 天都有空", n=days)
    return text("{n} 天里有 {m} 天有空", n=days, m=free)


def rounded(km: int) -> int:
    """To the next 5 km, at least 5: near enough for the work, too coarse to find a house."""
    return max(NEAREST_KM, (2 * km + NEAREST_KM) // (2 * NEAREST_KM) * NEAREST_KM)


def desk(fit: Fit) -> DeskFit:
    """A match in the organizer's words. A person's own limits become one question to ask them."""
    f, against = fit.score.facts, fit.score.against
    misses = list(_misses(f, against))
    is_private = bool(against & ~OPEN)
    if is_private:
        misses.append(text("本人另有要求，派之前先问一问"))
    turns = () if is_private else tuple(turn(one) for one in fit.flips)
    return DeskFit(fit.is_fit, tuple(facts(f)), tuple(misses), turns)


def _misses(f: Facts, against: Miss) -> Iterator[Text]:
    if Miss.SKILL in against:
        yield text("没有登记这门手艺")
    if Miss.CREDENTIAL in against:
        yield text("还没有证书")
    if Miss.DAYS in against:
        yield _days(f)
    if Miss.AGE in against:
        yield text("不满 {age} 周岁", age=f.least_age)
    if Miss.FAR in against:
        yield text("比本人说的远 {more} 公里", more=f.km - f.max_km)


def _days(f: Facts) -> Text:
    if f.free:
        return text("至少要干满 {n} 天，只有 {m} 天有空", n=min(f.stay, f.days), m=f.free)
    return text("这几天已有别的活") if f.held else text("这几天没有空")


def turn(one: Change) -> Text:
    """A change as advice to who sends people."""
    match one:
        case change.FreeDay(day=day):
            return text("{day}有空的话就能去", day=day)
        case change.FreeDays(days=more):
            return text(
                "{first}到{last}里再空出 {n} 天就能去",
                first=more[0], last=more[-1], n=len(more),
            )  # fmt: skip
        case change.GiveUp(day=day):
            return text("{day}那天的活换给别人就能去", day=day)
        case change.AddSkill():
            return text("会干的话，请本人加上这门手艺")
        case change.Course(first_day=day):
            return text("参加{day}开始的培训班，合格就能去", day=day)
        case change.Prove(level=level):
            return text("有{level}证书的话，登记上就能去", level=LEVELS[level])
        case change.GoFarther(km=km):
            return text("问问本人肯不肯走 {km} 公里", km=km)
    raise ValueError(f"not for others: {one}")
