"""How a waitress server ends: no new connections, the requests in flight are answered, then out.

gunicorn does the same by itself (graceful_timeout in gunicorn.conf.py).
"""

import signal
import threading
import time
from typing import Any

from waitress import wasyncore
from waitress.channel import HTTPChannel

# Longer than any page may take; systemd and compose wait ten seconds more.
GRACE_SECONDS = 30.0
LOOK_SECONDS = 0.2


def end_by_signals(ended: threading.Event) -> None:
    """Let Ctrl-C, and being asked to end, set the event; a second time ends at once."""

    def end(number: int, _frame: object) -> None:
        if ended.is_set():
            signal.signal(number, signal.SIG_DFL)
            signal.raise_signal(number)
        ended.set()

    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, end)


def serve(server: Any, ended: threading.Event, grace: float = GRACE_SECONDS) -> int:
    """Serve until the event is set, then let those in flight end.

    server   of waitress' create_server, with one socket or several
    returns  how many requests were given up after `grace` seconds
    """
    sockets: dict[int, Any] = getattr(server, "map", None) or server._map

    def turn() -> None:
        wasyncore.loop(LOOK_SECONDS, server.adj.asyncore_use_poll, sockets, count=1)

    while not ended.is_set():
        turn()
    for listener in [one for one in sockets.values() if getattr(one, "accepting", False)]:
        wasyncore.dispatcher.close(listener)  # its own close would end what wakes the loop
    until = time.monotonic() + grace
    while (busy := _busy(sockets)) and time.monotonic() < until:
        turn()
    server.task_dispatcher.shutdown(timeout=1)
    wasyncore.close_all(sockets)
    return busy


def _busy(sockets: dict[int, Any]) -> int:
    """Connections with a request that is read, worked on or answered; the others are closed."""
    busy = 0
    for channel in [one for one in sockets.values() if isinstance(one, HTTPChannel)]:
        if channel.requests or channel.request is not None or channel.total_outbufs_len:
            busy += 1
        else:
            channel.will_close = True
    return busy


def wait_for_threads(names: set[str], seconds: float) -> None:
    """Until the threads with these names have ended, or for so long."""
    until = time.monotonic() + seconds
    for thread in threading.enumerate():
        if thread.name in names:
            thread.join(max(0.0, until - time.monotonic()))
