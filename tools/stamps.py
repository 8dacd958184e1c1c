"""Stamps: what was set up, and from which inputs, so that a second start has nothing to do."""

import hashlib
import json
from collections.abc import Iterable
from pathlib import Path


def fingerprint(files: Iterable[Path], *words: str) -> str:
    """A SHA-256 in hex over the names and contents of the files and over the words.

    A missing file counts as a state of its own.
    """
    digest = hashlib.sha256()
    for word in words:
        digest.update(f"word {len(word)}:{word}".encode())
    for file in sorted(files):
        content = file.read_bytes() if file.is_file() else None
        size = "none" if content is None else str(len(content))
        digest.update(f"file {file.name} {size}:".encode())
        digest.update(content or b"")
    return digest.hexdigest()


class Stamps:
    """A small JSON file: name of a part -> fingerprint of what it was made from."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def has(self, name: str, value: str) -> bool:
        return self._read().get(name) == value

    def set(self, *names: str, value: str) -> None:
        """Written in one move, so that an interrupted command leaves the old stamps."""
        stamps = self._read() | dict.fromkeys(names, value)
        self._file.parent.mkdir(parents=True, exist_ok=True)
        fresh = self._file.with_suffix(".new")
        fresh.write_text(json.dumps(stamps, indent=1, sort_keys=True), encoding="utf-8")
        fresh.replace(self._file)

    def _read(self) -> dict[str, str]:
        try:
            stamps = json.loads(self._file.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return stamps if isinstance(stamps, dict) else {}
