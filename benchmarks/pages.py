"""Time on the server of the pages that matter, at a county's size, as multiples of /healthz.

    python3 manage.py benchmark pages [--workers 20000] [--postings 500] [--rounds 200]

The season is generated once into build/season-<workers>-<postings> and kept. Each round asks every
page and /healthz once, in turn, in process (no network): what differs between rounds is the machine's
noise, which the multiples share.
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

from flask import Flask
from flask.testing import FlaskClient
from flask_migrate import upgrade
from sqlalchemy import event, text

ROOT = Path(__file__).resolve().parent.parent
MEDIAN_MS, P99_MS = 100.0, 300.0


@dataclass
class Measured:
    """Seconds of each round, queries of the last, bytes of the answer."""

    seconds: list[float] = field(default_factory=list)
    queries: int = 0
    size: int = 0

    @property
    def median_ms(self) -> float:
        return statistics.median(self.seconds) * 1000

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
    return create_app(settings)


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
    from jobmatch.infra.db import writing_engine

    seen = 0

    def count(_c: Any, _cur: Any, statement: str, *_rest: Any) -> None:
        nonlocal seen
        seen += not statement.startswith(("PRAGMA", "BEGIN", "SET "))

    with app.app_context():
        engine = writing_engine()
    event.listen(engine, "before_cursor_execute", count)
    try:
        yield lambda: seen
    finally:
        event.remove(engine, "before_cursor_execute", count)


def signed_in(app: Flask, user_id: int) -> FlaskClient:
    client = app.test_client()
    with client.session_transaction() as cookie:
        cookie["_user_id"] = f"{user_id}:1"
        cookie["_fresh"] = True
    return client


def scalar(app: Flask, sql: str) -> Any:
    from jobmatch.infra.db import reading

    with app.app_context():
        return reading().execute(text(sql)).scalar()
