"""Takes a picture of a page with the machine's Chromium. Runs inside the virtual environment.

    .venv/bin/python tools/shot.py URL OUT.png --width 375 --dark --phone 13800000000 --password x

With a phone and a password it signs in first. Says what the console complained about.
"""

import argparse
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urljoin

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from playwright.sync_api import Browser, Error, Page, sync_playwright

from tools.browser import ensure
from tools.console import Failure

# A closed network refuses what Chromium likes to ask for by itself.
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
]
HEIGHTS = {"phone": 740, "desk": 860}


@contextmanager
def chromium(path: str | None = None) -> Iterator[Browser]:
    """A headless Chromium: the machine's, or the one at that path."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path or ensure(), args=FLAGS)
        try:
            yield browser
        finally:
            browser.close()


def sign_in(page: Page, site: str, phone: str, password: str) -> None:
    """Signs in by the ordinary form; raises Failure where there is none or it refuses."""
    answer = page.goto(urljoin(site, "/sign-in"))
    if answer is None or answer.status >= 400:
        raise Failure(f"The page to sign in answers {answer.status if answer else 'nothing'}.")
    page.fill("[name=phone]", phone)
    page.fill("[name=password]", password)
    page.press("[name=password]", "Enter")
    page.wait_for_load_state("networkidle")
    if page.url.split("?")[0].endswith("/sign-in"):
        raise Failure(f"{phone} could not sign in with that password.")


def options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("url")
    parser.add_argument("out", type=Path)
    parser.add_argument("--width", type=int, default=1366)
    parser.add_argument("--height", type=int, help="of the window; the picture has the whole page")
    parser.add_argument("--scale", type=float, default=1.0, help="device pixels per CSS pixel")
    parser.add_argument("--dark", action="store_true")
    parser.add_argument("--no-js", action="store_true")
    parser.add_argument("--window", action="store_true", help="only what the window shows")
    parser.add_argument("--text", type=int, default=100, help="size of the letters in percent")
    parser.add_argument("--language", default="zh-CN")
    parser.add_argument("--click", help="a selector to press before the picture is taken")
    parser.add_argument("--phone")
    parser.add_argument("--password", default="")
    return parser.parse_args()


def take(browser: Browser, chosen: argparse.Namespace) -> list[str]:
    """Takes the picture; gives what the console complained about."""
    kind = "phone" if chosen.width < 768 else "desk"
    context = browser.new_context(
        viewport={"width": chosen.width, "height": chosen.height or HEIGHTS[kind]},
        device_scale_factor=chosen.scale,
        color_scheme="dark" if chosen.dark else "light",
        java_script_enabled=not chosen.no_js,
        locale=chosen.language,
        timezone_id="Asia/Shanghai",
    )
    context.set_default_timeout(15_000)
    page = context.new_page()
    complaints: list[str] = []
    page.on(
        "console",
        lambda said: complaints.append(said.text) if said.type in {"error", "warning"} else None,
    )
    page.on("pageerror", lambda error: complaints.append(str(error)))
    if chosen.phone:
        sign_in(page, chosen.url, chosen.phone, chosen.password)
    response = page.goto(chosen.url)
    page.wait_for_load_state("networkidle")
    if chosen.text != 100:
        page.evaluate(f"document.documentElement.style.fontSize = '{chosen.text}%'")
    if chosen.click:
        page.click(chosen.click)
        page.wait_for_timeout(400)
    chosen.out.parent.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=chosen.out, full_page=not chosen.window)
    print(f"{response.status if response else '-'} {page.url} -> {chosen.out}")
    context.close()
    return complaints


def main() -> int:
    chosen = options()
    try:
        with chromium() as browser:
            for complaint in take(browser, chosen):
                print(f"console: {complaint}")
    except (Failure, Error) as failure:
        print(str(failure).splitlines()[0], file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
