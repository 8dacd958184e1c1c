"""The worker's own book on the phone and at the desk."""

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


def test_before_the_first_day_the_book_says_so(field: Season) -> None:
    browser = field.browser(field.world.worker("新人")[1])
    words = browser.get("/my/book?year=2026").get_data(as_text=True)
    assert "2026 年还没有出工。" in words


def test_the_book_of_a_year_opens_to_its_days_and_they_to_their_slips(field: Season) -> None:
    field.settled()
    browser = field.browser(field.worker)
    words = browser.get("/my/book").get_data(as_text=True)
    assert "¥360.00" in words
    assert "/my/book/days?month=2026-09" in words
    days = browser.get("/my/book/days?month=2026-09").get_data(as_text=True)
    assert "2026年9月25日" in days
    assert f"/my/pay/{field.slip(field.worker_id)}" in days
    assert "没有这样的日子。" in browser.get("/my/book/days?owed=paid").get_data(as_text=True)


def test_a_year_of_days_comes_a_page_at_a_time(
    field: Season, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("jobmatch.web.worker.book.MOST_DAYS", 1)
    field.settled()
    browser = field.browser(field.worker)
    first = browser.get("/my/book/days?year=2026").get_data(as_text=True)
    second = browser.get("/my/book/days?year=2026&page=2").get_data(as_text=True)
    for words, day, other in ((first, 26, 25), (second, 25, 26)):
        assert f"2026年9月{day}日" in words
        assert f"2026年9月{other}日" not in words
        # The sums are those of all days.
        assert "¥360.00" in words


def test_odd_questions_are_answered_with_all_days(field: Season) -> None:
    field.settled()
    browser = field.browser(field.worker)
    for odd in ("year=99999", "month=2026-13", "owed=maybe", "employer=x", "brand="):
        page = browser.get(f"/my/book/days?{odd}")
        assert page.status_code == 200
        assert "2026年9月25日" in page.get_data(as_text=True)


def test_the_book_comes_as_a_workbook_whose_last_line_adds_up(field: Season) -> None:
    field.settled()
    answer = field.browser(field.worker).get("/my/book/export.xlsx?year=2026")
    rows = CalamineWorkbook.from_filelike(io.BytesIO(answer.data)).get_sheet_by_index(0).to_python()
    assert [row[10] for row in rows[1:]] == [180.0, 180.0, 360.0]
    assert field.browser(field.worker).get("/my/book/export.exe").status_code == 404


def test_the_desk_shows_the_same_book_to_its_own_people_only(field: Season) -> None:
    field.settled()
    own, strange = field.world.station("150525"), field.world.station("150430")
    address = f"/station/workers/{field.worker_id}/book"
    words = field.browser(own).get(address).get_data(as_text=True)
    assert "¥360.00" in words
    assert field.browser(own).get(f"{address}/export.xlsx").status_code == 200
    assert field.browser(strange).get(address).status_code == 404
    assert field.browser(field.employer).get(address).status_code == 403
