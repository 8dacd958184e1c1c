"""Known vulnerabilities of what the locks name: asked of the registries, or of a folder.

A question that nobody answered is "not done". pip-audit leaves packages out that its service does
not know and ends well all the same, so that its report is counted against the locks.
"""

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tools.audit import Outcome, State, judged, not_done
from tools.audit.locks import canonical, lock_files, read_lock

SECONDS = 300


def python_packages(root: Path) -> Outcome:
    """What pip-audit's service knows of the packages of all locks."""
    locks = lock_files(root)
    command = [sys.executable, "-m", "pip_audit", "--require-hashes", "--disable-pip",
               "--format", "json", "--progress-spinner", "off"]  # fmt: skip
    for lock in locks:
        command += ["--requirement", lock.name]
    wanted = {
        package.name
        for lock in locks
        for package in read_lock(lock.read_text(encoding="utf-8"))[0]
        if not package.marker  # of other systems and Pythons: left out by pip-audit
    }
    return judge_pip(output(command, root), wanted)


def judge_pip(report: str, wanted: set[str]) -> Outcome:
    """The report of pip-audit, held against the packages that were to be looked at."""
    try:
        entries: list[dict[str, Any]] = json.loads(report)["dependencies"]
    except (json.JSONDecodeError, KeyError, TypeError):
        return not_done("pip-audit gave no report: its service cannot be reached")
    faults, skipped, known = [], [], set()
    for entry in entries:
        name = canonical(entry["name"])
        if "skip_reason" in entry:
            skipped.append(name)
            continue
        known.add(name)
        for found in entry.get("vulns", []):
            fixed = ", ".join(found.get("fix_versions", [])) or "no version yet"
            faults.append(f"{name} {entry['version']}: {found['id']}, mended in {fixed}")
    left = sorted(wanted - known)
    if faults:
        return Outcome(State.FAILED, (*faults, *said_left(left)))
    if left or skipped or not known:
        return not_done(*said_left(left or sorted(skipped)))
    return Outcome(State.OK, (f"{len(known)} packages",))


def said_left(names: Sequence[str]) -> list[str]:
    some = ", ".join(names[:5]) + (" ..." if len(names) > 5 else "")
    return [f"{len(names)} packages were not looked at: {some}"] if names else []


def front_end_parts(root: Path, npm: Sequence[str]) -> Outcome:
    """What npm's registry knows of the parts of package-lock.json."""
    return judge_npm(output([*npm, "audit", "--json", "--package-lock-only"], root))


def judge_npm(report: str) -> Outcome:
    try:
        found = json.loads(report)
        counts: dict[str, int] = found["metadata"]["vulnerabilities"]
        looked_at = int(found["metadata"]["dependencies"]["total"])
    except (json.JSONDecodeError, KeyError, TypeError, ValueError):
        return not_done("npm audit gave no report: its registry answers no such question")
    if not looked_at:
        return not_done("npm audit looked at no part")
    faults = [
        f"{name}: {entry.get('severity', '?')}, {entry.get('range', '?')}"
        for name, entry in found.get("vulnerabilities", {}).items()
    ]
    if not faults and counts.get("total"):
        faults = [f"{counts['total']} vulnerabilities, none of them named"]
    return judged(faults, ok=f"{looked_at} parts")


def output(command: Sequence[str], root: Path) -> str:
    """What a command prints; nothing where it is missing or too slow."""
    try:
        done = subprocess.run(
            command, cwd=root, capture_output=True, text=True, timeout=SECONDS, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout
