"""The database of the two sides: put back after something was changed, and what is secret in it."""

import sqlite3
from typing import Any

from sqlalchemy import Table, insert, select
from sqlalchemy.engine import Connection

from jobmatch.accounts.models import User
from jobmatch.households.models import Household, HouseholdMember
from jobmatch.infra import crypto
from jobmatch.infra.db import Base, forget_reads, reading, writing_engine
from jobmatch.infra.schema import deletions
from jobmatch.infra.triggers import triggers_off
from jobmatch.workers.models import Worker
from tests.conftest import KEPT
from tests.walled import as_owner
from tests.web.every_route.two_sides import Side


class Snapshot:
    """The database as it is, to be put back after something was changed; aliases of skills too,
    which a keeper adds to the ground.
    """

    def __init__(self) -> None:
        self.copy = sqlite3.connect(":memory:")
        self.rows: dict[Table, list[dict[str, Any]]] = {}
        with as_owner(), writing_engine().connect() as connection:
            if connection.dialect.name == "sqlite":
                _file(connection).backup(self.copy)
                return
            self.rows = {
                table: [dict(row) for row in connection.execute(select(table)).mappings()]
                for table in Base.metadata.sorted_tables
                if table.name not in KEPT - {"skill_alias"}
            }

    def restore(self) -> None:
        forget_reads()
        if not self.rows:
            with writing_engine().connect() as connection:
                self.copy.backup(_file(connection))
            return
        with as_owner(), writing_engine().begin() as connection, triggers_off(connection):
            for deed in deletions(reversed(self.rows)):
                connection.execute(deed)
            for table, rows in self.rows.items():
                if rows:
                    connection.execute(insert(table), rows)


def _file(connection: Connection) -> sqlite3.Connection:
    found = connection.connection.driver_connection
    assert isinstance(found, sqlite3.Connection)
    return found


def secrets_of(sides: tuple[Side, Side]) -> tuple[set[str], dict[str, int]]:
    """Every full ID number, and every phone with its user, of both sides."""
    session = reading()
    numbers = {
        crypto.ring().open(row.id_sealed, place=f"worker.id_number:{row.uid}")
        for row in session.scalars(select(Worker))
    } | {
        crypto.ring().open(row.id_sealed, place=f"household_member.id_number:{row.uid}")
        for row in session.scalars(select(HouseholdMember))
    }
    phones = {row.phone: row.id for row in session.scalars(select(User))}
    return numbers, phones


def people_of(side: Side) -> set[str]:
    """The names of a side's workers, and the numbers of its households."""
    session = reading()
    workers = select(Worker.name).where(Worker.name.startswith(side.name))
    numbers = select(Household.household_no).where(Household.id == side.of["household_id"])
    return {*session.scalars(workers), *session.scalars(numbers)}
