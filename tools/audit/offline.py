"""Known vulnerabilities from a folder: what OSV exports for PyPI and npm, unpacked or as all.zip.

https://osv.dev gives the form: https://ossf.github.io/osv-schema/
"""

import json
import re
import zipfile
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from packaging.version import InvalidVersion, Version

from tools.audit import Outcome, State, not_done
from tools.audit.locks import canonical, lock_files, read_lock, read_parts

# New ones come every day: an older export says nothing of the last weeks.
OLDEST = timedelta(days=14)
ECOSYSTEMS = ("PyPI", "npm")
Key = tuple[str, str]


def look(root: Path, folder: Path, *, now: datetime) -> Outcome:
    """Hold every locked package against the folder's advisories."""
    packages = {("PyPI", name, version) for name, version in python_locked(root)}
    packages |= {("npm", name, version) for name, version in npm_locked(root)}
    wanted = {(system, name) for system, name, _ in packages}
    entries: dict[Key, list[dict[str, Any]]] = {}
    counts = dict.fromkeys(ECOSYSTEMS, 0)
    newest = dict.fromkeys(ECOSYSTEMS, "")
    for entry in advisories(folder):
        for system in {affected["package"]["ecosystem"] for affected in affections(entry)}:
            if system in counts:
                counts[system] += 1
                newest[system] = max(newest[system], str(entry.get("modified", "")))
        for affected in affections(entry):
            package = affected["package"]
            key = (package["ecosystem"], named(package["ecosystem"], package["name"]))
            if key in wanted and not entry.get("withdrawn"):
                entries.setdefault(key, []).append({"id": entry["id"], "affected": affected})
    faults = sorted(
        f"{name} {version}: {entry['id']}"
        for system, name, version in packages
        for entry in entries.get((system, name), [])
        if is_affected(system, version, entry["affected"])
    )
    gaps = [gap for system in ECOSYSTEMS if (gap := lacking(system, counts, newest, now))]
    if faults:
        return Outcome(State.FAILED, (*faults, *gaps))
    if gaps:
        return not_done(*gaps)
    return Outcome(State.OK, (f"{len(packages)} packages, {sum(counts.values())} advisories",))


def lacking(system: str, counts: dict[str, int], newest: dict[str, str], now: datetime) -> str:
    """Why the folder cannot answer for this ecosystem; empty when it can."""
    if not counts[system]:
        return f"the folder holds no advisory for {system}"
    try:
        at = datetime.fromisoformat(newest[system])
    except ValueError:
        return f"the advisories for {system} do not say when they were made"
    at = at if at.tzinfo else at.replace(tzinfo=UTC)
    if now - at > OLDEST:
        return f"the newest advisory for {system} is of {at:%Y-%m-%d}: fetch a newer export"
    return ""


def advisories(folder: Path) -> Iterator[dict[str, Any]]:
    """Every advisory of the folder: *.json, and those in *.zip."""
    for path in sorted(folder.rglob("*.json")):
        yield json.loads(path.read_text(encoding="utf-8"))
    for path in sorted(folder.rglob("*.zip")):
        with zipfile.ZipFile(path) as packed:
            for name in packed.namelist():
                if name.endswith(".json"):
                    yield json.loads(packed.read(name))


def affections(entry: dict[str, Any]) -> Iterable[dict[str, Any]]:
    return [found for found in entry.get("affected", []) if "package" in found]


def named(system: str, name: str) -> str:
    return canonical(name) if system == "PyPI" else name


def is_affected(system: str, version: str, affected: dict[str, Any]) -> bool:
    """Whether the version is named, or lies in one of the ranges."""
    if version in affected.get("versions", []):
        return True
    here = order(system, version)
    return any(
        inside(here, system, found.get("events", []))
        for found in affected.get("ranges", [])
        if found.get("type") in ("ECOSYSTEM", "SEMVER")
    )


def inside(here: Any, system: str, events: list[dict[str, str]]) -> bool:
    """Events in their order: from `introduced` on, until `fixed`, or past `last_affected`."""
    hit = False
    for event in sorted(events, key=lambda e: order(system, next(iter(e.values())))):
        kind, written = next(iter(event.items()))
        bound = order(system, written)
        if here > bound or (here == bound and kind != "last_affected"):
            hit = kind == "introduced"
    return hit


def order(system: str, version: str) -> Any:
    """Something that compares as versions do there; a version nobody can read comes first."""
    if system == "PyPI":
        try:
            return Version(version)
        except InvalidVersion:
            return Version("0.dev0")
    core, _, early = version.partition("+")[0].partition("-")
    numbers = tuple(int(n) for n in re.findall(r"\d+", core)[:3])
    parts = tuple((not p.isdecimal(), int(p) if p.isdecimal() else 0, p) for p in early.split("."))
    return ((*numbers, 0, 0, 0)[:3], not early, parts if early else ())


def python_locked(root: Path) -> set[tuple[str, str]]:
    return {
        (package.name, package.version)
        for lock in lock_files(root)
        for package in read_lock(lock.read_text(encoding="utf-8"))[0]
    }


def npm_locked(root: Path) -> set[tuple[str, str]]:
    parts, _ = read_parts((root / "package-lock.json").read_text(encoding="utf-8"))
    return {(part.name, part.version) for part in parts}
