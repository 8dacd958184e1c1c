"""Every page that a role can reach by links from its start: it opens, and it is fit to be read.

Light and dark, at 375 and 1366 px, axe finds nothing; at 320 px with text twice as large nothing is
cut; the console is silent. Pages are told apart by their path with numbers taken out.
"""

import os
import re
from collections.abc import Iterator
from typing import Literal
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from tests.season import Season, context
from tests.web.design.checks import CUT, FAULTS, LARGER, STUCK
from tests.web.design.conftest import AXE

pytestmark = pytest.mark.browser
# In a short round pages take turns in the looks, so that every layout is seen in each of them.
# EVERY_LOOK=1 looks at every page in all.
LOOKS: list[tuple[Literal["light", "dark"], int]] = [
    ("light", 375), ("dark", 1366), ("light", 1366), ("dark", 375),
]  # fmt: skip
ALL = os.environ.get("EVERY_LOOK") == "1"
# The themes differ in colours alone, so the dark ones need only the rules about these.
COLOURS = ["color-contrast", "link-in-text-block"]
ROLES = ["", "worker", "crew_leader", "employer", "organizer", "officer", "station", "admin"]
# Pages of all doors are looked at as a stranger, a worker and an employer; the others look at the
# pages of their own door, and at the rest only whether it opens.
OWN = {
    "crew_leader": "/my/", "organizer": "/brand/", "officer": "/officer/",
    "station": "/station/", "admin": "/admin/",
}  # fmt: skip
LINKS = "() => [...document.querySelectorAll('a[href]')].map((a) => a.href)"
# The page's modules have run: each is imported once, by main.js in this order.
READY = """async () => {
  for (const one of document.querySelectorAll("[data-module]"))
    await import(`/static/js/modules/${one.dataset.module}.js`);
  await new Promise((done) => setTimeout(done, 20));
}"""
# What the policy of the page refuses, as the console says it too, but with the directive alone.
WATCH = """addEventListener("securitypolicyviolation",
  (said) => console.error(`policy: ${said.effectiveDirective} ${said.blockedURI}`));"""
FILE = re.compile(r"\.(xlsx|csv|json|svg|png|pdf)$|/export|/qr|/template|/print-file")
MOST_PAGES = 90


def pattern(url: str) -> str:
    """The page behind an address: numbers out, of the query only the names."""
    parts = urlsplit(url)
    path = re.sub(r"\d+", "#", parts.path)
    path = re.sub(r"(brand/)[0-9a-f]{20,}", r"\1#", path)
    names = ",".join(sorted({pair.split("=")[0] for pair in parts.query.split("&") if pair}))
    return f"{path}?{names}" if names else path


def walk(page: Page, site: str, starts: list[str], own: str, aside: set[str]) -> Iterator[str]:
    """Breadth first: each address below `own` with the page open at it; the rest is put aside."""
    queue, seen = [*starts], {pattern(start) for start in starts}
    while queue:
        url = queue.pop(0)
        answer = page.goto(url)
        assert answer is not None
        assert answer.status == 200, f"{url} answers {answer.status}"
        page.evaluate(READY)
        for link in (link.split("#")[0] for link in page.evaluate(LINKS)):
            if not link.startswith(site) or pattern(link) in seen:
                continue
            seen.add(pattern(link))
            path = urlsplit(link).path
            if FILE.search(path) or not path.startswith(own):
                aside.add(link)
            else:
                queue.append(link)
        yield url


def closed(profile: BrowserContext, links: list[str]) -> list[str]:
    """Files and other pages that are offered and do not open."""
    return [
        f"{link} answers {answer.status}"
        for link in links
        if (answer := profile.request.get(link)).status != 200
    ]


def faults(page: Page, axe: str, turn: int) -> list[str]:
    """What is wrong with the open page in its looks. turn: how many pages were looked at before."""
    found: list[str] = []
    page.evaluate(axe)
    for theme, width in LOOKS if ALL else LOOKS[turn % 4 :][:1]:
        page.emulate_media(color_scheme=theme)
        page.set_viewport_size({"width": width, "height": 800})
        rules = COLOURS if theme == "dark" else None
        found += [f"{theme} {width} px: {fault}" for fault in page.evaluate(FAULTS, rules)]
    page.emulate_media(color_scheme="light")
    page.set_viewport_size({"width": 320, "height": 800})
    page.evaluate(LARGER)
    found += [f"320 px, large text: {fault}" for fault in page.evaluate(CUT)]
    found += [f"320 px, large text: stays in the way: {fault}" for fault in page.evaluate(STUCK)]
    page.set_viewport_size({"width": 375, "height": 800})
    return found


def served(page: Page) -> str:
    """The page of somebody whom the station serves: found by words, which no link does."""
    page.fill("[name=words]", "王")
    page.press("[name=words]", "Enter")
    return str(page.get_by_role("table").get_by_role("link").first.evaluate("(one) => one.href"))


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.parametrize("role", ROLES, ids=[role or "stranger" for role in ROLES])
def test_every_page_is_fit_to_be_read(season: Season, browser: Browser, role: str) -> None:
    axe = AXE.read_text(encoding="utf-8")
    profile = context(browser)
    profile.add_init_script(WATCH)
    page = profile.new_page()
    starts = [f"{season.url}/"]
    if role:
        season.sign_in(page, role)
        starts = [page.url]
    if role == "station":
        starts.append(served(page))
    said: list[str] = []
    page.on("console", lambda line: said.append(line.text) if line.type == "error" else None)
    page.on("pageerror", lambda error: said.append(str(error)))
    wrong: list[str] = []
    count = 0
    aside: set[str] = set()
    for url in walk(page, season.url, starts, OWN.get(role, "/"), aside):
        count += 1
        path = url.removeprefix(season.url)
        wrong += [f"{path}: {fault[:300]}" for fault in faults(page, axe, count)]
        wrong += [f"{path}: console: {line}" for line in said]
        said.clear()
    wrong += closed(profile, sorted(aside))
    profile.close()
    assert not wrong, "\n".join(wrong)
    assert 3 <= count <= MOST_PAGES


def test_what_the_policy_refuses_is_noticed(season: Season, browser: Browser) -> None:
    profile = context(browser)
    profile.add_init_script(WATCH)
    page = profile.new_page()
    said: list[str] = []
    page.on("console", lambda line: said.append(line.text))
    page.goto(f"{season.url}/sign-in")
    page.evaluate("document.body.setAttribute('style', 'color: red')")
    page.evaluate("document.head.append(document.createElement('style'))")
    page.wait_for_timeout(100)
    profile.close()
    assert "policy: style-src-attr inline" in said


def test_without_its_outlines_the_map_gives_way_to_words(season: Season, browser: Browser) -> None:
    profile = context(browser)
    profile.add_init_script(WATCH)
    page = profile.new_page()
    season.sign_in(page, "employer")
    said: list[str] = []
    page.on("console", lambda line: said.append(line.text))
    page.goto(f"{season.url}/employer/sites/new")
    page.evaluate(READY)
    page.locator(".site-map").click(position={"x": 100, "y": 100})
    assert page.input_value("[name=lon]") != ""
    assert [line for line in said if line.startswith("policy:")] == []
    page.route("**/static/geo/**", lambda route: route.abort())
    page.reload()
    page.evaluate(READY)
    page.get_by_text("现在没有地图").wait_for()
    assert page.locator(".leaflet-container").count() == 0
    profile.close()
