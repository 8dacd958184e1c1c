"""Random people and postings, with every wish, limit and edge that the rules know."""

from dataclasses import replace
from datetime import date, timedelta
from random import Random

from jobmatch.kernel.periods import Days
from jobmatch.matching.rules.parties import Offer, Seeker
from jobmatch.matching.rules.people import Proof

TODAY = date(2026, 9, 20)
SKILLS = (
    "ag.swpotato.sort", "ag.swpotato.dig", "ag.potato.sort", "ag.potato.dig", "ag.apple.pack",
    "ag.gen.handyman", "ot.odd", "lv.sheep.shear", "lv.goat.comb", "lo.load", "cn.labor",
)  # fmt: skip
# code, lon, lat: places that share a point, a township, a banner, or nothing; a short code.
PLACES = (
    ("150525102222", 120.7, 42.4), ("150525102201", 120.7, 42.4), ("150525100201", 120.675, 42.887),
    ("150525", 120.658, 42.867), ("150525103", 120.658, 42.867), ("150430100201", 119.9, 42.29),
    ("1504", 119.9, 42.29), ("150721100200", 123.4, 48.1), ("", 120.7, 42.4),
)  # fmt: skip


def person(r: Random) -> Seeker:
    code, lon, lat = r.choice(PLACES)
    return Seeker(
        born=date(r.choice((1950, 1966, 1972, 2006, 2008, 2010)), r.randint(1, 12), r.randint(1, 28)),
        skills={s: r.randint(1, 3) for s in r.sample(SKILLS, r.choice((0, 1, 1, 2, 3)))},
        lon=lon, lat=lat, home_code=code,
        max_km=r.choice((1, 5, 20, 30, 60, 80, 81, 200, 3000)),
        runs=tuple(runs(r)), booked=frozenset(some_days(r, 3)),
        proofs=tuple(
            Proof(
                r.choice(SKILLS), r.randint(1, 3), TODAY - timedelta(r.randint(-5, 400)),
                r.choice((None, TODAY + timedelta(r.randint(-5, 60)))),
            )
            for _ in range(r.choice((0, 0, 1, 2)))
        ),
        stays_away=r.random() < 0.4, home_by=r.choice((None, None, 1020, 1080, 1140)),
        least_day_fen=r.choice((0, 0, 12_000, 18_000, 25_000)), no_heavy=r.random() < 0.2,
        most_minutes=r.choice((None, None, 240, 480, 600)),
        kept=r.choice((0, 0, 3, 40)), missed=r.choice((0, 0, 1, 20)),
        brands=frozenset(b for b in (1, 2, 3) if r.random() < 0.2), need=r.choice((0, 0, 1, 2, 3)),
    )  # fmt: skip


def posting(r: Random) -> Offer:
    code, lon, lat = r.choice(PLACES)
    own = r.choice(SKILLS)
    return Offer(
        skill_id=own, days=tuple(sorted(set(some_days(r, 40)))), lon=lon, lat=lat, place_code=code,
        starts_at=450, ends_at=r.choice((900, 1020, 1080)),
        day_pay_fen=r.choice((None, 0, 12_000, 15_000, 18_000, 22_500, 40_000)),
        load=r.choice(("light", "medium", "heavy")), least_age=r.choice((16, 18)),
        also_skills=frozenset(r.sample([s for s in SKILLS if s != own], r.choice((0, 0, 1, 2)))),
        needs_credential=r.random() < 0.2, min_level=r.choice((1, 1, 2, 3, 5)),
        lodging=r.random() < 0.4, transport=r.random() < 0.2,
        day_minutes=r.choice((240, 480, 540, 660, 700)), usual_minutes=480, law_minutes=660,
        brand_id=r.choice((None, None, 1, 2)), min_stay=r.choice((1, 1, 1, 1, 2, 8)),
    )  # fmt: skip


def runs(r: Random) -> list[Days]:
    """Some runs of days that do not touch."""
    found, day = [], TODAY + timedelta(r.randint(-20, 20))
    for _ in range(r.choice((0, 1, 1, 1, 2, 3))):
        last = day + timedelta(r.choice((0, 2, 10, 60, 400)))
        found.append(Days(day, last))
        day = last + timedelta(r.randint(2, 30))
    return found


def some_days(r: Random, most: int) -> list[date]:
    """Days from five before today to some months after."""
    first = TODAY + timedelta(r.choice((-5, -1, 0, 0, 3, 40, 100)))
    return [first + timedelta(n) for n in range(most) if r.random() < r.choice((0.2, 0.9))]


def easier(who: Seeker, r: Random) -> Seeker:
    """With fewer wishes: most pairs of random people and postings do not fit."""
    return replace(
        who, max_km=r.choice((30, 60, 3000)), runs=(Days(TODAY, TODAY + timedelta(200)),),
        home_by=None, no_heavy=False, most_minutes=None, stays_away=True, least_day_fen=0,
        born=date(1980, 1, 1),
    )  # fmt: skip
