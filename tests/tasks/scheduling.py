"""A scheduler's catching up, for processes of their own.

The task writes a line in the log for each slot. how: whole (as it is), bare (the control: no slot is
taken first), die (a SIGKILL in the middle of the third slot), die_apart (the same where the line
and the outcome are two transactions).
"""

import os
import signal
from datetime import date
from typing import Any

import config
from jobmatch import create_app
from jobmatch.infra import audit, clock
from jobmatch.infra.db import transaction, writing_engine
from jobmatch.kernel.actor import Actor
from jobmatch.tasks import runner
from jobmatch.tasks.runner import Task
from tests.support import instant

NOW = instant(2026, 9, 25, 9)
THIRD = date(2026, 9, 24)


def write(day: date) -> str:
    with transaction() as session:
        audit.record(session, Actor(None), "test.slot", "task", day.isoformat())
    return "done"


def task(how: str) -> Task:
    def run(day: date) -> str:
        said = write(day)
        if how.startswith("die") and day == THIRD:
            os.kill(os.getpid(), signal.SIGKILL)
        return said

    return Task("count", (8, 0), 3, how != "die_apart", run)


def catch_up(address: str, how: str, gate: Any) -> None:
    """What a forked process does: an application of its own, then all slots, at the gate's word."""
    # The parent's connections are the parent's: forgotten here without a word to the server.
    writing_engine().dispose(close=False)
    settings = config.Test()
    settings.SQLALCHEMY_DATABASE_URI = address
    settings.SQLALCHEMY_ENGINE_OPTIONS = config.engine_options(address)
    app = create_app(settings)
    if how == "bare":
        runner._take = lambda *_: (0, NOW)
        runner._is_over = lambda *_: False
        runner._end = lambda *_: None
    with app.app_context(), clock.at(NOW):
        gate.wait()
        runner.catch_up({"count": task(how)})
