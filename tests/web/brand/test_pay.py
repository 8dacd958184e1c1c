"""The organizer looks on: members' days and pay, read only."""

import io
from collections.abc import Iterator

import pytest
from flask import Flask
from python_calamine import CalamineWorkbook

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


def test_the_month_goes_out_as_a_workbook_with_amounts_as_numbers(field: Season) -> None:
    field.settled()
    browser = field.browser(field.organizer)
    assert "/brand/pay.xlsx?month=2026-09" in browser.get("/brand/pay?month=2026-09").get_data(
        as_text=True
    )
    answer = browser.get("/brand/pay.xlsx?month=2026-09")
    book = CalamineWorkbook.from_filelike(io.BytesIO(answer.get_data()))
    rows = book.get_sheet_by_index(0).to_python()
    assert rows[0][:3] == ["班组", "姓名", "出工天数"]
    assert sorted(rows[1:]) == [
        ["一班", "李桂芳", 2, 2, 0, 360, 0, 360, 0],
        ["一班", "王秀兰", 2, 2, 0, 360, 0, 360, 0],
    ]
    text = browser.get("/brand/pay.csv?month=2026-09").get_data(as_text=True)
    assert "一班,李桂芳,2,2,0,360.00,0.00,360.00,0" in text


def test_files_of_no_kind_no_month_or_of_others_are_not_given(field: Season) -> None:
    field.settled()
    browser = field.browser(field.organizer)
    assert browser.get("/brand/pay.exe?month=2026-09").status_code == 404
    assert browser.get("/brand/pay.xlsx?month=soon").status_code == 404
    stranger = field.world.brand("别的品牌")[1]
    text = field.browser(stranger).get("/brand/pay.csv?month=2026-09").get_data(as_text=True)
    assert "王秀兰" not in text
