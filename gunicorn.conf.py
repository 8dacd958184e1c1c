"""gunicorn reads this file by itself when it is started in this folder.

Loops are compiled once before there are workers; each worker loads them before it takes a request.
What each worker counts for /metrics stands in one folder, emptied at the start.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

INSTANCE = Path(os.environ.get("JOBMATCH_INSTANCE") or Path(__file__).resolve().parent / "instance")
COUNTED = Path(os.environ.setdefault("PROMETHEUS_MULTIPROC_DIR", str(INSTANCE / "metrics")))

worker_class = "gthread"
workers = 2
threads = 8
timeout = 60
graceful_timeout = 30
# Longer than a proxy or a phone keeps a connection that it may use again: what is sent into one
# that was just closed is lost.
keepalive = 75
# Some memory is given back now and then; not by both at the same moment.
max_requests = 50_000
max_requests_jitter = 5_000


def on_starting(server: Any) -> None:
    """Compile in a process of its own: nothing of it stays in the one that workers fork from."""
    shutil.rmtree(COUNTED, ignore_errors=True)
    COUNTED.mkdir(parents=True)
    command = [sys.executable, "-m", "flask", "--app", "jobmatch", "matching", "warm"]
    own = {name: value for name, value in os.environ.items() if name != "PROMETHEUS_MULTIPROC_DIR"}
    subprocess.run(command, check=True, env=own)  # noqa: S603 # nosec B603 - no input


def post_worker_init(worker: Any) -> None:
    """The worker's application is made, and no request taken."""
    from jobmatch.starting import ready

    worker.notify()
    ready(worker.wsgi)
    worker.notify()


def child_exit(server: Any, worker: Any) -> None:
    """What a worker held no longer counts; what it has done still does."""
    from prometheus_client import multiprocess

    multiprocess.mark_process_dead(worker.pid)
