"""Files that people hand in: beside the database in the instance folder, never under static."""

import os
import uuid
from pathlib import Path

from flask import current_app


def keep(content: bytes, folder: str, ending: str) -> str:
    """Write the bytes, readable by the owner alone; the name under which `fetch` finds them.

    Written whole or not at all: beside it first, then renamed.
    """
    home = _home(folder)
    home.mkdir(parents=True, exist_ok=True)
    name = f"{uuid.uuid4().hex}.{ending}"
    beside = home / f".{name}"
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(home / name)
    return name


def fetch(folder: str, name: str) -> bytes:
    """raises FileNotFoundError."""
    return (_home(folder) / name).read_bytes()


def drop(folder: str, name: str) -> None:
    (_home(folder) / name).unlink(missing_ok=True)


def _home(folder: str) -> Path:
    return Path(current_app.config["INSTANCE_DIR"]) / "uploads" / folder
