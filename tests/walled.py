"""Tests as the product runs on PostgreSQL: by a role that does not own the tables.

WALLED=1 lets a whole run of tests go through that role; tests/infra/test_wall.py does it for its
own.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from sqlalchemy import Engine, event, text

from jobmatch.infra import wall_rows
from jobmatch.infra.db import DatabaseError, forget_reads, writing_engine

WALLED = os.environ.get("WALLED") == "1"
ROLE = "jobmatch_walled"
_owner_at_work: list[bool] = []


def behind_the_wall() -> None:
    """From now on connections of this database are the role's, but for `as_owner`."""
    engine = writing_engine()
    if engine.dialect.name == "postgresql":
        make_role(engine)
        event.listen(engine.pool, "checkout", _change_role)


@contextmanager
def held() -> Iterator[None]:
    """The same for a while."""
    engine = writing_engine()
    make_role(engine)
    forget_reads()
    event.listen(engine.pool, "checkout", _change_role)
    try:
        yield
    finally:
        forget_reads()
        event.remove(engine.pool, "checkout", _change_role)
        engine.dispose()


def make_role(engine: Engine) -> None:
    # Of the server, not of the database: another process may have made it, or makes it now.
    with suppress(DatabaseError), engine.begin() as connection:
        connection.execute(text(f"CREATE ROLE {ROLE}"))
    with engine.begin() as connection:
        wall_rows.grant(connection, ROLE)


def _change_role(raw: Any, _record: Any, _proxy: Any) -> None:
    before, raw.autocommit = raw.autocommit, True
    raw.execute("RESET ROLE" if _owner_at_work else f"SET ROLE {ROLE}")
    raw.autocommit = before


@contextmanager
def as_owner() -> Iterator[None]:
    """Connections that are taken inside are the owner's: the wall does not hold them."""
    forget_reads()
    _owner_at_work.append(True)
    try:
        yield
    finally:
        forget_reads()
        _owner_at_work.pop()
