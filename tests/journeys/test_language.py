"""The same pages in English: what the product says itself has no Chinese in it."""

import re

import pytest
from playwright.sync_api import Page

from tests.season import Season

pytestmark = pytest.mark.browser
CHINESE = re.compile(r"[\u4e00-\u9fff]")
# What the product says; names of people, places and works stand elsewhere. The button that turns
# the page to Chinese is called so in Chinese.
OWN = """() => [...document.querySelectorAll(
  "title, nav a, h1:not(.data *), legend, .field__label, .field__hint, .form-check-label, button, thead th, .stat dt, caption, summary, .badge")]
  .filter((one) => !one.closest("[data-words], [lang='zh-CN'], .chip, [href='/account']"))
  .map((one) => one.textContent.trim().replace(/\\s+/g, " ")).filter(Boolean)"""
PAGES = {
    "": {
        "/sign-in": ["Sign in", "Mobile number"],
        "/board": ["Find"],
        "/join": ["Next"],
    },
    "worker": {"/my/": [], "/my/mine": [], "/my/pay": [], "/my/me": []},
    "officer": {"/officer/reports": [], "/officer/households/import": [], "/officer/training": []},
}


def in_english(page: Page, site: str) -> None:
    page.goto(f"{site}/account" if page.url.startswith(site) else site)
    page.get_by_role("button", name="English").filter(visible=True).first.click()


@pytest.mark.parametrize("role", PAGES, ids=[role or "stranger" for role in PAGES])
def test_no_chinese_but_names_in_english(season: Season, open_page, role: str) -> None:
    page = open_page()
    if role:
        season.sign_in(page, role)
    in_english(page, season.url)
    wrong = []
    for path, labels in PAGES[role].items():
        page.goto(f"{season.url}{path}")
        said = [one.replace("奈曼旗", "Naiman") for one in page.evaluate(OWN)]
        assert len(said) > 5
        wrong += [f"{path}: {one}" for one in said if CHINESE.search(one)]
        wrong += [f"{path}: no {label}" for label in labels if not any(label in s for s in said)]
    page.goto(season.url)
    page.get_by_role("button", name="中文").filter(visible=True).first.click()
    assert wrong == []
