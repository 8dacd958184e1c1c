from dataclasses import replace
from datetime import date, timedelta
from random import Random

import pytest

from jobmatch.kernel.periods import Days
from jobmatch.matching.rules import rank
from jobmatch.matching.rules.fit import Offer, Seeker, fit, open_days, skill_points
from jobmatch.places.rules import road_km

TODAY = date(2026, 9, 20)
SORT = "ag.swpotato.sort"
# Wolongquanzi to Qinglongshan: one township, so 5 km by rule.
WANG = Seeker(
    born=date(1972, 5, 4), skills=frozenset({SORT}), lon=120.7, lat=42.4,
    home_code="150525102222", max_km=20, runs=(Days(date(2026, 9, 25), date(2026, 9, 28)),),
)  # fmt: skip
CELLAR = Offer(
    skill_id=SORT, days=tuple(date(2026, 9, n) for n in (25, 26, 27, 28)), lon=120.7, lat=42.4,
    place_code="150525102", starts_at=450, ends_at=1020, day_pay_fen=18_000, load="light",
    least_age=16,
)  # fmt: skip


def test_the_value_is_the_share_of_days_with_everything_else():
    assert rank.value(WANG, CELLAR, 5, 40, 1) == 98
    assert rank.value(WANG, CELLAR, 5, 40, 0.5) == 86
    assert rank.value(WANG, replace(CELLAR, day_pay_fen=None), 5, 24, 1) == 77


def test_nobody_comes_to_more_than_was_hoped():
    # 40 + 25 + 13.125 + 10 + 5 + 5, rounded up
    assert rank.most(WANG, CELLAR, 5, 40) == 99


@pytest.mark.parametrize(
    ("person", "posting", "km"),
    [
        ({}, {}, 20.1),
        ({"no_heavy": True}, {"load": "heavy"}, 5),
        ({"least_day_fen": 18_001}, {}, 5),
        ({"max_km": 200, "stays_away": True}, {}, 81),
        ({"max_km": 200}, {"lodging": True}, 81),
        ({"home_by": 1027}, {}, 5),
        ({"born": date(2010, 9, 26)}, {}, 5),
    ],
)
def test_one_thing_against_it_is_enough(person, posting, km):
    assert not rank.is_out(WANG, CELLAR, 5, date(2026, 9, 25))
    person, posting = replace(WANG, **person), replace(CELLAR, **posting)
    assert rank.is_out(person, posting, km, date(2026, 9, 25))


def test_who_stays_away_needs_no_way_home():
    far = replace(WANG, max_km=200, stays_away=True, home_by=600)
    assert not rank.is_out(far, replace(CELLAR, lodging=True), 150, date(2026, 9, 25))


def test_days_are_counted_once_and_booked_ones_are_not_free():
    runs = (Days(date(2026, 9, 20), date(2026, 9, 26)), Days(date(2026, 9, 26), date(2026, 9, 27)))
    assert open_days(CELLAR.days, runs, frozenset()) == (3, 3)
    booked = frozenset({date(2026, 9, 25), date(2026, 9, 28)})
    assert open_days(CELLAR.days, runs, booked) == (3, 2)
    assert open_days(CELLAR.days, (), booked) == (0, 0)


def some_seeker(rng: Random) -> Seeker:
    start = TODAY + timedelta(days=rng.randint(-5, 12))
    runs = [Days(start, start + timedelta(days=rng.randint(0, 9)))] if rng.random() < 0.9 else []
    return Seeker(
        born=date(rng.randint(1950, 2012), rng.randint(1, 12), rng.randint(1, 28)),
        skills=frozenset(rng.choices([SORT, "ag.swpotato.dig", "ag.corn.sow", "lv.sheep.shear"])),
        lon=120.7 + rng.uniform(0, 1), lat=42.4 + rng.uniform(0, 1),
        home_code=rng.choice(["150525102222", "150525100201", "150526100200"]),
        max_km=rng.choice([10, 30, 80, 200]), runs=tuple(runs),
        booked=frozenset(rng.choices(CELLAR.days, k=2) if rng.random() < 0.3 else ()),
        stays_away=rng.random() < 0.3, home_by=rng.choice([None, 1020, 1080, 1200]),
        least_day_fen=rng.choice([0, 15_000, 20_000]), no_heavy=rng.random() < 0.3,
    )  # fmt: skip


def some_offer(rng: Random) -> Offer:
    return replace(
        CELLAR,
        days=tuple(TODAY + timedelta(days=n) for n in sorted(rng.sample(range(14), 5))),
        day_pay_fen=rng.choice([None, 16_000, 20_000]),
        load=rng.choice(["light", "medium", "heavy"]),
        least_age=rng.choice([16, 18]),
        also_skills=frozenset({"ag.corn.sow"}),
        lodging=rng.random() < 0.4,
        transport=rng.random() < 0.4,
    )


def test_both_judge_alike():
    rng, fits = Random(7), 0
    for _ in range(2000):
        person, offer = some_seeker(rng), some_offer(rng)
        found = fit(person, offer, today=TODAY)
        km = road_km(
            person.lon, person.lat, offer.lon, offer.lat,
            code1=person.home_code, code2=offer.place_code,
        )  # fmt: skip
        skill = max(skill_points(held, offer) for held in person.skills)
        free = open_days(offer.days, person.runs, person.booked)[1]
        is_fit = bool(skill and free) and not rank.is_out(person, offer, km, offer.days[0])
        assert is_fit == found.is_fit
        if is_fit:
            fits += 1
            assert rank.value(person, offer, km, skill, free / 5) == found.value
            assert found.value <= rank.most(person, offer, km, skill)
    assert fits > 100
