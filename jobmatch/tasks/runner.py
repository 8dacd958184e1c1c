"""Running a task for a slot: the row (task, due) first, so that only one of many runs it."""

import importlib
import logging
import pkgutil
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from jobmatch.infra import clock
from jobmatch.infra.db import reading, transaction
from jobmatch.infra.task_runs import FAILED, TaskRun
from jobmatch.kernel.periods import business_day
from jobmatch.tasks import daily
from jobmatch.tasks.slots import due_slots

log = logging.getLogger("jobmatch.tasks")

# A run that has no end after so long died with its process; another may take it over.
STALE = timedelta(hours=2)
# A run: its row, and since when it is ours.
Taken = tuple[int, datetime]


@dataclass(frozen=True, slots=True)
class Task:
    name: str
    at: tuple[int, int]
    missed_days: int
    in_one: bool
    run: Callable[[date], str]


def tasks() -> dict[str, Task]:
    """All daily tasks by name."""
    found = {}
    for info in pkgutil.iter_modules(daily.__path__):
        module = importlib.import_module(f"{daily.__name__}.{info.name}")
        found[info.name] = Task(info.name, module.AT, module.MISSED_DAYS, module.IN_ONE, module.run)
    return found


class Overtaken(Exception):
    """Somebody else has taken the slot over meanwhile: what was done here is undone."""


def catch_up(known: dict[str, Task] | None = None, *, resume: bool = False) -> int:
    """Run every slot that has come and was not taken, the oldest first; returns how many ran.

    resume   also slots that were begun and have no end: who has just taken the lead knows that
             whoever began them no longer lives
    """
    now = clock.now()
    slots = [
        (due, task)
        for task in (known or tasks()).values()
        for due in due_slots(task.at, now, task.missed_days)
    ]
    stale = timedelta() if resume else STALE
    ran = 0
    for due, task in sorted(slots, key=lambda slot: slot[0]):
        if not _is_over(task.name, due, stale):
            ran += run_slot(task, due, stale=stale)
    return ran


def run_asked(known: dict[str, Task] | None = None) -> int:
    """Run the slots that an administrator wants to run again, each once; returns how many."""
    found = (known or tasks()).items()
    asked = reading().execute(
        select(TaskRun.task, TaskRun.due)
        .where(TaskRun.asked_at.is_not(None), TaskRun.task.in_([name for name, _ in found]))
        .order_by(TaskRun.asked_at)
    ).all()  # fmt: skip
    by_name = dict(found)
    return sum(_run(by_name[name], due, _take_asked(name, due)) for name, due in asked)


def run_slot(task: Task, due: datetime, *, stale: timedelta = STALE) -> bool:
    """Run the task for this slot unless somebody else has taken it.

    returns  whether it ran here (also when it failed: the outcome says so, and it is not retried)
    """
    return _run(task, due, _take(task.name, due, stale))


def _run(task: Task, due: datetime, taken: Taken | None) -> bool:
    if taken is None:
        return False
    day = business_day(due)
    try:
        if task.in_one:
            with transaction():
                _end(taken, task.run(day))
        else:
            _end(taken, task.run(day))
    except Overtaken:
        log.warning("slot taken over", extra={"task": task.name, "due": due.isoformat()})
        return False
    except Exception as error:
        # One task that fails must not keep the others from running.
        log.error("task failed", extra={"task": task.name, "kind": type(error).__name__})
        with suppress(Overtaken):
            _end(taken, f"{FAILED}: {type(error).__name__}")
    else:
        log.info("task done", extra={"task": task.name, "due": due.isoformat()})
    return True


def outcome(name: str, due: datetime) -> str:
    """What came of a run; empty while it runs or when it did not."""
    return (
        reading().scalar(select(TaskRun.outcome).where(TaskRun.task == name, TaskRun.due == due))
        or ""
    )


def _is_over(name: str, due: datetime, stale: timedelta) -> bool:
    row = (
        reading()
        .execute(
            select(TaskRun.ended_at, TaskRun.started_at).where(
                TaskRun.task == name, TaskRun.due == due
            )
        )
        .first()
    )
    return row is not None and (row[0] is not None or row[1] > clock.now() - stale)


def _take(name: str, due: datetime, stale: timedelta = STALE) -> Taken | None:
    """The slot's row, when it is ours."""
    now = clock.now()
    try:
        with transaction() as session:
            run = TaskRun(task=name, due=due, started_at=now)
            session.add(run)
            session.flush()
            return run.id, now
    except IntegrityError:
        with transaction() as session:
            key = session.scalar(
                update(TaskRun)
                .where(
                    TaskRun.task == name,
                    TaskRun.due == due,
                    TaskRun.ended_at.is_(None),
                    TaskRun.started_at < now - stale,
                )
                .values(started_at=now)
                .returning(TaskRun.id)
            )
        return None if key is None else (key, now)


def _take_asked(name: str, due: datetime) -> Taken | None:
    """The row of a slot that is to run again, when it is ours."""
    now = clock.now()
    with transaction() as session:
        key = session.scalar(
            update(TaskRun)
            .where(TaskRun.task == name, TaskRun.due == due, TaskRun.asked_at.is_not(None))
            .values(started_at=now, ended_at=None, outcome="", asked_at=None, asked_by=None)
            .returning(TaskRun.id)
        )
    return None if key is None else (key, now)


def _end(taken: Taken, said: str) -> None:
    """Write the outcome. raises Overtaken when the run is no longer ours."""
    key, since = taken
    with transaction() as session:
        ours = session.scalar(
            update(TaskRun)
            .where(TaskRun.id == key, TaskRun.started_at == since)
            .values(ended_at=clock.now(), outcome=said[:200])
            .returning(TaskRun.id)
        )
        if ours is None:
            raise Overtaken
