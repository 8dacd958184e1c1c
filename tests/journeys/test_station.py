"""The clerk of a station serves somebody who has no phone."""

import re

import pytest
from playwright.sync_api import expect

from tests.journeys.steps import Person, follow, in_days, press, publish, sees
from tests.season import Season

pytestmark = pytest.mark.browser


def test_somebody_without_a_phone_leaves_with_work_on_paper(season: Season, open_page) -> None:
    boss, page = open_page(), open_page()
    season.sign_in(boss, "employer")
    posting = publish(boss, season.url, "北坨子捡红薯", in_days(3), in_days(3))

    season.sign_in(page, "station")
    follow(page, "登记务工人员")
    person = Person("斯琴高娃", "", 841)
    page.get_by_label("姓名").fill(person.name)
    page.get_by_label("身份证号", exact=True).fill(person.number)
    page.get_by_role("combobox", name="打字找地方").fill("daqintala")
    page.get_by_role("listbox").get_by_role("option", name=re.compile("大沁他拉镇")).click()
    page.get_by_label("一年到头都行").check()
    page.get_by_label("最远去多远").select_option("200")
    page.get_by_label("用自己的话说").fill("刨地瓜、挑地瓜")
    expect(page.get_by_role("checkbox", name=re.compile("甘薯收获"))).to_be_checked()
    page.get_by_label("已把上面的话念给本人听").check()
    press(page, "登记")
    expect(page.get_by_role("heading", level=1, name="斯琴高娃")).to_be_visible()

    card = page.locator("article", has_text="北坨子捡红薯")
    expect(card).to_contain_text("这门活您会")
    card.get_by_role("button", name="替他报名").click()
    sees(page, "等用工方答复")
    boss.goto(f"{season.url}/employer/postings/{posting}/signups")
    press(boss, "录用")
    expect(boss.get_by_role("heading", name="已录用（1 人）")).to_be_visible()

    training = page.get_by_role("table", name="能报的培训")
    training.get_by_role("button", name="替他报名").first.click()
    sees(page, "甘薯分拣分级培训班")
    follow(page, "打印小票")
    work = page.get_by_role("table", name="要去干的活")
    expect(work).to_contain_text("北坨子捡红薯")
    sees(page, "斯琴高娃", "到驿站出示，工作人员一扫就能找到您")
    expect(page.get_by_role("button", name="打印")).to_be_visible()
