"""The log of deeds: written with the deed, found again by what it was about."""

from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from jobmatch.infra import audit, clock
from jobmatch.infra.audit import AuditEntry
from jobmatch.infra.db import reading, transaction
from jobmatch.kernel.actor import NOBODY, Actor
from jobmatch.kernel.ids import UserId

OFFICER = Actor(UserId(42))


def test_a_deed_and_its_line_stand_or_fall_together(app: Flask) -> None:
    def fail() -> None:
        with transaction() as session:
            audit.record(session, OFFICER, "posting.close", "posting", 7)
            raise LookupError

    with pytest.raises(LookupError):
        fail()
    assert reading().scalar(select(AuditEntry.id)) is None
    with transaction() as session:
        audit.record(session, OFFICER, "posting.close", "posting", 7)
    assert reading().scalar(select(AuditEntry.id)) is not None


def test_a_line_says_who_did_what_to_which_object_and_when(app: Flask, noon: datetime) -> None:
    with clock.at(noon), transaction() as session:
        audit.record(session, OFFICER, "posting.close", "posting", 7, state="closed", days=3)
    (line,) = audit.lines().rows
    assert (line.at, line.actor_user_id, line.action) == (noon, 42, "posting.close")
    assert (line.object_kind, line.object_id) == ("posting", "7")
    assert line.detail == {"state": "closed", "days": 3}


def test_a_deed_of_nobody_has_no_user(app: Flask) -> None:
    with transaction() as session:
        audit.record(session, NOBODY, "task.run", "task", "backup")
    assert audit.lines().rows[0].actor_user_id is None


def test_lines_are_found_by_each_property_the_newest_first(app: Flask, noon: datetime) -> None:
    told = [
        (0, OFFICER, "posting.close", "posting", 7),
        (1, OFFICER, "posting.open", "posting", 7),
        (2, NOBODY, "posting.open", "posting", 8),
        (3, OFFICER, "worker.reveal", "worker", 7),
    ]
    for hours, actor, action, kind, key in told:
        with clock.at(noon + timedelta(hours=hours)), transaction() as session:
            audit.record(session, actor, action, kind, key)

    def hours(**asked: object) -> list[int]:
        rows = audit.lines(**asked).rows  # type: ignore[arg-type]
        return [int((row.at - noon).total_seconds() // 3600) for row in rows]

    assert hours() == [3, 2, 1, 0]
    assert hours(action="posting") == [2, 1, 0]
    assert hours(action="posting.open") == [2, 1]
    assert hours(action="p%") == []
    assert hours(kind="posting", key="7") == [1, 0]
    assert hours(user_id=42) == [3, 1, 0]
    assert hours(since=noon + timedelta(hours=2)) == [3, 2]
    assert hours(until=noon + timedelta(hours=2)) == [1, 0]


def test_the_log_comes_in_pages_of_fifty(app: Flask) -> None:
    with transaction() as session:
        for n in range(51):
            audit.record(session, OFFICER, "x", "posting", n)
    first, second = audit.lines(), audit.lines(page=2)
    assert (len(first.rows), len(second.rows), first.total) == (50, 1, 51)
    assert second.rows[0].object_id == "0"
