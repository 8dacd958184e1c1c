"""Time on the server of the pages that matter, at a county's size, as multiples of /healthz.

    python3 manage.py benchmark pages [--workers 20000] [--postings 500] [--rounds 200]

The season is generated once into build/season-<workers>-<postings> and kept. Each round asks every
page and /healthz once, in turn, in process (no network): the machine's noise, which differs between
rounds, is in all of them alike. Multiples are of processor time: other programs stretch it least.
"""

import argparse
import os
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from flask import Flask, has_app_context
from flask.testing import FlaskClient
from flask_migrate import upgrade
from sqlalchemy import event, text

from jobmatch.infra.db import forget_reads
from jobmatch.kernel.actor import Role

ROOT = Path(__file__).resolve().parent.parent
MEDIAN_MS, P99_MS = 100.0, 300.0


@dataclass
class Measured:
    """Seconds of each round (by the clock; of the processor), queries, bytes of the answer."""

    seconds: list[float] = field(default_factory=list)
    worked: list[float] = field(default_factory=list)
    queries: int = 0
    size: int = 0

    @property
    def median_ms(self) -> float:
        return statistics.median(self.seconds) * 1000

    @property
    def processor_ms(self) -> float:
        """Median of the time that the processor worked: other programs do not lengthen it."""
        return statistics.median(self.worked) * 1000

    @property
    def p99_ms(self) -> float:
        ordered = sorted(self.seconds)
        return ordered[min(len(ordered) - 1, int(len(ordered) * 0.99))] * 1000


def make_app(folder: Path) -> Flask:
    os.environ["JOBMATCH_INSTANCE"] = str(folder)
    os.environ["JOBMATCH_ENV"] = "development"
    import config
    from jobmatch import create_app

    settings = config.Development()
    settings.RELAX_RATE_LIMITS = True
    settings.LOG_LEVEL = "WARNING"
    from tests.support import Browser

    class Reader(Browser):
        """No request reads what the one before it has read."""

        def open(self, *args: Any, **kwargs: Any) -> Any:
            if has_app_context():
                forget_reads()
            return super().open(*args, **kwargs)

    app = create_app(settings)
    app.test_client_class = Reader
    return app


def fill(app: Flask, workers: int, postings: int) -> None:
    """Migrate and seed, when that was not done before."""
    from jobmatch.seed.demo import seed_county
    from jobmatch.seed.ground import load_ground
    from jobmatch.seed.scale import county_plan

    with app.app_context():
        upgrade()
        load_ground(lambda what, count: None)
        plan = county_plan("150525", workers, postings, 7)
        if seed_county(plan, f"bench:{workers}:{postings}", lambda n: None):
            print(f"made {workers:,} workers and {postings:,} postings", file=sys.stderr)


@contextmanager
def counting(app: Flask) -> Iterator[Callable[[], int]]:
    """Counts statements that the block sends to the database (BEGIN and PRAGMA are not counted)."""
    from jobmatch.infra.db import db

    seen = 0

    def count(_c: Any, _cur: Any, statement: str, *_rest: Any) -> None:
        nonlocal seen
        seen += not statement.startswith(("PRAGMA", "BEGIN", "SET "))

    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", count)
    try:
        yield lambda: seen
    finally:
        event.remove(engine, "before_cursor_execute", count)


def session_of(app: Flask, user_id: int) -> dict[str, Any]:
    """What stands in the cookie of somebody who has just signed in on a device of their own."""
    from jobmatch.accounts import sessions
    from jobmatch.infra import clock
    from jobmatch.web.login import SEEN

    with app.app_context():
        device = sessions.begin(user_id, 1, "benchmark", "127.0.0.1")
    seen = int(clock.now().timestamp())
    return {"_user_id": f"{user_id}:1:{device}", "_fresh": True, SEEN: seen}


def signed_in(app: Flask, user_id: int) -> FlaskClient:
    client = app.test_client()
    said = session_of(app, user_id)
    with client.session_transaction() as cookie:
        cookie.update(said)
    return client


def scalar(app: Flask, sql: str, **values: Any) -> Any:
    from jobmatch.infra.db import reading

    with app.app_context():
        return reading().execute(text(sql), values).scalar()


