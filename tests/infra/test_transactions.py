"""One way to write and one way to read: all or nothing, and a read cannot write."""

import contextlib
import sqlite3
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event, insert, select, text, update
from sqlalchemy.exc import OperationalError

import config
from jobmatch.accounts.models import User
from jobmatch.infra import clock
from jobmatch.infra import db as database
from jobmatch.infra.dated import DatedRule
from jobmatch.infra.db import (
    TRIES,
    DatabaseError,
    reading,
    retried,
    transaction,
    writing_engine,
)
from tests.filling import bare_app


def a_user(phone: str) -> User:
    return User(phone=phone, name="王秀兰", password_hash="x", created_at=clock.now())


def phones() -> set[str]:
    return set(reading().scalars(select(User.phone)))


# --- all or nothing -----------------------------------------------------------------------------


def test_what_a_transaction_wrote_stands_after_it(app: Flask) -> None:
    with transaction() as session:
        session.add(a_user("13800000001"))
    assert phones() == {"13800000001"}


def test_an_error_undoes_all_that_was_written(app: Flask) -> None:
    def write() -> None:
        with transaction() as session:
            session.add(a_user("13800000001"))
            session.flush()
            session.add(a_user("13800000002"))
            session.flush()
            raise LookupError

    with pytest.raises(LookupError):
        write()
    assert phones() == set()


def test_a_transaction_inside_another_joins_it(app: Flask) -> None:
    with transaction() as outer:
        outer.add(a_user("13800000001"))
        with transaction() as inner:
            assert inner is outer
            inner.add(a_user("13800000002"))
        assert reading() is outer
    assert phones() == {"13800000001", "13800000002"}


def test_a_failure_after_the_inner_one_undoes_both(app: Flask) -> None:
    def write() -> None:
        with transaction():
            with transaction() as inner:
                inner.add(a_user("13800000002"))
            raise LookupError

    with pytest.raises(LookupError):
        write()
    assert phones() == set()


def test_after_a_failed_transaction_the_next_one_is_its_own(app: Flask) -> None:
    with pytest.raises(LookupError), transaction() as first:
        raise LookupError
    with transaction() as second:
        assert second is not first
        second.add(a_user("13800000003"))
    assert phones() == {"13800000003"}


# --- reading ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "statement",
    [
        insert(DatedRule).values(
            name="x", place_code="", valid_from=clock.today(), value=1, source=""
        ),
        update(DatedRule).values(source="changed"),
        text("DELETE FROM dated_rule"),
        text("CREATE TABLE mischief (id INTEGER)"),
    ],
    ids=["insert", "update", "delete", "create"],
)
def test_the_database_itself_refuses_to_write_in_a_reading_session(
    app: Flask, statement: Any
) -> None:
    with pytest.raises(DatabaseError, match=r"read-?only"):
        reading().execute(statement)
    database.forget_reads()
    assert reading().scalar(select(DatedRule.source).limit(1)) == "test"


def test_the_same_statement_is_taken_where_writing_is_meant(app: Flask) -> None:
    """The control: not the statement is at fault, the session is."""
    with transaction() as session:
        session.execute(update(DatedRule).values(source="changed"))
        assert session.scalar(select(DatedRule.source).limit(1)) == "changed"
        session.execute(update(DatedRule).values(source="test"))


def test_reading_after_a_write_sees_what_was_written(app: Flask) -> None:
    assert phones() == set()  # holds a snapshot open
    with transaction() as session:
        session.add(a_user("13800000001"))
    assert phones() == {"13800000001"}


def test_a_connection_that_wrote_does_not_keep_the_right_to(app: Flask) -> None:
    """The pool hands the same connection to writers and readers in turn."""
    for n in range(3):
        with transaction() as session:
            session.add(a_user(f"1380000000{n}"))
        with pytest.raises(DatabaseError, match=r"read-?only"):
            reading().execute(update(User).values(name="x"))
        database.forget_reads()


# --- many writers -------------------------------------------------------------------------------


def at_once(work: Callable[[int], None], threads: int) -> list[BaseException]:
    """Run in threads that start together; what went wrong."""
    failures: list[BaseException] = []
    start = threading.Barrier(threads)

    def run(n: int) -> None:
        start.wait()
        try:
            work(n)
        except BaseException as error:
            failures.append(error)

    crowd = [threading.Thread(target=run, args=(n,)) for n in range(threads)]
    for thread in crowd:
        thread.start()
    for thread in crowd:
        thread.join()
    return failures


@pytest.mark.race
def test_eight_writers_queue_and_all_succeed(app: Flask) -> None:
    with transaction() as session:
        session.add(a_user("13800000001"))

    def count_up(_: int) -> None:
        with app.app_context():
            for _n in range(5):
                with transaction() as session:
                    session.execute(update(User).values(session_version=User.session_version + 1))

    assert at_once(count_up, 8) == []
    assert reading().scalar(select(User.session_version)) == 41


