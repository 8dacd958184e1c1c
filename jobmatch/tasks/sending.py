"""The outbox: a watch that sends what is due by other channels, beside the scheduler."""

import logging
import threading

from flask import Flask

from jobmatch.infra.db import DatabaseError
from jobmatch.notify import codes, sending
from jobmatch.notify.channels import SMS, WECOM, channels

log = logging.getLogger("jobmatch.tasks")

# Somebody may be waiting for a code.
LOOK_SECONDS = 3.0


def watch(app: Flask, ended: threading.Event, *, look: float = LOOK_SECONDS) -> None:
    """Send again and again until told to end. Several may run: a message is taken by one."""
    ways = channels({SMS: app.config["SMS_URL"], WECOM: app.config["WECOM_URL"]})
    while not ended.wait(look):
        try:
            with app.app_context():
                codes.send_waiting(ways[SMS])
                while sending.waits() and sending.send_due(ways) and not ended.is_set():
                    pass
        except DatabaseError as error:
            log.warning("cannot look at the outbox", extra={"kind": type(error).__name__})
            ended.wait(look * 5)


def beside(app: Flask) -> threading.Event:
    """Start the watch in a thread of this process; set the event to end it."""
    ended = threading.Event()
    threading.Thread(target=watch, args=(app, ended), name="outbox", daemon=True).start()
    return ended
