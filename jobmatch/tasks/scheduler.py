"""The scheduler's process: wait to lead, make up for what was missed, then run by the clock."""

import logging
import threading
import time
from collections.abc import Callable
from typing import Any

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.blocking import BlockingScheduler
from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.interval import IntervalTrigger
from flask import Flask

from jobmatch.infra import wall
from jobmatch.kernel.periods import SHANGHAI
from jobmatch.tasks import runner, watching
from jobmatch.tasks.leader import leading
from jobmatch.tasks.watches import WATCHES

log = logging.getLogger("jobmatch.tasks")

STAND_BY_SECONDS = 15
# How soon a slot runs that an administrator wants to run again.
ASKED_SECONDS = 10


def serve(app: Flask, *, stop: threading.Event | None = None) -> None:
    """Lead whenever nobody else does, until the process is told to end.

    Season plans are made by each of several: a plan is claimed by one.
    """
    ended = stop or threading.Event()
    watching.beside(app, WATCHES, ended)
    if threading.current_thread() is threading.main_thread():
        watching.end_by_signals(ended)
    waiting = False
    with app.app_context():
        while not ended.is_set():
            with leading() as holds:
                if holds is None:
                    if not waiting:
                        log.info("another scheduler leads; standing by")
                    waiting = True
                else:
                    waiting = False
                    lead(app, holds, ended)
            ended.wait(STAND_BY_SECONDS)


def lead(app: Flask, holds: Callable[[], bool], ended: threading.Event) -> None:
    """Run the clock until told to end or until the lead is lost."""
    log.info("leading", extra={"tasks": sorted(runner.tasks())})
    scheduler = prepared(app, holds)
    watch = threading.Thread(target=_watch, args=(scheduler, holds, ended), daemon=True)
    watch.start()
    # A context of its own: its reading session ends with it.
    with wall.lifted("daily tasks"), app.app_context():
        runner.catch_up(resume=True)
    scheduler.start()
    log.info("no longer leading")


def prepared(app: Flask, holds: Callable[[], bool]) -> Any:
    """A scheduler that looks for due slots at each task's time, and every hour for missed ones."""
    scheduler = BlockingScheduler(
        timezone=SHANGHAI,
        executors={"default": ThreadPoolExecutor(1)},
        job_defaults={"coalesce": True, "misfire_grace_time": 3600, "max_instances": 1},
    )

    def fire() -> None:
        with wall.lifted("daily tasks"), app.app_context():
            if holds():
                runner.catch_up()

    for task in runner.tasks().values():
        hour, minute = task.at
        scheduler.add_job(
            fire, CronTrigger(hour=hour, minute=minute, timezone=SHANGHAI), id=task.name
        )
    scheduler.add_job(fire, CronTrigger(minute=45, timezone=SHANGHAI), id="missed")

    def again() -> None:
        with wall.lifted("daily tasks"), app.app_context():
            if holds():
                runner.run_asked()

    scheduler.add_job(again, IntervalTrigger(seconds=ASKED_SECONDS), id="asked")
    return scheduler


def _watch(scheduler: Any, holds: Callable[[], bool], ended: threading.Event) -> None:
    """End the clock when the process is told to, or the lead is lost."""
    while not ended.wait(STAND_BY_SECONDS):
        if not holds():
            break
    while not scheduler.running:
        time.sleep(0.1)
    scheduler.shutdown(wait=True)
