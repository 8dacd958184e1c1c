"""Making and emptying the whole schema: for tests and generators; the product itself migrates."""

from collections.abc import Collection

from sqlalchemy import text

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
            if table.name not in keep:
                connection.execute(text(f'DELETE FROM "{table.name}"'))  # noqa: S608
