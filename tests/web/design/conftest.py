"""The gallery on a port of its own, and one Chromium for all tests of this folder."""

import logging
import threading
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page
from werkzeug.serving import make_server

from tests.web.design.gallery import ROOT, make_app
from tools.shot import chromium

AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"


@pytest.fixture(scope="session")
def gallery() -> Iterator[str]:
    """The address of the running gallery, without a slash at its end."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = make_server("127.0.0.1", 0, make_app(), threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with chromium() as one:
        yield one


@pytest.fixture(scope="session")
def axe_source() -> str:
    assert AXE.exists(), "the front-end parts are not installed: python3 manage.py setup"
    return AXE.read_text(encoding="utf-8")


@pytest.fixture
def open_page(browser: Browser, gallery: str) -> Iterator[Callable[..., Page]]:
    """open_page("/gallery/cards", width=375, theme="dark", scripts=True) -> the loaded page."""
    contexts = []

    def visit(path: str, *, width: int = 375, theme: str = "light", scripts: bool = True) -> Page:
        context = browser.new_context(
            viewport={"width": width, "height": 800},
            color_scheme="dark" if theme == "dark" else "light",
            java_script_enabled=scripts,
            locale="zh-CN",
            reduced_motion="reduce",
        )
        contexts.append(context)
        page = context.new_page()
        page.complaints = []  # type: ignore[attr-defined]
        page.on(
            "console",
            lambda said: page.complaints.append(said.text) if said.type == "error" else None,  # type: ignore[attr-defined]
        )
        page.on("pageerror", lambda error: page.complaints.append(str(error)))  # type: ignore[attr-defined]
        page.goto(gallery + path)
        if scripts:
            page.wait_for_load_state("networkidle")
        return page

    yield visit
    for context in contexts:
        context.close()
