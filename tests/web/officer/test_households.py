"""The officer's pages of households."""

import io
import re
from datetime import date

import pytest
from sqlalchemy import func, select

from jobmatch.households import service
from jobmatch.households.models import Household, HouseholdMember, IncomeEntry
from jobmatch.households.rules.kinds import Source
from jobmatch.infra import clock, drafts, workbooks
from jobmatch.infra.audit import AuditEntry
from jobmatch.infra.db import reading
from tests.households.books import HEAD_ID, OTHER_ID, WIFE_ID, book, income, member
from tests.support import id_number, instant

FAMILY = [member(), member(name="李秀英", number=WIFE_ID, relation="配偶", kind="", village="")]


@pytest.fixture(autouse=True)
def _september():
    with clock.at(instant(2026, 9, 1)):
        yield


@pytest.fixture
def officer(world):
    return world.officer()


@pytest.fixture
def browser(world, officer):
    return world.sign_in(officer)


def text(answer) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.get_data(as_text=True)))


def token(browser, url) -> str:
    found = re.search(r'name="csrf_token" value="([^"]+)"', browser.get(url).get_data(as_text=True))
    return found[1] if found else ""


def post(browser, url, page, **fields):
    return browser.post(url, data={"csrf_token": token(browser, page)} | fields)


def upload(browser, data, name="a.xlsx"):
    return post(
        browser,
        "/officer/households/import",
        "/officer/households/import",
        file=(io.BytesIO(data), name),
    )


def actions() -> list[str]:
    return list(
        reading().scalars(
            select(AuditEntry.action)
            .where(AuditEntry.action != "role.grant")
            .order_by(AuditEntry.id)
        )
    )


def test_the_list_shows_each_household_against_the_line(world, browser, officer):
    poor, _ = world.household("A001")
    service.add_income(poor, Source.WAGE, 1_500_000, date(2026, 3, 1), actor=officer)
    world.household("A002")
    said = text(browser.get("/officer/households"))
    assert "¥7,500.00" in said
    assert "低于监测线" in said
    assert "没有收入记录" in said
    assert "A002" not in text(browser.get("/officer/households?line=under"))


def test_odd_filters_show_the_whole_list(world, browser):
    world.household("A001")
    for query in ("kind=x", "line=x", "page=x", "page=-1", "q=%25"):
        assert browser.get(f"/officer/households?{query}").status_code == 200


def test_the_page_shows_the_standing_members_and_sources_and_is_logged(world, browser, officer):
    household_id, _ = world.household("A001")
    service.add_income(household_id, Source.WAGE, 1_500_000, date(2026, 3, 1), actor=officer)
    answer = browser.get(f"/officer/households/{household_id}")
    said = text(answer)
    assert answer.status_code == 200
    for words in ("¥7,500.00", "¥8,800.00", "¥2,600.00", "每人还差 ¥1,300.00", "工资性收入", "王2"):
        assert words in said
    assert "household.read" in actions()


def test_id_numbers_are_masked_until_revealed_and_the_reveal_is_logged(world, browser):
    household_id, [member_id, _] = world.household()
    page = f"/officer/households/{household_id}"
    row = reading().get(HouseholdMember, member_id)
    tail = row.id_tail
    assert f"**************{tail}" in text(browser.get(page))
    refused = post(browser, f"{page}/members/{member_id}/reveal", page, reason=" 看 ")
    assert refused.status_code == 422
    assert "为什么要看，2 到 100 个字" in text(refused)
    assert 'value=" 看 "' in refused.text
    assert not re.search(rf"\b\d{{14}}{tail}\b", text(refused))
    answer = post(browser, f"{page}/members/{member_id}/reveal", page, reason="办补贴要核对")
    assert re.search(rf"\b\d{{14}}{tail}\b", text(answer))
    assert actions()[-1] == "member.reveal_id"


