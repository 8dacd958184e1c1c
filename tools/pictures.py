"""Takes the README's pictures from the running product: `python3 -m tools.pictures [ADDRESS]`.

Needs a served demonstration season (python3 manage.py run), its sign-ins in the instance folder and
the environment of the tests (run it with .venv's Python).
"""

import json
import re
import sys
from dataclasses import dataclass
from urllib.parse import urljoin

from playwright.sync_api import Browser, Page

from tools.application import instance_folder
from tools.console import say
from tools.environment import ROOT
from tools.shot import chromium, sign_in

PICTURES = ROOT / "docs" / "pictures"


@dataclass(frozen=True)
class Picture:
    """A picture: whose page, which path (or the first link on it that matches), how wide."""

    name: str
    role: str
    path: str
    width: int
    follow: str = ""
    theme: str = "light"


PLAN = (
    Picture("worker-home", "worker", "/work/", 375),
    Picture("worker-home-dark", "worker", "/work/", 375, theme="dark"),
    Picture("worker-slip", "worker", "/work/pay", 375, follow=r"/work/pay/\d+$"),
    Picture("brand-board", "organizer", "/brand/dispatch", 1366),
    Picture("employer-posting", "employer", "/employer/", 1366, follow=r"/employer/postings/\d+$"),
    Picture("officer-report", "officer", "/officer/reports", 1366),
    Picture("public-board", "", "/board", 1366),
)


def main(arguments: list[str]) -> int:
    site = arguments[0] if arguments else "http://127.0.0.1:5000/"
    rows = json.loads((instance_folder() / "demo-accounts.json").read_text(encoding="utf-8"))
    accounts = {row["role"]: row for row in reversed(rows)}
    PICTURES.mkdir(parents=True, exist_ok=True)
    with chromium() as browser:
        for picture in PLAN:
            take(browser, site, picture, accounts.get(picture.role))
    return 0


def take(browser: Browser, site: str, picture: Picture, account: dict[str, str] | None) -> None:
    page = browser.new_page(
        viewport={"width": picture.width, "height": 812 if picture.width < 500 else 800},
        color_scheme="dark" if picture.theme == "dark" else "light",
        locale="zh-CN",
    )
    if account:
        sign_in(page, site, account["phone"], account["password"])
    page.goto(urljoin(site, picture.path))
    if picture.follow:
        page.goto(first_link(page, picture.follow))
    page.wait_for_load_state("networkidle")
    page.screenshot(path=PICTURES / f"{picture.name}.png")
    say(f"docs/pictures/{picture.name}.png")
    page.context.close()


def first_link(page: Page, wanted: str) -> str:
    links: list[str] = page.evaluate(
        "() => [...document.querySelectorAll('a[href]')].map(a => a.href)"
    )
    return next(link for link in links if re.search(wanted, link))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
