from dataclasses import replace
from datetime import date

import pytest

from jobmatch.kernel.periods import Days
from jobmatch.matching.rules import score as rule
from jobmatch.matching.rules.parties import Offer, Seeker, open_days
from jobmatch.matching.rules.people import Proof
from jobmatch.matching.rules.score import Miss, Parts, score
from jobmatch.matching.rules.weights import Weights

TODAY = date(2026, 9, 20)
D25, D26, D27, D28 = (date(2026, 9, d) for d in (25, 26, 27, 28))
SORT = "ag.swpotato.sort"
W = Weights()
# Wolongquanzi to Qinglongshan: one township, so 5 km by rule.
WANG = Seeker(
    born=date(1972, 5, 4), skills={SORT: 1}, lon=120.7, lat=42.4, home_code="150525102222",
    max_km=20, runs=(Days(D25, D28),), least_day_fen=15_000,
)  # fmt: skip
CELLAR = Offer(
    skill_id=SORT, days=(D25, D26, D27, D28), lon=120.7, lat=42.4, place_code="150525102",
    starts_at=450, ends_at=1020, day_pay_fen=18_000, load="light", least_age=16,
)  # fmt: skip


def test_a_near_posting_on_free_days_in_the_own_skill():
    found = score(WANG, CELLAR, W, today=TODAY)
    # near 1000 x 20 / 25; pay 420 + 280 x 3000 / 7500; no record 3/4 of 300; no brand half of 200
    assert found.parts == Parts(4000, 2500, 800, 532, 150, 400, 200, 400, 225, 100, 0)
    assert (found.value, found.is_fit, found.percent, found.km) == (29_307, True, 93, 5)


CASES = [
    # who differs, what differs, value, against
    ({"skills": {"ag.potato.sort": 1, "ag.corn.sow": 1}}, {"also_skills": {"ag.corn.sow"}}, 28_507, 0),
    ({"skills": {"ag.corn.sow": 1, "ag.bean.cut": 1}}, {"also_skills": {"ag.corn.sow", "ag.bean.cut"}}, 29_307, 0),
    ({"skills": {"ag.swpotato.dig": 1}}, {}, 27_707, 0),
    ({"skills": {"ag.gen.handyman": 1}}, {}, 26_507, 0),
    ({"skills": {"ag.corn.sow": 3}}, {}, 5_807, Miss.SKILL),
    ({"skills": {"lv.sheep.shear": 3}}, {}, 5_307, Miss.SKILL),
    ({"skills": {}}, {"min_level": 3}, 5_307, Miss.SKILL),
    ({}, {"min_level": 3}, 28_707, 0),
    ({"skills": {SORT: 2}}, {"min_level": 3}, 29_007, 0),
    ({"skills": {SORT: 3}}, {"min_level": 3}, 29_307, 0),
    ({"runs": (Days(D25, D26),)}, {}, 28_057, 0),
    ({"booked": {D25}}, {}, 28_682, 0),
    ({"runs": ()}, {}, 6_807, Miss.DAYS),
    ({}, {"days": ()}, 6_807, Miss.DAYS),
    ({}, {"days": (), "min_stay": 5}, 6_807, Miss.DAYS),
    ({"runs": (Days(D25, D26),)}, {"min_stay": 2}, 28_057, 0),
    ({"runs": (Days(D25, D26),)}, {"min_stay": 3}, 8_057, Miss.DAYS),
    ({"booked": {D25}}, {"min_stay": 4}, 8_682, Miss.DAYS),
    ({}, {"min_stay": 30}, 29_307, 0),
    ({"booked": {D25}}, {"min_stay": 30}, 8_682, Miss.DAYS),
    ({}, {"day_pay_fen": None}, 29_195, 0),
    ({}, {"day_pay_fen": 15_000}, 29_195, 0),
    ({}, {"day_pay_fen": 90_000}, 29_475, 0),
    ({"least_day_fen": 18_001}, {}, 18_775, Miss.PAY),
    ({"least_day_fen": 0}, {}, 29_307, 0),
    ({"no_heavy": True}, {"load": "heavy"}, 18_907, Miss.LOAD),
    ({"no_heavy": True}, {"load": "medium"}, 29_307, 0),
    ({"born": date(1966, 9, 25)}, {"load": "heavy"}, 29_107, 0),
    ({"born": date(1966, 9, 26)}, {"load": "heavy"}, 29_307, 0),
    ({"born": date(2008, 9, 26)}, {"least_age": 18}, 9_307, Miss.AGE),
    ({"born": date(2008, 9, 25)}, {"least_age": 18}, 29_307, 0),
    ({"home_by": 1027}, {}, 18_907, Miss.HOME),
    ({"home_by": 1028}, {}, 29_307, 0),
    ({}, {"day_minutes": 570}, 29_207, 0),
    ({}, {"day_minutes": 661}, 19_107, Miss.HOURS),
    ({"most_minutes": 479}, {}, 19_107, Miss.HOURS),
    ({"most_minutes": 480}, {}, 29_307, 0),
    ({"max_km": 4}, {}, 18_507, Miss.FAR),
    ({"kept": 30}, {}, 29_363, 0),
    ({"kept": 30, "missed": 30}, {}, 29_242, 0),
    ({"missed": 30}, {}, 29_138, 0),
    ({"brands": {7}}, {"brand_id": 7}, 29_407, 0),
    ({"brands": {7}}, {"brand_id": 8}, 29_207, 0),
    ({}, {"needs_credential": True}, 9_157, Miss.CREDENTIAL),
    ({"proofs": (Proof(SORT, 1, D25),)}, {"needs_credential": True}, 29_457, 0),
    ({"need": 2}, {}, 29_407, 0),
    ({"need": 1}, {}, 29_357, 0),
    ({"need": 2, "max_km": 4}, {}, 18_507, Miss.FAR),
]  # fmt: skip