def test_a_household_elsewhere_is_not_found_and_nothing_is_logged(world, browser):
    household_id, [member_id, _] = world.household(village="150430100201")
    base = f"/officer/households/{household_id}"
    for url in (
        base,
        f"{base}/income",
        f"{base}/income/new",
        f"{base}/kind",
        f"{base}/members/new",
    ):
        assert browser.get(url).status_code == 404
    csrf = token(browser, "/officer/households/import")
    for url in (
        f"{base}/kind",
        f"{base}/income/new",
        f"{base}/members/new",
        f"{base}/income/1/reverse",
        f"{base}/members/{member_id}/back",
        f"{base}/members/{member_id}/reveal",
    ):
        assert browser.post(url, data={"csrf_token": csrf}).status_code == 404
    assert (
        browser.post(
            f"{base}/members/{member_id}/left", data={"csrf_token": csrf, "day": "2026-08-01"}
        ).status_code
        == 404
    )
    assert actions() == []
    assert browser.get("/officer/households?place=150430").status_code == 404


def test_other_roles_are_turned_away(world):
    household_id, _ = world.household()
    for actor in (
        world.admin(),
        world.station(),
        world.employer()[1],
        world.brand()[1],
        world.worker()[1],
    ):
        browser = world.sign_in(actor)
        assert browser.get("/officer/households").status_code == 403
        assert browser.get(f"/officer/households/{household_id}").status_code == 403


def test_income_is_booked_from_the_form_once(world, browser):
    household_id, [member_id, _] = world.household()
    page = f"/officer/households/{household_id}/income/new"
    uid = re.search(r'name="uid"[^>]*value="([^"]+)"', browser.get(page).get_data(as_text=True))[1]
    fields = {
        "source": "property",
        "amount": "1,200.50",
        "day": "2026-08-01",
        "member": str(member_id),
        "detail": "土地流转",
        "uid": uid,
    }
    for _ in range(2):
        assert post(browser, page, page, **fields).status_code == 303
    [row] = reading().scalars(select(IncomeEntry))
    assert (row.source, row.amount_fen, row.detail, row.member_id) == (
        "property",
        120_050,
        "土地流转",
        member_id,
    )


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"amount": "很多"}, "请填写金额"),
        ({"amount": "0"}, "请填写金额，大于 0"),
        ({"day": "昨天"}, "请填写日期"),
        ({"day": "2027-01-01"}, "日期不能晚于今天"),
        ({"detail": "字" * 61}, "说明最多 60 个字"),
        ({"member": "999"}, ""),
        ({"source": "lottery"}, ""),
    ],
)
def test_bad_income_is_said_next_to_its_field_and_the_typed_text_stays(
    world, browser, change, words
):
    household_id, _ = world.household()
    page = f"/officer/households/{household_id}/income/new"
    fields = {
        "source": "wage",
        "amount": "88.88",
        "day": "2026-08-01",
        "member": "",
        "detail": "卖羊",
    } | change
    answer = post(browser, page, page, **fields)
    assert answer.status_code == 422
    assert words in text(answer)
    if "amount" not in change:
        assert "88.88" in answer.get_data(as_text=True)
    assert reading().scalar(select(func.count()).select_from(IncomeEntry)) == 0


def test_an_amount_is_reversed_by_its_opposite(world, browser, officer):
    household_id, _ = world.household()
    service.add_income(household_id, Source.WAGE, 500, date(2026, 3, 1), actor=officer)
    page = f"/officer/households/{household_id}/income"
    entry = reading().scalar(select(IncomeEntry.id))
    assert post(browser, f"{page}/{entry}/reverse", page).status_code == 303
    said = text(browser.get(page))
    assert "-¥5.00" in said
    assert "已冲销" in said
    post(browser, f"{page}/{entry}/reverse", page)
    assert "已经冲销过了" in text(browser.get(page))


def test_the_kind_is_changed_with_a_reason(world, browser):
    household_id, _ = world.household(kind="lifted")
    page = f"/officer/households/{household_id}/kind"
    answer = post(browser, page, page, kind="lifted_unstable", reason="")
    assert answer.status_code == 422
    assert "请写明依据" in text(answer)
    assert post(browser, page, page, kind="lifted_unstable", reason="县级审批").status_code == 303
    assert reading().get(Household, household_id).kind == "lifted_unstable"


