"""What each row of the import says, without a file or a database."""

from datetime import date, datetime

import pytest

from jobmatch.households.rules import workbook as rules
from jobmatch.households.rules.import_plan import Known, KnownHousehold, KnownMember, Plan, plan
from jobmatch.households.rules.kinds import Kind, Source
from tests.households.books import HEAD_ID, OTHER_ID, WIFE_ID, income, member

TODAY = date(2026, 9, 1)
VILLAGES = {"卧龙泉子村": ("150525102222",), "青龙山村": ("150525102201", "150430100201")}


def index_of(number: str) -> str:
    return f"ix{number}"


def planned(members=(), incomes=(), known=None):
    lines, errors = rules.read_members(list(enumerate(members, 2)), today=TODAY)
    amounts, more = rules.read_incomes(list(enumerate(incomes, 2)), today=TODAY)
    assert not errors
    assert not more
    return plan(lines, amounts, known or Known(VILLAGES), index_of=index_of)


def said(errors) -> list[str]:
    return [str(error.said) for error in errors]


def test_a_good_row_becomes_a_new_household_with_its_head():
    plan = planned(
        [member(), member(name="李秀英", number=WIFE_ID, relation="配偶", kind="", village="")]
    )
    assert not plan.errors
    [household] = plan.households
    assert (household.village_code, household.kind, household.head_name, household.is_new) == (
        "150525102222",
        Kind.LIFTED,
        "王建国",
        True,
    )
    assert [m.line.name for m in plan.members] == ["王建国", "李秀英"]


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (member(no="1"), "户编号要有 4 到 30"),
        (member(no=None), "户编号要有 4 到 30"),
        (member(kind="五保户"), "不认识户类型“五保户”"),
        (member(name="王"), "姓名要有 2 到 60"),
        (member(relation=""), "请填与户主关系"),
        (member(number=""), "请填身份证号"),
        (member(number=1.5052519700101e17), "当成数字"),
        (member(number=HEAD_ID[:17] + ("1" if HEAD_ID[17] != "1" else "2")), "身份证号不对"),
        (member(number="150525197013010011"), "身份证号不对"),
    ],
)
def test_a_bad_cell_is_said_in_words_with_its_row(row, words):
    lines, errors = rules.read_members([(7, row)], today=TODAY)
    assert not lines
    assert errors[0].row == 7
    assert words in str(errors[0].said)


def test_all_that_is_wrong_with_a_row_is_said_at_once():
    _, errors = rules.read_members([(2, member(no="1", name="", number=""))], today=TODAY)
    assert len(errors) == 3


@pytest.mark.parametrize(
    ("members", "words"),
    [
        ([member(village="新惠村")], "您的辖区里没有“新惠村”"),
        ([member(village="青龙山村")], "辖区里有 2 个“青龙山村”"),
        ([member(village="")], "请填村代码或村名"),
        ([member(kind="")], "请填户类型"),
        ([member(relation="配偶")], "要有一个户主，现在有 0 个"),
        ([member(), member(number=WIFE_ID)], "要有一个户主，现在有 2 个"),
        ([member(), member(number=WIFE_ID, relation="配偶", kind="一般户")], "户类型不一样"),
    ],
)
def test_a_household_that_is_wrong_as_a_whole_is_not_saved_at_all(members, words):
    plan = planned(members)
    assert not plan.households
    assert not plan.members
    assert len(plan.errors) == len(members)
    assert words in said(plan.errors)[0]


def test_rows_of_one_household_in_two_villages_are_refused():
    known = Known({"卧龙泉子村": ("150525102222",), "大沁他拉村": ("150525100201",)})
    plan = planned(
        [member(), member(number=WIFE_ID, relation="配偶", village="大沁他拉村")], known=known
    )
    assert "各行的村不一样" in said(plan.errors)[0]


def test_one_person_cannot_stand_in_two_rows():
    plan = planned([member(), member(no="H0002")])
    assert said(plan.errors) == ["这个身份证号和第 2 行重复。"]
    assert [h.household_no for h in plan.households] == ["H0001"]


def known_household(**more):
    there = KnownHousehold("150525102222", Kind.LIFTED, "王建国", in_scope=True)
    return Known(
        VILLAGES,
        {"H0001": there},
        {index_of(HEAD_ID): KnownMember("H0001", "王建国", "户主")},
        **more,
    )


def test_a_row_that_says_what_is_known_changes_nothing():
    plan = planned([member()], known=known_household())
    assert (plan.changes, plan.same_households, plan.same_members) == (0, 1, 1)


def test_a_new_kind_and_a_new_name_are_changes():
    plan = planned([member(kind="突发严重困难户", name="王建军")], known=known_household())
    assert plan.households[0].kind == Kind.SUDDEN_HARDSHIP
    assert not plan.households[0].is_new
    assert not plan.members[0].is_new


