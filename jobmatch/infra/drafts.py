"""A file that waits between two steps of one person: sealed, theirs alone, gone after two hours."""

import base64
import re
import secrets
import time
from pathlib import Path

from flask import current_app

from jobmatch.infra import crypto

_LIFE = 2 * 60 * 60


def keep(data: bytes, owner: int) -> str:
    """Put the file aside. Returns the name under which its owner finds it."""
    folder = _folder()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for old in folder.iterdir():
        if old.stat().st_mtime < time.time() - _LIFE:
            old.unlink(missing_ok=True)
    name = secrets.token_urlsafe(24)
    sealed = crypto.ring().seal(base64.b64encode(data).decode(), place=_place(name, owner))
    path = folder / name
    path.touch(mode=0o600)
    path.write_bytes(sealed)
    return name


def fetch(name: str, owner: int) -> bytes | None:
    """The file, or None when there is none of this name or it is somebody else's."""
    path = _path(name)
    if path is None or not path.is_file() or path.stat().st_mtime < time.time() - _LIFE:
        return None
    try:
        return base64.b64decode(crypto.ring().open(path.read_bytes(), place=_place(name, owner)))
    except crypto.CannotOpen:
        return None


def drop(name: str) -> None:
    path = _path(name)
    if path is not None:
        path.unlink(missing_ok=True)


def _folder() -> Path:
    return Path(current_app.config["INSTANCE_DIR"]) / "drafts"


def _path(name: str) -> Path | None:
    return _folder() / name if re.fullmatch(r"[\w-]{20,60}", name, re.ASCII) else None


def _place(name: str, owner: int) -> str:
    return f"draft:{owner}:{name}"
