"""Makes the application ready and serves it."""

import errno
import json
import os
import socket
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from tools import environment, frontend
from tools.console import Failure, say
from tools.environment import ROOT, STAMPS
from tools.stamps import fingerprint

TRANSLATIONS = ROOT / "jobmatch" / "translations"


def setup(kind: str = "runtime") -> None:
    """Packages, front-end parts, message catalogues, compiled loops. Nothing is done twice."""
    environment.ensure(kind)
    frontend.ensure(dev=kind == "dev")
    compile_catalogues()
    compile_loops()


def compile_loops() -> None:
    """What reading, matching and the season planner run over all texts, people and postings; else
    the first process compiles it.
    """
    sources = sorted(
        path
        for house in ("matching", "skills", "dispatch")
        for path in (ROOT / "jobmatch" / house / "rules").rglob("*.py")
    )
    stamp = fingerprint(sources)
    if STAMPS.has("loops", stamp) and (instance_folder() / "compiled").is_dir():
        return
    say("Compiling the loops of reading, matching and the season planner (two minutes, once)")

    def compiled(house: str) -> bool:
        return environment.flask(house, "warm", quiet=True, JOBMATCH_ENV="test") == 0

    # Side by side: a compiler keeps one core busy.
    houses = ("matching", "season")
    with ThreadPoolExecutor(len(houses)) as pool:
        done = dict(zip(houses, pool.map(compiled, houses), strict=True))
    for house, is_done in done.items():
        if not is_done:
            raise Failure(f"The loops of {house} could not be compiled: see the lines above.")
    STAMPS.set("loops", value=stamp)


def compile_catalogues() -> None:
    sources = [path for path in TRANSLATIONS.rglob("*") if path.suffix in {".po", ".csv"}]
    stamp = fingerprint(sources)
    if STAMPS.has("catalogues", stamp) and any(TRANSLATIONS.rglob("*.mo")):
        return
    say("Compiling the message catalogues")
    if environment.flask("i18n", "compile", quiet=True, JOBMATCH_ENV="test") != 0:
        raise Failure("The message catalogues could not be compiled: see the lines above.")
    STAMPS.set("catalogues", value=stamp)


def run(host: str, port: int) -> int:
    """Everything from nothing to a served demonstration season."""
    check_port(host, port)
    setup()
    say("Bringing the database up to date")
    if environment.flask("db", "upgrade", quiet=True) != 0:
        raise Failure("The database could not be brought up to date: see the lines above.")
    say("Making the demonstration season (kept if it is there)")
    if environment.flask("seed", "--demo") != 0:
        raise Failure("The demonstration season could not be made: see the lines above.")
    show_accounts()
    return serve(host, port)


def serve(host: str, port: int) -> int:
    command = [str(environment.venv_python()), "-m", "jobmatch.serve"]
    command += ["--host", host, "--port", str(port)]
    env = environment.child_environment()
    if os.name != "nt":  # the server takes this process's place: one process to stop
        os.chdir(ROOT)
        os.execve(command[0], command, env)  # noqa: S606
    try:
        return subprocess.run(command, cwd=ROOT, env=env).returncode
    except KeyboardInterrupt:
        return 0


def check_port(host: str, port: int) -> None:
    """Raises Failure with one sentence where nothing can listen there."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        if sys.platform == "win32":
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_EXCLUSIVEADDRUSE, 1)
        else:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise Failure(explain_port(host, port, error)) from None


def explain_port(host: str, port: int, error: OSError) -> str:
    if error.errno == errno.EADDRINUSE or getattr(error, "winerror", None) == 10048:
        other = port + 1 if port < 65535 else 5000
        return (
            f"Port {port} on {host} is taken by another program: stop that one, or choose "
            f"another port: python3 manage.py run --port {other}"
        )
    if error.errno == errno.EACCES or getattr(error, "winerror", None) == 10013:
        return f"This user may not listen on port {port}: choose one above 1023 with --port."
    return f"Nothing can listen on {host}, port {port}: {error.strerror or error}."


def show_accounts() -> None:
    instance = instance_folder()
    try:
        accounts = json.loads((instance / "demo-accounts.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return
    say("\n" + accounts_table(accounts))


def accounts_table(accounts: list[dict[str, Any]]) -> str:
    """One sign-in for each role, as lines; the first of each role counts."""
    first: dict[str, dict[str, Any]] = {}
    for account in accounts:
        first.setdefault(str(account["role"]), account)
    width = max([len(role) for role in first] + [4])
    lines = [f"{'role':<{width}}  {'phone':<11}  password"]
    lines += [
        f"{role:<{width}}  {one['phone']:<11}  {one['password']}" for role, one in first.items()
    ]
    return "\n".join(lines)


def instance_folder() -> Path:
    """Where the embedded database and the demonstration's sign-ins are."""
    return Path(os.environ.get("JOBMATCH_INSTANCE") or ROOT / "instance")
