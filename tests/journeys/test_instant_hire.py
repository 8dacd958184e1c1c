"""An employer wants somebody for tomorrow; the desk answers for one who was asked."""

import re

import pytest
from playwright.sync_api import expect

from tests.journeys.steps import follow, press, sees
from tests.season import Season

pytestmark = pytest.mark.browser


def test_somebody_is_found_for_tomorrow_while_the_employer_looks_on(
    season: Season, open_page
) -> None:
    boss, desk = open_page(), open_page()
    season.sign_in(boss, "employer")
    follow(boss, "快招")
    follow(boss, "马上招人")
    boss.get_by_label(re.compile("^明天")).check()
    boss.get_by_label("要几个人").fill("1")
    boss.get_by_label("干什么活").select_option("ag.swpotato.sort")
    boss.get_by_label("怎么干").fill("坐着挑，分大中小三级，不用搬重东西")
    boss.get_by_label("一天多少元").fill("191")
    boss.get_by_label("活儿轻重").select_option("light")
    press(boss, "马上问人")
    expect(boss.get_by_role("heading", level=1)).to_contain_text("快招")
    sees(boss, "正在问人")

    season.sign_in(desk, "station")
    follow(desk, "快招")
    ours = desk.get_by_role("row").filter(has_text="¥191").first
    name = ours.get_by_role("link").first.inner_text()
    ours.get_by_role("button", name="去", exact=True).click()
    sees(desk, f"{name}去。日子已留好。")

    # The employer touches nothing: the page counts by itself.
    expect(boss.get_by_text("已招满").first).to_be_visible(timeout=15_000)
    expect(boss.get_by_role("listitem").filter(has_text=name)).to_be_visible()
    follow(boss, "回执")
    sees(boss, "快招回执", "用了 1 分钟")

    desk.goto(f"{season.url}/market")
    expect(desk.get_by_role("heading", level=1)).to_have_text("要等多久")
