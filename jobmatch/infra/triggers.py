"""Rows that are never edited: the database itself refuses UPDATE and DELETE on them.

The SQL is written out for both databases; migrations call it, so that tests and the product agree.
"""

from collections.abc import Collection, Iterator
from contextlib import contextmanager

from sqlalchemy import text
from sqlalchemy.engine import Connection

from jobmatch.infra.changes import create_feed, drop_feed
from jobmatch.infra.monthly import create_counting, drop_counting

FROZEN = (
    "journal_entry", "journal_line", "audit_entry", "audit_seal", "audit_checkpoint",
    "income_entry", "attendance_event", "dispute_step",
)  # fmt: skip
# Of the log, what a checkpoint covers may go, once it is older than the law asks.
LOG_DAYS = 184


def create_triggers(connection: Connection) -> None:
    """Freeze the rows of the FROZEN tables, keep the monthly summary in step, write the feed."""
    create_counting(connection)
    create_feed(connection)
    if connection.dialect.name == "postgresql":
        connection.execute(
            text(
                "CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger AS $$ BEGIN "
                "RAISE EXCEPTION 'rows of % are never changed', TG_TABLE_NAME "
                "USING ERRCODE = 'restrict_violation'; END $$ LANGUAGE plpgsql"
            )
        )
        connection.execute(text(_KEEP_LOG))
    for table in FROZEN:
        for deed in ("UPDATE", "DELETE"):
            connection.execute(text(_trigger(connection.dialect.name, table, deed)))


def drop_triggers(connection: Connection) -> None:
    drop_counting(connection)
    drop_feed(connection)
    for table in FROZEN:
        for deed in ("UPDATE", "DELETE"):
            name = f"{table}_no_{deed.lower()}"
            on = f" ON {table}" if connection.dialect.name == "postgresql" else ""
            connection.execute(text(f"DROP TRIGGER IF EXISTS {name}{on}"))


@contextmanager
def triggers_off(connection: Connection, tables: Collection[str] | None = None) -> Iterator[None]:
    """Without the triggers (of these tables), for tests that clean up and for negative controls.

    On PostgreSQL a superuser puts them aside for the transaction, and with them the keys: that
    takes a fiftieth of the time of dropping and making them.
    """
    aside = "SET LOCAL session_replication_role = {}"
    if connection.dialect.name == "postgresql" and connection.scalar(
        text("SELECT usesuper FROM pg_user WHERE usename = current_user")
    ):
        connection.execute(text(aside.format("replica")))
        yield
        connection.execute(text(aside.format("origin")))
        return
    if tables is not None and connection.dialect.name == "sqlite":
        found = text("SELECT name, tbl_name, sql FROM sqlite_master WHERE type = 'trigger'")
        own = [row for row in connection.execute(found) if row.tbl_name in tables]
        for row in own:
            connection.exec_driver_sql(f"DROP TRIGGER {row.name}")
        yield
        for row in own:
            connection.exec_driver_sql(row.sql)
        return
    drop_triggers(connection)
    yield
    create_triggers(connection)


_COVERED = (
    "EXISTS (SELECT 1 FROM audit_checkpoint c WHERE OLD.id <= c.last_id AND OLD.at < c.before)"
)
_KEEP_LOG = (
    "CREATE OR REPLACE FUNCTION keep_log() RETURNS trigger AS $$ BEGIN "
    f"IF {_COVERED} AND OLD.at < now() - interval '{LOG_DAYS} days' THEN RETURN OLD; END IF; "
    "RAISE EXCEPTION 'rows of % are never changed', TG_TABLE_NAME "
    "USING ERRCODE = 'restrict_violation'; END $$ LANGUAGE plpgsql"
)


def _trigger(dialect: str, table: str, deed: str) -> str:
    name = f"{table}_no_{deed.lower()}"
    keeps_log = (table, deed) == ("audit_entry", "DELETE")
    if dialect == "postgresql" and keeps_log:
        return (
            f"CREATE TRIGGER {name} BEFORE {deed} ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION keep_log()"
        )
    if keeps_log:
        return (
            f"CREATE TRIGGER {name} BEFORE {deed} ON {table} WHEN NOT {_COVERED} "
            f"OR OLD.at >= strftime('%Y-%m-%d %H:%M:%f', 'now', '-{LOG_DAYS} days') "
            f"BEGIN SELECT RAISE(ABORT, 'rows of {table} are never changed'); END"
        )
    if dialect == "postgresql":
        return (
            f"CREATE TRIGGER {name} BEFORE {deed} ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
        )
    return (
        f"CREATE TRIGGER {name} BEFORE {deed} ON {table} "
        f"BEGIN SELECT RAISE(ABORT, 'rows of {table} are never changed'); END"
    )
