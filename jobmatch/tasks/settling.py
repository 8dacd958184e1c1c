"""Large pay runs: a watch over those that wait, and a process of its own for each."""

import logging
import os
import subprocess
import sys
import threading
from pathlib import Path

from flask import Flask

from jobmatch.earnings import run_work
from jobmatch.earnings.run_work import Claim
from jobmatch.infra.db import DatabaseError
from jobmatch.tasks.planning import LOOK_SECONDS, wait_for

log = logging.getLogger("jobmatch.tasks")

ROOT = Path(__file__).resolve().parent.parent.parent


def watch(app: Flask, ended: threading.Event, *, look: float = LOOK_SECONDS) -> None:
    """Compute and issue runs as they are asked for, until told to end."""
    while not ended.wait(look):
        try:
            with app.app_context():
                claim = run_work.claim_next() if run_work.has_work() else None
            if claim is not None and wait_for(start(app, claim), ended):
                # Its lease runs out; then it is tried again.
                log.warning("a pay run's process ended", extra={"run": claim.run_id})
        except DatabaseError as error:
            log.warning("cannot look for pay runs", extra={"kind": type(error).__name__})
            ended.wait(look * 5)


def start(app: Flask, claim: Claim) -> "subprocess.Popen[bytes]":
    """A process that works on the run. Its claim comes by standard input: nobody else sees it."""
    address = app.config["SQLALCHEMY_DATABASE_URI"]
    own = {
        "DATABASE_URL": address, "TEST_DATABASE_URL": address, "JOBMATCH_ENV": app.config["NAME"],
        "JOBMATCH_INSTANCE": str(app.config["INSTANCE_DIR"]), "PYTHONPATH": str(ROOT),
    }  # fmt: skip
    child = subprocess.Popen(
        [sys.executable, "-m", "flask", "--app", "jobmatch", "wages", "run"],
        stdin=subprocess.PIPE,
        env=os.environ | own,
    )
    assert child.stdin is not None
    child.stdin.write(f"{claim.run_id} {claim.word}\n".encode())
    child.stdin.close()
    return child


def beside(app: Flask) -> threading.Event:
    """Start the watch in a thread of this process; set the event to end it."""
    ended = threading.Event()
    threading.Thread(target=watch, args=(app, ended), name="pay-runs", daemon=True).start()
    return ended
