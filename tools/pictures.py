"""Takes the pictures of the README and of the guides: `python3 manage.py pictures [ADDRESS]`.

Needs a served demonstration season (python3 manage.py run) and its sign-ins in the instance folder.
"""

import json
import re
import sys
from dataclasses import dataclass
from urllib.parse import urljoin

from playwright.sync_api import Browser, Page

from tools.application import instance_folder
from tools.console import Failure, say
from tools.environment import ROOT
from tools.shot import chromium, sign_in

README = "docs/pictures"
GUIDE = "docs/guide/pictures"
PHONE, DESK, LOW = (375, 720), (1200, 700), (1200, 600)


@dataclass(frozen=True)
class Picture:
    """A picture: whose page; which path, then the first link that matches each of `follow`."""

    folder: str
    name: str
    role: str
    path: str
    size: tuple[int, int]
    follow: tuple[str, ...] = ()
    theme: str = "light"


PLAN = (
    Picture(README, "worker-home", "worker", "/my/", PHONE),
    Picture(README, "worker-home-dark", "worker", "/my/", PHONE, theme="dark"),
    Picture(README, "worker-slip", "worker", "/my/pay", PHONE, (r"/my/pay/\d+$",)),
    Picture(README, "brand-board", "organizer", "/brand/dispatch", DESK),
    Picture(README, "employer-posting", "employer", "/employer/", LOW, (r"/postings/\d+$",)),
    Picture(README, "officer-report", "officer", "/officer/reports", DESK),
    Picture(README, "employer-run", "employer", "/employer/pay/runs", DESK, (r"/pay/runs/\d+$",)),
    Picture(README, "worker-book", "worker", "/my/book", PHONE),
    Picture(README, "officer-watch", "officer", "/officer/watch", DESK),
    Picture(README, "public-board", "", "/board", DESK),
    Picture(GUIDE, "public-home", "", "/", PHONE),
    Picture(GUIDE, "worker-today", "worker", "/my/today", PHONE),
    Picture(GUIDE, "worker-mine", "worker", "/my/mine", PHONE),
    Picture(GUIDE, "crew-roster", "crew_leader", "/my/today", PHONE, (r"/roster$",)),
    Picture(GUIDE, "employer-home", "employer", "/employer/", DESK),
    Picture(GUIDE, "employer-roster", "employer", "/employer/rosters", DESK, (r"/roster\?day=",)),
    Picture(GUIDE, "employer-pay", "employer", "/employer/pay", DESK),
    Picture(GUIDE, "organizer-home", "organizer", "/brand/", DESK),
    Picture(GUIDE, "officer-home", "officer", "/officer/", DESK),
    Picture(
        GUIDE, "officer-household", "officer", "/officer/households", DESK, (r"/households/\d+$",)
    ),
    Picture(GUIDE, "station-home", "station", "/station/", DESK),
    Picture(GUIDE, "admin-rules", "admin", "/admin/rules", DESK),
)


def main(arguments: list[str]) -> int:
    site = arguments[0] if arguments else "http://127.0.0.1:5000/"
    rows = json.loads((instance_folder() / "demo-accounts.json").read_text(encoding="utf-8"))
    accounts = {row["role"]: row for row in reversed(rows)}
    with chromium() as browser:
        for picture in PLAN:
            take(browser, site, picture, accounts.get(picture.role))
    return 0


def take(browser: Browser, site: str, picture: Picture, account: dict[str, str] | None) -> None:
    width, height = picture.size
    page = browser.new_page(
        viewport={"width": width, "height": height},
        color_scheme="dark" if picture.theme == "dark" else "light",
        locale="zh-CN",
        timezone_id="Asia/Shanghai",
    )
    if account:
        sign_in(page, site, account["phone"], account["password"])
    page.goto(urljoin(site, picture.path))
    for wanted in picture.follow:
        page.goto(first_link(page, wanted))
    page.wait_for_load_state("networkidle")
    file = ROOT / picture.folder / f"{picture.name}.png"
    file.parent.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=file)
    say(f"{picture.folder}/{picture.name}.png")
    page.context.close()


def first_link(page: Page, wanted: str) -> str:
    links: list[str] = page.evaluate(
        "() => [...document.querySelectorAll('a[href]')].map(a => a.href)"
    )
    found = next((link for link in links if re.search(wanted, link)), None)
    if found is None:
        raise Failure(f"No link {wanted} on {page.url}.")
    return found


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
