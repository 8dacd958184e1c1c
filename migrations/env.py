"""Runs the migrations, all in one transaction, on SQLite and PostgreSQL.

SQLite rebuilds a table to change it; with foreign keys on that deletes the children of an ON DELETE
CASCADE without a word. So they are off here, and row counts and references are checked at the end:
a migration that loses rows without saying so is undone.
"""

from collections.abc import Iterable

from alembic import context
from flask import current_app
from sqlalchemy import Connection, Engine, NullPool, create_engine, event, inspect, text

from jobmatch.infra.db import Base, Instant

# PostgreSQL: give up rather than let everybody wait behind us (docs/guide/operations.md).
LOCK_TIMEOUT = "5s"
STATEMENT_TIMEOUT = "60s"


class RowsLost(RuntimeError):
    """A migration left a table with fewer rows, or a reference to nothing."""


def render_item(kind: str, item: object, autogen: object) -> str | bool:
    """Write our column types as the plain types that they are in the database."""
    if kind == "type" and isinstance(item, Instant):
        return "sa.DateTime(timezone=True)"
    if kind == "type" and type(item).__name__ == "Fen":
        return "sa.BigInteger()"
    return False


def engine_for_migrations() -> Engine:
    settings = current_app.config
    url = settings["DATABASE_OWNER_URI"] or settings["SQLALCHEMY_DATABASE_URI"]
    engine = create_engine(url, poolclass=NullPool)
    if engine.dialect.name == "sqlite":

        @event.listens_for(engine, "connect")
        def _plain(raw, _record):
            raw.isolation_level = None
            raw.execute("PRAGMA journal_mode=WAL")
            raw.execute("PRAGMA foreign_keys=OFF")

        @event.listens_for(engine, "begin")
        def _begin(connection):
            connection.exec_driver_sql("BEGIN IMMEDIATE")

    return engine


def counts(connection: Connection) -> dict[str, int]:
    return {
        name: connection.execute(text(f'SELECT count(*) FROM "{name}"')).scalar_one()  # noqa: S608
        for name in inspect(connection).get_table_names()
        if name != "alembic_version"
    }


def check(connection: Connection, before: dict[str, int], may_shrink: Iterable[str]) -> None:
    after = counts(connection)
    shrunk = [n for n, c in before.items() if n in after and after[n] < c and n not in may_shrink]
    if shrunk:
        raise RowsLost(f"rows were lost in: {', '.join(sorted(shrunk))}")
    if connection.dialect.name == "sqlite":
        broken = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
        if broken:
            raise RowsLost(f"references to nothing in: {sorted({row[0] for row in broken})}")


def shrinking() -> list[str]:
    """Tables that may lose rows: `flask db upgrade -x shrinks=notice,task_run`."""
    named = context.get_x_argument(as_dictionary=True).get("shrinks", "")
    return [name for name in named.split(",") if name]


def limits() -> dict[str, str]:
    """How long a statement may wait for a lock and run: `-x lock_timeout=1s`,
    `-x statement_timeout=10min` where a table is that long; 0: no limit.
    """
    named = context.get_x_argument(as_dictionary=True)
    known = {"lock_timeout": LOCK_TIMEOUT, "statement_timeout": STATEMENT_TIMEOUT}
    return {name: named.get(name, usual) for name, usual in known.items()}


def run() -> None:
    with engine_for_migrations().connect() as connection, connection.begin():
        if connection.dialect.name == "postgresql":
            for name, limit in limits().items():
                connection.execute(text("SELECT set_config(:n, :v, true)"), {"n": name, "v": limit})
        before = counts(connection)
        context.configure(
            connection=connection,
            target_metadata=Base.metadata,
            render_as_batch=True,
            render_item=render_item,
            compare_type=True,
            transactional_ddl=True,
        )
        with context.begin_transaction():
            context.run_migrations()
        check(connection, before, shrinking())


run()
