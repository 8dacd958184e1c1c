"""The database goes away, the disk is full, a scheduler is killed, the machine is elsewhere.

    python3 manage.py faults [--rounds 10] [--only sqlite|postgresql]

restart    a PostgreSQL of its own is ended as by a power cut while threads write; for the
           embedded database another program writes and takes its time. Lost: answered, but not
           there afterwards. Back: seconds from its return to the next answer. The control answers
           before it is on the disk.
disk full  SQLite may get no more pages; PostgreSQL answers as on a full disk (error 53100,
           injected). A page says so with 503, nothing is harmed, and all goes on afterwards. The
           control is the same without the page.
leader     a scheduler is killed in the middle of a slot and another takes the lead: each slot
           once. The control writes the deed and the outcome apart.
clocks     23:59 and 00:01 in Shanghai on machines in UTC and New York; the control is their own
           date.
"""

import argparse
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from flask import Flask

from benchmarks.races import application, close, database

FOUR_DAYS = ["2026-09-22", "2026-09-23", "2026-09-24", "2026-09-25"]
ZONES = ("UTC", "America/New_York")
MOST_BACK = 5.0


def say(what: str, kind: str, well: bool, words: str) -> bool:
    print(f"{what:12}{kind:12}{'as it must be' if well else 'WRONG':15}{words}", flush=True)
    return well


@contextmanager
def there(kind: str) -> Iterator[Flask]:
    with (
        tempfile.TemporaryDirectory(prefix="jobmatch-fault-", ignore_cleanup_errors=True) as folder,
        database(kind, Path(folder)) as address,
    ):
        app = application(address, Path(folder))
        app.config["WTF_CSRF_ENABLED"] = False
        try:
            yield app
        finally:
            close(app)


def restarted(rounds: int) -> bool:
    from tests.reliability.faults import own_postgres, taken_away

    with (
        tempfile.TemporaryDirectory(prefix="jobmatch-fault-") as folder,
        own_postgres() as server,
    ):
        app = application(server.url, Path(folder))
        met = [taken_away(app, f"kept{n}", server.restart) for n in range(rounds)]
        server.keeps(promises=False)
        control = taken_away(app, "hurried", server.restart)
        close(app)
    lost, back = sum(one.lost for one in met), max(one.back_after or 99 for one in met)
    answered = sum(len(one.acknowledged) for one in met)
    words = f"{rounds} restarts, {answered} answered, {lost} lost, back in {back:.1f} s at most"
    well = say("restart", "postgresql", lost == 0 and back < MOST_BACK, words)
    said = f"{control.lost} of {len(control.acknowledged)} lost"
    return say("  control", "postgresql", control.lost > 0, said) and well


def held(rounds: int) -> bool:
    from jobmatch.infra.db import writing_engine
    from tests.reliability.faults import hold_file, taken_away

    with there("sqlite") as app:
        with app.app_context():
            path = str(writing_engine().url.database)
        # Longer than a writer waits, so that some are refused.
        met = [
            taken_away(app, f"kept{n}", lambda: hold_file(path, 6.0)) for n in range(min(rounds, 3))
        ]
    lost, back = sum(one.lost for one in met), max(one.back_after or 99 for one in met)
    refused = sum(one.refused for one in met)
    words = f"held {len(met)} times for 6 s, {refused} refused, {lost} lost, back in {back:.1f} s"
    return say("restart", "sqlite", lost == 0 and refused > 0 and back < MOST_BACK, words)


def full(kind: str) -> bool:
    from jobmatch.infra.db import DatabaseUnavailable
    from jobmatch.web import errors
    from tests.reliability.faults import full_disk, is_whole
    from tests.support import World

    fields = {"max_km": "30", "stays_away": "home", "most_minutes": "0"}
    with there(kind) as app, app.app_context():
        world = World(app)
        browser = world.sign_in(world.worker()[1])

        def send() -> int:
            return browser.post("/my/me/limits", data=fields).status_code

        with full_disk(app) as how:
            refused, reads = send(), browser.get("/my/me").status_code
            handlers = app.error_handler_spec[None][None]
            kept, handlers[DatabaseUnavailable] = (
                handlers[DatabaseUnavailable], errors._unforeseen,
            )  # fmt: skip
            control = send()
            handlers[DatabaseUnavailable] = kept
        whole, again = is_whole(app), send()
    well = (refused, reads, whole, again) == (503, 200, True, 303)
    said = f"writes {refused}, reads {reads}, whole {whole}, afterwards {again} ({how})"
    well = say("disk full", kind, well, said)
    return say("  control", kind, control == 500, f"without its page {control}") and well


def leader(kind: str, rounds: int) -> bool:
    from jobmatch.infra import clock
    from jobmatch.tasks import runner
    from tests.tasks.scheduling import NOW, task
    from tests.tasks.test_processes import processes, written

    def days(how: str) -> list[str]:
        from benchmarks.reliability import empty

        with app.app_context():
            empty(app)
            processes(how)
            with clock.at(NOW + timedelta(seconds=1)):
                runner.catch_up({"count": task("whole")}, resume=True)
            return sorted(written())

    with there(kind) as app:
        once = sum(days("die") == FOUR_DAYS for _ in range(rounds))
        control = days("die_apart")
    well = say("leader", kind, once == rounds, f"{rounds} killed, each slot once in {once}")
    return say("  control", kind, len(control) > len(FOUR_DAYS), f"{len(control)} for 4") and well


def clocks(kind: str) -> bool:
    from jobmatch.infra.db import writing_engine
    from tests.reliability.faults import days_in

    well = True
    with there(kind) as app, tempfile.TemporaryDirectory() as folder:
        with app.app_context():
            address = writing_engine().url.render_as_string(hide_password=False)
        for zone in ZONES:
            found = days_in(zone, address, Path(folder))
            right = [line[:2] for line in found] == [["2026-09-24"] * 2, ["2026-09-25"] * 2]
            own = [line[2] for line in found]
            words = f"{zone}: {' '.join(line[0] for line in found)}; its own {' '.join(own)}"
            well = say("clocks", kind, right and own[1] == "2026-09-24", words) and well
    return well


def main() -> int:
    parser = argparse.ArgumentParser(prog="manage.py faults")
    parser.add_argument("--rounds", type=int, default=10)
    parser.add_argument("--only", choices=("sqlite", "postgresql"))
    given = parser.parse_args()
    well = True
    for kind in (given.only,) if given.only else ("sqlite", "postgresql"):
        well = (held(given.rounds) if kind == "sqlite" else restarted(given.rounds)) and well
        well = full(kind) and well
        well = leader(kind, given.rounds) and well
        well = clocks(kind) and well
    return 0 if well else 1


if __name__ == "__main__":
    sys.exit(main())
