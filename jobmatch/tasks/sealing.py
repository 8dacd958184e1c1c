"""The log: a watch that seals what has come since, beside the scheduler."""

import logging
import threading

from flask import Flask

from jobmatch.infra import audit_chain
from jobmatch.infra.db import DatabaseError

log = logging.getLogger("jobmatch.tasks")

LOOK_SECONDS = 60.0


def watch(app: Flask, ended: threading.Event, *, look: float = LOOK_SECONDS) -> None:
    """Seal again and again until told to end. Several may run: a seal is made by one."""
    while not ended.wait(look):
        try:
            with app.app_context():
                if lines := audit_chain.seal():
                    # The head outside of the database: who drops the last seals is found out.
                    log.info("log sealed", extra={"lines": lines, "head": audit_chain.head()})
        except DatabaseError as error:
            log.warning("cannot seal the log", extra={"kind": type(error).__name__})
            ended.wait(look * 5)


def beside(app: Flask) -> threading.Event:
    """Start the watch in a thread of this process; set the event to end it."""
    ended = threading.Event()
    threading.Thread(target=watch, args=(app, ended), name="log-seals", daemon=True).start()
    return ended
