"""Making and emptying the whole schema: for tests and generators; the product itself migrates."""

from collections.abc import Collection, Iterable, Iterator, Sequence

from sqlalchemy import Delete, Table, delete, literal, select, union_all
from sqlalchemy.engine import Connection

from jobmatch.infra.db import Base, writing_engine
from jobmatch.infra.triggers import create_triggers, triggers_off
from jobmatch.infra.wall_rows import create_wall


def create_all() -> None:
    """All tables and triggers and the second wall, in an empty database."""
    engine = writing_engine()
    Base.metadata.create_all(engine)
    with engine.begin() as connection:
        create_triggers(connection)
        create_wall(connection)


def emptied(*, keep: Collection[str]) -> None:
    """Delete the rows of all tables but these, whatever guards them."""
    tables = [table for table in reversed(Base.metadata.sorted_tables) if table.name not in keep]
    with writing_engine().begin() as connection:
        if filled := _filled(connection, tables):
            with triggers_off(connection, {table.name for table in filled}):
                for deed in deletions(filled):
                    connection.execute(deed)


def deletions(tables: Iterable[Table]) -> Iterator[Delete]:
    """What empties these tables: rows that point at rows of their own table (reversals) go before
    those.
    """
    for table in tables:
        for own in (f for f in table.foreign_keys if f.column.table is table):
            yield delete(table).where(own.parent.is_not(None))
        yield delete(table)


def _filled(connection: Connection, tables: Sequence[Table]) -> list[Table]:
    """Those of the tables that have rows, in their order."""
    asked = [
        select(literal(table.name)).where(select(literal(1)).select_from(table).exists())
        for table in tables
    ]
    names = set(connection.scalars(union_all(*asked)))
    return [table for table in tables if table.name in names]
