"""How well a posting fits a person: a value and its parts, in whole numbers only.

Every part is a function of plain integers and truths, so that it can be restated for millions of
pairs and compared to the last digit. docs/rules/matching.md tells the same in prose. Divisions are
floor divisions of numbers from 0 on; points are hundredths.
"""

from dataclasses import dataclass
from datetime import date
from enum import IntFlag
from typing import NamedTuple

from jobmatch.kernel.identity import age_on
from jobmatch.matching.rules.kinship import Kin, kinship
from jobmatch.matching.rules.parties import MOST_NEED, Offer, Seeker, open_days
from jobmatch.matching.rules.people import holds
from jobmatch.matching.rules.weights import Weights
from jobmatch.places.rules import road_km

# A value says in its ten thousands what stands against the match: nothing, wishes only, more.
FITS, WISHED_OTHERWISE = 20_000, 10_000
# Who has no record counts as one who kept three of four of this many days.
RECORD_DAYS = 10


class Miss(IntFlag):
    """What stands against a match, one bit each."""

    SKILL = 1
    CREDENTIAL = 2
    DAYS = 4
    STAY = 8
    AGE = 16
    FAR = 32
    HOME = 64
    HOURS = 128
    PAY = 256
    LOAD = 512


# What a person asked for; they may say otherwise tomorrow.
WISHES = Miss.FAR | Miss.HOME | Miss.HOURS | Miss.PAY | Miss.LOAD


class Parts(NamedTuple):
    """Hundredths of a point by view; priority comes on top of the 10,000 of the others."""

    skill: int
    dates: int
    near: int
    pay: int
    credential: int
    home: int
    hours: int
    load: int
    kept: int
    brand: int
    priority: int


class Facts(NamedTuple):
    """What the parts are computed from. Truths and whole numbers only.

    kin         5 own, 4 second, 3 related, 2 a hand for anything, 1 same branch, 0 none
    lacking     levels under the one that is asked for
    km          by road, whole; max_km, how far the person goes
    pay, least  fen a day; pay -1 when it depends on the pieces
    stay        the days that who comes must come at least
    home_by, home   minutes after midnight; home_by -1 when it does not matter
    minutes     of a day; wanted: the most that the person wants, -1 for no wish
    own_brand   1 their brand's posting, 0 a posting of no brand, -1 another brand's
    """

    kin: int
    lacking: int
    needs_proof: bool
    proved: bool
    days: int
    held: int
    free: int
    stay: int
    km: int
    max_km: int
    lodging: bool
    stays: bool
    home: int
    home_by: int
    minutes: int
    usual: int
    law: int
    wanted: int
    pay: int
    least: int
    heavy: bool
    no_heavy: bool
    age: int
    least_age: int
    kept: int
    missed: int
    own_brand: int
    need: int


@dataclass(frozen=True, slots=True)
class Score:
    """value: 20,000 and the points when nothing is against it; 10,000 and the points when only
    wishes are; else the points. A higher value is the better match. against: see Miss.
    """

    value: int
    parts: Parts
    against: Miss
    facts: Facts

    @property
    def is_fit(self) -> bool:
        return not self.against

    @property
    def km(self) -> int:
        return self.facts.km

    @property
    def percent(self) -> int:
        """For people, 0 to 100: the points without the priority, which is nobody's business."""
        return sum(self.parts[:-1]) // 100


def score(worker: Seeker, posting: Offer, weights: Weights, *, today: date) -> Score:
    """Weigh a posting for a person on a day."""
    return weigh(facts(worker, posting, weights, today=today), weights)