def test_a_member_is_added_and_leaves(world, browser):
    household_id, _ = world.household(members=1)
    page = f"/officer/households/{household_id}/members/new"
    bad = post(browser, page, page, name="王小红", id_number="123", relation="女")
    assert bad.status_code == 422
    assert "身份证号不对" in text(bad)
    number = id_number(date(1990, 1, 1), 71)
    assert (
        post(browser, page, page, name="王小红", id_number=number, relation="女").status_code == 303
    )
    again = post(browser, page, page, name="王小红", id_number=number, relation="女")
    assert again.status_code == 422
    assert "已经登记在一户家庭里" in text(again)
    key = reading().scalar(select(HouseholdMember.id).where(HouseholdMember.name == "王小红"))
    home = f"/officer/households/{household_id}"
    assert post(browser, f"{home}/members/{key}/left", home, day="2026-08-01").status_code == 303
    assert "2026年8月1日离开" in text(browser.get(home))
    post(browser, f"{home}/members/{key}/back", home)
    assert "离开" not in text(browser.get(home)).replace("从哪天起", "")


# import


def test_a_workbook_is_checked_then_saved(browser):
    answer = upload(
        browser,
        book(
            [*FAMILY, member(no="H0002", village="新惠村", number=OTHER_ID)],
            [income("H0001", "", "2025", 1200)],
        ),
    )
    assert answer.status_code == 303
    preview = answer.headers["Location"]
    said = text(browser.get(preview))
    assert "您的辖区里没有“新惠村”这个村" in said
    assert reading().scalar(select(func.count()).select_from(Household)) == 0
    saved = post(browser, f"{preview}/save", preview)
    assert saved.status_code == 303
    assert reading().scalar(select(func.count()).select_from(Household)) == 1
    again = text(browser.get(preview))
    assert "没有要保存的内容" in again
    assert "没有变的 1 户" in again
    back = browser.get(f"{preview}/errors.xlsx")
    assert workbooks.read_workbook(back.data)["家庭成员"][3][6] == "您的辖区里没有“新惠村”这个村。"


def test_a_saved_workbook_without_errors_leaves_no_draft(browser):
    preview = upload(browser, book(FAMILY)).headers["Location"]
    assert (
        post(browser, f"{preview}/save", preview)
        .headers["Location"]
        .endswith("/officer/households")
    )
    assert browser.get(preview).status_code == 404


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"hello", "这不是 Excel 工作簿"),
        (book(member_sheet="Sheet1"), "不是本系统的模板"),
        (book(FAMILY, formula="=1+1"), "工作簿里有公式"),
    ],
    # A workbook holds the second in which it was made: as a name no two processes would agree on it.
    ids=["text", "foreign", "formula"],
)
def test_a_bad_file_is_refused_next_to_its_field(browser, data, words):
    answer = upload(browser, data)
    assert answer.status_code == 422
    assert words in text(answer)


def test_no_file_is_said(browser):
    answer = post(browser, "/officer/households/import", "/officer/households/import")
    assert answer.status_code == 422
    assert "请选择填好的表格" in text(answer)


def test_a_draft_is_sealed_and_its_owners_alone(world, browser, app):
    preview = upload(browser, book(FAMILY)).headers["Location"]
    name = preview.rpartition("/")[2]
    stored = (drafts._folder() / name).read_bytes()
    assert b"PK" not in stored[:100]
    assert HEAD_ID.encode() not in stored
    other = world.sign_in(world.officer())
    assert other.get(preview).status_code == 404
    assert other.get("/officer/households/import/..%2f..%2fsecret_key").status_code == 404


def test_the_template_comes_as_a_workbook(browser):
    answer = browser.get("/officer/households/template.xlsx")
    assert workbooks.read_workbook(answer.data)["家庭成员"][0][0] == "户编号"
