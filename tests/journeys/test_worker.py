"""A stranger finds work by the phone: from the board to a day that is agreed."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.steps import Person, follow, in_days, join, press, publish, sees
from tests.season import Season

pytestmark = pytest.mark.browser


def find_on_board(page: Page, site: str, title: str) -> None:
    """From the start page by words to the posting."""
    page.goto(site)
    page.get_by_label("想干什么活").fill(title)
    press(page, "找活")
    sees(page, "找到 1 份活")
    follow(page, "看一看")
    expect(page.get_by_role("heading", level=1, name=title)).to_be_visible()


def test_a_stranger_signs_up_changes_their_mind_and_is_taken(season: Season, open_page) -> None:
    boss, phone = open_page(), open_page(375)
    season.sign_in(boss, "employer")
    posting = publish(boss, season.url, "青沟地里捡红薯", in_days(3), in_days(4))

    find_on_board(phone, season.url, "青沟地里捡红薯")
    follow(phone, "登记并报名")
    join(phone, Person("包雪梅", "13700000101", 801))
    sees(phone, "登记好了。", "青沟地里捡红薯")

    phone.goto(f"{season.url}/my/")
    card = phone.locator("article", has_text="青沟地里捡红薯")
    expect(card.get_by_text(re.compile(r"合适 \d+%"))).to_be_visible()
    card.get_by_text("为什么合适").click()
    expect(card.get_by_text("这门活您会")).to_be_visible()
    card.get_by_role("button", name="我要报名").click()
    sees(phone, "已报名“青沟地里捡红薯”，等用工方答复。")
    phone.get_by_role("button", name=re.compile("^撤销")).click()
    sees(phone, "已取消，空出来的日子可以再接别的活。")
    expect(phone.locator("article", has_text="青沟地里捡红薯")).to_have_count(0)

    follow(phone, "找活")
    phone.locator("article", has_text="青沟地里捡红薯").get_by_role(
        "button", name="我要报名"
    ).click()
    sees(phone, "等用工方答复")
    boss.goto(f"{season.url}/employer/postings/{posting}/signups")
    row = boss.get_by_role("row").filter(has_text="包雪梅")
    row.get_by_role("button", name="录用", exact=True).click()
    expect(boss.get_by_role("heading", name="已录用（1 人）")).to_be_visible()
    follow(phone, "我的活")
    expect(
        phone.locator("article", has_text="青沟地里捡红薯").get_by_text("已录用")
    ).to_be_visible()


def test_the_whole_sign_up_works_without_scripts(season: Season, open_page) -> None:
    boss, phone = open_page(), open_page(375, java_script_enabled=False)
    season.sign_in(boss, "employer")
    publish(boss, season.url, "西荒地里捡红薯", in_days(5), in_days(5))

    find_on_board(phone, season.url, "西荒地里捡红薯")
    follow(phone, "登记并报名")
    phone.get_by_label("姓名").fill("白秀英")
    phone.get_by_label("手机号").fill("13700000102")
    phone.get_by_label("设一个密码").fill("shouge-2026")
    person = Person("白秀英", "13700000102", 802)
    phone.get_by_label("身份证号", exact=True).fill(person.number)
    for label, code in (("盟市", "1505"), ("旗县", "150525"), ("苏木乡镇", "150525100")):
        phone.get_by_label(re.compile(label)).last.select_option(code)
        if code != "150525100":
            press(phone, "显示下一级")
    phone.get_by_label("我看明白了").check()
    press(phone, "下一步")
    phone.get_by_label("用自己的话说").fill("刨地瓜")
    press(phone, "认一认")
    expect(phone.get_by_role("checkbox", name=re.compile("甘薯收获"))).to_be_checked()
    press(phone, "下一步")
    phone.get_by_label("一年到头都行").check()
    press(phone, "登记好了")
    sees(phone, "登记好了。")
    press(phone, "我要报名")
    sees(phone, "已报名“西荒地里捡红薯”，等用工方答复。")
    phone.get_by_role("button", name=re.compile("^撤销")).click()
    sees(phone, "已取消")


def test_words_that_name_no_skill_are_said_to_while_typing(season: Season, open_page) -> None:
    phone = open_page(375)
    season.sign_in(phone, "worker")
    phone.goto(f"{season.url}/my/me/skills")
    unread = phone.get_by_text("没认出来。换个说法再试，或在下面挑。")
    expect(unread).to_be_hidden()
    phone.get_by_label("用自己的话说").fill("开坦克")
    expect(unread).to_be_visible()
    phone.get_by_label("用自己的话说").fill("剪羊毛")
    expect(unread).to_be_hidden()
    expect(phone.get_by_role("checkbox", name=re.compile("剪羊毛|剪毛"))).to_be_checked()