def weigh(f: Facts, w: Weights) -> Score:
    """The same from the facts alone."""
    against = misses(f, w)
    parts = Parts(
        skill=skill_points(f.kin, f.lacking, w),
        dates=dates_points(f.days, f.free, w),
        near=near_points(f.km, f.max_km, w),
        pay=pay_points(f.pay, f.least, w),
        credential=credential_points(f.needs_proof, f.proved, w),
        home=0 if against & (Miss.STAY | Miss.HOME) else w.home,
        hours=hours_points(f.minutes, f.usual, f.law, f.wanted, w),
        load=load_points(f.heavy, f.no_heavy, f.age, w),
        kept=kept_points(f.kept, f.missed, w),
        brand=brand_points(f.own_brand, w),
        priority=0 if against else priority_points(f.need, w),
    )
    return Score(band(against) + sum(parts), parts, against, f)


def band(against: int) -> int:
    if not against:
        return FITS
    return 0 if against & ~WISHES else WISHED_OTHERWISE


def skill_points(kin: int, lacking: int, w: Weights) -> int:
    """Points of the kinship, less a step for each level that lacks; never under 0."""
    points = (0, w.branch, w.hand, w.related, w.second, w.skill)[kin]
    return max(0, points - lacking * w.level_step)


def dates_points(days: int, free: int, w: Weights) -> int:
    """The share of the posting's days on which the person is free; 0 when it has none."""
    return w.dates * free // max(1, days)


def near_points(km: int, max_km: int, w: Weights) -> int:
    """All at the door, half at near_km, a third at twice that; 0 beyond what the person goes."""
    return 0 if km > max_km else w.near * w.near_km // (w.near_km + km)


