"""Paying many at once, and by files to and from the bank, at the employer's desk."""

import io
import re
from collections.abc import Iterator

import pytest
import python_calamine
from flask import Flask
from flask.testing import FlaskClient

from jobmatch.earnings import charging, payment
from jobmatch.earnings.rules.taking import Kind
from jobmatch.infra.sheets import csv_bytes
from tests.web.money import TODAY, Season, season

HEAD = ["工资条号", "姓名", "账号尾号", "金额（元）", "状态", "原因"]


@pytest.fixture
def field(app: Flask) -> Iterator[Season]:
    with season(app) as found:
        found.settled()
        yield found


@pytest.fixture
def browser(field: Season) -> FlaskClient:
    return field.browser(field.employer)


def send(browser: FlaskClient, *rows: list[str], total: str = "360") -> tuple[int, str]:
    data = csv_bytes(HEAD, rows)
    answer = browser.post(
        "/employer/payments/import",
        data={
            "file": (io.BytesIO(data), "r.csv"), "paid_on": TODAY.isoformat(), "total": total,
        },
    )  # fmt: skip
    return answer.status_code, answer.headers.get("Location") or answer.get_data(as_text=True)


def test_slips_of_all_postings_are_paid_by_one_form(field: Season, browser: FlaskClient) -> None:
    slips = [field.slip(field.leader_id), field.slip(field.worker_id)]
    data = {"slip": slips, "paid_on": TODAY.isoformat(), "how": "cash", "proof": "7"}
    assert browser.post("/employer/payments", data=data).status_code == 303
    assert [field.state(slip) for slip in slips] == ["paid", "paid"]
    assert "没有等付款的工资条。" in browser.get("/employer/payments").get_data(as_text=True)


def test_nothing_ticked_says_so_and_keeps_what_was_typed(browser: FlaskClient) -> None:
    data = {"paid_on": TODAY.isoformat(), "how": "cash", "proof": "收条 7"}
    answer = browser.post("/employer/payments", data=data)
    assert answer.status_code == 422
    words = answer.get_data(as_text=True)
    assert "请先选要记付款的工资条。" in words
    assert "收条 7" in words


def test_the_list_for_the_bank_names_each_slip_and_no_name_is_a_formula(
    field: Season, browser: FlaskClient
) -> None:
    answer = browser.get("/employer/payments/bank.xlsx")
    book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(answer.data))
    rows = book.get_sheet_by_index(0).to_python()
    assert rows[0][:4] == ["工资条号", "姓名", "收款账号", "金额（元）"]
    assert {(row[0], row[1], row[3]) for row in rows[1:]} == {
        (str(field.slip(field.leader_id)), "王秀兰", 360.0),
        (str(field.slip(field.worker_id)), "李桂芳", 360.0),
    }
    written = browser.get("/employer/payments/bank.csv").get_data(as_text=True)
    assert "360.00" in written


def test_a_result_file_is_shown_first_and_then_recorded_once(
    field: Season, browser: FlaskClient
) -> None:
    one, other = field.slip(field.leader_id), field.slip(field.worker_id)
    status, path = send(
        browser, [str(one), "王秀兰", "6789", "360.00", "成功", ""],
        [str(other), "李桂芳", "1234", "360.00", "失败", "账号不存在"],
    )  # fmt: skip
    assert status == 303
    words = browser.get(path).get_data(as_text=True)
    assert "账号不存在" in words
    assert field.state(one) == "issued"
    key = re.findall(r'name="once" value="([0-9a-f]{32})"', words)[0]
    sent = [browser.post(path, data={"which": "all", "once": key}) for _ in range(2)]
    assert [answer.status_code for answer in sent] == [303, 303]
    assert len({answer.headers["Location"] for answer in sent}) == 1
    assert (field.state(one), field.state(other)) == ("paid", "issued")
    record = browser.get(sent[0].headers["Location"]).get_data(as_text=True)
    assert "银行没付成，还欠着" in record
    assert "账号不存在" in browser.get("/employer/payments").get_data(as_text=True)


def test_faults_are_shown_by_line_and_the_user_says_what_becomes_of_the_rest(
    field: Season, browser: FlaskClient
) -> None:
    one = field.slip(field.leader_id)
    _, path = send(
        browser, [str(one), "王秀兰", "", "360.00", "成功", ""], ["77777", "谁", "", "1", "成功", ""],
        total="361",
    )  # fmt: skip
    assert "没有这张工资条" in browser.get(path).get_data(as_text=True)
    refused = browser.post(path, data={"which": "all"})
    assert refused.status_code == 422
    assert "有 1 行有问题，整份都没有记。" in refused.get_data(as_text=True)
    assert field.state(one) == "issued"
    assert browser.post(path, data={"which": "good"}).status_code == 303
    assert field.state(one) == "paid"


@pytest.mark.parametrize(
    ("total", "said"), [("359.99", "不一样"), ("", "请照银行回单填写"), ("x", "请填写金额")]
)
def test_a_wrong_total_is_told_next_to_its_field(
    field: Season, browser: FlaskClient, total: str, said: str
) -> None:
    row = [str(field.slip(field.leader_id)), "王秀兰", "", "360.00", "成功", ""]
    status, words = send(browser, row, total=total)
    assert status == 422
    assert said in words


def test_the_books_say_what_is_owed(field: Season, browser: FlaskClient) -> None:
    assert browser.get("/employer/books").get_data(as_text=True).count("¥720.00") == 2


def test_each_figure_of_the_books_opens_to_its_entries(field: Season, browser: FlaskClient) -> None:
    slip = field.slip(field.worker_id)
    payment.record_payment([slip], TODAY, "cash", "", actor=field.employer)
    words = browser.get("/employer/books?of=paid").get_data(as_text=True)
    assert f"工资条 {slip} 付款" in words
    assert f"/employer/slips/{slip}" in words
    assert "发出" not in words
    earned = browser.get("/employer/books?of=wage_cost").get_data(as_text=True)
    assert (earned.count(" 发出"), earned.count(" 付款")) == (2, 0)
    assert "还没有这样的账。" in browser.get("/employer/books?of=deduction").get_data(as_text=True)


def test_what_was_paid_ahead_is_told_apart_from_what_went_with_slips(app: Flask) -> None:
    with season(app) as field:
        field.all_present()
        key = charging.record(
            field.employer_id, field.worker_id, Kind.ADVANCE, TODAY, 5000, "看病先支",
            actor=field.employer,
        )  # fmt: skip
        charging.answer(key, True, actor=field.worker)
        browser = field.browser(field.employer)
        words = browser.get("/employer/books").get_data(as_text=True)
        assert "其中工资条 ¥0.00，借支 ¥50.00" in words
        opened = browser.get("/employer/books?of=advance").get_data(as_text=True)
        assert f"借支 {key}" in opened
        assert "/employer/pay/charges" in opened
