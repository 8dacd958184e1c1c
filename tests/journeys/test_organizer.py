"""An organizer answers, forms a crew, sends it, and trains people whose pass opens a posting."""

import re

import pytest
from playwright.sync_api import expect

from tests.journeys.steps import (
    Person,
    fill_posting,
    follow,
    in_days,
    join,
    key_of,
    press,
    publish,
    release,
    sees,
)
from tests.season import Season

pytestmark = pytest.mark.browser


def test_a_crew_is_formed_sent_and_seen_on_the_week(season: Season, open_page) -> None:
    boss, page = open_page(), open_page()
    season.sign_in(boss, "employer")
    posting = publish(boss, season.url, "南洼捡红薯", in_days(6), in_days(7), 6)

    season.sign_in(page, "organizer")
    follow(page, "申请加入，等您答复")
    name = page.get_by_role("table", name="申请").get_by_role("rowheader").first.inner_text()
    press(page, "接收")
    expect(page.get_by_role("rowheader", name=name)).to_have_count(0)

    follow(page, "班组")
    page.get_by_label("班组名称").fill("南洼班")
    press(page, "新建")
    sees(page, "班组已建好，现在可以加人。")
    for box in page.locator("[id^=free-]").all()[:4]:
        box.check()
    page.get_by_label(name).check()
    press(page, "加进班组")
    expect(page.get_by_role("heading", name=re.compile(r"班组成员（[45] 人）"))).to_be_visible()
    page.get_by_label("班组长").select_option(label=name)
    press(page, "保存")
    sees(page, "已保存。")
    crew = key_of(page)

    page.goto(f"{season.url}/brand/dispatch/send?crew={crew}&posting={posting}")
    sees(page, "“南洼班”去“南洼捡红薯”")
    press(page, "派这个班组")
    sees(page, "等答复")
    boss.goto(f"{season.url}/employer/postings/{posting}/signups")
    press(boss, "录用班组")
    expect(boss.get_by_role("heading", name=re.compile(r"已录用（[1-5] 人）"))).to_be_visible()
    week = in_days(6).isocalendar()
    page.goto(f"{season.url}/brand/dispatch?week={week.year}-W{week.week:02d}")
    expect(page.get_by_role("row", name=re.compile("南洼班"))).to_contain_text("人")


def test_a_passed_course_opens_the_posting_that_asks_for_it(season: Season, open_page) -> None:
    boss, page, phone = open_page(), open_page(), open_page(375)
    season.sign_in(boss, "employer")
    boss.goto(f"{season.url}/employer/postings/new")
    fill_posting(boss, "持证收红薯", in_days(8), in_days(9), 5, "200")
    boss.get_by_label("要有这门手艺的证书").check()
    press(boss, "存成草稿")
    release(boss)
    posting = key_of(boss)

    phone.goto(f"{season.url}/join")
    join(phone, Person("高娃", "13700000301", 821))
    phone.goto(f"{season.url}/my/postings/{posting}")
    sees(phone, "还差一点")
    phone.goto(f"{season.url}/my/brands")
    # Another story may have had a brand of its own approved.
    brand = phone.get_by_role("article").filter(has_text="奈曼青龙薯乡人")
    brand.get_by_role("button", name="申请加入").click()
    sees(phone, "已经申请，等带头人答复。")

    season.sign_in(page, "organizer")
    page.goto(f"{season.url}/brand/requests")
    page.get_by_role("row", name=re.compile("高娃")).get_by_role("button", name="接收").click()
    follow(page, "培训")
    follow(page, "新建培训班")
    page.get_by_label("培训班名称").fill("甘薯收获上岗培训")
    page.get_by_label("教哪项手艺").select_option("ag.swpotato.dig")
    page.get_by_label("合格后的等级").select_option("1")
    press(page, "下一步：安排一期")
    page.get_by_label("开课日期").fill(in_days(0).isoformat())
    page.get_by_label("结束日期").fill(in_days(0).isoformat())
    page.get_by_label("几点上课").fill("08:30")
    page.get_by_label("上课地点").fill("镇文化站")
    page.get_by_label("老师").fill("王老师")
    page.get_by_label("名额（人）").fill("20")
    press(page, "开放报名")
    sees(page, "这一期已开放报名。")
    follow(page, "替人报名")
    page.get_by_label("姓名或手机号").fill("高娃")
    press(page, "查找")
    page.get_by_label(re.compile("^高娃")).check()
    press(page, "报名")
    follow(page, "点名")
    press(page, "保存点名")
    follow(page, "登记结果")
    page.get_by_role("group", name="高娃").get_by_label("合格", exact=True).check()
    press(page, "登记结果")
    sees(page, "合格")

    phone.goto(f"{season.url}/my/postings/{posting}")
    expect(phone.get_by_text(re.compile(r"合适 \d+%"))).to_be_visible()
    press(phone, "我要报名")
    sees(phone, "等用工方答复")
