"""Bulk rows with keys known before they are written, in the order that references need."""

from collections import defaultdict
from typing import Any

from sqlalchemy import Table, func, insert, select, text
from sqlalchemy.orm import Session

from jobmatch.infra.db import Base

FLUSH_AT = 20_000


class Writer:
    """Collects rows and writes them table by table; memory holds at most FLUSH_AT rows."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.tables = list(Base.metadata.sorted_tables)
        self.waiting: dict[str, list[dict[str, Any]]] = defaultdict(list)
        self.next: dict[str, int] = {}
        self.held = 0

    def add(self, model: type[Base], **values: Any) -> int:
        """Take a row; gives its key (0 for tables without an integer key of their own)."""
        table: Table = model.__table__  # type: ignore[assignment]
        key = 0
        if "id" in table.c and "id" not in values and table.c.id.type.python_type is int:
            key = self.key(table)
            values["id"] = key
        self.waiting[table.name].append(values)
        self.held += 1
        return key

    def key(self, table: Table) -> int:
        if table.name not in self.next:
            highest = self.session.scalar(select(func.max(table.c.id))) or 0
            self.next[table.name] = highest + 1
        key = self.next[table.name]
        self.next[table.name] += 1
        return key

    def flush_if_full(self) -> None:
        """Call where all rows that the waiting ones point to have been added."""
        if self.held >= FLUSH_AT:
            self.flush()

    def flush(self) -> None:
        for table in self.tables:
            rows = self.waiting.pop(table.name, None)
            if rows:
                self._insert(table, rows)
        self.held = 0

    def _insert(self, table: Table, rows: list[dict[str, Any]]) -> None:
        """Rows of one call must have the same columns."""
        by_columns: dict[tuple[str, ...], list[dict[str, Any]]] = defaultdict(list)
        for row in rows:
            by_columns[tuple(sorted(row))].append(row)
        connection = self.session.connection()
        for same in by_columns.values():
            connection.execute(insert(table), same)

    def finish(self) -> None:
        """Write the rest; on PostgreSQL bring the sequences past the keys that were given."""
        self.flush()
        if self.session.get_bind().dialect.name == "postgresql":
            for name, following in self.next.items():
                self.session.execute(
                    text("SELECT setval(pg_get_serial_sequence(:name, 'id'), :last)"),
                    {"name": f'"{name}"', "last": following - 1},
                )
