"""What the scripts add, and that everything works without them."""

import json
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser

WITHOUT_SCRIPTS = {"scripts": False}


def posted(page: Page) -> dict[str, list[str]]:
    found: dict[str, list[str]] = json.loads(page.locator("pre").inner_text())
    return found


def test_the_place_picker_loads_the_level_below_the_chosen_one(
    open_page: Callable[..., Page],
) -> None:
    page = open_page("/gallery/forms")
    page.get_by_label("盟市").select_option("150500000000")
    page.get_by_label("旗县").select_option("150525000000")
    page.get_by_label("苏木乡镇").select_option("150525104000")
    page.get_by_role("button", name="下一步").click()
    assert posted(page)["place"] == ["150500000000", "150525000000", "150525104000"]


def test_changing_an_upper_place_takes_the_lower_ones_away(open_page: Callable[..., Page]) -> None:
    page = open_page("/gallery/forms")
    page.get_by_label("盟市").select_option("150500000000")
    page.get_by_label("旗县").select_option("150525000000")
    page.get_by_label("盟市").select_option("150400000000")
    expect(page.get_by_label("旗县")).to_have_count(0)


def test_a_place_is_found_by_pinyin_and_taken_with_the_keyboard(
    open_page: Callable[..., Page],
) -> None:
    page = open_page("/gallery/forms")
    search = page.get_by_role("combobox", name="打字找地方")
    search.fill("naim")
    expect(page.get_by_role("option", name="奈曼旗")).to_be_visible()
    search.press("ArrowDown")
    search.press("Enter")
    expect(page.get_by_label("旗县")).to_have_value("150525000000")
    expect(page.get_by_label("苏木乡镇")).to_be_visible()


def test_an_unknown_place_is_said_in_words(open_page: Callable[..., Page]) -> None:
    page = open_page("/gallery/forms")
    page.get_by_role("combobox", name="打字找地方").fill("xyz")
    expect(page.get_by_text("没找到这个地方")).to_be_visible()


def test_without_scripts_a_button_posts_the_form_for_the_next_level(
    open_page: Callable[..., Page],
) -> None:
    page = open_page("/gallery/forms", **WITHOUT_SCRIPTS)
    page.get_by_label("盟市").select_option("150500000000")
    page.get_by_role("button", name="显示下一级").click()
    assert posted(page)["_load"] == ["place"]
    assert posted(page)["place"] == ["150500000000"]


def test_a_stretch_of_days_is_ticked_by_its_first_and_last_day(
    open_page: Callable[..., Page],
) -> None:
    page = open_page("/gallery/pick")
    page.get_by_role("button", name="全不选").click()
    page.get_by_role("button", name="选一段日子").click()
    page.get_by_label("9月29日").check()
    page.get_by_label("10月4日").check()
    page.get_by_role("button", name="存好").click()
    # The third of October is closed: it already has work.
    assert posted(page)["days"] == [
        "2026-09-29", "2026-09-30", "2026-10-01", "2026-10-02", "2026-10-04",
    ]  # fmt: skip


def test_without_scripts_the_days_and_the_range_are_posted(open_page: Callable[..., Page]) -> None:
    page = open_page("/gallery/pick", **WITHOUT_SCRIPTS)
    page.get_by_label("9月28日").check()
    page.get_by_label("从", exact=True).fill("2026-10-01")
    page.get_by_label("到", exact=True).fill("2026-10-05")
    page.get_by_role("button", name="存好").click()
    sent = posted(page)
    assert sent["days"] == ["2026-09-26", "2026-09-28"]
    assert (sent["days-from"], sent["days-to"]) == (["2026-10-01"], ["2026-10-05"])
    assert sent["skill"] == ["1", "3"]


def test_the_faults_of_a_form_take_the_focus_and_lead_to_the_fields(
    open_page: Callable[..., Page],
) -> None:
    page = open_page("/gallery/faults")
    expect(page.locator(".errors")).to_be_focused()
    page.get_by_role("link", name="怎么算工钱").click()
    expect(page.get_by_label("按天")).to_be_focused()


def test_typed_text_comes_back_even_where_it_is_no_number(open_page: Callable[..., Page]) -> None:
    page = open_page("/gallery/faults")
    expect(page.get_by_label("要几个人")).to_have_value("很多")
    expect(page.get_by_label("要几个人")).to_have_attribute("aria-invalid", "true")
    expect(page.get_by_label("活儿怎么干")).to_have_value("第一行")


def test_the_theme_follows_the_system_and_a_choice_by_hand_stays(
    open_page: Callable[..., Page],
) -> None:
    page = open_page("/gallery/desk", width=1366, theme="dark")
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")
    page.get_by_role("button", name="明暗").click()
    page.reload()
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "light")


def test_a_second_tap_does_not_post_twice(open_page: Callable[..., Page]) -> None:
    page = open_page("/gallery/cards")
    sent: list[str] = []
    page.on("request", lambda asked: sent.append(asked.url) if asked.method == "POST" else None)
    with page.expect_response("**/undo"):
        page.evaluate(
            """() => {
              const button = document.querySelector(".work-card button");
              button.click();
              button.click();
            }"""
        )
    assert len(sent) == 1


def test_the_undo_is_a_form_that_posts_without_scripts(open_page: Callable[..., Page]) -> None:
    page = open_page("/gallery/cards", **WITHOUT_SCRIPTS)
    with page.expect_request("**/undo") as asked:
        page.get_by_role("button", name="撤销").click()
    assert asked.value.method == "POST"


def test_the_menu_of_a_narrow_desk_page_opens_without_scripts(
    open_page: Callable[..., Page],
) -> None:
    page = open_page("/gallery/data", **WITHOUT_SCRIPTS)
    page.locator("summary", has_text="菜单").click()
    expect(page.get_by_role("link", name="报表")).to_be_visible()
