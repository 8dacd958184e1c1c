from dataclasses import replace
from datetime import date

import pytest

from jobmatch.kernel.periods import Days
from jobmatch.matching.rules.change import Course, LiftHeavy
from jobmatch.matching.rules.desk import desk, facts, rounded, turn
from jobmatch.matching.rules.explain import explain
from jobmatch.matching.rules.people import Proof
from jobmatch.matching.rules.weights import Weights
from tests.matching.test_score import CELLAR, D25, D26, D27, D28, SORT, TODAY, WANG

W = Weights()
COURSE = Course(SORT, 2, date(2026, 9, 20), date(2026, 9, 22))
FAR = {"lat": 43.4, "place_code": "150526100"}  # 145 km by road


def said(texts) -> list[str]:
    return [str(text) for text in texts]


def weighed(who=None, what=None):
    worker, posting = replace(WANG, **(who or {})), replace(CELLAR, **(what or {}))
    return explain(worker, posting, W, today=TODAY, courses=(COURSE,))


def test_what_speaks_for_a_posting_is_said_in_order():
    found = weighed()
    assert (found.value, found.km, found.is_fit, found.misses, found.turns) == (93, 5, True, (), ())
    assert said(found.reasons) == [
        "这门活您会", "这 4 天您都有空", "离家约 5 公里", "一天约 ¥180.00", "活儿轻",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("who", "what", "word"),
    [
        (
            {"skills": {"ag.corn.sow": 1}},
            {"also_skills": {"ag.corn.sow"}},
            "您会的手艺这里也用得上",
        ),
        ({"skills": {"ag.swpotato.dig": 1}}, {}, "您会相近的活"),
        ({"skills": {"ot.odd": 1}}, {}, "这活不用专门手艺，您能干"),
        ({}, {"min_level": 2}, "要中级，您登记的级别低一些"),
        ({"proofs": (Proof(SORT, 1, D25),)}, {"needs_credential": True}, "您有这门活的证书"),
        ({"runs": (Days(D26, D28),)}, {}, "从 2026-09-26 起您有空：4 天里有 3 天"),
        ({"runs": (Days(D25, D26),)}, {}, "4 天里您有 2 天有空"),
        ({"runs": (Days(D26, D27),)}, {}, "4 天里您有 2 天有空"),
        ({"booked": {D25}}, {}, "从 2026-09-26 起您有空：4 天里有 3 天"),
        ({"home_by": 1028}, {}, "17:08 左右能到家"),
        ({}, {"transport": True}, "有车接送"),
        ({"max_km": 200, "stays_away": True}, {**FAR, "lodging": True}, "管住，您可以住在那里"),
        ({"brands": {7}}, {"brand_id": 7}, "是您品牌的活"),
        ({"kept": 5}, {}, "说好的 5 天您都到了"),
    ],
)
def test_each_reason_has_its_words(who, what, word):
    assert word in said(weighed(who, what).reasons)


def test_little_kept_or_something_missed_is_not_worth_a_word():
    for who in ({"kept": 4}, {"kept": 50, "missed": 1}, {"missed": 9}):
        assert said(weighed(who).reasons) == said(weighed().reasons)


@pytest.mark.parametrize(
    ("who", "what", "miss", "turns"),
    [
        ({"skills": {}}, {}, "您登记的手艺里没有这门活", ["会干的话，在“我的”里加上这门手艺就行"]),
        ({}, {"needs_credential": True}, "要有技能证书", ["参加2026-09-20开始的培训班，考试合格就能去"]),
        ({}, {"needs_credential": True, "min_level": 3}, "要有技能证书", ["有高级证书的话，拿到驿站登记就能去"]),
        ({}, {"days": ()}, "名额已满", []),
        ({"booked": {D25}}, {"days": (D25,)}, "这几天您已经有别的活了", ["2026-09-25那天的活要是不去了，就能来这里"]),
        ({"runs": (Days(D28, D28),)}, {"days": (D25, D26)}, "2026-09-26就完了，您从 2026-09-28 起才有空", ["2 天里哪天有空，比如2026-09-26，在日历里点上就能去"]),
        ({"runs": (Days(D25, D26),)}, {"min_stay": 3}, "至少要干满 3 天，您只有 2 天有空", ["2 天里哪天有空，比如2026-09-27，在日历里点上就能去"]),
        ({"runs": (Days(D25, D25),)}, {"min_stay": 9}, "至少要干满 4 天，您只有 1 天有空", ["2026-09-26到2026-09-28里再空出 3 天，在日历里点上就能去"]),
        ({"runs": ()}, {"days": (D25,)}, "您的日历里没有这几天", ["2026-09-25有空的话，在日历里点上就能去"]),
        ({"runs": (Days(TODAY, TODAY),)}, {"days": (D27,)}, "您的日历里没有这几天", ["2026-09-27有空的话，在日历里点上就能去"]),
        ({"max_km": 200}, {**FAR, "lodging": True}, "路远，要住在那里，您说过每晚要回家", ["那里管住，愿意住下就能去"]),
        ({"max_km": 200}, FAR, "路远又不管住，当天来回不了", []),
        ({"born": date(2012, 1, 1)}, {}, "这活要满 16 周岁", []),
        ({"max_km": 3}, {}, "离家约 5 公里，比您说的 3 公里远 2 公里", ["肯走 5 公里就能去"]),
        ({"home_by": 1020}, {}, "收工到家约 17:08，比您说的 17:00 晚 8 分钟", ["17:08 到家也行的话就能去"]),
        ({"home_by": 1020}, {"ends_at": 1439}, "收工到家约 00:07，比您说的 17:00 晚 427 分钟", ["晚上几点到家都行的话就能去"]),
        ({"most_minutes": 330}, {}, "一天要干 8 小时，您说过最多 5 小时 30 分", ["一天肯干 8 小时 就能去"]),
        ({}, {"day_minutes": 700}, "一天要干 11 小时 40 分，超过了法律允许的", []),
        ({"least_day_fen": 20_000}, {}, "一天约 ¥180.00，比您说的少 ¥20.00", ["一天 ¥180.00 也肯干就能去"]),
        ({"no_heavy": True}, {"load": "heavy"}, "是重体力活，您说过不干重活", ["身体吃得消、肯干重活就能去"]),
    ],
)  # fmt: skip
def test_each_miss_says_what_would_turn_it(who, what, miss, turns):
    found = weighed(who, what)
    assert (said(found.misses), said(found.turns)) == ([miss], turns)


