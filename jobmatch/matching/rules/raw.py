"""Ranking people for a posting from what both wrote, without any profile.

A table of postings and one of people (texts, place, dates, limits) become the two sides of a match;
the skills are read out of the texts by whoever calls. The judgement is that of `score`.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from math import log2

from jobmatch.kernel.periods import Days, runs
from jobmatch.matching.rules.parties import Offer, Seeker
from jobmatch.matching.rules.people import Proof
from jobmatch.matching.rules.score import Score, score
from jobmatch.matching.rules.weights import Weights

# Who says "150 往上" still comes for a little less: a wage is low from a tenth under it.
LEEWAY_PERCENT = 90
LEAST_AGE = 16
EARLY, LATE = 480, 1020  # an ordinary day, minutes after midnight
# Steps and trades that are heavy wherever they are done.
HEAVY_STEPS = frozenset({"dig", "bag", "bale"})
_HEAVY_TRADES = """
fo.plant fo.shrub fo.sandbarrier fo.fell fo.haul lv.sheep.shear fp.debone fp.skin fp.slaughter.sheep
fp.slaughter.cattle fp.cold cn.mason cn.labor cn.concrete cn.rebar cn.scaffold cn.demolish pw.tower
pw.pole pw.stringing pw.pvmount lo.load lo.carry lo.move lo.hay lo.coal lo.grain
"""
HEAVY = frozenset(_HEAVY_TRADES.split())
_HEAVY_WORDS = re.compile(r"扛|抬|搬|背[苗筐袋]|装车|装卸|重活|体力")  # i18n: what people type
_ASKED = re.compile(  # i18n: what people type
    r"(?:须|需|要|持|有)[^，。；、]{0,6}?(高处|登高|电工|操作)[^，。；、]{0,3}证(?!的|优先|者)"
)
_PAPERS = {"高处": "height", "登高": "height", "电工": "electric", "操作": "machine"}  # i18n: data


@dataclass(frozen=True, slots=True)
class Place:
    """The banner's seat, and the most exact code that is known."""

    lon: float
    lat: float
    code: str


@dataclass(frozen=True, slots=True)
class RawPosting:
    """skills: best first. day_pay_fen: the most that is offered for a day."""

    id: str
    text: str
    skills: tuple[str, ...]
    place: Place
    first: date
    last: date
    day_pay_fen: int | None
    lodging: bool
    transport: bool


@dataclass(frozen=True, slots=True)
class RawWorker:
    """months: 1 to 12, none means all; papers: height, electric, machine."""

    id: str
    skills: tuple[str, ...]
    place: Place
    age: int
    months: frozenset[int]
    max_km: int
    stays_away: bool
    least_day_fen: int
    no_heavy: bool
    papers: frozenset[str]


def is_heavy(skills: Sequence[str], text: str) -> bool:
    """Whether the work is heavy by its first skill, or by the words for it."""
    first = skills[0] if skills else ""
    return first in HEAVY or first.split(".")[-1] in HEAVY_STEPS or bool(_HEAVY_WORDS.search(text))


def papers_in(text: str) -> frozenset[str]:
    """The papers that a text asks for, or that a person says to hold."""
    return frozenset(_PAPERS[found] for found in _ASKED.findall(text))


def offer_of(raw: RawPosting) -> Offer:
    days = (raw.last - raw.first).days + 1
    return Offer(
        skill_id=raw.skills[0] if raw.skills else "",
        also_skills=frozenset(raw.skills[1:]),
        days=tuple(raw.first + timedelta(days=n) for n in range(days)),
        lon=raw.place.lon, lat=raw.place.lat, place_code=raw.place.code,
        starts_at=EARLY, ends_at=LATE, day_pay_fen=raw.day_pay_fen,
        load="heavy" if is_heavy(raw.skills, raw.text) else "medium",
        least_age=LEAST_AGE, needs_credential=bool(papers_in(raw.text)),
        lodging=raw.lodging, transport=raw.transport,
    )  # fmt: skip


def seeker_of(raw: RawWorker, posting: RawPosting, offer: Offer, free: tuple[Days, ...]) -> Seeker:
    """The person as the posting meets them. free: the posting's days in the person's months."""
    holds = raw.papers & papers_in(posting.text)
    return Seeker(
        born=_born(posting.first, raw.age),
        skills=dict.fromkeys(raw.skills, 1),
        lon=raw.place.lon, lat=raw.place.lat, home_code=raw.place.code,
        max_km=raw.max_km,
        runs=free,
        proofs=(Proof(offer.skill_id, 1, date.min),) if holds else (),
        stays_away=raw.stays_away,
        least_day_fen=raw.least_day_fen * LEEWAY_PERCENT // 100,
        no_heavy=raw.no_heavy,
    )  # fmt: skip


def _born(day: date, age: int) -> date:
    return date(day.year - age, 1, 1)


def free_days(months: frozenset[int], offer: Offer) -> tuple[Days, ...]:
    """The posting's days that lie in these months, all where none are named."""
    return tuple(runs(day for day in offer.days if not months or day.month in months))


def ranking(
    posting: RawPosting, workers: Sequence[RawWorker], weights: Weights
) -> list[tuple[str, Score]]:
    """All the people, best first; of equals the nearer, then by id."""
    offer = offer_of(posting)
    free = {months: free_days(months, offer) for months in {raw.months for raw in workers}}
    found = []
    for raw in workers:
        seeker = seeker_of(raw, posting, offer, free[raw.months])
        found.append((raw.id, score(seeker, offer, weights, today=posting.first)))
    return sorted(found, key=lambda pair: (-pair[1].value, pair[1].km, pair[0]))


def ndcg(ranked: Sequence[str], judged: Mapping[str, int], most: int = 10) -> float:
    """Normalised discounted cumulative gain of the first `most` judged people, 0 to 1.

    ranked   ids, best first; who was not judged is passed over
    judged   relevance 0 to 3 by id; gain 2^relevance - 1, discount by log2 of the place + 1
    returns  1 where nobody is relevant
    source   Jaervelin, Kekaelaeinen 2002, in the form of Burges 2005
    """
    gains = [2 ** judged[key] - 1 for key in ranked if key in judged][:most]
    best = sorted((2**grade - 1 for grade in judged.values()), reverse=True)[:most]
    ideal = _discounted(best)
    return _discounted(gains) / ideal if ideal else 1.0


def _discounted(gains: Sequence[int]) -> float:
    return sum(gain / log2(place + 2) for place, gain in enumerate(gains))
