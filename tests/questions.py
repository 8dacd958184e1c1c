"""What is asked of the database while a block runs."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import event

from jobmatch.infra.db import db


@contextmanager
def questions(beginning: str = "") -> Iterator[list[str]]:
    """The statements that begin so; not what a transaction on PostgreSQL says for whom it runs."""
    asked: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if statement.startswith(beginning) and "set_config(" not in statement:
            asked.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield asked
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
