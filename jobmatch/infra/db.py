"""The database: one Base, one way to write, one way to read.

Reads run in the request's own session, which the database itself holds to reading. Writes run in
`transaction()`, a session of their own: on SQLite it begins with BEGIN IMMEDIATE, so that two
writers queue instead of failing halfway (docs/decisions/0003-transactions.md).
"""

import random
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from datetime import UTC, datetime
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from flask import current_app, has_app_context
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import (
    BigInteger,
    DateTime,
    Dialect,
    Engine,
    Executable,
    MetaData,
    TypeDecorator,
    event,
)
from sqlalchemy.engine import Connection
from sqlalchemy.exc import NoResultFound as RowMissing
from sqlalchemy.exc import OperationalError as DatabaseUnavailable
from sqlalchemy.exc import SQLAlchemyError as DatabaseError
from sqlalchemy.orm import DeclarativeBase, Session, registry

from jobmatch.infra import wall

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


__all__ = [
    "Base", "DatabaseError", "DatabaseUnavailable", "Fen", "RowMissing", "db", "fetch",
    "is_writing", "reading", "retried", "transaction",
]  # fmt: skip


class Instant(TypeDecorator[datetime]):
    """An aware UTC instant; SQLite forgets zones, so they are put back on the way out."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is not None and value.tzinfo is None:
            raise ValueError("an instant needs a zone")
        return value.astimezone(UTC) if value is not None else None

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Fen(TypeDecorator[int]):
    """Whole fen: 64 bits on every database; anything but an int is refused, never rounded."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: int | None, dialect: Dialect) -> int | None:
        if value is not None and type(value) is not int:
            raise TypeError("money is whole fen")
        return value

    def process_result_value(self, value: Any, dialect: Dialect) -> int | None:
        # PostgreSQL adds 64-bit numbers up to a NUMERIC.
        return None if value is None else int(value)


class Base(DeclarativeBase):
    """Base of all tables. Constraints carry names by rule: batch migrations on SQLite need them."""

    registry = registry(
        metadata=MetaData(naming_convention=NAMING), type_annotation_map={datetime: Instant}
    )


db = SQLAlchemy(model_class=Base)
_current: ContextVar[Session | None] = ContextVar("transaction", default=None)


@contextmanager
def transaction() -> Iterator[Session]:
    """One unit of writing: all of it or nothing. Inside another one it joins that one.

    The request's reading session is let go first, so that what it reads afterwards is fresh.
    """
    outer = _current.get()
    if outer is not None:
        yield outer
        return
    db.session.remove()
    with _turn(), Session(writing_engine(), expire_on_commit=False, autoflush=True) as session:
        token = _current.set(session)
        try:
            with session.begin():
                yield session
        finally:
            _current.reset(token)


# Nobody waits for ever: afterwards SQLite's own waiting, as long again, decides.
TURN_SECONDS = 5.0


@contextmanager
def _turn() -> Iterator[None]:
    """On SQLite: one writer of this process at a time.

    SQLite lets who waits for its lock sleep for ever longer times, though it is free meanwhile;
    a lock of our own wakes the next at once. Only other processes still wait by sleeping.
    """
    lock: threading.Lock | None = current_app.extensions["jobmatch.engines"]["turn"]
    if lock is None:
        yield
        return
    is_mine = lock.acquire(timeout=TURN_SECONDS)
    try:
        yield
    finally:
        if is_mine:
            lock.release()


P = ParamSpec("P")
R = TypeVar("R")
TRIES = 6
# PostgreSQL's words for "another transaction had to go first": serialization failure, deadlock.
GAVE_WAY = {"40001", "40P01"}


