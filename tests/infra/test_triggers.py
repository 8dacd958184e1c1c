"""Booked and recorded rows are frozen by the database itself."""

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from jobmatch.infra.db import transaction, writing_engine
from jobmatch.infra.triggers import FROZEN, triggers_off
from tests.filling import a_row_in_each_table

DEEDS = {
    "UPDATE": "UPDATE {table} SET id = id",
    "DELETE": "DELETE FROM {table}",
}


def test_what_is_booked_recorded_or_audited_is_frozen() -> None:
    assert set(FROZEN) == {
        "attendance_event", "audit_checkpoint", "audit_entry", "audit_seal", "dispute_step",
        "income_entry",        "journal_entry", "journal_line",
    }  # fmt: skip


@pytest.mark.parametrize("deed", DEEDS)
def test_frozen_rows_are_neither_changed_nor_deleted(app: Flask, deed: str) -> None:
    with writing_engine().begin() as connection:
        a_row_in_each_table(connection)
    for table in FROZEN:
        refused = pytest.raises(DatabaseError, match=f"rows of {table} are never changed")
        with refused, transaction() as session:
            session.execute(text(DEEDS[deed].format(table=table)))
        with transaction() as session:
            assert session.scalar(text(f"SELECT count(*) FROM {table}")) == 1


@pytest.mark.parametrize("deed", DEEDS)
def test_without_the_trigger_the_same_statement_changes_a_row(app: Flask, deed: str) -> None:
    """The control."""
    with writing_engine().begin() as connection:
        a_row_in_each_table(connection)
        with triggers_off(connection):
            for table in ("journal_line", "income_entry", "attendance_event", "audit_entry"):
                assert connection.execute(text(DEEDS[deed].format(table=table))).rowcount == 1


def test_other_rows_can_be_changed(app: Flask) -> None:
    with writing_engine().begin() as connection:
        a_row_in_each_table(connection)
        assert connection.execute(text("UPDATE work_day SET minutes = 2")).rowcount == 1
        assert connection.execute(text("DELETE FROM notice")).rowcount == 1
