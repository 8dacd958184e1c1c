from dataclasses import replace
from datetime import date

import pytest

from jobmatch.kernel.periods import Days
from jobmatch.matching.rules.fit import Offer, Seeker, fit, related
from jobmatch.matching.rules.people import Proof

TODAY = date(2026, 9, 20)
D25, D26, D27, D28 = (date(2026, 9, d) for d in (25, 26, 27, 28))
SORT = "ag.swpotato.sort"
# Wolongquanzi to Qinglongshan: one township, so 5 km by rule.
WANG = Seeker(
    born=date(1972, 5, 4), skills=frozenset({SORT}), lon=120.7, lat=42.4,
    home_code="150525102222", max_km=20, runs=(Days(D25, D28),), least_day_fen=15_000,
)  # fmt: skip
CELLAR = Offer(
    skill_id=SORT, days=(D25, D26, D27, D28), lon=120.7, lat=42.4, place_code="150525102",
    starts_at=450, ends_at=1020, day_pay_fen=18_000, load="light", least_age=16,
)  # fmt: skip


def said(texts) -> list[str]:
    return [str(text) for text in texts]


def test_a_near_posting_on_free_days_in_the_own_skill_fits_almost_wholly():
    found = fit(WANG, CELLAR, today=TODAY)
    # 40 skill + 25 dates + 15 x (1 - 5/20/2) nearness + 10 pay + 5 home + 5 load
    assert (found.value, found.is_fit, found.misses) == (98, True, ())
    assert said(found.reasons) == [
        "这门活您会", "这 4 天您都有空", "离家约 5 公里", "一天约 ¥180.00", "活儿轻",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("skills", "value", "word"),
    [
        ({"ag.potato.sort", "ag.corn.sow"}, 92, "您会的手艺这里也用得上"),
        ({"ag.swpotato.dig"}, 82, "您会相近的活"),
    ],
)
def test_another_skill_counts_less(skills, value, word):
    offer = replace(CELLAR, also_skills=frozenset({"ag.corn.sow"}))
    found = fit(replace(WANG, skills=frozenset(skills)), offer, today=TODAY)
    assert (found.value, said(found.reasons)[0]) == (value, word)


def test_without_the_skill_it_does_not_fit_and_stays_below_every_fit():
    found = fit(replace(WANG, skills=frozenset({"lv.sheep.shear"})), CELLAR, today=TODAY)
    assert (found.value, found.is_fit) == (49, False)
    assert said(found.misses) == ["您登记的手艺里没有这门活；会干的话，在“我的”里加上就行"]


@pytest.mark.parametrize(
    ("one", "other", "is_related"),
    [
        (SORT, "ag.swpotato.dig", True),
        (SORT, "ag.potato.sort", True),
        (SORT, "ag.potato.dig", False),
        (SORT, "lv.swpotato.sort", False),
        ("ot.odd", "ot.odd.jobs", False),
        ("ot.odd.jobs", "ot.odd", False),
    ],
)
def test_a_family_shares_crop_or_step(one, other, is_related):
    assert related(one, other) is is_related


def test_a_credential_is_asked_for_on_the_last_day():
    offer = replace(CELLAR, needs_credential=True, min_level=2)
    held = replace(WANG, proofs=(Proof(SORT, 2, date(2026, 8, 1), D28),))
    lapsed = replace(WANG, proofs=(Proof(SORT, 2, date(2026, 8, 1), D27),))
    assert "您有这门活的证书" in said(fit(held, offer, today=TODAY).reasons)
    assert said(fit(lapsed, offer, today=TODAY).misses) == ["要有技能证书，参加培训拿到证书就能去"]


@pytest.mark.parametrize(
    ("runs", "booked", "today", "value", "word"),
    [
        ((Days(D25, D26),), (), TODAY, 86, "4 天里您有 2 天有空"),
        ((Days(D25, D28),), (D25,), TODAY, 92, "4 天里您有 3 天有空"),
        ((Days(D25, D28),), (), D27, 98, "这 2 天您都有空"),
    ],
)
def test_the_share_of_free_days_counts(runs, booked, today, value, word):
    found = fit(replace(WANG, runs=runs, booked=frozenset(booked)), CELLAR, today=today)
    assert (found.value, said(found.reasons)[1]) == (value, word)


