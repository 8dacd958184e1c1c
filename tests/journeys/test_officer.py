"""An officer: verifies, approves, imports households, and opens a figure down to its work days."""

import csv
import io
import re
from pathlib import Path
from typing import Any

import pytest
import python_calamine
import xlsxwriter
from playwright.sync_api import Page, expect
from sqlalchemy import text

from jobmatch.infra import clock
from jobmatch.infra.db import reading
from jobmatch.kernel.periods import add_months
from tests.journeys.steps import follow, press, sees
from tests.season import Season
from tests.support import id_number

pytestmark = pytest.mark.browser
VILLAGE = "150525100200"
RIGHT = id_number(clock.today().replace(1968, 3, 3), 831)
WIFE = id_number(clock.today().replace(1970, 4, 4), 832)
# The last digit does not fit.
WRONG = RIGHT[:-1] + ("1" if RIGHT[-1] != "1" else "2")


def sheets(data: bytes) -> dict[str, list[list[Any]]]:
    book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
    return {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}


def fetched(page: Page, name: str) -> bytes:
    """The file behind a link that offers a download."""
    with page.expect_download() as waiting:
        follow(page, name)
    return Path(waiting.value.path()).read_bytes()


def filled(template: dict[str, list[list[Any]]]) -> bytes:
    """The template's two sheets with a household that is right and a person who is not."""
    month = f"{add_months(clock.today(), -2):%Y-%m}"
    rows = {
        "家庭成员": [
            ["NM20260001", VILLAGE, "脱贫户", "陈国富", RIGHT, "户主"],
            ["NM20260001", VILLAGE, "脱贫户", "吴玉兰", WIFE, "配偶"],
            ["NM20260002", VILLAGE, "一般户", "陈国强", WRONG, "户主"],
        ],
        "收入": [["NM20260001", "", month, "10000", "", "", "", "400"]],
    }
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_numbers": False})
    for name, lines in rows.items():
        sheet = book.add_worksheet(name)
        for n, line in enumerate([template[name][0], *lines]):
            for m, value in enumerate(line):
                sheet.write_string(n, m, str(value))
    book.close()
    return out.getvalue()


def hand_in(page: Page, site: str, data: bytes) -> None:
    page.goto(f"{site}/officer/households/import")
    page.get_by_label("填好的表格").set_input_files(
        {"name": "户.xlsx", "mimeType": "application/octet-stream", "buffer": data}
    )
    press(page, "先检查一遍")
    expect(page.get_by_role("heading", level=1, name="检查结果")).to_be_visible()


def test_an_employer_is_verified_and_a_brand_approved(season: Season, open_page) -> None:
    page, organizer = open_page(), open_page()
    season.sign_in(organizer, "organizer")
    organizer.goto(f"{season.url}/brands/new")
    organizer.get_by_label("品牌名称").fill("奈曼荞麦收割队")
    organizer.get_by_role("combobox", name="打字找地方").fill("naiman")
    organizer.get_by_role("listbox").get_by_role("option", name="奈曼旗").first.click()
    organizer.get_by_label("主要手艺").select_option("ag.swpotato.dig")
    organizer.get_by_label("品牌介绍").fill("割荞麦、收豆子，二十个人，自带镰刀。")
    press(organizer, "保存草稿")
    press(organizer, "提交审核")
    sees(organizer, "已提交，等当地管理人员审核。")

    season.sign_in(page, "officer")
    page.get_by_role("link", name=re.compile("等核验的用工主体")).click()
    page.get_by_role("table", name="用工主体").get_by_role("link").first.click()
    press(page, "通过核验")
    sees(page, "已核验，到", "没有等核验的用工主体。")
    page.goto(f"{season.url}/officer/brands?state=pending")
    follow(page, "奈曼荞麦收割队")
    page.get_by_label("级别").select_option("banner")
    press(page, "批准")
    sees(page, "已批准")
    organizer.goto(f"{season.url}/brands?q=荞麦")
    sees(organizer, "奈曼荞麦收割队")


def test_households_come_from_a_workbook_and_only_once(season: Season, open_page) -> None:
    page = open_page()
    season.sign_in(page, "officer")
    follow(page, "导入家庭")
    data = filled(sheets(fetched(page, "下载模板")))
    hand_in(page, season.url, data)
    sees(page, "读到 4 行。还没有保存。", "身份证号不对")
    back = sheets(fetched(page, "下载带错误说明的表格"))["家庭成员"]
    assert "身份证号不对" in back[3][-1]
    assert [row[3] for row in back[1:4]] == ["陈国富", "吴玉兰", "陈国强"]
    assert back[1][-1] == ""
    press(page, "保存对的行")
    sees(page, "已保存：1 户、2 人、2 笔收入。")

    hand_in(page, season.url, data)
    sees(page, "没有要保存的内容。")
    page.goto(f"{season.url}/officer/households")
    page.get_by_label("户编号或姓名").fill("NM20260001")
    press(page, "查找")
    follow(page, "陈国富")
    # (10,000 - 400) / 2 = 4,800 a head, 4,000 under the line of 8,800; 8,000 for the two of them.
    sees(page, "¥4,800.00", "¥8,800.00", "¥8,000.00", "低于监测线", "每人还差 ¥4,000.00")


def test_a_wage_slip_is_an_income_of_the_household(season: Season, open_page) -> None:
    booked = text(
        "SELECT household_id, sum(amount_fen) FROM income_entry WHERE origin = 'pay_slip' "
        "GROUP BY household_id ORDER BY household_id"
    )
    with season.app.app_context():
        household, fen = reading().execute(booked).first()
    page = open_page()
    season.sign_in(page, "officer")
    page.goto(f"{season.url}/officer/households/{household}/income?source=wage")
    slips = page.get_by_role("row").filter(has_text="工资条")
    amounts = [
        int(re.sub(r"\D", "", row.get_by_role("cell").nth(4).inner_text())) for row in slips.all()
    ]
    assert sum(amounts) == fen > 0


def test_a_figure_opens_down_to_its_work_days_and_equals_its_files(
    season: Season, open_page
) -> None:
    page = open_page()
    season.sign_in(page, "officer")
    follow(page, "看报表")
    total = page.get_by_role("row", name=re.compile("^合计"))
    expect(total).to_be_visible()
    people, times, days, wages = (
        float(re.sub(r"[¥,]", "", cell)) for cell in total.get_by_role("cell").all_inner_texts()[:4]
    )
    book = sheets(fetched(page, "导出 Excel"))
    (line,) = [row for row in next(iter(book.values())) if row[0] == "合计"]
    assert line[1:5] == [people, times, days, wages]
    rows = list(csv.reader(io.StringIO(fetched(page, "导出 CSV").decode("utf-8-sig"))))
    (line,) = [row for row in rows if row[0] == "合计"]
    assert [float(value) for value in line[1:5]] == [people, times, days, wages]

    total.get_by_role("link").first.click()
    sees(page, f"{people:,.0f} 人")
    page.go_back()
    total.get_by_role("link").nth(1).click()
    sees(page, f"{times:,.0f} 人次")
    expect(page.get_by_role("table", name="出工记录").get_by_role("row")).not_to_have_count(1)
