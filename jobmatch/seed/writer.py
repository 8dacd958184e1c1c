"""Bulk rows with keys known before they are written, in the order that references need."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnDefault, Dialect, Table, func, insert, select, text
from sqlalchemy.orm import Session

from jobmatch.infra.db import Base

FLUSH_AT = 20_000
CACHE_KB = 256 * 1024


@dataclass(frozen=True)
class InsertPlan:
    """An INSERT with the values by position, made once for all rows of the same columns.

    ready      for each place the column and what makes its value fit for the driver
    defaults   of the columns that the rows do not give
    """

    sql: str
    ready: list[tuple[str, Callable[[Any], Any] | None]]
    defaults: dict[str, Any]

    def tuples(self, rows: list[dict[str, Any]]) -> list[tuple[Any, ...]]:
        columns = []
        for name, process in self.ready:
            if name in self.defaults:
                values = [self.defaults[name]] * len(rows)
            else:
                values = [row[name] for row in rows]
            columns.append([process(value) for value in values] if process else values)
        return list(zip(*columns, strict=True))


def plan_of(table: Table, columns: tuple[str, ...], dialect: Dialect) -> InsertPlan | None:
    """None where the driver takes values by name, or a default is worked out row by row."""
    compiled = insert(table).compile(dialect=dialect, column_keys=list(columns))
    defaults = {
        column.key: column.default.arg
        for column in compiled.insert_prefetch
        if isinstance(column.default, ColumnDefault) and column.default.is_scalar
    }
    if compiled.positiontup is None or len(defaults) < len(compiled.insert_prefetch):
        return None
    ready: list[tuple[str, Callable[[Any], Any] | None]] = [
        (name, table.c[name].type.dialect_impl(dialect).bind_processor(dialect))
        for name in compiled.positiontup
    ]
    return InsertPlan(str(compiled), ready, defaults)


class Writer:
    """Collects rows and writes them table by table; memory holds at most FLUSH_AT rows."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.tables = list(Base.metadata.sorted_tables)
        self.waiting: dict[str, list[dict[str, Any]]] = defaultdict(list)
        self.next: dict[str, int] = {}
        self.held = 0
        self.plans: dict[tuple[Table, tuple[str, ...]], InsertPlan | None] = {}
        if session.get_bind().dialect.name == "sqlite":
            # With the usual 2 MB nearly every row spills pages of the large indexes to the disk.
            session.connection().exec_driver_sql(f"PRAGMA cache_size={-CACHE_KB}")

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
        by_columns: dict[tuple[str, ...], list[dict[str, Any]]] = defaultdict(list)
        for row in rows:
            by_columns[tuple(row)].append(row)
        connection = self.session.connection()
        for columns, same in by_columns.items():
            if (table, columns) not in self.plans:
                self.plans[table, columns] = plan_of(table, columns, connection.dialect)
            plan = self.plans[table, columns]
            if plan is None:
                connection.execute(insert(table), same)
            else:
                connection.exec_driver_sql(plan.sql, plan.tuples(same))

    def finish(self) -> None:
        """Write the rest; on PostgreSQL bring the sequences past the keys that were given."""
        self.flush()
        if self.session.get_bind().dialect.name == "postgresql":
            for name, following in self.next.items():
                self.session.execute(
                    text("SELECT setval(pg_get_serial_sequence(:name, 'id'), :last)"),
                    {"name": f'"{name}"', "last": following - 1},
                )