def pay_points(pay: int, least: int, w: Weights) -> int:
    """Three fifths when it is what the person asks for or unknown, the rest as it grows over a
    usual day's pay by up to half. What the person asks for adds nothing: nobody comes first for
    being cheap.
    """
    if pay < 0:
        return w.pay * 3 // 5
    if pay < least:
        return 0
    half = max(1, w.usual_day_fen // 2)
    over = min(half, max(0, pay - w.usual_day_fen))
    return w.pay * 3 // 5 + w.pay * 2 * over // (5 * half)


def credential_points(needs_proof: bool, proved: bool, w: Weights) -> int:
    """All for who holds the proof, half where none is asked for, else nothing."""
    if proved:
        return w.credential
    return 0 if needs_proof else w.credential // 2


def hours_points(minutes: int, usual: int, law: int, wanted: int, w: Weights) -> int:
    """All up to a usual day, falling to nothing at the longest that law allows."""
    if minutes > law or 0 <= wanted < minutes:
        return 0
    return w.hours * (law - max(usual, minutes)) // max(1, law - usual)


def load_points(heavy: bool, no_heavy: bool, age: int, w: Weights) -> int:
    """Heavy work counts half for the old, nothing for who does none."""
    if not heavy:
        return w.load
    if no_heavy:
        return 0
    return w.load // 2 if age >= w.older_from else w.load


def kept_points(kept: int, missed: int, w: Weights) -> int:
    """The share of agreed days that were kept; without a record three quarters."""
    return w.kept * (4 * kept + 3 * RECORD_DAYS) // (4 * (kept + missed + RECORD_DAYS))


def brand_points(own_brand: int, w: Weights) -> int:
    """All for a member of the posting's brand, half where there is no brand."""
    return w.brand * (own_brand + 1) // 2


def priority_points(need: int, w: Weights) -> int:
    """For a household near the line, never more than the stated bound."""
    return w.priority_most * min(MOST_NEED, need) // MOST_NEED


def misses(f: Facts, w: Weights) -> Miss:
    """Everything that stands against the match."""
    found = Miss(0)
    for flag, stands in (
        (Miss.SKILL, f.kin < Kin.HAND),
        (Miss.CREDENTIAL, f.needs_proof and not f.proved),
        (Miss.DAYS, is_short(f.free, f.days, f.stay)),
        (Miss.STAY, cannot_sleep(f.km, f.lodging, f.stays, w)),
        (Miss.AGE, f.age < f.least_age),
        (Miss.FAR, f.km > f.max_km),
        (Miss.HOME, is_late(f.km, f.lodging, f.stays, f.home, f.home_by, w)),
        (Miss.HOURS, f.minutes > f.law or 0 <= f.wanted < f.minutes),
        (Miss.PAY, 0 <= f.pay < f.least),
        (Miss.LOAD, f.heavy and f.no_heavy),
    ):
        if stands:
            found |= flag
    return found


def is_short(free: int, days: int, stay: int) -> bool:
    """Whether the free days are too few: none, or less than who comes must stay. A posting with
    fewer days left than that wants all of these.
    """
    return free < max(1, min(stay, days))


def cannot_sleep(km: int, lodging: bool, stays: bool, w: Weights) -> bool:
    """Too far to come back each day, and no bed there or no leave to stay."""
    return km > w.daily_km and not (lodging and stays)


def is_late(km: int, lodging: bool, stays: bool, home: int, home_by: int, w: Weights) -> bool:
    """Who comes home each day is there after the hour that they gave."""
    return km <= w.daily_km and not (lodging and stays) and 0 <= home_by < home


def home_at(ends_at: int, km: int, w: Weights) -> int:
    """When one is back from work: minutes after midnight, the way rounded to the minute."""
    return ends_at + (120 * km + w.road_kmh) // (2 * w.road_kmh)


def whole_km(
    lon1: float, lat1: float, lon2: float, lat2: float, *, code1: str = "", code2: str = ""
) -> int:
    """Kilometres by road, rounded half up from the float of `road_km`."""
    return int(road_km(lon1, lat1, lon2, lat2, code1=code1, code2=code2) + 0.5)


def best_kin(worker: Seeker, posting: Offer) -> tuple[Kin, int]:
    """The nearest skill and the levels that it lacks.

    Two of the skills that the posting takes are as good as its own. Related work counts as if it
    were level 1.
    """
    found = [(Kin.NONE, 0)]
    asked = 0
    for held, level in worker.skills.items():
        kin = kinship(held, posting.skill_id, posting.also_skills)
        asked += kin >= Kin.SECOND
        own_level = level if kin >= Kin.SECOND else 1
        found.append((kin, max(0, posting.min_level - own_level)))
    kin, lacking = max(found, key=lambda pair: (pair[0], -pair[1]))
    return (Kin.OWN if asked > 1 else kin), (lacking if kin else 0)


def facts(worker: Seeker, posting: Offer, weights: Weights, *, today: date) -> Facts:
    """What the parts need of the two sides on a day."""
    days = [day for day in posting.days if day >= today]
    kin, lacking = best_kin(worker, posting)
    held, free = open_days(days, worker.runs, worker.booked)
    km = whole_km(
        worker.lon, worker.lat, posting.lon, posting.lat,
        code1=worker.home_code, code2=posting.place_code,
    )  # fmt: skip
    brand = posting.brand_id
    return Facts(
        kin=int(kin),
        lacking=lacking,
        needs_proof=posting.needs_credential,
        proved=holds(worker.proofs, posting.skill_id, posting.min_level, max(days, default=today)),
        days=len(days),
        held=held,
        free=free,
        stay=posting.min_stay,
        km=km,
        max_km=worker.max_km,
        lodging=posting.lodging,
        stays=worker.stays_away,
        home=home_at(posting.ends_at, km, weights),
        home_by=-1 if worker.home_by is None else worker.home_by,
        minutes=posting.day_minutes,
        usual=posting.usual_minutes,
        law=posting.law_minutes,
        wanted=-1 if worker.most_minutes is None else worker.most_minutes,
        pay=-1 if posting.day_pay_fen is None else posting.day_pay_fen,
        least=worker.least_day_fen,
        heavy=posting.load == "heavy",
        no_heavy=worker.no_heavy,
        age=age_on(worker.born, min(days, default=today)),
        least_age=posting.least_age,
        kept=worker.kept,
        missed=worker.missed,
        own_brand=0 if brand is None else (1 if brand in worker.brands else -1),
        need=worker.need,
    )