@pytest.mark.parametrize(
    ("runs", "booked", "days", "miss"),
    [
        ((Days(D25, D28),), (), (), "名额已满"),
        ((Days(D25, D25),), (D25,), (D25,), "这几天您已经有别的活了"),
        ((Days(D28, D28),), (), (D25, D26), "2026-09-26就完了，您从 2026-09-28 起才有空"),
        ((), (), (D25,), "您的日历里没有这几天；有空的话，在“我的”里点上就行"),
        (
            (Days(TODAY, TODAY),), (), (D25,),
            "您的日历里没有这几天；有空的话，在“我的”里点上就行",
        ),
    ],
)  # fmt: skip
def test_without_a_free_day_the_reason_says_what_would_change_it(runs, booked, days, miss):
    seeker = replace(WANG, runs=runs, booked=frozenset(booked))
    assert said(fit(seeker, replace(CELLAR, days=days), today=TODAY).misses) == [miss]


def test_too_far_says_by_how_much():
    # 0.4 degrees of latitude are 44.5 km, 57.8 by road
    found = fit(WANG, replace(CELLAR, lat=42.8, place_code="150525100"), today=TODAY)
    assert said(found.misses) == ["离家约 58 公里，比您说的 20 公里远 38 公里"]


FAR = replace(CELLAR, lat=43.4, place_code="150526100")  # 144.6 km by road


@pytest.mark.parametrize(
    ("stays_away", "lodging", "misses"),
    [
        (True, True, []),
        (False, True, ["路远，要住在那里，您说过每晚要回家"]),
        (True, False, ["路远又不管住，当天来回不了"]),
        (False, False, ["路远又不管住，当天来回不了"]),
    ],
)
def test_over_80_km_one_must_lodge_and_be_willing_to(stays_away, lodging, misses):
    seeker = replace(WANG, max_km=200, stays_away=stays_away)
    assert said(fit(seeker, replace(FAR, lodging=lodging), today=TODAY).misses) == misses


def test_being_home_in_time_counts_the_way_at_40_km_an_hour():
    # ends 17:00, 5 km are 8 minutes
    late = fit(replace(WANG, home_by=1020), CELLAR, today=TODAY)
    assert said(late.misses) == ["收工到家约 17:08，比您说的 17:00 晚 8 分钟"]
    in_time = fit(replace(WANG, home_by=1028), CELLAR, today=TODAY)
    assert "17:08 左右能到家" in said(in_time.reasons)


def test_a_ride_is_a_reason():
    assert "有车接送" in said(fit(WANG, replace(CELLAR, transport=True), today=TODAY).reasons)


def test_pay_under_the_least_says_by_how_much():
    found = fit(replace(WANG, least_day_fen=20_000), CELLAR, today=TODAY)
    assert said(found.misses) == ["一天约 ¥180.00，比您说的少 ¥20.00"]


def test_piece_work_without_usual_pieces_gets_half_the_points_of_pay():
    assert fit(WANG, replace(CELLAR, day_pay_fen=None), today=TODAY).value == 93


def test_heavy_work_is_no_fit_for_who_does_none():
    heavy = replace(CELLAR, load="heavy")
    assert said(fit(replace(WANG, no_heavy=True), heavy, today=TODAY).misses) == [
        "是重体力活，您说过不干重活"
    ]
    assert fit(WANG, heavy, today=TODAY).is_fit
    assert fit(replace(WANG, no_heavy=True), replace(CELLAR, load="medium"), today=TODAY).is_fit


def test_age_counts_on_the_first_day_of_work():
    offer = replace(CELLAR, least_age=18)
    assert said(fit(replace(WANG, born=date(2008, 9, 26)), offer, today=TODAY).misses) == [
        "这活要满 18 周岁"
    ]
    assert fit(replace(WANG, born=date(2008, 9, 25)), offer, today=TODAY).is_fit
