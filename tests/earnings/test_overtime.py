"""rules/overtime beyond the worked table: part-time bounds, holidays, and days of nothing."""

from datetime import date

from jobmatch.earnings.rules.overtime import (
    Breach,
    Law,
    PartTime,
    Split,
    breaches,
    holidays_of,
    pay_by,
    premium,
    splits,
    top_up,
)
from jobmatch.earnings.rules.wage import more

LAW = Law(480, 2400, 150, 200, 300, frozenset({date(2026, 9, 25)}))
PART = PartTime(240, 1440, 15)
MONDAY = date(2026, 9, 7)


def week(*minutes: int) -> dict[date, int]:
    return {date(2026, 9, 7 + n): each for n, each in enumerate(minutes) if each}


def test_minutes_of_a_day_are_all_somewhere() -> None:
    found = splits(week(540, 600, 480, 480, 480, 540, 300), LAW)
    assert [split.minutes for split in found.values()] == [540, 600, 480, 480, 480, 540, 300]
    assert found[date(2026, 9, 12)] == Split(0, rest=540)


def test_each_week_counts_for_itself() -> None:
    days = week(480, 480, 480, 480, 480) | {date(2026, 9, 14): 480}
    assert splits(days, LAW)[date(2026, 9, 14)] == Split(480)


def test_a_day_without_minutes_earns_nothing_more() -> None:
    assert premium(0, Split(0), LAW) == 0
    assert top_up(0, 0, 2110) == 0


def test_part_time_days_and_weeks_that_were_too_long_are_named() -> None:
    found = breaches(week(240, 300, 240, 240, 240, 240, 0) | {date(2026, 9, 14): 240}, PART)
    assert found == [Breach("day", date(2026, 9, 8), 60), Breach("week", MONDAY, 60)]
    assert breaches(week(240, 240, 240, 240, 240, 240), PART) == []


def test_part_time_work_is_paid_within_fifteen_days_of_its_first_day() -> None:
    assert pay_by([date(2026, 9, 9), MONDAY], PART) == date(2026, 9, 22)
    assert pay_by([], PART) is None


def test_holidays_of_several_years() -> None:
    assert holidays_of([["2026-10-01"], ["2027-01-01"]]) == {date(2026, 10, 1), date(2027, 1, 1)}


def test_what_a_day_earned_more_is_told_in_words() -> None:
    said = more(Split(0, 60, 180, 0), 7_875, 120, (150, 200, 300))
    assert [str(each) for each in said] == [
        "超时 60 分钟按 150%",
        "休息日 180 分钟按 200%",
        "加班多得 ¥78.75",
        "补到当地最低小时工资 ¥1.20",
    ]
    assert [str(each) for each in more(Split(0, 0, 0, 480), 36_000, 0, (150, 200, 300))] == [
        "法定节假日 480 分钟按 300%",
        "加班多得 ¥360.00",
    ]
    assert more(Split(480), 0, 0, (100, 100, 100)) == ()
