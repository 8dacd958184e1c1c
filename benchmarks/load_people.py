"""People of all roles with a browser each: what they open, what they send, how long they wait."""

import http.client
import random
import threading
import time
from collections import defaultdict
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urlencode

from benchmarks.market_http import cookie, spread
from benchmarks.pages import make_app, scalar

# What each role opens, heaviest kinds of pages included; {p}: a posting of theirs or on the board.
READS = {
    "worker": ("/my/", "/my/mine", "/my/pay", "/my/me", "/my/today", "/board", "/p/{p}"),
    "employer": ("/employer/", "/employer/postings", "/employer/postings/{p}/signups"),
    "organizer": ("/brand/", "/brand/members"),
    "officer": ("/officer/", "/officer/households", "/officer/reports"),
    "nobody": ("/", "/board", "/p/{p}"),
}
FORMS = ("/my/me/limits", "/my/me/days")
SEEDS = 7
SIGN_UP, SENT = "sign up", 303
# Work on days that the person has given away is refused in words: an answer like any other.
REFUSED = 422


@dataclass
class Tally:
    """What a crowd met with; times in ms."""

    seconds: float = 0.0
    times: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    by_name: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))

    @property
    def answers(self) -> int:
        return len(self.times)

    @property
    def rate(self) -> float:
        return self.answers / self.seconds if self.seconds else 0.0

    @property
    def most(self) -> float:
        return max(self.times, default=0.0)

    def at(self, percent: int) -> float:
        ordered = sorted(self.times)
        return ordered[min(len(ordered) - 1, len(ordered) * percent // 100)] if ordered else 0.0


class Fields(HTMLParser):
    """The fields of the form that posts to an address, as a browser would send them back."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, str]] = []
        self._in_post = False
        self._select = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        has = dict(attrs)
        name = has.get("name") or ""
        if tag == "form":
            action = has.get("action") or ""
            self._in_post = has.get("method") == "post" and not action.endswith(
                ("/sign-out", "/language")
            )
        elif tag == "select":
            self._select = name
        elif tag == "option" and self._in_post and "selected" in has and self._select:
            self.found.append((self._select, has.get("value") or ""))
        elif tag == "input" and self._in_post and name:
            kind = has.get("type", "text")
            if kind in ("checkbox", "radio") and "checked" not in has:
                return
            if kind not in ("submit", "file"):
                self.found.append((name, has.get("value") or ""))

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._in_post = False
        elif tag == "select":
            self._select = ""


class Browser:
    """One person: keeps the connection and the cookie."""

    def __init__(self, port: int, role: str, signed_in: str, postings: list[int]) -> None:
        self.port, self.role, self.cookie, self.postings = port, role, signed_in, postings
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        self.bodies: dict[str, str] = {}
        self.chance = random.Random(f"{role}{signed_in}")

    def ask(self, method: str, address: str, body: str = "") -> tuple[int, bytes]:
        headers = {"Cookie": self.cookie} if self.cookie else {}
        if method == "POST":
            headers |= {
                "Content-Type": "application/x-www-form-urlencoded",
                "Origin": f"http://127.0.0.1:{self.port}", "Sec-Fetch-Site": "same-origin",
            }  # fmt: skip
        try:
            self.connection.request(method, address, body or None, headers)
            answer = self.connection.getresponse()
            said = answer.read()
        except (OSError, http.client.HTTPException):
            self.connection.close()
            raise
        if set_cookie := answer.headers.get("Set-Cookie"):
            self.cookie = set_cookie.split(";")[0]
        return answer.status, said

    def learn(self) -> None:
        """Open the forms once, and know what to send."""
        if self.role != "worker":
            return
        for address in FORMS:
            status, page = self.ask("GET", address)
            fields = Fields()
            fields.feed(page.decode())
            if status != 200 or not fields.found:
                raise SystemExit(f"{address} answers {status} without a form")
            body = urlencode(fields.found)
            # A generated person may have wishes that the form no longer takes.
            if self.ask("POST", address, body)[0] == SENT:
                self.bodies[address] = body
        token = dict(fields.found)["csrf_token"]
        self.bodies[SIGN_UP] = urlencode({"csrf_token": token})

    def deed(self, kind: str) -> tuple[str, str, str, str]:
        """Name, method, address and body of what comes next."""
        posting = self.chance.choice(self.postings)
        if kind == "healthz":
            return "healthz", "GET", "/healthz", ""
        if kind == "writes" and self.bodies:
            name = self.chance.choice(list(self.bodies))
            address = f"/my/postings/{posting}/sign-up" if name == SIGN_UP else name
            return f"POST {name}", "POST", address, self.bodies[name]
        name = self.chance.choice(READS[self.role])
        return name, "GET", name.replace("{p}", str(posting)), ""


class People:
    """The banner and who asks: most are workers, a few of each other role, a few nobody."""

    def __init__(self, folder: Path, workers: int, postings: int) -> None:
        from flask_migrate import upgrade

        from jobmatch.seed.demo import seed_county
        from jobmatch.seed.ground import load_ground
        from jobmatch.seed.scale import county_plan

        self.app = make_app(folder)
        with self.app.app_context():
            upgrade()
            if not scalar(self.app, "SELECT count(*) FROM worker"):
                load_ground(lambda what, count: None)
                plan = county_plan("150525", workers, postings, SEEDS)
                seed_county(plan, "load", lambda n: None)
        self.browsers: dict[str, list[Browser]] = {"reads": [], "writes": []}

    def prepare(self, port: int, users: int) -> None:
        open_now = [
            key for (key,) in spread(self.app, "SELECT id FROM posting WHERE state = 'open'", 50)
        ]
        own: dict[int, list[int]] = defaultdict(list)
        for employer, posting in spread(
            self.app, "SELECT employer_id, id FROM posting ORDER BY id", 10_000
        ):
            own[employer].append(posting)
        others = max(1, users // 10)
        held = {
            role: spread(
                self.app,
                "SELECT user_id, subject_id FROM role_grant WHERE revoked_at IS NULL"  # noqa: S608
                f" AND role = '{role}' ORDER BY id",
                users if role == "worker" else others,
            )
            for role in READS
        }
        for role, grants in held.items():
            for user_id, subject in grants or ([(0, 0)] * others if role == "nobody" else []):
                signed_in = cookie(self.app, user_id) if user_id else ""
                mine = own.get(subject or 0) if role == "employer" else None
                browser = Browser(port, role, signed_in, mine or open_now)
                browser.learn()
                self.browsers["writes" if role == "worker" else "reads"].append(browser)
        writers = self.browsers["writes"][:users]
        rest = self.browsers["reads"]
        readers = [*rest, *writers[: users - len(rest)]]
        self.browsers = {"healthz": readers, "reads": readers, "writes": writers}
        print(f"{len(readers)} people read, {len(writers)} write")


def crowd(
    people: People, port: int, kind: str, users: int, seconds: float, tally: Tally,
    pause: float = 0.0,
) -> None:  # fmt: skip
    """Let so many ask for so long, each without pause; what they met goes to the tally."""
    browsers = people.browsers[kind]
    asked = browsers[:users]
    for browser in asked:
        browser.connection.close()  # the server has, after a pause
    ends, lock = time.monotonic() + seconds, threading.Lock()

    def go(browser: Browser) -> None:
        met: list[tuple[str, float]] = []
        errors: list[str] = []
        while time.monotonic() < ends:
            name, method, address, body = browser.deed(kind)
            begun = time.perf_counter()
            try:
                status, _ = browser.ask(method, address, body)
            except (OSError, http.client.HTTPException) as error:
                errors.append(f"{name}: {type(error).__name__}")
                continue
            met.append((name, (time.perf_counter() - begun) * 1000))
            if status not in (200, SENT) and (SIGN_UP not in name or status != REFUSED):
                errors.append(f"{name}: {status}")
            if pause:
                time.sleep(pause)
        with lock:
            tally.errors += errors
            for name, ms in met:
                tally.times.append(ms)
                tally.by_name[name].append(ms)

    begun = time.monotonic()
    threads = [threading.Thread(target=go, args=(one,)) for one in asked]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    tally.seconds += time.monotonic() - begun
