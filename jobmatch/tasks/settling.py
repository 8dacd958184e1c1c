"""Large pay runs: a watch over those that wait, and a process of its own for each."""

import logging
import threading

from flask import Flask

from jobmatch.earnings import run_work
from jobmatch.tasks import watching

log = logging.getLogger("jobmatch.tasks")

LOOK_SECONDS = 1.0


def watch(app: Flask, ended: threading.Event) -> None:
    """Compute and issue runs as they are asked for, until told to end."""

    def look() -> None:
        with app.app_context():
            claim = run_work.claim_next() if run_work.has_work() else None
        if claim is None:
            return
        child = watching.start(app, "wages", "run", claim.run_id, claim.word)
        if watching.wait_for(child, ended):
            # Its lease runs out; then it is tried again.
            log.warning("a pay run's process ended", extra={"run": claim.run_id})

    watching.again(ended, LOOK_SECONDS, look, "cannot look for pay runs")
