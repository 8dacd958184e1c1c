"""Daily tasks: when they are due, once for each slot, and one leader."""

import threading
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update

from jobmatch.infra import clock
from jobmatch.infra.db import db, reading, transaction
from jobmatch.kernel.errors import Conflict
from jobmatch.notify.models import Notice
from jobmatch.tasks import runner, scheduler
from jobmatch.tasks.leader import leading
from jobmatch.tasks.models import TaskRun
from jobmatch.tasks.runner import Task
from jobmatch.tasks.slots import due_slots
from tests.support import World, instant

NOW = instant(2026, 9, 25, 9)
DUE = instant(2026, 9, 25, 8)


class Counter:
    """Counts how often a task's work was done, and for which days."""

    def __init__(self) -> None:
        self.days: list[date] = []
        self.lock = threading.Lock()

    def run(self, day: date) -> str:
        with self.lock:
            self.days.append(day)
        return "done"


@pytest.fixture
def counter() -> Counter:
    return Counter()


@pytest.fixture
def nine() -> Iterator[None]:
    with clock.at(NOW):
        yield


def task(counter: Counter, *, missed_days: int = 0, in_one: bool = True) -> Task:
    return Task("count", (8, 0), missed_days, in_one, counter.run)


@pytest.mark.parametrize(
    ("now", "missed", "slots"),
    [
        (instant(2026, 9, 25, 8), 0, [DUE]),
        (NOW, 0, [DUE]),
        (instant(2026, 9, 25, 7), 0, [instant(2026, 9, 24, 8)]),
        (NOW, 2, [instant(2026, 9, 23, 8), instant(2026, 9, 24, 8), DUE]),
        (datetime(2026, 9, 24, 23, 30, tzinfo=UTC), 0, [instant(2026, 9, 24, 8)]),
    ],
)
def test_slots_are_counted_by_shanghais_clock(
    now: datetime, missed: int, slots: list[datetime]
) -> None:
    assert due_slots((8, 0), now, missed) == slots


@pytest.mark.usefixtures("app", "nine")
class TestRunning:
    def test_a_slot_runs_once(self, counter: Counter) -> None:
        assert runner.run_slot(task(counter), DUE) is True
        assert runner.run_slot(task(counter), DUE) is False
        assert counter.days == [date(2026, 9, 25)]
        assert runner.outcome("count", DUE) == "done"

    def test_what_was_missed_is_made_up_for_once(self, counter: Counter) -> None:
        known = {"count": task(counter, missed_days=2)}
        assert (runner.catch_up(known), runner.catch_up(known)) == (3, 0)
        assert counter.days == [date(2026, 9, 23), date(2026, 9, 24), date(2026, 9, 25)]

    def test_a_task_that_fails_says_so_and_undoes_its_work(self, world: World) -> None:
        user = world.user()

        def fail(_day: date) -> str:
            with transaction() as session:
                session.add(Notice(user_id=user, msgid="x", created_at=clock.now()))
            raise Conflict

        assert runner.run_slot(Task("fail", (8, 0), 0, True, fail), DUE) is True
        assert runner.outcome("fail", DUE) == "failed: Conflict"
        assert reading().scalars(select(Notice)).all() == []
        assert runner.run_slot(Task("fail", (8, 0), 0, True, fail), DUE) is False

    def test_a_run_that_died_is_taken_over_after_two_hours(self, counter: Counter) -> None:
        with transaction() as session:
            session.add(TaskRun(task="count", due=DUE, started_at=clock.now()))
        known = {"count": task(counter, in_one=False)}
        assert runner.catch_up(known) == 0
        with clock.at(NOW + timedelta(hours=2, minutes=1)):
            assert (runner.catch_up(known), runner.catch_up(known)) == (1, 0)
        assert counter.days == [date(2026, 9, 25)]

    def test_a_run_that_has_ended_is_not_taken_over(self, counter: Counter) -> None:
        runner.run_slot(task(counter), DUE)
        with transaction() as session:
            session.execute(update(TaskRun).values(started_at=clock.now() - timedelta(days=1)))
        assert runner.catch_up({"count": task(counter)}) == 0


def together(app: Flask, n: int, work) -> None:  # type: ignore[no-untyped-def]
    """Run the work in n threads that start at the same moment."""
    gate = threading.Barrier(n)

    def body() -> None:
        with app.app_context(), clock.at(NOW):
            gate.wait()
            work()

    threads = [threading.Thread(target=body) for _ in range(n)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


@pytest.mark.race
def test_two_schedulers_at_once_run_each_slot_exactly_once(app: Flask, counter: Counter) -> None:
    known = {"count": task(counter, missed_days=11)}
    together(app, 2, lambda: runner.catch_up(known))
    assert sorted(counter.days) == [date(2026, 9, 14) + timedelta(days=n) for n in range(12)]


@pytest.mark.race
def test_without_the_row_both_schedulers_run_the_slot(
    app: Flask, counter: Counter, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control of the test above: it can fail."""
    monkeypatch.setattr(runner, "_take", lambda *_: (0, NOW))
    monkeypatch.setattr(runner, "_is_over", lambda *_: False)
    known = {"count": task(counter, missed_days=11, in_one=False)}
    together(app, 2, lambda: runner.catch_up(known))
    assert len(counter.days) == 24


def test_only_one_leads_and_another_may_when_it_ends(app: Flask) -> None:
    with leading() as first:
        assert first is not None
        assert first()
        with leading() as second:
            assert second is None
    with leading() as third:
        assert third is not None


def test_every_task_is_scheduled_and_missed_ones_are_looked_for_hourly(app: Flask) -> None:
    prepared = scheduler.prepared(app, lambda: True)
    assert sorted(job.id for job in prepared.get_jobs()) == [
        "arrears",
        "asked",
        "check_figures",
        "check_ledger",
        "close_postings",
        "day_copies",
        "dispute_limits",
        "erase_people",
        "forget_keys",
        "keep_log",
        "line_watch",
        "match_feed",
        "match_push",
        "missed",
        "reread_texts",
        "verification_notices",
        "work_reminders",
    ]


def test_the_process_leads_catches_up_and_ends_when_told(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    caught = threading.Event()
    monkeypatch.setattr(scheduler.runner, "catch_up", lambda **_: caught.set())
    stop = threading.Event()
    process = threading.Thread(target=scheduler.serve, args=(app,), kwargs={"stop": stop})
    process.start()
    assert caught.wait(10)
    with leading() as other:
        assert other is None
    stop.set()
    process.join(20)
    assert not process.is_alive()
    with leading() as other:
        assert other is not None


def test_commands_list_and_run_a_task(app: Flask) -> None:
    cli = app.test_cli_runner()
    listed = cli.invoke(args=["tasks", "list"])
    assert "00:10  close_postings" in listed.output
    assert cli.invoke(args=["tasks", "run", "close_postings"]).output == "closed 0\n"
    assert cli.invoke(args=["tasks", "run", "nothing"]).exit_code == 1
    checked = cli.invoke(args=["ledger", "check"])
    assert (checked.exit_code, checked.output[:17]) == (0, "The ledger holds:")
    db.session.remove()
