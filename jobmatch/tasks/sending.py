"""The outbox: a watch that sends what is due by other channels, beside the scheduler."""

import threading

from flask import Flask

from jobmatch.notify import codes, sending
from jobmatch.notify.channels import SMS, WECOM, channels
from jobmatch.tasks import watching

# Somebody may be waiting for a code.
LOOK_SECONDS = 3.0


def watch(app: Flask, ended: threading.Event) -> None:
    """Send again and again until told to end. Several may run: a message is taken by one."""
    ways = channels({SMS: app.config["SMS_URL"], WECOM: app.config["WECOM_URL"]})

    def look() -> None:
        with app.app_context():
            codes.send_waiting(ways[SMS])
            while sending.waits() and sending.send_due(ways) and not ended.is_set():
                pass

    watching.again(ended, LOOK_SECONDS, look, "cannot look at the outbox")
