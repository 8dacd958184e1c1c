"""Settling and paying at the employer's desk."""

import io
from collections.abc import Iterator

import pytest
import python_calamine
from flask import Flask
from sqlalchemy import func, select

from jobmatch.earnings import payment, service
from jobmatch.earnings.checks import check_ledger
from jobmatch.earnings.models import PaySlip
from jobmatch.infra.db import reading
from tests.web.money import FIRST, TODAY, Season, season


@pytest.fixture
def field(app: Flask) -> Iterator[Season]:
    with season(app) as found:
        yield found


def slips() -> int:
    return reading().scalar(select(func.count()).select_from(PaySlip)) or 0


def page(field: Season) -> str:
    return f"/employer/postings/{field.posting_id}/pay"


def test_what_is_open_is_listed_by_posting(field: Season) -> None:
    browser = field.browser(field.employer)
    assert "还没有要结算的出工。" in browser.get("/employer/pay").get_data(as_text=True)
    field.all_present()
    words = browser.get("/employer/pay").get_data(as_text=True)
    assert "可以结算" in words
    assert page(field) in words


def test_each_figure_opens_to_the_postings_behind_it(field: Season) -> None:
    browser = field.browser(field.employer)

    def behind(only: str) -> bool:
        words = browser.get(f"/employer/pay?only={only}").get_data(as_text=True)
        assert f"/employer/pay?only={only}" in words
        return page(field) in words

    field.all_present()
    assert [behind(one) for one in ("open", "objected", "paid")] == [True, False, False]
    field.settled()
    service.object_to(field.slip(field.leader_id), "少了一天", actor=field.leader)
    slip = field.slip(field.worker_id)
    payment.record_payment([slip], TODAY, "cash", "", actor=field.employer)
    assert [behind(one) for one in ("open", "objected", "paid")] == [False, True, True]
    assert page(field) in browser.get("/employer/pay?only=odd").get_data(as_text=True)


def test_the_preview_shows_everybodys_pay_and_writes_nothing(field: Season) -> None:
    field.all_present()
    words = field.browser(field.employer).get(page(field)).get_data(as_text=True)
    assert words.count("¥360.00") == 2
    assert "发工资条（2 人，共 ¥720.00）" in words
    assert slips() == 0
    one_day = field.browser(field.employer).get(f"{page(field)}?first={FIRST}&last={FIRST}")
    assert "共 ¥360.00" in one_day.get_data(as_text=True)


@pytest.mark.parametrize("query", ["first=x&last=y", "first=2026-09-26&last=2026-09-25", "first="])
def test_a_preview_of_no_real_days_is_shown_without_rows(field: Season, query: str) -> None:
    field.all_present()
    answer = field.browser(field.employer).get(f"{page(field)}?{query}")
    assert answer.status_code == 200
    assert "发工资条" not in answer.get_data(as_text=True)


def test_issuing_leads_to_the_slips(field: Season) -> None:
    field.all_present()
    browser = field.browser(field.employer)
    answer = browser.post(
        page(field), data={"first": str(FIRST), "last": str(TODAY), "seen": "72000"}
    )
    assert answer.status_code == 303
    words = browser.get(answer.location).get_data(as_text=True)
    assert "王秀兰" in words
    assert "待本人确认" in words
    assert slips() == 2


@pytest.mark.parametrize(
    ("first", "last"), [("2026-09-25", "2026-09-30"), ("", ""), ("2026-09-26", "2026-09-25")]
)
def test_bad_days_come_back_with_the_form(field: Season, first: str, last: str) -> None:
    field.all_present()
    answer = field.browser(field.employer).post(page(field), data={"first": first, "last": last})
    assert answer.status_code == 422
    assert slips() == 0


def test_settling_again_says_that_nothing_is_left(field: Season) -> None:
    field.settled()
    answer = field.browser(field.employer).post(
        page(field), data={"first": str(FIRST), "last": str(TODAY)}
    )
    assert answer.status_code == 422
    assert "这几天没有可以结算的出工" in answer.get_data(as_text=True)


def test_the_ticked_slips_are_paid(field: Season) -> None:
    run = field.settled()
    mine, other = field.slip(field.worker_id), field.slip(field.leader_id)
    browser = field.browser(field.employer)
    answer = browser.post(
        f"/employer/settlements/{run}/pay",
        data={"slip": [str(mine)], "paid_on": str(TODAY), "how": "bank", "proof": "2026-0926"},
    )
    assert answer.status_code == 303
    assert (field.state(mine), field.state(other)) == ("paid", "issued")
    assert "2026-0926" in browser.get(answer.location).get_data(as_text=True)
    assert check_ledger() == []


@pytest.mark.parametrize(
    "typed",
    [
        {"paid_on": "2026-09-26", "how": "bank"},
        {"paid_on": "2026-09-27", "how": "bank", "slip": "all"},
        {"paid_on": "", "how": "bank", "slip": "all"},
        {"paid_on": "2026-09-26", "how": "barter", "slip": "all"},
        {"paid_on": "2026-09-26", "how": "bank", "proof": "长" * 81, "slip": "all"},
    ],
)
def test_a_payment_that_cannot_be_comes_back_with_the_form(
    field: Season, typed: dict[str, str]
) -> None:
    run = field.settled()
    slip = field.slip(field.worker_id)
    data = {**typed, "slip": [str(slip)] if "slip" in typed else []}
    answer = field.browser(field.employer).post(f"/employer/settlements/{run}/pay", data=data)
    assert answer.status_code == 422
    assert field.state(slip) == "issued"


