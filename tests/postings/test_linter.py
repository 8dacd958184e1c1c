"""What is wrong with a posting, each finding with its article. The worked table of docs/rules/postings.md."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from jobmatch.kernel.periods import Days
from jobmatch.postings.rules.articles import ARTICLES
from jobmatch.postings.rules.linter import (
    Draft,
    Level,
    Limits,
    Setting,
    lint,
    refusals,
    warnings,
)
from jobmatch.postings.rules.words import WordRule
from jobmatch.postings.words import word_rules

TODAY = date(2026, 9, 1)
FIRST = date(2026, 9, 25)
LIMITS = Limits(
    day_minutes=480, part_time_day_minutes=240, overtime_day_minutes=180, overtime_month_minutes=2160, overtime_percent=150,
    days_in_a_row=6, lift_kg=25, lift_often_kg=20,
)  # fmt: skip
SETTING = Setting(
    today=TODAY, least_hour_fen=2110, least_age=16, is_verified=True, words=word_rules(),
    limits=LIMITS,
)  # fmt: skip
RIGHT = Draft(
    title="甘薯分拣工", work_text="坐着挑，分大中小三级", first_day=FIRST, last_day=FIRST,
    pay_kind="day", rate_fen=18_000, piece_unit="", piece_lot=1, usual_day_pieces=None,
    day_minutes=480, starts_at=450, ends_at=1020, load="light", lift_kg=0, headcounts={FIRST: 3},
)  # fmt: skip


def codes(draft: Draft, setting: Setting = SETTING) -> list[str]:
    return [finding.code for finding in lint(draft, setting)]


def test_a_right_posting_has_no_findings():
    assert lint(RIGHT, SETTING) == []


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"title": " "}, "missing.title"),
        ({"work_text": "干 活\n"}, "missing.work_text"),
        ({"rate_fen": 0}, "missing.rate_fen"),
        ({"day_minutes": 0}, "missing.day_minutes"),
        ({"headcounts": {}}, "missing.headcounts"),
        ({"headcounts": {FIRST: 0}}, "missing.headcounts"),
        ({"pay_kind": "piece", "rate_fen": 450, "piece_lot": 10, "usual_day_pieces": 4000}, "missing.piece_unit"),
    ],
)  # fmt: skip
def test_what_a_posting_must_carry(change, code):
    found = lint(replace(RIGHT, **change), SETTING)
    assert [finding.code for finding in found] == [code]
    assert found[0].level is Level.REFUSE
    assert str(found[0].article) == "《人力资源市场暂行条例》第二十四条"


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        # 168.80 yuan / 8 h = 21.10: exactly the floor of zone 3
        ({"rate_fen": 16_880}, []),
        # 168.79 / 8 = 21.098: below
        ({"rate_fen": 16_879}, ["wage.low"]),
        # 10 hours are 8 + 2 x 1.5 = 11 weighted hours: 232.10 is the floor
        ({"rate_fen": 23_210, "day_minutes": 600, "ends_at": 1100}, ["hours.over"]),
        ({"rate_fen": 23_209, "day_minutes": 600, "ends_at": 1100}, ["wage.low", "hours.over"]),
        ({"pay_kind": "hour", "rate_fen": 2_110}, []),
        ({"pay_kind": "hour", "rate_fen": 2_109}, ["wage.low"]),
        # 4.5 fen a jin x 4,000 jin = 180 yuan a day
        ({"pay_kind": "piece", "rate_fen": 450, "piece_unit": "斤", "piece_lot": 100, "usual_day_pieces": 4_000}, []),
        ({"pay_kind": "piece", "rate_fen": 450, "piece_unit": "斤", "piece_lot": 100, "usual_day_pieces": 3_000}, ["wage.low"]),
        ({"pay_kind": "piece", "rate_fen": 450, "piece_unit": "斤", "piece_lot": 100}, ["wage.pieces"]),
    ],
)  # fmt: skip
def test_an_hour_comes_to_the_minimum_wage_at_least(change, expected):
    assert codes(replace(RIGHT, **change)) == expected


def test_the_floor_is_the_one_of_the_zone():
    assert codes(RIGHT, replace(SETTING, least_hour_fen=2_260)) == ["wage.low"]
    said = lint(RIGHT, replace(SETTING, least_hour_fen=2_260))[0]
    assert "¥22.50" in str(said.said)
    assert "¥22.60" in str(said.said)
    assert "最低工资规定" in str(said.article)


def test_where_no_floor_is_on_record_the_employer_must_look():
    found = lint(RIGHT, replace(SETTING, least_hour_fen=None))
    assert [(f.code, f.level) for f in found] == [("wage.unknown", Level.WARN)]


@pytest.mark.parametrize(
    ("minutes", "expected"),
    [(480, []), (481, ["hours.over"]), (660, ["hours.over"]), (661, ["hours.most"])],
)
def test_eight_hours_and_three_more_at_most(minutes, expected):
    assert codes(replace(RIGHT, rate_fen=90_000, day_minutes=minutes, ends_at=1200)) == expected


def test_overtime_of_a_month_stays_within_36_hours():
    # 3 hours x 12 days are 36 hours; the 13th day is too many. Days of rest lie between.
    days = [FIRST + timedelta(days=n) for n in (0, 1, 2, 3, 4)] + [
        date(2026, 10, n) for n in (1, 3, 5, 7, 9, 11, 13, 15, 17, 19, 21, 23)
    ]
    draft = replace(
        RIGHT, rate_fen=90_000, day_minutes=660, ends_at=1200, last_day=date(2026, 10, 31),
        headcounts=dict.fromkeys(days, 2),
    )  # fmt: skip
    assert codes(draft) == ["hours.over"]
    one_more = {**draft.headcounts, date(2026, 10, 25): 1}
    assert codes(replace(draft, headcounts=one_more)) == ["hours.over", "hours.month"]


def test_work_longer_than_the_day_it_lies_in_is_refused():
    assert codes(replace(RIGHT, starts_at=480, ends_at=900)) == ["span"]
    assert codes(replace(RIGHT, starts_at=1320, ends_at=360)) == []
    assert codes(replace(RIGHT, starts_at=0, ends_at=1440)) == []


def test_a_seventh_day_in_a_row_asks_for_a_day_of_rest():
    six = dict.fromkeys(Days(FIRST, FIRST + timedelta(days=5)), 4)
    draft = replace(RIGHT, last_day=FIRST + timedelta(days=20), headcounts=six)
    assert codes(draft) == []
    seven = {**six, FIRST + timedelta(days=6): 4}
    assert codes(replace(draft, headcounts=seven)) == ["rest_day"]
    pause = {**seven, FIRST + timedelta(days=3): 0}
    assert codes(replace(draft, headcounts=pause)) == []


def test_days_that_are_past_are_refused():
    gone = date(2026, 8, 31)
    over = replace(RIGHT, first_day=gone, last_day=gone, headcounts={gone: 3})
    begun = replace(RIGHT, first_day=gone, headcounts={gone: 3, FIRST: 3})
    assert codes(over) == ["past.last_day"]
    assert codes(begun) == ["past.first_day"]
    assert codes(begun, replace(SETTING, was_open=True)) == []


@pytest.mark.parametrize(
    ("kg", "expected"), [(20, []), (21, ["lift.often"]), (25, ["lift.often"]), (26, ["lift.most"])]
)
def test_lifts_gate_tasks_and_never_refuse_women(kg, expected):
    found = lint(replace(RIGHT, lift_kg=kg), SETTING)
    assert [f.code for f in found] == expected
    assert all(f.level is Level.WARN and "不能因此不招女工" in str(f.said) for f in found)


def test_the_heaviest_work_is_to_be_shared_out():
    assert codes(replace(RIGHT, load="heavy")) == ["load.heavy"]
    assert codes(replace(RIGHT, load="medium")) == []


def test_words_are_found_in_title_and_text_with_their_articles():
    found = lint(replace(RIGHT, title="女工优先", work_text="只要50岁以下的，暑假工也行"), SETTING)
    assert [(f.code, f.level, f.words) for f in found] == [
        ("words.sex.title", Level.REFUSE, ("女工优先",)),
        ("words.age.work_text", Level.REFUSE, ("50岁以下",)),
        ("words.student.work_text", Level.WARN, ("暑假工",)),
    ]
    assert str(found[0].article) == "《就业促进法》第二十七条"
    assert "50岁以下" in str(found[1].said)
    assert "16" in str(found[2].said)


def test_a_kind_of_words_without_a_sentence_of_its_own_is_still_named():
    rules = [WordRule("new", "赌债", "refuse", "market.24")]
    found = lint(replace(RIGHT, title="还赌债的活"), replace(SETTING, words=rules))
    assert "赌债" in str(found[0].said)


def test_who_is_not_verified_may_not_publish():
    found = lint(RIGHT, replace(SETTING, is_verified=False))
    assert [(f.code, f.field, f.level) for f in found] == [("employer", None, Level.REFUSE)]


def test_refusals_come_first():
    found = lint(replace(RIGHT, load="heavy", title="", lift_kg=40), SETTING)
    assert [f.code for f in found] == ["missing.title", "lift.most", "load.heavy"]
    assert [f.code for f in refusals(found)] == ["missing.title"]
    assert [f.code for f in warnings(found)] == ["lift.most", "load.heavy"]


def test_every_article_that_the_list_of_words_names_is_known():
    named = {rule.article for rule in word_rules() if rule.kind != "allowed"}
    assert named <= ARTICLES.keys()
    assert len(named) == 10


@pytest.mark.parametrize(
    ("footing", "minutes", "expected"),
    [("part_time", 241, ["hours.part_time"]), ("part_time", 240, []), ("task", 480, [])],
)
def test_part_time_work_is_four_hours_a_day(footing, minutes, expected):
    draft = replace(RIGHT, rate_fen=20_000, footing=footing, day_minutes=minutes)
    assert codes(draft) == expected
