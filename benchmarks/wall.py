"""What row-level security costs: the same pages and transactions as the role that it holds and as
the owner that it does not, in turn in one process.

    python3 manage.py benchmark wall [--workers 5000] [--rounds 60]

A scratch PostgreSQL is filled with the demonstration and a county's season. Times are by the clock,
as the database works in a process of its own; other programs stretch both sides alike.
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

from flask import Flask

ROOT = Path(__file__).resolve().parent.parent
Deed = Callable[[], object]


def fill(workers: int) -> None:
    for words in (
        ["db", "upgrade"], ["seed", "--demo"],
        ["seed", "--county", "150525", "--workers", str(workers), "--postings", "100",
         "--seed", "7"],
    ):  # fmt: skip
        command = [sys.executable, "-m", "flask", "--app", "jobmatch", *words]
        subprocess.run(command, cwd=ROOT, check=True, capture_output=True)


def pages(app: Flask) -> dict[str, Deed]:
    """Pages that read behind the wall, each by whom it is for."""
    from benchmarks.pages import scalar, signed_in

    def user(phone: str) -> int:
        return int(scalar(app, 'SELECT id FROM "user" WHERE phone = :phone', phone=phone))

    worker = scalar(app, "SELECT min(id) FROM worker WHERE home_code LIKE '150525102%'")
    asked = {
        "a worker's own page": ("13900000001", "/my/me"),
        "an employer's payments": ("13900000003", "/employer/payments"),
        "a brand's members": ("13900000004", "/brand/members"),
        "an officer's households": ("13900000007", "/officer/households"),
        "an officer's report": ("13900000007", "/officer/reports"),
        "a worker at the desk": ("13900000008", f"/station/workers/{worker}"),
    }
    found: dict[str, Deed] = {}
    for name, (phone, path) in asked.items():
        client = signed_in(app, user(phone))

        def ask(client: object = client, path: str = path) -> None:
            answer = client.get(path)  # type: ignore[attr-defined]
            assert answer.status_code == 200, (path, answer.status_code)

        found[name] = ask
    return found


def transactions(app: Flask) -> dict[str, Deed]:
    from jobmatch.accounts import service
    from jobmatch.infra import audit, wall
    from jobmatch.infra.db import forget_reads, reading, transaction
    from jobmatch.kernel.actor import NOBODY
    from jobmatch.workers.models import Worker

    with app.app_context():
        from sqlalchemy import select

        from jobmatch.accounts.models import User

        actor = service.actor_of(reading().scalars(
            select(User.id).where(User.phone == "13900000001")).one())  # fmt: skip

    def read() -> None:
        with app.app_context():
            wall.see_as(actor)
            forget_reads()
            assert reading().get(Worker, actor.worker_id) is not None

    def write() -> None:
        with app.app_context():
            wall.see_as(actor)
            with transaction() as session:
                audit.record(session, NOBODY, "rule.add", "wall", 1)

    return {"transaction: one's own row by its key": read, "transaction: one line is added": write}


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--workers", type=int, default=5_000)
    parser.add_argument("--rounds", type=int, default=60)
    asked = parser.parse_args(arguments)
    from tools.postgres import scratch

    with ExitStack() as stack:
        url = stack.enter_context(scratch(""))
        folder = stack.enter_context(tempfile.TemporaryDirectory())
        os.environ |= {"DATABASE_URL": url, "JOBMATCH_INSTANCE": folder, "LOG_LEVEL": "ERROR"}
        fill(asked.workers)
        from benchmarks.pages import make_app
        from tests.walled import held

        app = make_app(Path(folder))
        ways = pages(app) | transactions(app)
        taken: dict[tuple[str, bool], list[float]] = {}
        for n in range(asked.rounds + 3):
            for is_held in (n % 2 == 0, n % 2 == 1):
                with app.app_context(), ExitStack() as wall:
                    if is_held:
                        wall.enter_context(held())
                    for name, deed in ways.items():
                        deed()  # a new connection, plans, caches
                        begun = time.perf_counter()
                        deed()
                        if n >= 3:
                            taken.setdefault((name, is_held), []).append(
                                time.perf_counter() - begun
                            )
    print(f"{'':40}{'without':>10}{'with':>10}{'ratio':>8}{'more':>10}")
    for name in ways:
        without, behind = (statistics.median(taken[name, one]) * 1000 for one in (False, True))
        more = behind - without
        print(f"{name:40}{without:8.2f}ms{behind:8.2f}ms{behind / without:8.3f}{more:8.2f}ms")
    print(f"load {os.getloadavg()[0]:.1f}; {asked.rounds} rounds; {asked.workers} workers")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
