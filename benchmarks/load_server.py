"""gunicorn as in production, but with 4 threads a worker, and what its workers hold."""

import os
import socket
import statistics
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks.market_http import ROOT, ready

WAIT_S = 400


@dataclass(frozen=True)
class Held:
    """By all workers together: bytes of memory of their own, open files."""

    memory: int
    files: int

    @classmethod
    def median(cls, seen: Sequence["Held"]) -> "Held":
        return cls(
            int(statistics.median(one.memory for one in seen)),
            int(statistics.median(one.files for one in seen)),
        )


@contextmanager
def serving(folder: Path) -> Iterator[tuple[int, int]]:
    """Port and process of a server that is ready."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    env = os.environ | {
        "JOBMATCH_INSTANCE": str(folder), "JOBMATCH_ENV": "development",
        "RELAX_RATE_LIMITS": "1", "LOG_LEVEL": "ERROR",
    }  # fmt: skip
    command = [
        sys.executable, "-m", "gunicorn", "--bind", f"127.0.0.1:{port}", "--workers", "2",
        "--threads", "4", "--log-level", "warning", "jobmatch:create_app()",
    ]  # fmt: skip
    process = subprocess.Popen(command, cwd=ROOT, env=env)
    with ready(process, port, WAIT_S):
        yield port, process.pid


def held_by(parent: int) -> Held:
    memory = files = 0
    for child in Path(f"/proc/{parent}/task/{parent}/children").read_text().split():
        for line in Path(f"/proc/{child}/smaps_rollup").read_text().splitlines():
            if line.startswith(("Private_Clean:", "Private_Dirty:")):
                memory += int(line.split()[1]) * 1024
        files += len(list(Path(f"/proc/{child}/fd").iterdir()))
    return Held(memory, files)
