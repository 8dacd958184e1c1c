"""Many threads after the same seats, for hundreds of rounds, on SQLite and on PostgreSQL.

    python3 manage.py benchmark races [--rounds 200] [--only sqlite|postgresql]

Each round lets 32 threads go at one moment: after the last 10 places of a day; for two postings of
the same days; for places that others give up. Counted are places sold twice, people booked twice
on a day, places left empty although somebody wanted them, and errors that are no refusal in words.
The control does the same without the guard (count, then insert) and must oversell.
DATABASE_URL names a PostgreSQL server to use; without it one is started for the run.
"""

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from flask import Flask

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
CONTROL_ROUNDS = 10


@contextmanager
def database(kind: str, folder: Path) -> Iterator[str]:
    """The address of an empty database that is gone afterwards."""
    if kind == "sqlite":
        yield f"sqlite:///{(folder / 'races.sqlite3').as_posix()}"
        return
    from tools.postgres import scratch

    given = os.environ.get("DATABASE_URL", "")
    with scratch(given if given.startswith("postgres") else "") as address:
        yield address


def application(address: str, folder: Path) -> Flask:
    os.environ["JOBMATCH_ENV"] = "test"
    os.environ["JOBMATCH_INSTANCE"] = str(folder)
    import config
    from jobmatch import create_app
    from jobmatch.infra.schema import create_all
    from tests.ground import ground_rows

    settings = config.Test()
    settings.SQLALCHEMY_DATABASE_URI = address
    settings.SQLALCHEMY_ENGINE_OPTIONS = config.engine_options(address)
    settings.LOG_LEVEL = "WARNING"
    app = create_app(settings)
    with app.app_context():
        create_all()
        ground_rows()
    return app


def close(app: Flask) -> None:
    from jobmatch.infra.db import db, writing_engine

    with app.app_context():
        db.session.remove()
        writing_engine().dispose()


def campaign(app: Flask, rounds: int) -> bool:
    """Run all races; print one line each. True when all are clean and the control is not."""
    from tests.reliability.race import Race, count_then_insert
    from tests.support import World

    names: dict[str, Callable[[Race], None]] = {
        "last 10 places": Race.last_places,
        "two postings at once": Race.two_at_once,
        "cancel and come": Race.cancel_and_come,
        "leave and come": Race.leave_and_come,
        "control, no guard": lambda race: race.last_places(count_then_insert),
    }
    all_well, world = True, World(app)
    print(
        f"{'':22}{'rounds':>7}{'oversold':>10}{'double':>8}{'empty':>7}{'errors':>8}{'s/round':>9}"
    )
    for name, run in names.items():
        is_control = name.startswith("control")
        with app.app_context():
            race = Race(app, world)
            began = time.perf_counter()
            for _ in range(min(rounds, CONTROL_ROUNDS) if is_control else rounds):
                run(race)
        each = (time.perf_counter() - began) / max(1, race.tally.rounds)
        t = race.tally
        well = t.oversold > 0 if is_control else t.is_clean
        all_well = all_well and well
        print(
            f"{name:22}{t.rounds:>7}{t.oversold:>10}{t.double:>8}{t.left_empty:>7}"
            f"{len(t.errors):>8}{each:>9.2f}  {'as it must be' if well else 'WRONG'}",
            flush=True,
        )
        for error in sorted(set(t.errors))[:3]:
            print(f"    {error}")
    return all_well


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=200)
    parser.add_argument("--only", choices=("sqlite", "postgresql"))
    chosen = parser.parse_args()
    all_well = True
    for kind in (chosen.only,) if chosen.only else ("sqlite", "postgresql"):
        with (
            tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder,
            database(kind, Path(folder)) as address,
        ):
            print(f"\n{kind}")
            app = application(address, Path(folder))
            all_well = campaign(app, chosen.rounds) and all_well
            close(app)
    return 0 if all_well else 1


if __name__ == "__main__":
    sys.exit(main())
