"""Writes the lock files anew: `python -m tools.lock [package to upgrade ...]`, or all of them.

For every platform and Python from 3.11 on, with hashes and without the address of any registry.
"""

import subprocess
import sys
import tempfile
import venv
from pathlib import Path

from tools.environment import ROOT, venv_python
from tools.frontend import LOCK_FILES, npm_command

# name of the lock -> locks that it must agree with
LOCKS = {
    "requirements": (),
    "requirements-cluster": ("requirements.txt",),
    "requirements-dev": ("requirements.txt", "requirements-cluster.txt"),
    "requirements-audit": ("requirements.txt", "requirements-dev.txt"),
    "requirements-node": (),
    "requirements-benchmark": ("requirements.txt",),
}


def main(packages: list[str]) -> int:
    with tempfile.TemporaryDirectory() as folder:
        venv.create(folder, with_pip=True)
        python = venv_python(Path(folder))
        subprocess.run([python, "-m", "pip", "install", "--quiet", "uv"], check=True)
        for name, agreeing in LOCKS.items():
            subprocess.run([python, "-m", "uv", *compile_arguments(name, agreeing, packages)],
                           cwd=ROOT, check=True, stdout=subprocess.DEVNULL)  # fmt: skip
    subprocess.run(
        [
            *npm_command(), "install", "--package-lock-only", "--ignore-scripts",
            "--omit-lockfile-registry-resolved", "--no-audit", "--no-fund",
        ],
        cwd=ROOT, check=True,
    )  # fmt: skip
    if '"resolved"' in LOCK_FILES[1].read_text(encoding="utf-8"):
        print("package-lock.json holds addresses: use npm 9 or newer to write it")
        return 1
    return 0


def compile_arguments(name: str, agreeing: tuple[str, ...], packages: list[str]) -> list[str]:
    """uv's arguments; with no package named, all are upgraded."""
    arguments = [
        "pip", "compile", f"{name}.in", "--output-file", f"{name}.txt", "--universal",
        "--generate-hashes", "--python-version", "3.11", "--no-annotate", "--no-emit-index-url",
        "--no-emit-find-links", "--no-emit-package", "pip",
        "--custom-compile-command", "make lock",
    ]  # fmt: skip
    for lock in agreeing:
        arguments += ["--constraint", lock]
    if not packages:
        return [*arguments, "--upgrade"]
    for package in packages:
        arguments += ["--upgrade-package", package]
    return arguments


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
