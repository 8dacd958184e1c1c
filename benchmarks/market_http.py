"""Waiting over HTTP for the work that fits, and for the people who fit, at the region's size.

    python3 manage.py benchmark market_http [--folder build/region] [--people 300] [--postings 100]

The region (240,000 workers, 5,000 postings) is made once by `flask seed --region` in the folder,
which takes some minutes. A server of its own process answers on this machine: each of the people
opens the page of work that fits, each of the postings the page of brands and people that fit; one
question at a time, a person or posting seldom twice, from when /readyz says that people may be sent
there. /healthz is asked in between.
"""

import argparse
import http.client
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from flask import Flask
from flask_migrate import upgrade

from benchmarks.pages import make_app, scalar, session_of
from jobmatch.infra.db import reading

ROOT = Path(__file__).resolve().parent.parent
BOUND_MS = 50.0
WAIT_S = 180


def fill(app: Flask) -> None:
    """Migrate and seed; what is there is left as it is."""
    with app.app_context():
        upgrade()
    if not scalar(app, "SELECT count(*) FROM worker"):
        command = [sys.executable, "-m", "flask", "--app", "jobmatch", "seed", "--region"]
        subprocess.run(command, cwd=ROOT, check=True)


def cookie(app: Flask, user_id: int) -> str:
    """The cookie of somebody who has signed in."""
    signer = app.session_interface.get_signing_serializer(app)  # type: ignore[attr-defined]
    name = app.config["SESSION_COOKIE_NAME"]
    return f"{name}={signer.dumps(session_of(app, user_id))}"


def spread(app: Flask, sql: str, most: int) -> list[tuple[int, ...]]:
    """At most so many of the rows, from first to last at equal steps."""
    from sqlalchemy import text

    with app.app_context():
        rows = [tuple(row) for row in reading().execute(text(sql))]
    return rows[:: max(1, len(rows) // most)][:most]


@contextmanager
def server(folder: Path) -> Iterator[int]:
    """A server on a free port, ready to answer."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    env = os.environ | {"JOBMATCH_INSTANCE": str(folder), "RELAX_RATE_LIMITS": "1"}
    command = [sys.executable, "-m", "jobmatch.serve", "--port", str(port)]
    process = subprocess.Popen(command, cwd=ROOT, env=env, stdout=subprocess.DEVNULL)
    with ready(process, port, WAIT_S):
        yield port


@contextmanager
def ready(process: "subprocess.Popen[bytes]", port: int, wait_s: float) -> Iterator[None]:
    """Wait until a server that was started answers; end it at the end. raises SystemExit."""
    try:
        ends = time.monotonic() + wait_s
        while not answers(port):
            if time.monotonic() > ends or process.poll() is not None:
                raise SystemExit("The server did not start.")
            time.sleep(0.5)
        yield
    finally:
        process.terminate()
        process.wait(60)


def answers(port: int) -> bool:
    try:
        connection = http.client.HTTPConnection("127.0.0.1", port)
        connection.request("GET", "/readyz")
        return connection.getresponse().status == 200
    except OSError:
        return False


def ask(connection: http.client.HTTPConnection, address: str, signed_in: str) -> float:
    """Milliseconds until the whole answer is there."""
    begun = time.perf_counter()
    connection.request("GET", address, headers={"Cookie": signed_in} if signed_in else {})
    answer = connection.getresponse()
    answer.read()
    if answer.status != 200:
        raise SystemExit(f"{address} answers {answer.status}")
    return (time.perf_counter() - begun) * 1000


def measured(port: int, asked: list[tuple[str, str]]) -> tuple[list[float], list[float]]:
    """The pages' times, and those of /healthz asked after each."""
    connection = http.client.HTTPConnection("127.0.0.1", port)
    for address, signed_in in asked[:10]:  # templates and caches
        ask(connection, address, signed_in)
    pairs = [
        (ask(connection, address, signed_in), ask(connection, "/healthz", ""))
        for address, signed_in in asked
    ]
    return [page for page, _ in pairs], [health for _, health in pairs]


def line(name: str, times: list[float], unit: float) -> float:
    """Prints median, p99 and the median as a multiple of /healthz; the p99."""
    median, p99 = float(np.median(times)), float(np.percentile(times, 99))
    print(f"  {name:34} median {median:7.1f} ms  p99 {p99:7.1f} ms  x healthz {median / unit:6.1f}")
    return p99


def main() -> int:
    parser = argparse.ArgumentParser(prog="benchmark market_http")
    parser.add_argument("--folder", type=Path, default=ROOT / "build" / "region")
    parser.add_argument("--people", type=int, default=300)
    parser.add_argument("--postings", type=int, default=100)
    options = parser.parse_args()
    folder = options.folder.resolve()
    folder.mkdir(parents=True, exist_ok=True)
    app = make_app(folder)
    fill(app)
    people = spread(
        app, "SELECT user_id FROM worker WHERE user_id IS NOT NULL ORDER BY id", options.people
    )
    postings = spread(
        app,
        "SELECT p.id, min(g.user_id) FROM posting p JOIN role_grant g"
        " ON g.subject_id = p.employer_id AND g.role = 'employer'"
        " WHERE p.state = 'open' GROUP BY p.id ORDER BY p.id",
        options.postings,
    )
    counts = [scalar(app, f"SELECT count(*) FROM {name}") for name in ("worker", "posting")]  # noqa: S608
    print(f"{counts[0]:,} workers, {counts[1]:,} postings; load {os.getloadavg()[0]:.1f}")
    with server(folder) as port:
        fits, health = measured(port, [("/my/", cookie(app, user)) for (user,) in people])
        who, more = measured(
            port,
            [(f"/employer/postings/{key}/brands", cookie(app, user)) for key, user in postings],
        )
    unit = float(np.median(health + more))
    line("healthz", health + more, unit)
    slowest = [
        line("work that fits a worker", fits, unit),
        line("people who fit a posting", who, unit),
    ]
    print(f"bound: p99 {BOUND_MS:.0f} ms")
    return 1 if max(slowest) > BOUND_MS else 0


if __name__ == "__main__":
    sys.exit(main())
