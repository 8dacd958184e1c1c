"""The same tap from many phones at once is one event; without the unique name it is several."""

import threading
import uuid
from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from sqlalchemy import func, insert, select, text

from jobmatch.attendance import syncing
from jobmatch.attendance.models import AttendanceEvent
from jobmatch.infra import clock
from jobmatch.infra.db import DatabaseError, forget_reads, reading, transaction, writing_engine
from tests.attendance.support import DAY, Field, crew_at_work, milliseconds, tapped
from tests.support import World, instant

pytestmark = pytest.mark.race
THREADS = 16


@pytest.fixture
def field(world: World) -> Iterator[Field]:
    with crew_at_work(world) as found:
        yield found


def at_once(app: Flask, act: Callable[[], None]) -> int:
    """All threads begin together; how many were turned away by the database."""
    gate, refused = threading.Barrier(THREADS), []

    def run() -> None:
        with app.app_context(), clock.at(instant(2026, 9, 25, 18)):
            gate.wait()
            try:
                act()
            except DatabaseError as error:
                refused.append(error)
            finally:
                forget_reads()

    threads = [threading.Thread(target=run) for _ in range(THREADS)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    forget_reads()
    return len(refused)


def stored(uid: str) -> int:
    found = select(func.count()).where(AttendanceEvent.uid == uid)
    return reading().scalar(found) or 0


def test_the_same_tap_from_sixteen_phones_at_once_is_one_event(world: World, field: Field) -> None:
    item, answers = tapped(field, 1, "present"), []

    def act() -> None:
        (one,) = syncing.sync([item], milliseconds(clock.now()), actor=field.leader)
        answers.append(one.answer.value)

    assert at_once(world.app, act) == 0
    assert sorted(answers) == ["had"] * (THREADS - 1) + ["stored"]
    assert stored(item["uid"]) == 1


def careless(field: Field, uid: str, gate: threading.Barrier) -> None:
    """Look first, then insert, in two transactions: what the product does not do."""
    with transaction() as session:
        there = session.scalar(select(AttendanceEvent.id).where(AttendanceEvent.uid == uid))
    gate.wait()
    if there is None:
        with transaction() as session:
            session.execute(
                insert(AttendanceEvent).values(
                    uid=uid, engagement_day_id=field.days[1], worker_id=field.worker_id,
                    work_date=DAY, kind="present", via="leader", how="tap",
                    recorded_by=field.leader.user_id, happened_at=clock.now(),
                    recorded_at=clock.now(),
                )
            )  # fmt: skip


def test_the_unique_name_alone_keeps_a_careless_writer_from_damage(
    world: World, field: Field
) -> None:
    uid, gate = str(uuid.uuid4()), threading.Barrier(THREADS)
    assert at_once(world.app, lambda: careless(field, uid, gate)) == THREADS - 1
    assert stored(uid) == 1


@pytest.fixture
def without_key(field: Field) -> Iterator[None]:
    """The control's table: rows go, and the key comes back, when the test is over."""
    engine = writing_engine()
    is_sqlite = engine.dialect.name == "sqlite"
    name = "uq_attendance_event_uid"
    with engine.begin() as connection:
        if is_sqlite:
            # SQLite keeps a unique constraint inside the table: the control uses a copy.
            connection.execute(text("CREATE TABLE event_copy AS SELECT * FROM attendance_event"))
            connection.execute(text("ALTER TABLE attendance_event RENAME TO event_kept"))
            connection.execute(text("ALTER TABLE event_copy RENAME TO attendance_event"))
        else:
            connection.execute(text(f"ALTER TABLE attendance_event DROP CONSTRAINT {name}"))
    yield
    forget_reads()
    with engine.begin() as connection:
        if is_sqlite:
            connection.execute(text("DROP TABLE attendance_event"))
            connection.execute(text("ALTER TABLE event_kept RENAME TO attendance_event"))
        else:
            from jobmatch.infra.triggers import triggers_off

            with triggers_off(connection):
                connection.execute(text("DELETE FROM attendance_event"))
            connection.execute(
                text(f"ALTER TABLE attendance_event ADD CONSTRAINT {name} UNIQUE (uid)")
            )


@pytest.mark.usefixtures("without_key")
def test_without_the_unique_name_the_same_tap_is_many_events(world: World, field: Field) -> None:
    """The control."""
    uid, gate = str(uuid.uuid4()), threading.Barrier(THREADS)
    assert at_once(world.app, lambda: careless(field, uid, gate)) == 0
    assert stored(uid) == THREADS
