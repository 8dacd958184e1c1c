"""What a worker's phone loads over the wire when it opens a page for the first time."""

import pytest
from playwright.sync_api import Browser, Request

from tests.season import Season, context

pytestmark = pytest.mark.browser
MOST = 60 * 1024
PAGES = ["/my/", "/my/mine", "/my/today", "/my/pay", "/my/me", "/my/me/days",
         "/my/me/skills", "/my/brands", "/my/training", "/join", "/board", "/"]  # fmt: skip


def test_no_worker_page_weighs_more_than_60_kb_at_first_sight(
    season: Season, browser: Browser
) -> None:
    signed_in = context(browser)
    season.sign_in(signed_in.new_page(), "worker")
    cookies = signed_in.storage_state()
    signed_in.close()
    weights = {}
    for path in PAGES:
        fresh = context(browser, storage_state=None if path in ("/join", "/") else cookies)
        page = fresh.new_page()
        loaded: list[Request] = []
        page.on("requestfinished", lambda one, into=loaded: into.append(one))
        page.goto(season.url + path, wait_until="networkidle")
        sizes = [r.sizes() for r in loaded if r.resource_type != "image"]
        weights[path] = sum(s["responseBodySize"] + s["responseHeadersSize"] for s in sizes)
        fresh.close()
    assert {path: size for path, size in weights.items() if size > MOST} == {}
    assert min(weights.values()) > 10_000
