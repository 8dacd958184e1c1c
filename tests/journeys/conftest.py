"""Pages that are closed after each story, and that must not have complained."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.season import browser, context, season

__all__ = ["browser", "open_page", "season"]
PATIENCE = 15_000
expect.set_options(timeout=PATIENCE)
FAILED = pytest.StashKey[bool]()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Any:
    report = yield
    item.stash[FAILED] = report.failed
    return report


@pytest.fixture
def open_page(
    browser: Browser, request: pytest.FixtureRequest, tmp_path: Path
) -> Iterator[Callable[..., Page]]:
    """open_page(375) -> a page in a profile of its own; 1366 px wide when not told.

    When the story fails, a picture of each page is left in the test's folder.
    """
    profiles: list[BrowserContext] = []
    said: list[str] = []

    def visit(width: int = 1366, **options: Any) -> Page:
        profile = context(browser, width, **options)
        profile.set_default_timeout(PATIENCE)
        profiles.append(profile)
        page = profile.new_page()
        page.on("console", lambda line: said.append(line.text) if line.type == "error" else None)
        page.on("pageerror", lambda error: said.append(str(error)))
        return page

    yield visit
    for n, profile in enumerate(profiles):
        if request.node.stash.get(FAILED, False):
            profile.pages[0].screenshot(path=tmp_path / f"page-{n}.png", full_page=True)
        profile.close()
    assert said == []
