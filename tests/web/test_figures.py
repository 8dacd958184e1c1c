"""Figures, dates and texts in the reader's form, Chinese and English."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask
from flask_babel import force_locale

from jobmatch.kernel.text import Amount, text
from jobmatch.web import filters
from jobmatch.web.texts import say

CASES: list[tuple[Callable[[Any], str], Any, str, str]] = [
    (filters.yuan, 0, "¥0.00", "¥0.00"),
    (filters.yuan, 18_050, "¥180.50", "¥180.50"),
    (filters.yuan, 123_456_705, "¥1,234,567.05", "¥1,234,567.05"),
    (filters.yuan, -5, "-¥0.05", "-¥0.05"),
    (filters.yuan_short, 18_000, "¥180", "¥180"),
    (filters.yuan_short, 450, "¥4.50", "¥4.50"),
    (filters.yuan_short, -18_000, "-¥180", "-¥180"),
    (filters.yuan_big, 99_900, "999.00 元", "¥999.00"),
    (filters.yuan_big, 1_000_000, "1.00 万元", "¥10,000.00"),
    (filters.yuan_big, 1_800_000_000, "1,800.00 万元", "¥18.00 million"),
    (filters.yuan_big, 72_600_000_000, "7.26 亿元", "¥726.00 million"),
    (filters.count, 1234, "1,234", "1,234"),
    (filters.wan, 9_999, "9,999", "9,999"),
    (filters.wan, 103_000, "10.3 万", "103,000"),
    (filters.wan, -10_000, "-1.0 万", "-10,000"),
    (filters.day, date(2026, 9, 1), "9月1日", "Sep 1"),
    (filters.date_full, date(2026, 9, 1), "2026年9月1日", "Sep 1, 2026"),
    (filters.day_week, date(2026, 9, 1), "9月1日 周二", "Tue, Sep 1"),
    (filters.month, date(2026, 9, 1), "2026年9月", "Sep 2026"),
    (filters.instant, datetime(2026, 8, 31, 16, 30, tzinfo=UTC), "9月1日 00:30", "Sep 1, 00:30"),
    (filters.clock, 1110, "18:30", "18:30"),
    (filters.clock, 0, "00:00", "00:00"),
    (filters.clock, None, "", ""),
    (filters.named, SimpleNamespace(name_zh="甘薯分拣", name_en="Sorting"), "甘薯分拣", "Sorting"),
]


@pytest.fixture(autouse=True)
def _request(app: Flask) -> Iterator[None]:
    with app.test_request_context():
        yield


@pytest.mark.parametrize(("shown", "value", "chinese", "english"), CASES)
def test_a_figure_stands_in_the_readers_form(
    shown: Callable[[Any], str], value: Any, chinese: str, english: str
) -> None:
    with force_locale("zh"):
        assert shown(value) == chinese
    with force_locale("en"):
        assert shown(value) == english


def test_a_run_of_days_shows_both_ends_and_one_day_stands_alone() -> None:
    assert filters.days(date(2026, 9, 1), date(2026, 9, 20)) == "9月1日–9月20日"
    assert filters.days(date(2026, 9, 1), date(2026, 9, 1)) == "9月1日"
    assert filters.days(date(2026, 12, 18), date(2027, 1, 3)) == "12月18日–1月3日"
    # "11月22日–11月22日" would read as one day.
    assert filters.days(date(2026, 11, 22), date(2027, 11, 22)) == "2026年11月22日–2027年11月22日"


@pytest.mark.parametrize(
    ("minutes", "said"), [(480, "8 小时"), (450, "7.5 小时"), (0, "0 小时"), (600, "10 小时")]
)
def test_hours_drop_a_nought_behind_the_point(minutes: int, said: str) -> None:
    assert filters.hours(minutes) == said


def test_kilometres_are_whole() -> None:
    assert filters.km(12.4) == "12 公里"


def test_a_text_fills_in_dates_amounts_and_counts_in_the_readers_form() -> None:
    said = text(
        "{day} 起 {pay}，{n} 人次，{km} 公里，{who}：{why}",
        day=date(2026, 9, 1), pay=Amount(18_000), n=12_345, km=1.5, who="{n}",
        why=text("差 {n} 天", n=2),
    )  # fmt: skip
    assert say(said) == "9月1日 起 ¥180，12,345 人次，1.5 公里，{n}：差 2 天"
    with force_locale("en"):
        assert "Sep 1" in say(said)
