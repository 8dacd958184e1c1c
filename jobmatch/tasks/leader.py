"""One scheduler leads, others stand by: PostgreSQL's advisory lock, or a file beside SQLite."""

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Lock

from flask import current_app
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from jobmatch.infra.db import writing_engine

# Any number that no other lock of the application uses.
KEY = 7_203_911


@contextmanager
def leading() -> Iterator[Callable[[], bool] | None]:
    """Lead, if nobody else does.

    yields   None when another leads; else a function that says whether we still do
    """
    if writing_engine().dialect.name == "postgresql":
        with _by_advisory_lock() as holds:
            yield holds
    else:
        with _by_file(Path(current_app.config["INSTANCE_DIR"]) / "scheduler.lock") as holds:
            yield holds


@contextmanager
def _by_advisory_lock() -> Iterator[Callable[[], bool] | None]:
    """The lock lives as long as its connection: a lost connection is a lost lead."""
    engine = writing_engine().execution_options(isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        took = connection.scalar(text("SELECT pg_try_advisory_lock(:key)"), {"key": KEY})
        one_at_a_time = Lock()

        def holds() -> bool:
            with one_at_a_time:
                try:
                    return bool(connection.scalar(text("SELECT 1")) == 1)
                except SQLAlchemyError:
                    return False

        try:
            yield holds if took else None
        finally:
            if took and holds():
                connection.execute(text("SELECT pg_advisory_unlock(:key)"), {"key": KEY})


@contextmanager
def _by_file(path: Path) -> Iterator[Callable[[], bool] | None]:
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        yield (lambda: True) if _lock(descriptor) else None
    finally:
        os.close(descriptor)  # closing unlocks


def _lock(descriptor: int) -> bool:
    """Lock without waiting; the system takes the lock back when the process dies."""
    try:
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
