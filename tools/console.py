"""What the commands say, and how they give up: with one sentence and status 1."""

import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

HEARTBEAT_SECONDS = 5.0


class Failure(Exception):
    """The command cannot go on; its text is the one sentence that the reader gets."""


def say(text: str = "") -> None:
    print(text, flush=True)


def prepare_output() -> None:
    """Chinese text must not end a command on a console that cannot show it."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="replace")


class Progress:
    """Progress of one long step: one line that is rewritten on a terminal, else one line each
    few seconds."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._said_at = clock()
        self._live = sys.stdout.isatty()

    def update(self, text: str) -> None:
        if self._live:
            print(f"\r  {text:<70.70}", end="", flush=True)
        elif self._clock() - self._said_at >= HEARTBEAT_SECONDS:
            self._said_at = self._clock()
            say(f"  {text}")

    def done(self) -> None:
        if self._live:
            print("\r" + " " * 72 + "\r", end="", flush=True)


def stream(
    command: Sequence[str | Path],
    on_line: Callable[[str], None],
    *,
    cwd: Path,
    env: Mapping[str, str] | None = None,
) -> tuple[int, str]:
    """Runs a command, hands on each line of its output as it comes; gives status and all output."""
    lines: list[str] = []
    with subprocess.Popen(
        [str(part) for part in command],
        cwd=cwd,
        env=None if env is None else dict(env),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
        errors="replace",
    ) as process:
        assert process.stdout is not None
        for line in process.stdout:
            lines.append(line)
            on_line(line.rstrip())
    return process.returncode, "".join(lines)
