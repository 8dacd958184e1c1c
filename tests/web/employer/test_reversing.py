"""Taking a large run back at the employer's desk: asked once, with its state and how far it is."""

import re
from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import select

from jobmatch.earnings import payment, run_work, runs
from jobmatch.earnings.models import Settlement
from jobmatch.infra import clock
from jobmatch.infra.db import forget_reads, reading
from tests.web.money import Season, season


@pytest.fixture
def field(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[Season]:
    monkeypatch.setattr(runs, "AT_ONCE_DAYS", 1)
    with season(app) as found:
        yield found


def path_of(settlement_id: int) -> str:
    found = select(Settlement.pay_run_id).where(Settlement.id == settlement_id)
    return f"/employer/pay/runs/{reading().scalar(found)}"


def worked() -> str:
    forget_reads()
    claim = run_work.claim_next()
    assert claim is not None
    return run_work.work(claim)


def test_the_page_says_how_far_it_is_and_whose_slip_stays(field: Season) -> None:
    path = path_of(field.settled())
    browser = field.browser(field.employer)
    html = browser.get(path).get_data(as_text=True)
    key = re.search(r'name="once" value="(\w+)"', html[html.index("算错了") :])
    assert key
    for _click in range(2):
        assert browser.post(f"{path}/reverse", data={"once": key[1]}).status_code == 303
        words = browser.get(path).get_data(as_text=True)
        assert "正在冲销，人多要等一会儿" in words
        assert "已撤回 0 / 2 人（0%）" in words
        assert "算错了" not in words
    assert browser.post(f"{path}/reverse").status_code == 303
    assert "状态已经变了" in browser.get(path).get_data(as_text=True)
    payment.record_payment(
        [field.slip(field.worker_id)], clock.today(), "cash", actor=field.employer
    )
    assert worked() == "reversed"
    words = browser.get(path).get_data(as_text=True)
    assert "已冲销" in words
    assert "没有撤回的" in words
    assert "先冲销付款" in words


def test_a_run_with_somebody_paid_is_not_asked_to_go(field: Season) -> None:
    path = path_of(field.settled())
    payment.record_payment(
        [field.slip(field.worker_id)], clock.today(), "cash", actor=field.employer
    )
    browser = field.browser(field.employer)
    assert browser.post(f"{path}/reverse").status_code == 303
    words = browser.get(path).get_data(as_text=True)
    assert "里面有已经付款的工资条" in words
    assert "算错了" in words