def retried(verb: Callable[P, R]) -> Callable[P, R]:
    """Do a whole verb again, a few times, when the database gave it up for another's sake.

    Only that: busy on SQLite, deadlock or serialization failure on PostgreSQL. Inside another
    transaction the outer one is to be done again, so the error goes through.
    """

    @wraps(verb)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        for n in range(1, TRIES):
            try:
                return verb(*args, **kwargs)
            except DatabaseUnavailable as error:
                if _current.get() is not None or not _gave_way(error):
                    raise
                # Apart by chance, or the same two meet again.
                time.sleep(random.uniform(0.01, 0.05) * n)  # nosec B311 - no secret: a pause
        return verb(*args, **kwargs)

    return run


def _gave_way(error: DatabaseUnavailable) -> bool:
    if isinstance(error.orig, sqlite3.OperationalError):
        return error.orig.sqlite_errorcode & 0xFF in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
    return getattr(error.orig, "sqlstate", None) in GAVE_WAY


def reading() -> Session:
    """The session to read in: inside a transaction that one, else the request's."""
    return _current.get() or db.session()


def fetch(statement: Executable, session: Session | None = None, /, **values: Any) -> Sequence[Any]:
    """The rows of a statement built once, at import, with names for its values (bindparam).

    Building a statement and sending it through the ORM takes six times as long as running it does,
    so this is for what every page asks. The statement names columns: no objects come back.

    session   None: as `reading` says
    """
    session = session or reading()
    if session.autoflush:
        session.flush()
    return session.connection().execute(statement, values).all()


def is_writing() -> bool:
    """Whether this runs inside a transaction, whose rows nobody else can see yet."""
    return _current.get() is not None


def forget_reads() -> None:
    """Let the request's reading session go, e.g. after an error has spoilt it."""
    db.session.remove()


def writing_engine() -> Engine:
    engine: Engine = current_app.extensions["jobmatch.engines"]["write"]
    return engine


def prepare_engines(app: Any) -> None:
    """Call once after `db.init_app`: SQLite pragmas, begin rules, the writing engine."""
    with app.app_context():
        engine = db.engine
        if engine.dialect.name == "sqlite":
            event.listen(
                engine, "connect", _on_connect(app.config.get("SQLITE_SYNCHRONOUS", "FULL"))
            )
            event.listen(engine, "begin", _begin_sqlite)
        else:
            event.listen(engine, "begin", _begin_other)
        app.extensions["jobmatch.engines"] = {
            "write": engine.execution_options(jobmatch_write=True),
            "turn": threading.Lock() if engine.dialect.name == "sqlite" else None,
        }


def _on_connect(synchronous: str) -> Callable[[sqlite3.Connection, Any], None]:
    pragmas = (
        "busy_timeout=5000", "journal_mode=WAL", "foreign_keys=ON", f"synchronous={synchronous}",
    )  # fmt: skip

    def prepare(raw: sqlite3.Connection, _record: Any) -> None:
        raw.isolation_level = None
        for pragma in pragmas:
            raw.execute(f"PRAGMA {pragma}")

    return prepare


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get("jobmatch_write", False)
    connection.exec_driver_sql(f"PRAGMA query_only={'OFF' if writes else 'ON'}")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _begin_other(connection: Connection) -> None:
    """In one message: whether it may write, and for whom it runs (wall.py)."""
    writes = connection.get_execution_options().get("jobmatch_write", False)
    only_reads = "" if writes else "set_config('transaction_read_only', 'on', true), "
    connection.exec_driver_sql(f"SELECT {only_reads}{wall.SAY}", wall.sight().said())


def tell_sight() -> None:
    """Tell the transactions of this thread that are under way for whom they run from now on."""
    for session in _under_way():
        if session.get_bind().dialect.name == "postgresql":
            # One that the database gave up takes no more words, and shows no more rows either.
            with suppress(DatabaseError):
                session.connection().exec_driver_sql(f"SELECT {wall.SAY}", wall.sight().said())


def flush_writes() -> None:
    """Send what waits to be written, while it may be."""
    if (session := _current.get()) is not None and session.is_active:
        session.flush()


def _under_way() -> Iterator[Session]:
    session = _current.get()
    if session is None and has_app_context() and db.session.registry.has():
        session = db.session()
    if session is not None and session.is_active and session.in_transaction():
        yield session
