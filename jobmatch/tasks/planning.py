"""Season plans: a watch over the queue, and a process of its own for each plan.

The watch runs beside the scheduler (and beside the demonstration's server); several of them may,
since a plan is claimed before it is made. A plan's process has its own connection, says every
second how far it is, and ends when it is asked to, is good enough or out of time.
"""

import logging
import subprocess
import threading
import time
from datetime import timedelta

from flask import Flask

from jobmatch.dispatch import season_publish, season_runs
from jobmatch.dispatch.season_runs import LEASE, Claim, Lost
from jobmatch.infra import clock
from jobmatch.infra.db import DatabaseError, forget_reads
from jobmatch.kernel.text import text
from jobmatch.tasks import watching

log = logging.getLogger("jobmatch.tasks")

LOOK_SECONDS = 1.0
TELL_SECONDS = 1.0
LOST_EVERY_SECONDS = 5.0


def watch(app: Flask, ended: threading.Event) -> None:
    """Make plans as they are asked for, one after another, until told to end."""
    looked_for_lost = 0.0

    def look() -> None:
        nonlocal looked_for_lost
        with app.app_context():
            if time.monotonic() - looked_for_lost >= LOST_EVERY_SECONDS:
                looked_for_lost = time.monotonic()
                if season_runs.has_lost():
                    season_runs.give_back_lost()
            claim = season_runs.claim_next() if season_runs.has_queued() else None
        if claim is not None:
            make(app, claim, ended)

    watching.again(ended, LOOK_SECONDS, look, "cannot look for plans")


def watch_sending(app: Flask, ended: threading.Event) -> None:
    """Carry on what requests began to publish and did not end, also after a process was killed.

    Beside the plans, so that nobody waits for their news while a plan is thought about for an hour.
    """

    def look() -> None:
        with app.app_context():
            found = season_publish.claim_next() if season_publish.has_waiting() else None
        if found is None:
            return
        child = start(app, Claim(*found), "send")
        if watching.wait_for(child, ended):
            # Its lease runs out; then it is tried again.
            log.warning("a sending's process ended", extra={"status": child.returncode})

    watching.again(ended, LOOK_SECONDS, look, "cannot look for sendings")


WATCHES = {"season-plans": watch, "season-sending": watch_sending}


def make(app: Flask, claim: Claim, ended: threading.Event) -> int:
    """Make a claimed plan in a process of its own, and wait for it; its exit status."""
    child = start(app, claim)
    if watching.wait_for(child, ended):
        log.warning("a plan's process ended", extra={"status": child.returncode})
        with app.app_context():
            season_runs.give_back(claim)
    return child.returncode


def start(app: Flask, claim: Claim, what: str = "run") -> "subprocess.Popen[bytes]":
    """A process that makes the plan (what: "send" publishes it)."""
    return watching.start(app, "season", what, claim.plan_id, claim.word)


class Teller:
    """Says every second that the run lives and how far it is; hears whether it is to stop."""

    def __init__(self, app: Flask, claim: Claim, lease: timedelta = LEASE) -> None:
        self.app, self.claim, self.lease = app, claim, lease
        self.news: tuple[float, int, int] | None = None
        self.asked_to_stop = False
        self.is_lost = False
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._tell, daemon=True)

    def __enter__(self) -> "Teller":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join()

    @property
    def must_stop(self) -> bool:
        return self.asked_to_stop or self.is_lost

    def _tell(self) -> None:
        told: tuple[float, int, int] | None = None
        while not self._ended.wait(TELL_SECONDS):
            news = self.news
            point = news if news is not None and news[1:] != (told or (0, 0, 0))[1:] else None
            try:
                with self.app.app_context():
                    self.asked_to_stop |= season_runs.heard(self.claim, point, self.lease)
                told = point or told
            except Lost:
                self.is_lost = True
                return
            except DatabaseError as error:
                log.warning("cannot tell of a plan", extra={"kind": type(error).__name__})


def run(app: Flask, claim: Claim, lease: timedelta = LEASE) -> None:
    """Make the plan here. raises Lost when it is no longer ours."""
    from jobmatch.tasks import solving  # loads the compiled rules

    with Teller(app, claim, lease) as teller, app.app_context():
        job = season_runs.job(claim)
        try:
            made = solving.solved(job, clock.today(), teller)
        except solving.BadProblem:
            log.exception("a plan's pins do not go together")
            season_runs.fail(claim, text("固定的日子互相冲突，排不出来。放开几个再排。"))
            return
        forget_reads()
        if teller.is_lost:
            raise Lost
        season_runs.finish(
            claim, made.ground, made.plan, stopped=teller.asked_to_stop, reasons=made.reasons,
            releases=made.releases,
        )  # fmt: skip
