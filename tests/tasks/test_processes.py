"""Schedulers in processes of their own: each slot exactly once, in order, whoever dies when."""

import multiprocessing
import os
import signal
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from jobmatch.infra import clock
from jobmatch.infra.audit import AuditEntry
from jobmatch.infra.db import forget_reads, reading, transaction, writing_engine
from jobmatch.infra.task_runs import TaskRun, ask_again, last_slots
from jobmatch.kernel.errors import Conflict, NotAllowed, NotFound
from jobmatch.kernel.periods import SHANGHAI
from jobmatch.tasks import runner
from jobmatch.tasks.slots import due_slots
from tests.support import World
from tests.tasks.scheduling import NOW, catch_up, task, write

FOUR_DAYS = ["2026-09-22", "2026-09-23", "2026-09-24", "2026-09-25"]
DUE = datetime(2026, 9, 25, tzinfo=UTC)


def processes(*hows: str) -> list[int | None]:
    """Schedulers that begin at the same moment; how each ended (minus a signal)."""
    address = writing_engine().url.render_as_string(hide_password=False)
    fork = multiprocessing.get_context("fork")
    gate = fork.Barrier(len(hows))
    started = [fork.Process(target=catch_up, args=(address, how, gate)) for how in hows]
    for one in started:
        one.start()
    for one in started:
        one.join(120)
    forget_reads()
    return [one.exitcode for one in started]


def written() -> list[str]:
    """The days of the lines, in the order in which they were written."""
    found = select(AuditEntry.object_id).where(AuditEntry.action == "test.slot")
    return list(reading().scalars(found.order_by(AuditEntry.id)))


@pytest.mark.slow
def test_after_three_days_without_a_scheduler_two_processes_run_each_slot_once(app: Flask) -> None:
    assert processes("whole", "whole") == [0, 0]
    assert sorted(written()) == FOUR_DAYS


@pytest.mark.slow
def test_without_the_row_two_processes_would_run_each_slot_twice(app: Flask) -> None:
    assert processes("bare", "bare") == [0, 0]
    assert sorted(written()) == sorted(FOUR_DAYS * 2)


@pytest.mark.slow
def test_a_slot_whose_process_was_killed_runs_once_when_another_takes_the_lead(app: Flask) -> None:
    assert processes("die") == [-signal.SIGKILL]
    assert written() == FOUR_DAYS[:2]
    with clock.at(NOW + timedelta(seconds=1)):
        assert runner.catch_up({"count": task("whole")}) == 1
        assert written() == [FOUR_DAYS[0], FOUR_DAYS[1], FOUR_DAYS[3]]
        assert runner.catch_up({"count": task("whole")}, resume=True) == 1
        assert runner.catch_up({"count": task("whole")}, resume=True) == 0
    assert sorted(written()) == FOUR_DAYS


@pytest.mark.slow
def test_with_the_outcome_in_another_transaction_it_would_run_twice(app: Flask) -> None:
    """The control: such tasks need rows of their own against telling anybody twice."""
    assert processes("die_apart") == [-signal.SIGKILL]
    with clock.at(NOW + timedelta(seconds=1)):
        runner.catch_up({"count": task("whole")}, resume=True)
    assert sorted(written()) == sorted([*FOUR_DAYS, FOUR_DAYS[2]])


def test_what_was_missed_runs_in_the_order_of_the_clock_whatever_the_task(app: Flask) -> None:
    seen: list[tuple[str, date]] = []

    def noting(name: str, hour: int) -> runner.Task:
        def run(day: date) -> str:
            seen.append((name, day))
            return ""

        return runner.Task(name, (hour, 0), 2, True, run)

    with clock.at(NOW):
        assert runner.catch_up({"late": noting("late", 8), "early": noting("early", 2)}) == 6
    assert [(name, day.day) for name, day in seen] == [
        ("early", 23), ("late", 23), ("early", 24), ("late", 24), ("early", 25), ("late", 25),
    ]  # fmt: skip


def test_who_is_overtaken_undoes_what_it_did(app: Flask) -> None:
    def slow(day: date) -> str:
        write(day)
        with clock.at(NOW + timedelta(hours=3)), transaction() as session:
            session.query(TaskRun).update({"started_at": clock.now()})
        return "too late"

    with clock.at(NOW):
        assert runner.run_slot(runner.Task("count", (8, 0), 0, True, slow), DUE) is False
    assert written() == []


def test_an_administrator_lets_a_slot_run_again_once(world: World) -> None:
    known = {"count": task("whole")}
    admin = world.admin()
    with clock.at(NOW):
        runner.catch_up(known)
        slots = last_slots(2)["count"]
        assert [(s.due.day, s.outcome, s.seconds, s.has_failed) for s in slots] == [
            (25, "done", 0.0, False), (24, "done", 0.0, False),
        ]  # fmt: skip
        assert runner.run_asked(known) == 0
        ask_again(slots[0].id, actor=admin)
        ask_again(slots[0].id, actor=admin)
        forget_reads()
        assert (runner.run_asked(known), runner.run_asked(known)) == (1, 0)
        assert written() == [*FOUR_DAYS, FOUR_DAYS[3]]


def test_only_an_administrator_may_and_only_what_is_over(world: World) -> None:
    with transaction() as session:
        session.add(TaskRun(task="count", due=DUE, started_at=NOW))
    (slot,) = last_slots()["count"]
    assert slot.seconds is None
    with pytest.raises(NotAllowed):
        ask_again(slot.id, actor=world.officer())
    with pytest.raises(Conflict):
        ask_again(slot.id, actor=world.admin())
    with pytest.raises(NotFound):
        ask_again(10**6, actor=world.admin())


@pytest.fixture(params=["UTC", "America/New_York", "Asia/Shanghai"])
def _machine_elsewhere(request: pytest.FixtureRequest) -> Iterator[None]:
    before = os.environ.get("TZ")
    os.environ["TZ"] = request.param
    time.tzset()
    yield
    if before is None:
        del os.environ["TZ"]
    else:
        os.environ["TZ"] = before
    time.tzset()


@pytest.mark.same_everywhere
@pytest.mark.usefixtures("_machine_elsewhere")
@pytest.mark.parametrize(("minute", "day"), [((15, 59), 24), ((16, 1), 25)])
def test_a_minute_before_and_after_midnight_in_shanghai_are_two_days_on_any_machine(
    minute: tuple[int, int], day: int
) -> None:
    with clock.at(datetime(2026, 9, 24, *minute, tzinfo=UTC)):
        assert clock.today() == date(2026, 9, day)
        assert due_slots((0, 0), clock.now(), 0) == [datetime(2026, 9, day, tzinfo=SHANGHAI)]