@pytest.mark.parametrize(("who", "what", "value", "against"), CASES)
def test_each_view_weighs_what_the_table_says(who, what, value, against):
    found = score(replace(WANG, **who), replace(CELLAR, **what), W, today=TODAY)
    assert (found.value, found.against) == (value, against)


@pytest.mark.parametrize(
    ("stays_away", "lodging", "against"),
    [
        (True, True, 0),
        (False, True, Miss.STAY),
        (True, False, Miss.STAY),
        (False, False, Miss.STAY),
    ],
)
def test_over_80_km_one_must_lodge_and_be_willing_to(stays_away, lodging, against):
    far = replace(CELLAR, lat=43.4, place_code="150526100", lodging=lodging)  # 144.6 km by road
    seeker = replace(WANG, max_km=200, stays_away=stays_away, home_by=600)
    found = score(seeker, far, W, today=TODAY)
    assert (found.km, found.against) == (145, against)


def test_days_that_are_past_count_for_nothing():
    found = score(WANG, CELLAR, W, today=D27)
    assert (found.facts.days, found.facts.free, found.parts.dates) == (2, 2, 2_500)


def test_days_are_counted_once_and_booked_ones_are_not_free():
    runs = (Days(date(2026, 9, 20), D26), Days(D26, D27))
    assert open_days(CELLAR.days, runs, frozenset()) == (3, 3)
    assert open_days(CELLAR.days, runs, {D25, D28}) == (3, 2)
    assert open_days(CELLAR.days, (), {D25}) == (0, 0)


def test_a_credential_must_hold_on_the_last_day():
    offer = replace(CELLAR, needs_credential=True, min_level=2)
    lapsed = replace(WANG, proofs=(Proof(SORT, 2, date(2026, 8, 1), D27),))
    assert score(lapsed, offer, W, today=TODAY).against == Miss.CREDENTIAL


def test_points_never_fall_under_nothing():
    assert rule.skill_points(2, 9, W) == 0
    assert rule.kept_points(0, 10_000, W) == 0
    assert rule.near_points(20_000, 30_000, W) == 0
