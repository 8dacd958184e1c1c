"""Every component is accessible, legible and whole: light and dark, phone and desk, very large text."""

from collections.abc import Callable
from typing import Literal

import pytest
from playwright.sync_api import Page, expect

from tests.web.design.gallery import ERRORS, PAGES, make_app

pytestmark = pytest.mark.browser

PATHS = [f"/gallery/{name}" for name in PAGES] + ["/fault/400", "/fault/503"]
WORKER = ["/gallery/cards", "/gallery/forms", "/gallery/faults", "/gallery/pick"]
LOOKS: list[tuple[Literal["light", "dark"], int]] = [
    ("light", 375),
    ("dark", 375),
    ("light", 1366),
    ("dark", 1366),
]

FAULTS = """async (rules) => {
  const options = { resultTypes: ["violations"] };
  if (rules) options.runOnly = { type: "rule", values: rules };
  const found = await axe.run(document, options);
  return found.violations.flatMap((one) => one.nodes.map((node) => `${one.id}: ${node.html} ${node.failureSummary}`));
}"""

LARGER = """() => {
  const root = document.documentElement;
  root.style.fontSize = 2 * parseFloat(getComputedStyle(root).fontSize) + "px";
}"""

# What sticks out of the window, or whose text is wider or higher than the box that hides the rest.
CUT = """() => {
  const cut = [];
  if (document.documentElement.scrollWidth > innerWidth) cut.push(`page is ${document.documentElement.scrollWidth} wide`);
  for (const element of document.querySelectorAll("body *")) {
    if (element.closest("svg, .visually-hidden, .skip, .data--cards > thead, option, [hidden]") || !element.checkVisibility()) continue;
    const region = element.closest("[role=region][tabindex]");
    if (region && region !== element && region.scrollWidth > region.clientWidth) continue;
    const box = element.getBoundingClientRect();
    const name = element.tagName + "." + element.className;
    if (box.width && (box.right > innerWidth + 1 || box.left < -1)) cut.push(`${name} sticks out`);
    const style = getComputedStyle(element);
    if (element === region || style.overflowX === "visible" || element.matches("input, select, textarea")) continue;
    if (element.scrollWidth > element.clientWidth + 1) cut.push(`${name} hides text`);
  }
  return cut;
}"""

STUCK = """() => [...document.querySelectorAll("body *")]
  .filter((one) => ["sticky", "fixed"].includes(getComputedStyle(one).position)).map((one) => one.className)"""

SMALL = """(least) => [...document.querySelectorAll("main :is(.btn, input, select, textarea, summary), .tabs a, .bar .btn")]
  .filter((one) => one.checkVisibility() && one.type !== "hidden")
  .map((one) => [one, (one.closest(".form-check, .chip, .calendar__day") || one).getBoundingClientRect()])
  .filter(([one, box]) => box.height < least)
  .map(([one, box]) => `${one.outerHTML.slice(0, 90)} is ${box.height} high`)"""


@pytest.mark.parametrize("path", PATHS)
def test_axe_finds_nothing_light_and_dark_on_phone_and_desk(
    open_page: Callable[..., Page], axe_source: str, path: str
) -> None:
    page = open_page(path)
    page.evaluate(axe_source)
    for theme, width in LOOKS:
        page.emulate_media(color_scheme=theme)
        page.set_viewport_size({"width": width, "height": 800})
        expect(page.locator("html")).to_have_attribute("data-bs-theme", theme)
        assert (theme, width, page.evaluate(FAULTS, None)) == (theme, width, [])


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("path", WORKER)
def test_text_on_worker_pages_stands_out_seven_to_one(
    open_page: Callable[..., Page], axe_source: str, path: str, theme: str
) -> None:
    page = open_page(path, theme=theme)
    page.evaluate(axe_source)
    assert page.evaluate(FAULTS, ["color-contrast-enhanced"]) == []


def test_axe_would_find_pale_text(open_page: Callable[..., Page], axe_source: str) -> None:
    page = open_page("/gallery/cards")
    page.evaluate("() => { document.querySelector('h1').style.color = '#ccc'; }")
    page.evaluate(axe_source)
    assert page.evaluate(FAULTS, None) != []


@pytest.mark.parametrize("path", PATHS)
def test_nothing_is_cut_or_covered_at_320_px_with_text_twice_as_large(
    open_page: Callable[..., Page], path: str
) -> None:
    page = open_page(path, width=320)
    assert page.evaluate(CUT) == []
    page.evaluate(LARGER)
    assert page.evaluate(CUT) == []
    assert page.evaluate(STUCK) == []


def test_the_check_for_cut_text_sees_a_wide_word(open_page: Callable[..., Page]) -> None:
    page = open_page("/gallery/cards", width=320)
    page.evaluate("() => { document.querySelector('h1').style.whiteSpace = 'nowrap'; }")
    page.evaluate(LARGER)
    page.evaluate("() => { document.querySelector('h1').textContent += '一二三四五六七八九十'; }")
    assert page.evaluate(CUT) != []


@pytest.mark.parametrize("path", WORKER)
def test_targets_on_worker_pages_are_at_least_44_px_high(
    open_page: Callable[..., Page], path: str
) -> None:
    assert open_page(path).evaluate(SMALL, 44) == []


@pytest.mark.parametrize("path", [path for path in PATHS if path.startswith("/gallery")])
@pytest.mark.parametrize("scripts", [True, False])
def test_no_page_makes_the_console_complain(
    open_page: Callable[..., Page], path: str, scripts: bool
) -> None:
    page = open_page(path, scripts=scripts)
    assert page.complaints == []  # type: ignore[attr-defined]


@pytest.mark.parametrize("status", ERRORS)
def test_every_error_has_a_page_in_words_with_a_way_on(status: int) -> None:
    answer = make_app().test_client().get(f"/fault/{status}")
    assert answer.status_code == status
    assert answer.text.count("<h1>") == 1
    assert "<h1></h1>" not in answer.text
    assert 'href="/">回首页</a>' in answer.text


def test_an_expired_form_gives_back_what_had_been_typed() -> None:
    text = make_app().test_client().get("/fault/400").text
    assert "甘薯分拣，要手快的人" in text
    assert "过期" in text
