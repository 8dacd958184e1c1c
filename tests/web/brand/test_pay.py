"""The organizer looks on: members' days and pay, read only."""

from collections.abc import Iterator

import pytest
from flask import Flask

from tests.web.money import Season, season


@pytest.fixture
def field(app: Flask) -> Iterator[Season]:
    with season(app) as found:
        yield found


def test_a_months_days_and_pay_are_shown_by_crew(field: Season) -> None:
    field.settled()
    words = field.browser(field.organizer).get("/brand/pay?month=2026-09").get_data(as_text=True)
    assert "一班" in words
    assert words.count("¥360.00") == 2
    assert "等付款" in words


def test_a_month_without_work_says_so(field: Season) -> None:
    browser = field.browser(field.organizer)
    assert "这个月没有出工。" in browser.get("/brand/pay?month=2026-08").get_data(as_text=True)
    assert browser.get("/brand/pay?month=soon").status_code == 404


def test_another_brand_sees_nothing_of_it(field: Season) -> None:
    field.settled()
    stranger = field.world.brand("别的品牌")[1]
    words = field.browser(stranger).get("/brand/pay?month=2026-09").get_data(as_text=True)
    assert "王秀兰" not in words


def test_only_organizers_enter(field: Season) -> None:
    assert field.browser(field.worker).get("/brand/pay").status_code == 403
