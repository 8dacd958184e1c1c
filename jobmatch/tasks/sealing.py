"""The log: a watch that seals what has come since, beside the scheduler."""

import logging
import threading

from flask import Flask

from jobmatch.infra import audit_chain
from jobmatch.tasks import watching

log = logging.getLogger("jobmatch.tasks")

LOOK_SECONDS = 60.0


def watch(app: Flask, ended: threading.Event) -> None:
    """Seal again and again until told to end. Several may run: a seal is made by one."""

    def look() -> None:
        with app.app_context():
            if lines := audit_chain.seal():
                # The head outside of the database: who drops the last seals is found out.
                log.info("log sealed", extra={"lines": lines, "head": audit_chain.head()})

    watching.again(ended, LOOK_SECONDS, look, "cannot seal the log")
