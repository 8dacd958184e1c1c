"""The worker's wages on the phone."""

from collections.abc import Iterator

import pytest
from flask import Flask

from jobmatch.earnings import payment, service
from tests.web.money import TODAY, Season, season


@pytest.fixture
def field(app: Flask) -> Iterator[Season]:
    with season(app) as found:
        yield found


def test_before_the_first_slip_the_page_says_what_comes(field: Season) -> None:
    page = field.browser(field.worker).get("/my/pay")
    assert page.status_code == 200
    assert "还没有工资条。" in page.get_data(as_text=True)


def test_slips_show_the_amount_the_state_and_the_totals(field: Season) -> None:
    field.settled()
    words = field.browser(field.worker).get("/my/pay").get_data(as_text=True)
    assert "¥360.00" in words
    assert "待本人确认" in words
    assert "/my/book?year=2026" in words
    assert f"/my/pay/{field.slip(field.worker_id)}" in words


def test_a_year_without_slips_is_empty(field: Season) -> None:
    field.settled()
    words = field.browser(field.worker).get("/my/pay?year=2020").get_data(as_text=True)
    assert "还没有工资条。" in words


def test_a_slip_tells_how_each_day_was_worked_out(field: Season) -> None:
    field.settled()
    page = field.browser(field.worker).get(f"/my/pay/{field.slip(field.worker_id)}")
    words = page.get_data(as_text=True)
    assert "9月25日 周五" in words
    assert words.count("1 整天 × ¥180") == 2


def test_one_tap_confirms(field: Season) -> None:
    field.settled()
    slip = field.slip(field.worker_id)
    answer = field.browser(field.worker).post(f"/my/pay/{slip}/confirm")
    assert (answer.status_code, answer.location) == (303, f"/my/pay/{slip}")
    assert field.state(slip) == "confirmed"


def test_an_objection_needs_words_and_keeps_the_slip_open_without(field: Season) -> None:
    field.settled()
    slip, browser = field.slip(field.worker_id), field.browser(field.worker)
    answer = browser.post(f"/my/pay/{slip}/object", data={"words": ""})
    assert answer.status_code == 422
    assert "请写明哪里不对。" in answer.get_data(as_text=True)
    assert field.state(slip) == "issued"
    answer = browser.post(f"/my/pay/{slip}/object", data={"words": "少记了半天"})
    assert answer.status_code == 303
    assert field.state(slip) == "objected"
    assert "少记了半天" in browser.get(f"/my/pay/{slip}").get_data(as_text=True)


def test_an_objection_that_comes_too_late_is_explained_with_the_words_kept(field: Season) -> None:
    field.settled()
    slip, browser = field.slip(field.worker_id), field.browser(field.worker)
    service.confirm(slip, actor=field.worker)
    answer = browser.post(f"/my/pay/{slip}/object", data={"words": "少记了半天"})
    assert answer.status_code == 422
    assert field.state(slip) == "confirmed"


def test_others_slips_are_not_found(field: Season) -> None:
    field.settled()
    slip = field.slip(field.worker_id)
    for actor in (field.leader, field.world.worker("别人")[1]):
        browser = field.browser(actor)
        assert browser.get(f"/my/pay/{slip}").status_code == 404
        assert browser.post(f"/my/pay/{slip}/confirm").status_code == 404
        assert browser.post(f"/my/pay/{slip}/object", data={"words": "不对"}).status_code == 404
    assert field.state(slip) == "issued"


def test_the_employer_has_no_business_on_workers_pages(field: Season) -> None:
    field.settled()
    slip = field.slip(field.worker_id)
    assert field.browser(field.employer).get(f"/my/pay/{slip}").status_code == 403


def test_a_paid_slip_says_when_and_how(field: Season) -> None:
    field.settled()
    slip = field.slip(field.worker_id)
    payment.record_payment([slip], TODAY, "wechat", "", actor=field.employer)
    words = field.browser(field.worker).get(f"/my/pay/{slip}").get_data(as_text=True)
    assert "2026年9月26日 微信、支付宝" in words
    assert "确认没错" not in words
