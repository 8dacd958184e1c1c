"""Instant hires: a watch that asks the next people when nobody answers.

It runs beside the scheduler, and beside the demonstration's server; several may run, since a hire
is held while its next wave is asked.
"""

import logging
import threading

from flask import Flask

from jobmatch.dispatch import instant_asking
from jobmatch.infra.db import DatabaseError

log = logging.getLogger("jobmatch.tasks")

LOOK_SECONDS = 5.0


def watch(app: Flask, ended: threading.Event, *, look: float = LOOK_SECONDS) -> None:
    """Look at every open hire again and again, until told to end."""
    while not ended.wait(look):
        try:
            with app.app_context():
                look_once()
        except DatabaseError as error:
            log.warning("cannot look for hires", extra={"kind": type(error).__name__})
            ended.wait(look * 5)


def look_once() -> int:
    """Ask whom it is time to ask; one hire that cannot go on does not hold up the others."""
    asked = 0
    for hire_id in instant_asking.open_hires():
        try:
            asked += instant_asking.advance(hire_id)
        except DatabaseError:
            raise
        except Exception as error:
            log.error("hire failed", extra={"hire": hire_id, "kind": type(error).__name__})
    return asked


def beside(app: Flask) -> threading.Event:
    """Start the watch in a thread of this process; set the event to end it."""
    ended = threading.Event()
    threading.Thread(target=watch, args=(app, ended), name="instant-hires", daemon=True).start()
    return ended
