"""Every component is accessible, legible and whole: light and dark, phone and desk, very large text."""

from collections.abc import Callable
from typing import Literal

import pytest
from playwright.sync_api import Page, expect

from tests.web.design.checks import CUT, FAULTS, LARGER, SMALL, STUCK
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
