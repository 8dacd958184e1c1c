"""The virtual environment and the hash-locked packages in it."""

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from tools.console import Failure, Progress, say, stream
from tools.stamps import Stamps, fingerprint

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
STAMPS = Stamps(VENV / "setup-stamps.json")
LOCKS = {
    "runtime": "requirements.txt",
    "dev": "requirements-dev.txt",
    "audit": "requirements-audit.txt",
}

OFFLINE_SIGNS = (
    "newconnectionerror",
    "failed to establish a new connection",
    "name resolution",
    "nodename nor servname",
    "getaddrinfo failed",
    "network is unreachable",
    "connection refused",
    "connection timed out",
    "connecttimeouterror",
    "readtimeouterror",
    "proxyerror",
    "cannot connect to proxy",
    # npm's names for the same
    "enotfound",
    "econnrefused",
    "etimedout",
    "eai_again",
    "econnreset",
    "enetunreach",
)


def looks_offline(output: str) -> bool:
    """Whether a package manager's output speaks of a network that was not there."""
    lowered = output.lower()
    return any(sign in lowered for sign in OFFLINE_SIGNS)


def explain_pip(output: str) -> str:
    """One sentence for a failed install, from pip's own output."""
    if "DO NOT MATCH THE HASHES" in output:
        return (
            "A downloaded Python package is not the one that the lock file names (its hash "
            "differs), so nothing was installed."
        )
    if "No space left on device" in output:
        return "The disk is full: free about 1 GB and run the same command again."
    if looks_offline(output):
        return (
            "The Python packages could not be fetched because the package registry cannot be "
            "reached: connect to the network and run the same command again."
        )
    errors = [line.strip() for line in output.splitlines() if line.startswith("ERROR:")]
    return "The Python packages could not be installed. " + (errors[0] if errors else "pip failed.")


def explain_venv(output: str) -> str:
    """One sentence for a virtual environment that could not be made."""
    if "ensurepip" in output or "No module named venv" in output:
        return (
            "This Python comes without its venv module: install it (on Debian or Ubuntu: "
            "apt-get install python3-venv) and run the same command again."
        )
    last = output.strip().splitlines()[-1:] or ["no reason given"]
    return f"The virtual environment could not be made in .venv: {last[0]}"


def venv_python(venv: Path = VENV, windows: bool = os.name == "nt") -> Path:
    return venv / ("Scripts/python.exe" if windows else "bin/python")


def ensure(kind: str) -> None:
    """The virtual environment holds the packages of that kind ("runtime" or "dev")."""
    ensure_venv()
    lock = ROOT / LOCKS[kind]
    stamp = fingerprint([lock], sys.version)
    if STAMPS.has(kind, stamp):
        return
    install(lock)
    STAMPS.set(kind, value=stamp)
    if kind == "dev":  # the test set holds the running application's set
        STAMPS.set("runtime", value=fingerprint([ROOT / LOCKS["runtime"]], sys.version))


def ensure_venv() -> None:
    """Makes the environment; makes it anew where its Python no longer starts or is too old."""
    if works(venv_python()):
        return
    say("Making the virtual environment in .venv")
    if VENV.exists():
        shutil.rmtree(VENV, ignore_errors=True)
    status, output = stream([sys.executable, "-m", "venv", VENV], lambda _line: None, cwd=ROOT)
    if status != 0:
        shutil.rmtree(VENV, ignore_errors=True)
        raise Failure(explain_venv(output))


def works(python: Path) -> bool:
    """Whether that interpreter starts, has pip and is new enough."""
    if not python.exists():
        return False
    check = "import sys, pip; sys.exit(sys.version_info < (3, 11))"
    try:
        return (
            subprocess.run([python, "-c", check], capture_output=True, timeout=60).returncode == 0
        )
    except (OSError, subprocess.TimeoutExpired):
        return False


def install(lock: Path) -> None:
    """Installs exactly what the lock names, each file checked against its hash."""
    total = count_locked(lock.read_text(encoding="utf-8"))
    say(f"Installing up to {total} Python packages from {lock.name}")
    progress, seen = Progress(), 0

    def show(line: str) -> None:
        nonlocal seen
        if line.startswith(("Collecting ", "Requirement already satisfied: ")):
            seen += 1
            name = line.removeprefix("Requirement already satisfied: ").removeprefix("Collecting ")
            progress.update(f"{seen}/{total} {name.split()[0]}")
        elif line.startswith("Installing collected packages"):
            progress.update("unpacking")

    command: list[str | Path] = [
        venv_python(), "-m", "pip", "install", "--require-hashes", "--no-deps",
        "--disable-pip-version-check", "--no-input", "--progress-bar", "off",
        "--retries", "2", "-r", lock,
    ]  # fmt: skip
    status, output = stream(command, show, cwd=ROOT)
    progress.done()
    if status != 0:
        raise Failure(explain_pip(output))


def count_locked(lock: str) -> int:
    """How many packages a lock file names (some only for other platforms)."""
    return sum(1 for line in lock.splitlines() if line[:1].isalnum())


def child_environment(**changes: str) -> dict[str, str]:
    """The environment for commands inside .venv: UTF-8 everywhere, no foreign import path."""
    env = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    return env | {"PYTHONUTF8": "1", "VIRTUAL_ENV": str(VENV)} | changes


def run_python(
    arguments: Sequence[str | Path], env: Mapping[str, str] | None = None, *, quiet: bool = False
) -> int:
    """Runs the environment's Python; gives its status. `quiet` shows output on failure only."""
    command = [str(venv_python()), *(str(part) for part in arguments)]
    full = dict(env) if env is not None else child_environment()
    if not quiet:
        return subprocess.run(command, cwd=ROOT, env=full).returncode
    status, output = stream(command, lambda _line: None, cwd=ROOT, env=full)
    if status != 0:
        say(output)
    return status


def flask(*arguments: str, quiet: bool = False, **changes: str) -> int:
    """Runs a flask command of the application; gives its exit status."""
    command = ["-m", "flask", "--app", "jobmatch", *arguments]
    return run_python(command, child_environment(**changes), quiet=quiet)
