"""Asked to end, a server answers who is in flight, takes nobody new, and is gone in time."""

import http.client
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.reliability.slow import SECONDS

ROOT = Path(__file__).resolve().parent.parent.parent
COMMANDS = {
    "serve": [sys.executable, "-c", "from tests.reliability.slow import serve; serve({port})"],
    "gunicorn": [
        sys.executable, "-m", "gunicorn", "--bind", "127.0.0.1:{port}", "--workers", "1",
        "--threads", "4", "--config", os.devnull, "tests.reliability.slow:create_app()",
    ],
}  # fmt: skip
pytestmark = [pytest.mark.slow, pytest.mark.same_everywhere]


@contextmanager
def server(kind: str, folder: Path) -> Iterator[tuple[int, "subprocess.Popen[bytes]"]]:
    """A server of its own that answers; the port and the process."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    env = os.environ | {
        "JOBMATCH_ENV": "test", "JOBMATCH_INSTANCE": str(folder), "TEST_DATABASE_URL": "",
        "LOG_LEVEL": "ERROR",
    }  # fmt: skip
    env.pop("PROMETHEUS_MULTIPROC_DIR", None)
    command = [word.replace("{port}", str(port)) for word in COMMANDS[kind]]
    process = subprocess.Popen(command, cwd=ROOT, env=env, stdout=subprocess.DEVNULL)
    try:
        until = time.monotonic() + 200
        while ask(port, "/healthz") != 200:
            assert time.monotonic() < until
            assert process.poll() is None
            time.sleep(0.1)
        yield port, process
    finally:
        process.kill()
        process.wait()


def ask(port: int, path: str) -> int | None:
    """The status of the answer; None without one."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        answer.read()
        return answer.status
    except (OSError, http.client.HTTPException):
        return None
    finally:
        connection.close()


def in_flight(port: int, number: int) -> tuple[list[threading.Thread], list[int | None]]:
    """So many slow requests under way."""
    statuses: list[int | None] = []
    threads = [
        threading.Thread(target=lambda: statuses.append(ask(port, "/healthz?slow")))
        for _ in range(number)
    ]
    for thread in threads:
        thread.start()
    time.sleep(SECONDS / 3)
    return threads, statuses


@pytest.mark.parametrize("kind", ["serve", "gunicorn"])
def test_who_is_in_flight_is_answered_and_nobody_new(kind: str, tmp_path: Path) -> None:
    with server(kind, tmp_path) as (port, process):
        threads, statuses = in_flight(port, 3)
        process.send_signal(signal.SIGTERM)
        until = time.monotonic() + 20
        while ask(port, "/healthz") is not None:
            assert time.monotonic() < until, "new requests are still answered"
            time.sleep(0.1)
        for thread in threads:
            thread.join()
        assert statuses == [200, 200, 200]
        assert process.wait(30) == 0


def test_the_control_a_killed_server_answers_nobody(tmp_path: Path) -> None:
    with server("serve", tmp_path) as (port, process):
        threads, statuses = in_flight(port, 3)
        process.kill()
        for thread in threads:
            thread.join()
        assert statuses == [None, None, None]
