"""Whether people may be sent to this process."""

import re
import threading
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text

from jobmatch.infra import health
from jobmatch.infra.db import writing_engine
from jobmatch.matching import index

VERSIONS = Path(__file__).resolve().parents[2] / "migrations" / "versions"


@pytest.fixture
def versions(app):
    """Changes what the database says of its migrations."""

    def say(*numbers: str) -> None:
        with writing_engine().begin() as connection:
            connection.execute(text("DELETE FROM alembic_version"))
            for number in numbers:
                connection.execute(text(f"INSERT INTO alembic_version VALUES ('{number}')"))

    yield say
    say(health.newest_migration())


def test_ready_when_every_migration_was_done(client: FlaskClient, versions) -> None:
    versions(health.newest_migration())
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json) == (200, {"status": "ready"})


@pytest.mark.parametrize("numbers", [(), ("0001",), ("9999",)])
def test_not_ready_before_or_behind_them(client: FlaskClient, versions, numbers) -> None:
    versions(*numbers)
    assert client.get("/readyz").status_code == 503


def test_not_ready_without_a_table_of_migrations(client: FlaskClient, monkeypatch) -> None:
    monkeypatch.setattr(health, "text", lambda _sql: text("SELECT version_num FROM no_such_table"))
    assert not health.schema_is_current()


def test_not_ready_before_the_first_migration(client: FlaskClient, versions) -> None:
    versions()
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json) == (503, {"status": "database not migrated"})


def test_not_ready_while_the_database_is_away(client: FlaskClient, monkeypatch) -> None:
    monkeypatch.setattr("jobmatch.web.public.session.database_answers", lambda: False)
    assert client.get("/readyz").status_code == 503


def test_the_newest_migration_is_the_last_of_the_chain() -> None:
    said = "".join(file.read_text(encoding="utf-8") for file in VERSIONS.glob("*.py"))
    made = set(re.findall(r'^revision = "(\d+)"', said, re.MULTILINE))
    before = set(re.findall(r'^down_revision = "(\d+)"', said, re.MULTILINE))
    assert made - before == {health.newest_migration()}


def test_not_ready_while_the_first_index_is_built(
    client: FlaskClient, versions, monkeypatch
) -> None:
    versions(health.newest_migration())
    keeper, stands = index.keeper(), threading.Event()
    builder = threading.Thread(target=stands.wait)
    for name, value in (("enabled", True), ("builder", builder), ("failed_at", None)):
        monkeypatch.setattr(keeper, name, value)
    builder.start()
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json) == (503, {"status": "index is being built"})
    monkeypatch.setattr(keeper, "failed_at", 1.0)  # the database answers instead
    assert client.get("/readyz").status_code == 200
    stands.set()
    builder.join()
