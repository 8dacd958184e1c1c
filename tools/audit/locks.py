"""The lock files: every package with its hash, and no address of any registry in them."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

PINNED = re.compile(r"([A-Za-z0-9][A-Za-z0-9._-]*)==([^\s;\\]+)\s*(?:;\s*([^\\]*?))?\s*\\?$")
HASH = re.compile(r"--hash=(sha256|sha384|sha512):([0-9a-f]{64,128})\s*\\?$")
INTEGRITY = re.compile(r"sha512-[A-Za-z0-9+/]{86}==")


@dataclass(frozen=True)
class Locked:
    """A package as a lock names it; marker: where it is needed; hashes: (algorithm, hex digits)."""

    name: str
    version: str
    marker: str
    hashes: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Part:
    """A front-end part of package-lock.json."""

    name: str
    version: str
    licence: str
    integrity: str
    dev: bool


def canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def read_lock(text: str) -> tuple[list[Locked], list[str]]:
    """The packages of a requirements file, and what is wrong with its lines."""
    packages: list[Locked] = []
    faults: list[str] = []
    for number, line in enumerate(text.splitlines(), 1):
        line = line.split(" #")[0].rstrip()
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        pinned, hashed = PINNED.match(line), HASH.match(line.strip())
        if pinned and not line[0].isspace():
            packages.append(Locked(canonical(pinned[1]), pinned[2], (pinned[3] or "").strip(), ()))
        elif hashed and packages:
            last = packages.pop()
            pairs = (*last.hashes, (hashed[1], hashed[2]))
            packages.append(Locked(last.name, last.version, last.marker, pairs))
        else:
            faults.append(f"line {number} is neither a pinned package nor a hash: {line.strip()}")
    faults += [
        f"{package.name} {package.version} has no hash"
        for package in packages
        if not package.hashes
    ]
    return packages, faults


def read_parts(text: str) -> tuple[list[Part], list[str]]:
    """The parts of a package-lock.json, and what is wrong with it."""
    parts: list[Part] = []
    faults: list[str] = []
    for place, entry in json.loads(text)["packages"].items():
        if "resolved" in entry:
            faults.append(f"{place or 'the root'} names an address")
        if not place:
            continue
        name = place.rpartition("node_modules/")[2]
        integrity = entry.get("integrity", "")
        if not INTEGRITY.fullmatch(integrity):
            faults.append(f"{name} has no SHA-512 integrity")
        parts.append(
            Part(
                name, entry["version"], entry.get("license", ""), integrity,
                bool(entry.get("dev")),
            )
        )  # fmt: skip
    return parts, faults


def lock_files(root: Path) -> list[Path]:
    return sorted(root.glob("requirements*.txt"))


def wanted(text: str) -> Iterator[str]:
    """The packages that a requirements*.in asks for by name."""
    for line in text.splitlines():
        found = re.match(r"([A-Za-z0-9][A-Za-z0-9._-]*)", line)
        if found:
            yield canonical(found[1])


def faults(root: Path) -> list[str]:
    """All that is wrong with the locks of a tree."""
    found: list[str] = []
    versions: dict[str, tuple[str, str]] = {}
    locks = lock_files(root)
    if not locks:
        return ["there is no requirements file"]
    for lock in locks:
        packages, wrong = read_lock(lock.read_text(encoding="utf-8"))
        found += [f"{lock.name}: {fault}" for fault in wrong]
        source = lock.with_suffix(".in")
        if not source.exists():
            found.append(f"{lock.name} has no {source.name}")
            continue
        names = {package.name for package in packages}
        found += [
            f"{source.name} asks for {name}, which {lock.name} does not hold: run `make lock`"
            for name in wanted(source.read_text(encoding="utf-8"))
            if name not in names
        ]
        for package in packages:
            if package.marker:
                continue  # other versions for other Pythons
            before = versions.setdefault(package.name, (package.version, lock.name))
            if before[0] != package.version:
                found.append(
                    f"{package.name} is {before[0]} in {before[1]} and {package.version} in "
                    f"{lock.name}"
                )
    package_lock = root / "package-lock.json"
    if package_lock.exists():
        _, wrong = read_parts(package_lock.read_text(encoding="utf-8"))
        found += [f"{package_lock.name}: {fault}" for fault in wrong]
    return found
