"""我的收款账户 and the desk's: entered, masked, and the list for the bank."""

from collections.abc import Iterator

import pytest
from flask import Flask

from jobmatch.earnings import bank_accounts
from jobmatch.earnings.rules.bank_account import Kind
from tests.web.money import Season, season

CARD = "4532015112830366"
FORM = {"bank": "奈曼旗农村信用社", "kind": "card", "number": "4532 0151 1283 0366"}


@pytest.fixture
def field(app: Flask) -> Iterator[Season]:
    with season(app) as found:
        yield found


def test_a_worker_enters_the_account_and_sees_its_last_digits_only(field: Season) -> None:
    browser = field.browser(field.worker)
    assert browser.post("/my/me/bank", data=FORM).status_code == 303
    shown = browser.get("/my/me/bank").get_data(as_text=True)
    assert "**** 0366" in shown
    assert CARD not in shown
    assert 'value="奈曼旗农村信用社"' in shown
    assert browser.post("/my/me/bank/remove").status_code == 303
    assert "还没有收款账户" in browser.get("/my/me/bank").get_data(as_text=True)


def test_a_mistyped_number_is_said_in_plain_words_and_kept(field: Season) -> None:
    browser = field.browser(field.worker)
    refused = browser.post("/my/me/bank", data=FORM | {"number": "4532 0151 1283 0367"})
    assert refused.status_code == 422
    words = refused.get_data(as_text=True)
    assert "有一位填错了" in words
    assert 'value="4532 0151 1283 0367"' in words


def test_the_desk_enters_it_for_who_has_no_phone(field: Season) -> None:
    desk = field.browser(field.world.station())
    without, _nobody = field.world.worker("赵大娘", with_account=False)
    path = f"/station/workers/{without}/bank"
    assert desk.post(path, data=FORM).status_code == 303
    assert "驿站代填" in desk.get(path).get_data(as_text=True)
    refused = desk.post(f"/station/workers/{field.worker_id}/bank", data=FORM)
    assert refused.status_code == 422
    assert "请本人在自己的手机上填" in refused.get_data(as_text=True)


def test_the_list_for_the_bank_has_the_number_and_marks_who_has_none(field: Season) -> None:
    bank_accounts.set_account(field.worker_id, Kind.CARD, "信用社", CARD, actor=field.worker)
    field.settled()
    browser = field.browser(field.employer)
    page = browser.get("/employer/payments").get_data(as_text=True)
    assert "1 人没有收款账户" in page
    assert "**** 0366" in page
    assert CARD not in page
    rows = browser.get("/employer/payments/bank.csv").get_data(as_text=True).splitlines()
    assert sum(CARD in row for row in rows) == 1
    assert [row.endswith("没有收款账户") for row in rows[1:]].count(True) == 1
