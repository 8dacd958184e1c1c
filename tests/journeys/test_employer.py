"""An employer from an unlawful draft to wages paid."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.journeys.steps import (
    Person,
    fill_posting,
    follow,
    in_days,
    join,
    key_of,
    press,
    release,
    sees,
)
from tests.season import Season

pytestmark = pytest.mark.browser
TITLE = "东湾子捡红薯"


def test_a_draft_against_the_rules_is_mended_next_to_its_fields(season: Season, open_page) -> None:
    page = open_page()
    season.sign_in(page, "employer")
    follow(page, "发用工需求")
    fill_posting(page, "东湾子捡红薯，限女性", in_days(2), in_days(3), 4, "120")
    press(page, "存成草稿")
    expect(beside(page, "标题")).to_contain_text("《就业促进法》")
    expect(beside(page, "工钱（元）")).to_contain_text("最低工资")
    expect(page.get_by_label("干什么、怎么干")).to_have_value(re.compile("自带手套"))
    page.goto(page.url.removesuffix("/edit"))
    expect(page.get_by_role("button", name="发布", exact=True)).to_have_count(0)

    follow(page, "去改")
    page.get_by_label("标题").fill(TITLE)
    page.get_by_label("工钱（元）").fill("185")
    press(page, "存成草稿")
    release(page)
    page.goto(f"{season.url}/board?q={TITLE}")
    sees(page, "找到 1 份活", TITLE)


def beside(page: Page, label: str) -> Locator:
    """What the linter says next to this field."""
    return page.locator(f".field:has(label:has-text('{label}')) + .finding").first


def test_from_a_posting_of_today_to_wages_that_are_paid(season: Season, open_page) -> None:
    desk = open_page()
    season.sign_in(desk, "employer")
    follow(desk, "发用工需求")
    fill_posting(desk, "今天就来捡红薯", in_days(0), in_days(0), 3, "188.50")
    press(desk, "存成草稿")
    release(desk)
    posting = key_of(desk)
    phones = [open_page(375), open_page(375)]
    people = [Person("乌日娜", "13700000201", 811), Person("白音查干", "13700000202", 812)]
    for phone, person in zip(phones, people, strict=True):
        phone.goto(f"{season.url}/join?next=/p/{posting}")
        join(phone, person)
        press(phone, "我要报名")
        sees(phone, "等用工方答复")

    desk.goto(f"{season.url}/employer/postings/{posting}")
    follow(desk, "报名和录用")
    press(desk, "按报名先后全部录用")
    sees(desk, "录用了 2 人，0 人排队候补。")
    desk.goto(f"{season.url}/employer/postings/{posting}")
    follow(desk, "花名册和记工")
    press(desk, "其余的人全部到岗")
    sees(desk, "2 人已记到岗。")

    follow(desk, "结算工资")
    preview = desk.get_by_role("table", name="结算预览")
    expect(preview.get_by_role("row", name=re.compile("乌日娜"))).to_contain_text("¥188.50")
    expect(preview.get_by_role("row", name=re.compile("合计 2 人"))).to_contain_text("¥377.00")
    press(desk, "发工资条（2 人，共 ¥377.00）")
    sees(desk, "工资条已发出，务工人员会收到消息。")

    phone = phones[0]
    phone.goto(f"{season.url}/my/pay")
    follow(phone, "核对并确认")
    sees(phone, "¥188.50")
    press(phone, "确认没错")
    sees(phone, "已确认")

    desk.reload()
    expect(desk.get_by_role("row", name=re.compile("乌日娜"))).to_contain_text("已确认")
    desk.get_by_label("付给乌日娜").check()
    desk.get_by_label("付款方式").select_option(index=1)
    desk.get_by_label("凭证号").fill("回单 20260042")
    press(desk, "把勾选的记为已付")
    sees(desk, "付款已记下。")
    expect(desk.get_by_role("row", name=re.compile("乌日娜"))).to_contain_text("回单 20260042")
    phone.reload()
    sees(phone, "回单 20260042")