def test_a_known_household_keeps_what_the_rows_leave_out():
    plan = planned(
        [member(number=WIFE_ID, name="李秀英", relation="配偶", kind="", village="")],
        known=known_household(),
    )
    assert not plan.errors
    assert (plan.same_households, plan.members[0].is_new) == (1, True)


def test_a_person_of_another_household_is_refused_without_naming_it():
    plan = planned([member(no="H0009")], known=known_household())
    assert said(plan.errors) == ["这个人已登记在另一户。"]


def test_a_household_outside_the_scope_is_refused():
    there = KnownHousehold("150430100201", Kind.LIFTED, "王建国", in_scope=False)
    plan = planned([member()], known=Known(VILLAGES, {"H0001": there}))
    assert "辖区以外" in said(plan.errors)[0]


@pytest.mark.parametrize(
    ("period", "months"),
    [
        ("2026-03", (date(2026, 3, 1),)),
        ("2026年3月", (date(2026, 3, 1),)),
        ("2026/12", (date(2026, 12, 1),)),
        ("2025-11至2026-01", (date(2025, 11, 1), date(2025, 12, 1), date(2026, 1, 1))),
        ("2026-13", None),
        ("2026-0", None),
        ("去年", None),
        ("", None),
        ("1889", None),
        ("2026-03至2026-01", None),
        ("2025-01至2026-01", None),
        ("2025-01至2025-02至2025-03", None),
        ("2025-01至", None),
    ],
)
def test_a_period_is_a_month_a_year_or_a_run_of_at_most_twelve_months(period, months):
    assert rules.read_period(period) == months


def test_a_year_is_its_twelve_months():
    found = rules.read_period("2025")
    assert (len(found), found[0], found[-1]) == (12, date(2025, 1, 1), date(2025, 12, 1))
    assert rules.read_period("2025年") == found


@pytest.mark.parametrize("cell", [datetime(2026, 3, 1), "2026-03", date(2026, 3, 31)])
def test_a_month_that_excel_made_a_date_is_still_that_month(cell):
    lines, errors = rules.read_incomes([(2, income("H0001", "", cell, 100))], today=TODAY)
    assert not errors
    assert lines[0].months == (date(2026, 3, 1),)


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (income("1", "", "2025", 100), "户编号要有"),
        (income("H0001", "12", "2025", 100), "身份证号不对"),
        (income("H0001", "", "去年", 100), "期间看不懂"),
        (income("H0001", "", "2026-10", 100), "还没到的月份"),
        (income("H0001", "", "2026", 100), "还没到的月份"),
        (income("H0001", "", "2025", "很多"), "工资性收入不是金额：“很多”"),
        (income("H0001", "", "2025", 100, -5), "经营性收入不是金额"),
        (income("H0001", "", "2025", 0.001), "工资性收入不是金额"),
        (income("H0001", "", "2025", float("inf")), "工资性收入不是金额"),
        (income("H0001", "", "2025"), "没有填金额"),
        (income("H0001", "", "2025", 0, None), "没有填金额"),
    ],
)
def test_a_bad_income_row_is_said_in_words(row, words):
    lines, errors = rules.read_incomes([(3, row)], today=TODAY)
    assert not lines
    assert words in str(errors[0].said)


def test_a_year_is_shared_over_its_months_without_losing_a_fen():
    plan = planned([member()], [income("H0001", HEAD_ID, "2025", 100)])
    parts = [i.fen for i in plan.incomes]
    assert (len(parts), sum(parts), set(parts)) == (12, 10_000, {833, 834})
    assert plan.incomes[0].ref == f"import:H0001:{index_of(HEAD_ID)[:12]}:wage:2025-01"


def test_each_filled_source_becomes_an_amount():
    plan = planned([member()], [income("H0001", "", "2026-03", 1, 2, 3, 4, 5)])
    assert [(i.source, i.fen) for i in plan.incomes] == [
        (Source.WAGE, 100),
        (Source.BUSINESS, 200),
        (Source.PROPERTY, 300),
        (Source.TRANSFER, 400),
        (Source.COST, 500),
    ]


def test_the_same_month_twice_in_one_workbook_is_refused():
    plan = planned([member()], [income("H0001", "", "2025", 12), income("H0001", "", "2025-03", 5)])
    assert len(plan.incomes) == 12
    assert said(plan.errors) == ["2025-03的工资性收入在第 2 行已经填过。"]


def test_income_known_already_is_not_booked_again():
    ref = "import:H0001:-:wage:2026-03"
    plan = planned([], [income("H0001", "", "2026-03", 5)], known_household(incomes={ref: 500}))
    assert (plan.changes, plan.same_incomes, plan.errors) == (0, 1, ())


