"""What every watch does: look again and again, in a thread of its own, with processes that work."""

import logging
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping
from pathlib import Path

from flask import Flask

from jobmatch.infra import wall
from jobmatch.infra.db import DatabaseError

log = logging.getLogger("jobmatch.tasks")

# By the name of their threads.
Watches = Mapping[str, Callable[[Flask, threading.Event], None]]
ROOT = Path(__file__).resolve().parent.parent.parent
# After a look that failed the next one waits so many times as long.
PATIENCE = 5


def again(ended: threading.Event, look: float, step: Callable[[], None], failed: str) -> None:
    """Look every so many seconds until told to end.

    failed   what the log says while the database is away for a moment, or not set up yet
    """
    while not ended.wait(look):
        try:
            step()
        except DatabaseError as error:
            log.warning(failed, extra={"kind": type(error).__name__})
            ended.wait(look * PATIENCE)


def beside(app: Flask, watches: Watches, ended: threading.Event | None = None) -> threading.Event:
    """Start watches in threads of this process; set the event to end them."""
    ended = ended or threading.Event()

    def run(watch: Callable[[Flask, threading.Event], None]) -> None:
        with wall.lifted("what the machine does by itself"):
            watch(app, ended)

    for name, watch in watches.items():
        threading.Thread(target=run, args=(watch,), name=name, daemon=True).start()
    return ended


def end_by_signals(ended: threading.Event) -> threading.Event:
    """Let Ctrl-C, and being asked to end, set the event. In the main thread only."""
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, lambda *_: ended.set())
    return ended


def start(app: Flask, house: str, what: str, key: int, word: str) -> "subprocess.Popen[bytes]":
    """A process of `flask house what` over this application's database. Its claim comes by standard
    input: nobody else sees it.
    """
    address = app.config["SQLALCHEMY_DATABASE_URI"]
    own = {
        "DATABASE_URL": address, "TEST_DATABASE_URL": address, "JOBMATCH_ENV": app.config["NAME"],
        "JOBMATCH_INSTANCE": str(app.config["INSTANCE_DIR"]), "PYTHONPATH": str(ROOT),
    }  # fmt: skip
    child = subprocess.Popen(  # noqa: S603 # nosec B603 - fixed words
        [sys.executable, "-m", "flask", "--app", "jobmatch", house, what],
        stdin=subprocess.PIPE,
        env=os.environ | own,
    )
    assert child.stdin is not None
    child.stdin.write(f"{key} {word}\n".encode())
    child.stdin.close()
    return child


def wait_for(child: "subprocess.Popen[bytes]", ended: threading.Event) -> int:
    """Until the process ends, or is ended with this one; its exit status."""
    while child.poll() is None:
        if ended.wait(0.2):
            child.terminate()
            child.wait()
    return child.returncode
