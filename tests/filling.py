"""One row in every table, made from the tables' own columns and checks, and empty databases."""

import re
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from click.testing import Result
from flask import Flask
from sqlalchemy import (
    JSON,
    CheckConstraint,
    Column,
    Connection,
    Table,
    create_engine,
    insert,
    make_url,
    select,
    text,
)

import config
from jobmatch import create_app
from jobmatch.infra import db as database
from jobmatch.infra.db import Base, db, prepare_engines, writing_engine
from jobmatch.infra.schema import create_all
from jobmatch.seed.ground import load_ground

# Where one value for all columns of a type breaks a check between columns.
BETWEEN_COLUMNS: dict[str, dict[str, Any]] = {
    "pay_slip": {"gross_fen": 100, "deduction_fen": 0, "advance_fen": 0, "net_fen": 100},
    "season_plan": {"place_code": None, "gap_wanted": 0.01},
    "season_pin": {"place_code": None},
    "attendance_event": {"corrects_id": None},
    "dispute": {"agreed_side": ""},
    "dispute_case": {"offer_by": ""},
}
ONE_OF = re.compile(r"\b(\w+) IN \('(\w+)'")


def a_row_in_each_table(connection: Connection) -> None:
    """Every table has a row afterwards; rows point at those that stand above them."""
    first: dict[str, dict[str, Any]] = {}
    for table in Base.metadata.sorted_tables:
        there = connection.execute(select(table).limit(1)).mappings().first()
        if there is None:
            connection.execute(insert(table), [_row(table, first)])
            there = connection.execute(select(table).limit(1)).mappings().one()
        first[table.name] = dict(there)


def _row(table: Table, first: dict[str, dict[str, Any]]) -> dict[str, Any]:
    checks = " ".join(str(c.sqltext) for c in table.constraints if isinstance(c, CheckConstraint))
    between = BETWEEN_COLUMNS.get(table.name, {})
    known = dict(ONE_OF.findall(checks)) | between
    row = {}
    for column in table.columns:
        if column.foreign_keys and column.name not in between:
            (key,) = column.foreign_keys
            above = first.get(key.column.table.name)
            row[column.name] = above[key.column.name] if above else None
        else:
            row[column.name] = known.get(column.name, _value(column))
    return row


def _value(column: Column[Any]) -> Any:
    if isinstance(column.type, JSON):
        return {"n": 1}
    kind = getattr(column.type, "impl_instance", column.type).python_type
    values = {
        str: "15", int: 1, float: 1.5, bool: True, bytes: b"\x00\xff", date: date(2026, 9, 1),
        datetime: datetime(2026, 9, 1, 4, 0, tzinfo=UTC),
    }  # fmt: skip
    return "1" if kind is str and getattr(column.type, "length", 2) == 1 else values[kind]


@contextmanager
def empty_database(settings: config.Config, folder: Path) -> Iterator[str]:
    """The address of a new database of the kind that this run tests on."""
    given = make_url(settings.SQLALCHEMY_DATABASE_URI)
    if given.get_backend_name() == "sqlite":
        yield f"sqlite:///{(folder / 'scratch.sqlite3').as_posix()}"
        return
    name = f"jobmatch_{uuid.uuid4().hex[:12]}"
    admin = create_engine(given, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    try:
        yield given.set(database=name).render_as_string(hide_password=False)
    finally:
        with admin.connect() as connection:
            connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
        admin.dispose()


@contextmanager
def bare_app(address: str, *tables: str) -> Iterator[Flask]:
    """An application that is nothing but its database, with these tables; in its context."""
    app = Flask("bare")
    app.config.update(
        SQLALCHEMY_DATABASE_URI=address,
        SQLALCHEMY_ENGINE_OPTIONS=config.engine_options(address),
    )
    db.init_app(app)
    prepare_engines(app)
    with app.app_context():
        engine = writing_engine()
        try:
            Base.metadata.create_all(engine, [Base.metadata.tables[name] for name in tables])
            yield app
        finally:
            database.forget_reads()
            engine.dispose()


def seed(app: Flask, *arguments: str) -> Result:
    """Run `flask seed` with these arguments."""
    return app.test_cli_runner().invoke(args=["seed", *arguments])


@contextmanager
def grounded_app(settings: config.Config, folder: Path) -> Iterator[Flask]:
    """The application on an empty database with the real places, skills and rule tables."""
    with empty_database(settings, folder) as address:
        own = config.Test()
        own.INSTANCE_DIR = folder
        own.SQLALCHEMY_DATABASE_URI = address
        own.SQLALCHEMY_ENGINE_OPTIONS = config.engine_options(address)
        app = create_app(own)
        with app.app_context():
            create_all()
            load_ground()
        yield app
        with app.app_context():
            database.forget_reads()
            writing_engine().dispose()
