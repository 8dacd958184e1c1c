"""How long an employer's whole cycle takes to settle, and how much memory, on SQLite.

    python3 manage.py benchmark settlement [--workers 20000] [--days 31] [--long]

Makes an employer with 20 postings (by the day, by the hour full-time with overtime, by the piece)
and everybody's work days, then lets a process of its own compute the preview, issue the slips and
take them all back, as the product does for large runs. Printed for a tenth of the people, for all,
and with --long for ten times as many: seconds by the clock and of the processor, how long another
process that writes waited, the most memory, and microseconds a work day of preview and slips. The
ledger is checked after each. Each size has a database of its own, which is gone afterwards.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import text

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
LAST = date(2026, 8, 31)
POSTINGS = 20
KINDS: tuple[dict[str, Any], ...] = (
    {"pay_kind": "day", "rate_fen": 18_000},
    {"pay_kind": "hour", "rate_fen": 2_250, "footing": "full_time"},
    {"pay_kind": "piece", "rate_fen": 450, "piece_unit": "斤", "piece_lot": 100},
)


def made(app: Flask, workers: int, days: int) -> int:
    """Fill the database; the key of a run that waits to be computed."""
    from jobmatch.earnings import runs
    from jobmatch.infra.db import transaction
    from jobmatch.infra.triggers import triggers_off
    from tests.attendance.support import engage
    from tests.support import World

    world = World(app)
    first = LAST - timedelta(days=days - 1)
    employer_id, employer = world.employer()
    postings = [
        world.posting(
            employer_id, first=first, last=LAST, headcount=workers, title=f"活 {n}",
            **KINDS[n % len(KINDS)],
        )
        for n in range(POSTINGS)
    ]  # fmt: skip
    worker_id, actor = world.worker()
    engage(postings[0], worker_id, LAST)
    with transaction() as session, triggers_off(session.connection()):
        fill = Filling(session.connection(), workers)
        users = fill.copied("user", actor.user_id or 0, {"phone": "'12' || (100000000 + i)"})
        people = fill.copied(
            "worker", worker_id,
            {"uid": "'w' || i", "id_index": "'x' || i", "user_id": f"{users} + i"},
        )  # fmt: skip
        signups = fill.copied(
            "signup",
            1,
            {"worker_id": f"{people} + i", "posting_id": f"{postings[0]} + i % {POSTINGS}"},
        )
        engaged = fill.copied(
            "engagement", 1,
            {
                "signup_id": f"{signups} + i", "worker_id": f"{people} + i",
                "posting_id": f"{postings[0]} + i % {POSTINGS}",
            },
        )  # fmt: skip
        fill.days(people, engaged, employer_id, days)
    return runs.begin(employer_id, first, LAST, actor=employer)


class Filling:
    """Rows made by the database itself: copies of one, by number."""

    def __init__(self, connection: Any, n: int) -> None:
        self.connection = connection
        self.numbers = (
            f"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {n})"  # noqa: S608
        )

    def copied(self, table: str, key: int, other: dict[str, str]) -> int:
        """n copies of a row with other values (SQL of i); the key before the first copy's."""
        names = [row[1] for row in self.connection.execute(text(f'PRAGMA table_info("{table}")'))]
        base = self.connection.execute(text(f'SELECT max(id) FROM "{table}"')).scalar_one()  # noqa: S608
        values = {"id": f"{base} + i"} | other
        listed = ", ".join(f'"{name}"' for name in names)
        exprs = ", ".join(values.get(name, f't."{name}"') for name in names)
        self.connection.execute(
            text(
                f'{self.numbers} INSERT INTO "{table}" ({listed})'  # noqa: S608
                f' SELECT {exprs} FROM n JOIN "{table}" t ON t.id = {key}'
            )
        )
        return int(base)

    def days(self, people: int, engaged: int, employer_id: int, days: int) -> None:
        """Everybody's engagement days and work days: 8 hours, 10 on every fifth day."""
        self.connection.execute(
            text(
                f"INSERT INTO engagement_day (engagement_id, posting_day_id, worker_id, work_date)"  # noqa: S608
                f" {self.numbers} SELECT {engaged} + i, d.id, {people} + i, d.work_date FROM n"
                f" JOIN engagement e ON e.id = {engaged} + i"
                f" JOIN posting_day d ON d.posting_id = e.posting_id"
            )
        )
        self.connection.execute(
            text(
                "INSERT INTO work_day (engagement_day_id, worker_id, work_date, posting_id,"  # noqa: S608
                " employer_id, minutes, pieces, state, updated_at)"
                " SELECT ed.id, ed.worker_id, ed.work_date, pd.posting_id,"
                f" {employer_id}, CASE WHEN ed.id % 5 = 0 THEN 600 ELSE 480 END,"
                " 4000 + ed.id % 500, 'open', '2026-08-31 12:00:00.000000'"
                " FROM engagement_day ed JOIN posting_day pd ON pd.id = ed.posting_day_id"
                f" WHERE ed.worker_id > {people}"
            )
        )