def test_another_amount_for_a_booked_month_is_refused():
    ref = "import:H0001:-:wage:2026-03"
    plan = planned([], [income("H0001", "", "2026-03", 6)], known_household(incomes={ref: 500}))
    assert said(plan.errors) == [
        "2026-03的工资性收入已导入过 ¥5.00，这里是 ¥6.00。请到家庭页冲销后重记。"
    ]


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (income("H0007", "", "2025", 5), "没有这一户"),
        (income("H0001", OTHER_ID, "2025", 5), "不是这一户的人"),
    ],
)
def test_income_needs_its_household_and_its_person(row, words):
    plan = planned([member()], [row])
    assert words in said(plan.errors)[0]


def test_income_of_a_household_outside_the_scope_is_refused():
    there = KnownHousehold("150430100201", Kind.LIFTED, "王建国", in_scope=False)
    plan = planned([], [income("H0001", "", "2025", 5)], Known(VILLAGES, {"H0001": there}))
    assert "没有这一户" in said(plan.errors)[0]


def test_income_of_a_known_member_is_booked_for_them():
    plan = planned([], [income("H0001", HEAD_ID, "2026-03", 5)], known_household())
    assert [i.id_index for i in plan.incomes] == [index_of(HEAD_ID)]


def test_errors_come_by_sheet_and_row():
    plan = planned(
        [member(), member(no="H0002"), member(no="H0003", number=WIFE_ID, village="远村")],
        [income("H0009", "", "2025", 5)],
    )
    assert [(e.sheet, e.row) for e in plan.errors] == [
        ("家庭成员", 3),
        ("家庭成员", 4),
        ("收入", 2),
    ]


def test_titles_are_compared_without_their_notes():
    assert (
        rules.title_error(
            rules.INCOME_TITLES,
            [
                "户编号*",
                "身份证号",
                "期间",
                "工资性收入",
                "经营性收入(元)",
                "财产性收入",
                "转移性收入",
                "生产经营支出",
            ],
            "收入",
        )
        is None
    )


def test_a_wrong_title_names_its_column():
    found = rules.title_error(rules.MEMBER_TITLES, ["户编号", "姓名"], "家庭成员")
    assert "第 2 列应是“村代码或村名”" in str(found)


def test_a_short_row_is_read_with_empty_cells():
    _, errors = rules.read_members([(2, ["H0001"])], today=TODAY)
    assert len(errors) == 3


def test_a_code_typed_as_a_number_keeps_its_digits():
    assert rules.written(150525102222.0) == "150525102222"
    assert rules.written(12.5) == "12.5"


def more(*cells: object) -> list[object]:
    """An income row with property 1,000 and cost 200, and the columns besides."""
    return [*income("H0001", "", "2026-03", "", "", "1000", "", "200"), *cells]


def details(found: Plan) -> list[tuple[str, str, int, str]]:
    return [(one.source.value, one.detail, one.fen, one.proof) for one in found.incomes]


def test_property_comes_apart_into_lease_dividend_and_the_rest() -> None:
    found = planned([member()], [more("600", "150", "800", "流转合同")])
    assert details(found) == [
        ("property", "", 25_000, "流转合同"),
        ("property", "土地流转", 60_000, "流转合同"),
        ("property", "分红", 15_000, "流转合同"),
        ("cost", "", 20_000, "流转合同"),
    ]
    assert all(len(one.ref) <= 80 for one in found.incomes)


def test_parts_alone_are_the_whole_property_income() -> None:
    row = [*income("H0001", "", "2026-03"), "600", "", "", ""]
    assert details(planned([member()], [row])) == [("property", "土地流转", 60_000, "")]


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        (("900", "150", "", ""), "土地流转和分红加起来，比财产性收入还多。"),
        (("-5", "", "", ""), "土地流转和分红加起来，比财产性收入还多。"),
        (("x", "", "", ""), "土地流转不是金额：“x”。"),
        (("", "", "1000", ""), "合计不对：各项加起来减支出是 ¥800.00，合计填的是 ¥1000.00。"),
        (("", "", "?", ""), "合计（元，选填）不是金额：“?”。"),
        (("", "", "", "长" * 81), "凭据最多 80 个字。"),
    ],
)
def test_parts_sums_and_proofs_that_cannot_be_are_errors_of_their_row(
    cells: tuple[str, ...], said: str
) -> None:
    lines, errors = rules.read_incomes([(2, more(*cells))], today=TODAY)
    assert [str(error.said) for error in errors] == [said]
    assert lines == []


def test_what_was_booked_whole_is_not_booked_again_in_parts() -> None:
    known = Known(VILLAGES, incomes={"import:H0001:-:property:2026-03": 100_000})
    found = planned([member()], [more("1000", "", "", "")], known)
    assert "已导入过 ¥1000.00，这里是 ¥0.00" in str(found.errors[0].said)
    twice = planned([member()], [more("", "", "", ""), more("1000", "", "", "")])
    assert [error.row for error in twice.errors] == [3]