def test_a_slip_of_another_settlement_cannot_be_smuggled_in(field: Season) -> None:
    field.all_present()
    first = service.settle(field.posting_id, FIRST, FIRST, actor=field.employer)
    service.settle(field.posting_id, TODAY, TODAY, actor=field.employer)
    later = field.slip(field.worker_id)
    answer = field.browser(field.employer).post(
        f"/employer/settlements/{first}/pay",
        data={"slip": [str(later)], "paid_on": str(TODAY), "how": "cash"},
    )
    assert answer.status_code == 422
    assert field.state(later) == "issued"


def test_objections_are_shown_and_left_unticked(field: Season) -> None:
    run = field.settled()
    slip = field.slip(field.worker_id)
    service.object_to(slip, "少记了半天", actor=field.worker)
    words = field.browser(field.employer).get(f"/employer/settlements/{run}").get_data(as_text=True)
    assert "少记了半天" in words
    assert f'value="{slip}" checked' not in words
    assert f'value="{field.slip(field.leader_id)}" checked' in words


def test_a_slip_is_explained_and_can_be_taken_back(field: Season) -> None:
    field.settled()
    slip, browser = field.slip(field.worker_id), field.browser(field.employer)
    assert "1 整天 × ¥180" in browser.get(f"/employer/slips/{slip}").get_data(as_text=True)
    assert browser.post(f"/employer/slips/{slip}/reverse").status_code == 303
    assert field.state(slip) == "reversed"
    assert check_ledger() == []


def test_a_settlement_with_a_payment_is_not_reversed_before_the_payment(field: Season) -> None:
    run = field.settled()
    slip, browser = field.slip(field.worker_id), field.browser(field.employer)
    payment.record_payment([slip], TODAY, "cash", "", actor=field.employer)
    browser.post(f"/employer/settlements/{run}/reverse")
    assert field.state(slip) == "paid"
    browser.post(f"/employer/slips/{slip}/unpay")
    assert field.state(slip) == "issued"
    answer = browser.post(f"/employer/settlements/{run}/reverse")
    assert (answer.status_code, answer.location) == (303, page(field))
    assert field.state(slip) == "reversed"


def test_the_wage_list_goes_out_as_excel_and_csv(field: Season) -> None:
    run = field.settled()
    browser = field.browser(field.employer)
    book = browser.get(f"/employer/settlements/{run}/wages.xlsx")
    sheet = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(book.data))
    rows = sheet.get_sheet_by_index(0).to_python()
    assert rows[0][:4] == ["序号", "姓名", "身份证号", "电话"]
    assert sorted(row[1] for row in rows[1:]) == ["李桂芳", "王秀兰"]
    assert {row[13] for row in rows[1:]} == {360.0}
    assert all(row[2].startswith("*" * 14) for row in rows[1:])
    listed = browser.get(f"/employer/settlements/{run}/wages.csv")
    assert listed.data.startswith(b"\xef\xbb\xbf")
    assert "王秀兰" in listed.data.decode("utf-8-sig")


def test_other_employers_find_nothing(field: Season) -> None:
    run = field.settled()
    slip = field.slip(field.worker_id)
    browser = field.browser(field.world.employer("别家")[1])
    gets = [page(field), f"/employer/settlements/{run}", f"/employer/slips/{slip}",
            f"/employer/settlements/{run}/wages.xlsx", f"/employer/settlements/{run}/wages.csv"]  # fmt: skip
    posts = [page(field), f"/employer/settlements/{run}/pay", f"/employer/settlements/{run}/reverse",
             f"/employer/slips/{slip}/reverse", f"/employer/slips/{slip}/unpay"]  # fmt: skip
    assert {browser.get(path).status_code for path in gets} == {404}
    data = {"slip": [str(slip)], "paid_on": str(TODAY), "how": "cash",
            "first": str(FIRST), "last": str(TODAY)}  # fmt: skip
    assert {browser.post(path, data=data).status_code for path in posts} == {404}
    assert field.state(slip) == "issued"


def test_pages_cost_the_same_queries_for_one_person_as_for_twelve(field: Season) -> None:
    from tests.attendance.support import engage

    def asked(path: str) -> int:
        from sqlalchemy import event

        from jobmatch.infra.db import db

        seen: list[str] = []

        def count(_c: object, _cur: object, statement: str, *_: object) -> None:
            seen.append(statement)

        browser = field.browser(field.employer)
        event.listen(db.engine, "before_cursor_execute", count)
        try:
            assert browser.get(path).status_code == 200
        finally:
            event.remove(db.engine, "before_cursor_execute", count)
        return len(seen)

    roster = f"/employer/postings/{field.posting_id}/roster?day={TODAY}"
    field.all_present()
    few = [asked(page(field)), asked(roster)]
    posting = field.world.posting(field.employer_id, first=FIRST, headcount=20)
    for n in range(12):
        engage(posting, field.world.worker(f"工人{n}")[0], FIRST, TODAY)
    from jobmatch.attendance import service as attendance

    attendance.mark_all_present(posting, TODAY, actor=field.employer, uid="more")
    many = [
        asked(f"/employer/postings/{posting}/pay"),
        asked(f"/employer/postings/{posting}/roster?day={TODAY}"),
    ]
    assert many == few
    run = field.settled()
    more = service.settle(posting, TODAY, TODAY, actor=field.employer)
    assert asked(f"/employer/settlements/{more}") == asked(f"/employer/settlements/{run}")
