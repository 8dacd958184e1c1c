"""Instant hires: a watch that asks the next people when nobody answers.

It runs beside the scheduler, and beside the demonstration's server; several may run, since a hire
is held while its next wave is asked.
"""

import logging
import threading

from flask import Flask

from jobmatch.dispatch import instant_asking
from jobmatch.infra.db import DatabaseError
from jobmatch.tasks import watching

log = logging.getLogger("jobmatch.tasks")

LOOK_SECONDS = 5.0


def watch(app: Flask, ended: threading.Event) -> None:
    """Look at every open hire again and again, until told to end."""

    def look() -> None:
        with app.app_context():
            look_once()

    watching.again(ended, LOOK_SECONDS, look, "cannot look for hires")


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
