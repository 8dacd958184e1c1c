"""Making and emptying the whole schema: for tests and generators; the product itself migrates."""

from collections.abc import Collection

from sqlalchemy import delete

from jobmatch.infra.db import Base, writing_engine
from jobmatch.infra.triggers import create_triggers, triggers_off


def create_all() -> None:
    """All tables and triggers, in an empty database."""
    engine = writing_engine()
    Base.metadata.create_all(engine)
    with engine.begin() as connection:
        create_triggers(connection)


def emptied(*, keep: Collection[str]) -> None:
    """Delete the rows of all tables but these, whatever guards them."""
    with writing_engine().begin() as connection, triggers_off(connection):
        for table in reversed(Base.metadata.sorted_tables):
            if table.name in keep:
                continue
            # Rows that point at rows of their own table (reversals) go before those.
            for own in (f for f in table.foreign_keys if f.column.table is table):
                connection.execute(delete(table).where(own.parent.is_not(None)))
            connection.execute(delete(table))