def test_an_employer_reads_what_counts_for_the_work_and_nothing_else():
    found = weighed(
        {"proofs": (Proof(SORT, 1, D25),), "runs": (Days(D25, D26),)}, {"needs_credential": True}
    )
    assert said(facts(found.score.facts)) == [
        "会这门活",
        "有证书",
        "4 天里有 2 天有空",
        "约 5 公里",
    ]
    nothing = weighed({"skills": {}}, {"days": ()})
    assert said(facts(nothing.score.facts)) == ["约 5 公里"]


@pytest.mark.parametrize(("km", "shown"), [(0, 5), (7, 5), (8, 10), (23, 25), (58, 60)])
def test_distances_are_too_coarse_to_find_a_house(km, shown):
    assert rounded(km) == shown


PRIVATE = [
    {"least_day_fen": 20_000}, {"no_heavy": True}, {"home_by": 900}, {"most_minutes": 60},
]  # fmt: skip


@pytest.mark.parametrize("who", PRIVATE)
def test_a_persons_own_limits_become_one_question(who):
    found = desk(weighed(who, {"load": "heavy"}))
    assert said(found.misses) == ["本人另有要求，派之前先问一问"]
    assert (found.is_fit, found.turns) == (False, ())


@pytest.mark.parametrize("who", PRIVATE)
def test_with_something_private_against_it_no_way_out_is_told(who):
    assert desk(weighed({**who, "max_km": 1}, {"load": "heavy"})).turns == ()


def test_a_private_change_has_no_words_for_others():
    with pytest.raises(ValueError, match="not for others"):
        turn(LiftHeavy())


@pytest.mark.parametrize(
    ("who", "what", "miss", "turns"),
    [
        ({}, {}, [], []),
        ({"skills": {}}, {}, ["没有登记这门手艺"], ["会干的话，请本人加上这门手艺"]),
        ({}, {"needs_credential": True}, ["还没有证书"], ["参加2026-09-20开始的培训班，合格就能去"]),
        ({}, {"needs_credential": True, "min_level": 3}, ["还没有证书"], ["有高级证书的话，登记上就能去"]),
        ({"runs": (Days(D25, D25),)}, {"min_stay": 3}, ["至少要干满 3 天，只有 1 天有空"], ["2026-09-26到2026-09-27里再空出 2 天就能去"]),
        ({"runs": ()}, {}, ["这几天没有空"], ["2026-09-25有空的话就能去"]),
        ({"booked": {D25}}, {"days": (D25,)}, ["这几天已有别的活"], ["2026-09-25那天的活换给别人就能去"]),
        ({"born": date(2012, 1, 1)}, {}, ["不满 16 周岁"], []),
        ({"max_km": 3}, {}, ["比本人说的远 2 公里"], ["问问本人肯不肯走 5 公里"]),
    ],
)  # fmt: skip
def test_the_organizer_reads_what_would_turn_it(who, what, miss, turns):
    found = desk(weighed(who, what))
    assert (said(found.misses), said(found.turns)) == (miss, turns)
    assert found.is_fit is (not miss)


def test_what_stands_against_it_is_no_reason_for_it():
    worst = {
        "skills": {}, "runs": (), "max_km": 3, "home_by": 900, "least_day_fen": 20_000,
        "no_heavy": True,
    }  # fmt: skip
    assert said(weighed(worst, {"load": "heavy"}).reasons) == []
    assert said(weighed({"skills": {}}).reasons) == [
        "这 4 天您都有空", "离家约 5 公里", "一天约 ¥180.00", "活儿轻",
    ]  # fmt: skip
