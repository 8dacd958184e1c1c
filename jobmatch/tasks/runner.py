"""Running a task for a slot: the row (task, due) first, so that only one of many runs it."""

import importlib
import logging
import pkgutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from jobmatch.infra import clock
from jobmatch.infra.db import reading, transaction
from jobmatch.kernel.periods import business_day
from jobmatch.tasks import daily
from jobmatch.tasks.models import TaskRun
from jobmatch.tasks.slots import due_slots

log = logging.getLogger("jobmatch.tasks")

# A run that has no end after so long died with its process; another may take it over.
STALE = timedelta(hours=2)


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


def catch_up(known: dict[str, Task] | None = None) -> int:
    """Run every slot that has come and was not taken, the oldest first; returns how many ran."""
    ran = 0
    for task in (known or tasks()).values():
        for due in due_slots(task.at, clock.now(), task.missed_days):
            if not _is_over(task.name, due):
                ran += run_slot(task, due)
    return ran


def run_slot(task: Task, due: datetime) -> bool:
    """Run the task for this slot unless somebody else has taken it.

    returns  whether it ran here (also when it failed: the outcome says so, and it is not retried)
    """
    key = _take(task.name, due)
    if key is None:
        return False
    day = business_day(due)
    try:
        if task.in_one:
            with transaction():
                _end(key, task.run(day))
        else:
            _end(key, task.run(day))
    except Exception as error:
        # One task that fails must not keep the others from running.
        log.error("task failed", extra={"task": task.name, "kind": type(error).__name__})
        _end(key, f"failed: {type(error).__name__}")
    else:
        log.info("task done", extra={"task": task.name, "due": due.isoformat()})
    return True


def outcome(name: str, due: datetime) -> str:
    """What came of a run; empty while it runs or when it did not."""
    return (
        reading().scalar(select(TaskRun.outcome).where(TaskRun.task == name, TaskRun.due == due))
        or ""
    )


def _is_over(name: str, due: datetime) -> bool:
    row = (
        reading()
        .execute(
            select(TaskRun.ended_at, TaskRun.started_at).where(
                TaskRun.task == name, TaskRun.due == due
            )
        )
        .first()
    )
    return row is not None and (row[0] is not None or row[1] > clock.now() - STALE)


def _take(name: str, due: datetime) -> int | None:
    """The key of the slot's row, when it is ours."""
    try:
        with transaction() as session:
            run = TaskRun(task=name, due=due, started_at=clock.now())
            session.add(run)
            session.flush()
            return run.id
    except IntegrityError:
        with transaction() as session:
            return session.scalar(
                update(TaskRun)
                .where(
                    TaskRun.task == name,
                    TaskRun.due == due,
                    TaskRun.ended_at.is_(None),
                    TaskRun.started_at < clock.now() - STALE,
                )
                .values(started_at=clock.now())
                .returning(TaskRun.id)
            )


def _end(key: int, said: str) -> None:
    with transaction() as session:
        session.execute(
            update(TaskRun)
            .where(TaskRun.id == key)
            .values(ended_at=clock.now(), outcome=said[:200])
        )