def measured(app: Flask, run_id: int) -> dict[str, Any]:
    """Compute, issue and take back in this process; what each took, by the clock and of the
    processor, and how long another writer waited.
    """
    from jobmatch.accounts import service as accounts
    from jobmatch.earnings import run_work, runs
    from jobmatch.earnings.run_models import PayRun
    from jobmatch.infra.db import transaction

    found: dict[str, Any] = {}
    for part in ("compute", "issue", "reverse"):
        if part == "issue":
            with transaction() as session:
                run = session.get_one(PayRun, run_id)
                # As approved by a second person.
                run.state, run.answered_by = "issuing", run.made_by
                found |= {"people": run.people, "days": run.days, "net_fen": run.net_fen}
                actor = accounts.actor_of(run.made_by or 0)
        with tapping(app) as waits:
            clock, cpu = time.perf_counter(), time.process_time()
            if part == "reverse":
                runs.reverse(run_id, actor=actor)
            claim = run_work.claim_next()
            assert claim is not None
            run_work.work(claim)
            found[part] = (time.perf_counter() - clock, time.process_time() - cpu)
        found[f"{part}_wait"] = waits[0]
    found["mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    return found


TAPS = """
import sqlite3, sys, threading, time
ended = threading.Event()
threading.Thread(target=lambda: (sys.stdin.read(), ended.set()), daemon=True).start()
taps, longest = sqlite3.connect(sys.argv[1], timeout=3600, isolation_level=None), 0.0
print("ready", flush=True)
while not ended.wait(0.1):
    began = time.perf_counter()
    taps.execute("BEGIN IMMEDIATE")
    taps.execute("COMMIT")
    longest = max(longest, time.perf_counter() - began)
print(longest)
"""


@contextmanager
def tapping(app: Flask) -> Iterator[list[float]]:
    """Another process that wants to write; the list holds its longest wait in seconds, after."""
    from jobmatch.infra.db import writing_engine

    waits: list[float] = []
    taps = subprocess.Popen(
        [sys.executable, "-c", TAPS, str(writing_engine().url.database)], text=True,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE,
    )  # fmt: skip
    assert taps.stdout is not None
    taps.stdout.readline()
    try:
        yield waits
    finally:
        waits.append(float(taps.communicate()[0]))


def one(workers: int, days: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        address = f"sqlite:///{Path(folder, 'pay.sqlite3').as_posix()}"
        from benchmarks.races import application, close

        app = application(address, Path(folder))
        from jobmatch.infra import clock
        from tests.support import instant

        with app.app_context(), clock.at(instant(2026, 9, 1)):
            run_id = made(app, workers, days)
        close(app)
        child = subprocess.run(
            [sys.executable, "-m", "benchmarks.settlement", "--work", address, folder, str(run_id)],
            cwd=ROOT, env=os.environ | {"PYTHONPATH": str(ROOT)}, check=True,
            stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        got = json.loads(child.stdout.splitlines()[-1])
        clock_s = got["compute"][0] + got["issue"][0]
        cpu = got["compute"][1] + got["issue"][1]
        back = got["reverse"]
        print(
            f"{workers:>8,} x {days}  preview {got['compute'][0]:6.1f} s  issue"
            f" {got['issue'][0]:6.1f} s  others waited {got['compute_wait']:.1f} and"
            f" {got['issue_wait']:.1f} s  all {clock_s:6.1f} s (processor {cpu:.1f})"
            f"  taken back in {back[0]:.1f} s (processor {back[1]:.1f}), others waited"
            f" {got['reverse_wait']:.1f} s  {got['mb']} MB"
            f"  {1e6 * clock_s / got['days']:.0f} us a day  {got['days']:,} days,"
            f" {got['people']:,} people, {got['faults']} faults",
            flush=True,
        )


def work(address: str, folder: str, run_id: int) -> None:
    os.environ["JOBMATCH_ENV"] = "test"
    os.environ["JOBMATCH_INSTANCE"] = folder
    import config
    from jobmatch import create_app
    from jobmatch.earnings.checks import check_ledger
    from jobmatch.infra import clock
    from tests.support import instant

    settings = config.Test()
    settings.SQLALCHEMY_DATABASE_URI = address
    settings.SQLALCHEMY_ENGINE_OPTIONS = config.engine_options(address)
    settings.LOG_LEVEL = "WARNING"
    app = create_app(settings)
    with app.app_context(), clock.at(instant(2026, 9, 1)):
        got = measured(app, run_id)
        got["faults"] = len(check_ledger())
    print(json.dumps(got))


def main() -> int:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--workers", type=int, default=20_000)
    arguments.add_argument("--days", type=int, default=31)
    arguments.add_argument("--long", action="store_true", help="ten times as many people too")
    arguments.add_argument("--work", nargs=3, help=argparse.SUPPRESS)
    given = arguments.parse_args()
    if given.work:
        work(given.work[0], given.work[1], int(given.work[2]))
        return 0
    print(f"load {os.getloadavg()[0]:.1f}, {os.cpu_count()} cores, SQLite")
    for workers in (given.workers // 10, given.workers, given.workers * 10 * given.long):
        if workers:
            one(workers, given.days)
    return 0


if __name__ == "__main__":
    sys.exit(main())
