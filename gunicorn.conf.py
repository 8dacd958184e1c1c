"""gunicorn reads this file by itself when it is started in this folder.

Loops are compiled once before there are workers; each worker loads them before it takes a request.
"""

import subprocess
import sys
from typing import Any


def on_starting(server: Any) -> None:
    """Compile in a process of its own: nothing of it stays in the one that workers fork from."""
    command = [sys.executable, "-m", "flask", "--app", "jobmatch", "matching", "warm"]
    subprocess.run(command, check=True)  # noqa: S603 # nosec B603 - no input


def post_worker_init(worker: Any) -> None:
    """The worker's application is made, and no request taken."""
    from jobmatch.starting import ready

    worker.notify()
    ready(worker.wsgi)
    worker.notify()
