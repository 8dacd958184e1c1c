"""One harvest day on one posting, from the first tap to the household's books, to the fen."""

import re

import pytest
from playwright.sync_api import Page, expect

from jobmatch.earnings.checks import check_ledger
from tests.journeys.steps import Person, follow, in_days, join, key_of, press, publish, sees
from tests.season import Season

pytestmark = pytest.mark.browser
TITLE = "今天收红薯，两拨人"
LEADER = Person("朝鲁门", "13700000501", 851)
HAND = Person("韩桂芝", "13700000502", 852)


def household_with(page: Page, site: str, person: Person) -> str:
    """The officer adds this person to a household without wages; gives its address."""
    page.goto(f"{site}/officer/households?line=unknown")
    if page.get_by_role("table", name="家庭").count() == 0:
        page.goto(f"{site}/officer/households")
    page.get_by_role("table", name="家庭").get_by_role("link").first.click()
    home = page.url
    follow(page, "添一个人")
    page.get_by_label("姓名").fill(person.name)
    page.get_by_label("身份证号").fill(person.number)
    page.get_by_label("与户主关系").fill("儿媳")
    press(page, "添上")
    expect(page.get_by_role("table", name="家里的人")).to_contain_text(person.name)
    return home


def test_a_day_of_work_reaches_the_households_books_to_the_fen(season: Season, open_page) -> None:
    boss, officer, organizer = open_page(), open_page(), open_page()
    leader, hand = open_page(375), open_page(375)
    season.sign_in(officer, "officer")
    home = household_with(officer, season.url, HAND)
    season.sign_in(boss, "employer")
    posting = publish(boss, season.url, TITLE, in_days(0), in_days(0), 4, "183.37")

    # One comes by herself.
    hand.goto(f"{season.url}/join?next=/p/{posting}")
    join(hand, HAND)
    press(hand, "我要报名")
    sees(hand, "等用工方答复")
    # One leads a crew that the brand sends.
    leader.goto(f"{season.url}/join?next=/my/brands")
    join(leader, LEADER)
    leader.get_by_label("品牌名称").fill("奈曼青龙薯乡人")
    press(leader, "查找")
    press(leader, "申请加入")
    sees(leader, "已经申请，等带头人答复。")
    season.sign_in(organizer, "organizer")
    form_crew(organizer, season.url, posting)

    boss.goto(f"{season.url}/employer/postings/{posting}/signups")
    press(boss, "录用班组")
    press(boss, "录用")
    expect(boss.get_by_role("heading", name="已录用（2 人）")).to_be_visible()

    leader.goto(f"{season.url}/my/today")
    leader.get_by_role("link", name=re.compile("收薯一队")).click()
    press(leader, "全班到岗")
    sees(leader, "1 人已记到岗。")
    hand.goto(f"{season.url}/my/today")
    press(hand, "到岗")
    sees(hand, "已记到岗。")

    boss.goto(f"{season.url}/employer/postings/{posting}/pay")
    press(boss, "发工资条（2 人，共 ¥366.74）")
    hand.goto(f"{season.url}/my/pay")
    follow(hand, "核对并确认")
    sees(hand, "¥183.37")
    press(hand, "确认没错")
    boss.reload()
    boss.get_by_label(f"付给{HAND.name}").check()
    press(boss, "把勾选的记为已付")
    sees(boss, "付款已记下。")

    officer.goto(f"{home}/income?source=wage")
    this_month = officer.get_by_role("table", name="这个月的收入记录")
    lines = this_month.get_by_role("row").filter(has_text=HAND.name)
    expect(lines).to_have_count(1)
    expect(lines).to_contain_text("工资条")
    expect(lines).to_contain_text("¥183.37")
    with season.app.app_context():
        assert check_ledger() == []


def form_crew(page: Page, site: str, posting: int) -> None:
    """The organizer takes the leader in, makes a crew of one, and sends it."""
    page.goto(f"{site}/brand/requests")
    row = page.get_by_role("row", name=re.compile(LEADER.name))
    row.get_by_role("button", name="接收").click()
    page.goto(f"{site}/brand/crews")
    page.get_by_label("班组名称").fill("收薯一队")
    press(page, "新建")
    page.get_by_label(LEADER.name).check()
    press(page, "加进班组")
    page.get_by_label("班组长").select_option(label=LEADER.name)
    press(page, "保存")
    crew = key_of(page)
    page.goto(f"{site}/brand/dispatch/send?crew={crew}&posting={posting}")
    press(page, "派这个班组")
    sees(page, "已问用工方，1 人能去，等答复。")