def read_then_write(app: Flask, both_have_read: threading.Barrier) -> Callable[[int], None]:
    """Two transactions that first look and then write, as most services do."""

    def work(n: int) -> None:
        with app.app_context(), transaction() as session:
            seen = len(session.scalars(select(User.id)).all())
            # Broken when the other one waits in its BEGIN.
            with contextlib.suppress(threading.BrokenBarrierError):
                both_have_read.wait(timeout=0.3)
            session.add(a_user(f"1380000000{n}"))
            session.flush()
            assert seen in (0, 1)

    return work


@pytest.fixture
def no_turns(monkeypatch: pytest.MonkeyPatch) -> None:
    """As between processes: the threads of one else take turns before they ask SQLite."""
    monkeypatch.setattr(database, "_turn", contextlib.nullcontext)


@pytest.mark.race
@pytest.mark.usefixtures("no_turns")
def test_two_who_look_and_then_write_queue_on_sqlite(tmp_path: Path) -> None:
    with bare_app(f"sqlite:///{tmp_path}/a.sqlite3", "user") as app:
        assert at_once(read_then_write(app, threading.Barrier(2)), 2) == []
        assert phones() == {"13800000000", "13800000001"}


@pytest.mark.race
@pytest.mark.usefixtures("no_turns")
def test_with_a_plain_begin_the_second_of_them_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: a transaction that begins as a reader cannot become the second writer."""

    def plain(connection: Any) -> None:
        connection.exec_driver_sql("PRAGMA query_only=OFF")
        connection.exec_driver_sql("BEGIN")

    monkeypatch.setattr(database, "_begin_sqlite", plain)
    with bare_app(f"sqlite:///{tmp_path}/a.sqlite3", "user") as app:
        began = time.monotonic()
        failures = at_once(read_then_write(app, threading.Barrier(2)), 2)
        assert ["database is locked" in str(failure) for failure in failures] == [True]
        assert time.monotonic() - began < 4  # at once: the busy timeout does not help
        assert len(phones()) == 1


def test_a_turn_that_does_not_come_is_not_waited_for_for_ever(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "TURN_SECONDS", 0.01)
    with bare_app(f"sqlite:///{tmp_path}/a.sqlite3", "user") as app:
        with app.extensions["jobmatch.engines"]["turn"] as _somebody_elses:
            with transaction() as session:
                session.add(a_user("13800000003"))
            assert app.extensions["jobmatch.engines"]["turn"].locked()
        assert phones() == {"13800000003"}


def test_sqlite_is_opened_with_what_the_product_relies_on(tmp_path: Path) -> None:
    with bare_app(f"sqlite:///{tmp_path}/a.sqlite3", "user"), writing_engine().connect() as there:
        found = {
            name: there.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "foreign_keys", "synchronous", "busy_timeout")
        }
    assert found == {
        "journal_mode": "wal", "foreign_keys": 1, "synchronous": 2, "busy_timeout": 5000,
    }  # fmt: skip
    assert config.Production.SQLITE_SYNCHRONOUS == "FULL"  # only the tests do without


# --- once more ----------------------------------------------------------------------------------


def busy(code: int = sqlite3.SQLITE_BUSY) -> OperationalError:
    error = sqlite3.OperationalError("database is locked")
    error.sqlite_errorcode = code
    return OperationalError("UPDATE", {}, error)


class PostgresError(Exception):
    def __init__(self, sqlstate: str) -> None:
        self.sqlstate = sqlstate


@pytest.mark.parametrize(
    "error",
    [
        busy(),
        busy(sqlite3.SQLITE_BUSY_SNAPSHOT),
        OperationalError("UPDATE", {}, PostgresError("40001")),
        OperationalError("UPDATE", {}, PostgresError("40P01")),
    ],
)
def test_a_verb_that_gave_way_is_done_again(error: OperationalError) -> None:
    calls = []

    @retried
    def verb(n: int, *, more: int) -> int:
        calls.append(n)
        if len(calls) < 3:
            raise error
        return n + more

    assert verb(4, more=3) == 7
    assert calls == [4, 4, 4]


@pytest.mark.parametrize(
    ("error", "times"),
    [
        (busy(), TRIES),
        (busy(sqlite3.SQLITE_FULL), 1),
        (OperationalError("UPDATE", {}, PostgresError("53300")), 1),
        (LookupError(), 1),
    ],
)
def test_other_errors_go_through_and_even_patience_ends(
    error: Exception, times: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(time, "sleep", lambda seconds: None)
    calls = []

    @retried
    def verb() -> None:
        calls.append(1)
        raise error

    with pytest.raises(type(error)):
        verb()
    assert len(calls) == times


def test_inside_another_transaction_the_outer_one_is_to_be_done_again(app: Flask) -> None:
    calls = []

    @retried
    def verb() -> None:
        calls.append(1)
        raise busy()

    with pytest.raises(OperationalError), transaction():
        verb()
    assert len(calls) == 1


def test_every_engine_listens_to_its_beginnings(app: Flask) -> None:
    assert event.contains(
        database.db.engine,
        "begin",
        database._begin_sqlite
        if database.db.engine.dialect.name == "sqlite"
        else database._begin_other,
    )