def pages(app: Flask) -> list[tuple[str, FlaskClient, str]]:
    """Name, browser and address of each page: the heaviest of its kind that the season has."""
    today = "(SELECT max(work_date) FROM work_day)"
    worker = scalar(
        app,
        "SELECT w.user_id FROM worker w JOIN work_day d ON d.worker_id = w.id"
        " WHERE w.user_id IS NOT NULL GROUP BY w.user_id ORDER BY count(*) DESC, w.user_id LIMIT 1",
    )
    posting = scalar(
        app,
        f"SELECT posting_id FROM work_day WHERE work_date = {today}"  # noqa: S608 - no input
        " GROUP BY posting_id ORDER BY count(*) DESC, posting_id LIMIT 1",
    )
    own = scalar(
        app,
        "SELECT p.id FROM posting p JOIN work_day d ON d.posting_id = p.id"
        " JOIN role_grant g ON g.subject_id = p.employer_id AND g.role = 'employer'"
        " WHERE p.state = 'open' GROUP BY p.id ORDER BY count(*) DESC, p.id LIMIT 1",
    )
    employer = scalar(
        app,
        "SELECT min(g.user_id) FROM role_grant g JOIN posting p ON p.employer_id = g.subject_id"
        " WHERE g.role = 'employer' AND p.id = :own",
        own=own,
    )
    brand = scalar(
        app,
        "SELECT m.brand_id FROM brand_member m JOIN role_grant g ON g.subject_id = m.brand_id"
        " WHERE g.role = 'organizer' GROUP BY m.brand_id ORDER BY count(*) DESC, 1 LIMIT 1",
    )
    organizer = scalar(
        app,
        "SELECT min(user_id) FROM role_grant WHERE role = 'organizer' AND subject_id = :brand",
        brand=brand,
    )
    officer = make(app, Role.OFFICER)
    stranger = app.test_client()
    phone, desk = signed_in(app, worker), signed_in(app, employer)
    crew, county = signed_in(app, organizer), signed_in(app, officer)
    last = scalar(app, f"SELECT {today}")
    return [
        ("board", stranger, "/board"),
        ("board, near a town, with lodging", stranger, "/board?place=150525100&lodging=1"),
        ("a posting", stranger, f"/p/{posting}"),
        ("brand page", stranger, f"/brands/{brand}"),
        ("fits you", phone, "/my/"),
        ("my work", phone, "/my/mine"),
        ("my pay", phone, "/my/pay"),
        ("roster of a day", desk, f"/employer/postings/{own}/roster?day={last}"),
        ("sign-ups of a posting", desk, f"/employer/postings/{own}/signups"),
        ("employer's start", desk, "/employer/"),
        ("organizer's week", crew, "/brand/dispatch"),
        ("brand members", crew, "/brand/members"),
        ("officer's start", county, "/officer/"),
        ("report by place", county, "/officer/reports"),
        ("households", county, "/officer/households"),
    ]


def make(app: Flask, role: Role) -> int:
    """Somebody with this role in the banner; made once."""
    from jobmatch.accounts import service
    from jobmatch.infra.db import transaction
    from jobmatch.kernel.actor import SYSTEM

    found = scalar(app, "SELECT min(user_id) FROM role_grant WHERE role = :role", role=role.value)
    if found is None:
        with app.app_context(), transaction() as session:
            phone = f"1391111{list(Role).index(role):04d}"
            found = service.create_user(phone, role.value, "harvest-2026")
            place = None if role is Role.ADMIN else "150525"
            service.grant(session, found, role, actor=SYSTEM, place_code=place)
    return int(found)


def ready(app: Flask) -> None:
    """Compile the loops and build the index of matching, as a server does when it starts."""
    from jobmatch.infra import clock
    from jobmatch.matching import index
    from jobmatch.skills.rules import compiled

    with app.app_context():
        compiled.prepare()
        index.keeper().build(clock.today())


def measure(app: Flask, rounds: int) -> dict[str, Measured]:
    """Ask every page and /healthz once a round, in turn."""
    ready(app)
    plan = [("healthz", app.test_client(), "/healthz"), *pages(app)]
    found = {name: Measured() for name, _, _ in plan}
    with counting(app) as queries:
        for round_ in range(rounds + 3):
            for name, client, address in plan:
                before, begun, work = queries(), time.perf_counter(), time.thread_time()
                answer = client.get(address)
                worked, spent = time.thread_time() - work, time.perf_counter() - begun
                if answer.status_code != 200:
                    raise SystemExit(f"{name}: {address} answers {answer.status_code}")
                if round_ >= 3:  # the first rounds warm caches and templates
                    found[name].seconds.append(spent)
                    found[name].worked.append(worked)
                found[name].queries = queries() - before
                found[name].size = len(answer.data)
    return found


def report(found: dict[str, Measured]) -> int:
    """Print the table; 1 when a page is over its bounds."""
    unit = found["healthz"].processor_ms
    slow = []
    print(
        f"{'page':36} {'median':>9} {'p99':>9} {'processor':>11} {'x healthz':>10}"
        f" {'queries':>8} {'KB':>6}"
    )
    for name, m in found.items():
        print(
            f"{name:36} {m.median_ms:7.1f}ms {m.p99_ms:7.1f}ms {m.processor_ms:9.1f}ms"
            f" {m.processor_ms / unit:10.1f} {m.queries:8d} {m.size / 1024:6.0f}"
        )
        if m.median_ms > MEDIAN_MS or m.p99_ms > P99_MS:
            slow.append(name)
    print(f"bounds: median {MEDIAN_MS:.0f} ms, p99 {P99_MS:.0f} ms")
    print("over the bounds: " + ", ".join(slow) if slow else "all pages are within the bounds")
    return 1 if slow else 0


def main() -> int:
    parser = argparse.ArgumentParser(prog="benchmark pages")
    parser.add_argument("--workers", type=int, default=20_000)
    parser.add_argument("--postings", type=int, default=500)
    parser.add_argument("--rounds", type=int, default=200)
    options = parser.parse_args()
    app = make_app(ROOT / "build" / f"season-{options.workers}-{options.postings}")
    fill(app, options.workers, options.postings)
    return report(measure(app, options.rounds))


if __name__ == "__main__":
    sys.exit(main())
