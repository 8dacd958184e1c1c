"""On PostgreSQL a migration gives up on a lock or a long statement, and leaves all as it was."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config as AlembicConfig
from flask import Flask
from sqlalchemy import create_engine, text
from sqlalchemy.exc import OperationalError

import config
from jobmatch import create_app
from jobmatch.infra.db import writing_engine
from jobmatch.infra.schema import create_all
from tests.filling import empty_database

FOLDER = Path(__file__).resolve().parent.parent.parent / "migrations"
BEFORE = "0023"
pytestmark = pytest.mark.postgres


def alembic(**x: str) -> AlembicConfig:
    found = AlembicConfig(str(FOLDER / "alembic.ini"))
    found.set_main_option("script_location", str(FOLDER))
    found.cmd_opts = type("Options", (), {"x": [f"{k}={v}" for k, v in x.items()]})()
    return found


@pytest.fixture
def behind(settings: config.Config, tmp_path: Path) -> Iterator[Flask]:
    """All tables, said to stand a step before row-level security."""
    if settings.SQLALCHEMY_DATABASE_URI.startswith("sqlite"):
        pytest.skip("SQLite has one lock and waits for it")
    with empty_database(settings, tmp_path) as address:
        own = config.Test()
        own.SQLALCHEMY_DATABASE_URI = address
        own.SQLALCHEMY_ENGINE_OPTIONS = config.engine_options(address)
        app = create_app(own)
        with app.app_context():
            create_all()
            command.stamp(alembic(), BEFORE)
            yield app
            writing_engine().dispose()


def stands_at() -> str:
    with writing_engine().begin() as connection:
        return str(connection.scalar(text("SELECT version_num FROM alembic_version")))


def test_it_does_not_wait_for_a_long_reader_and_goes_through_afterwards(behind: Flask) -> None:
    engine = create_engine(writing_engine().url)
    with engine.begin() as reader:
        reader.execute(text("LOCK TABLE household IN ACCESS SHARE MODE"))
        with pytest.raises(OperationalError, match="lock timeout"):
            command.upgrade(alembic(lock_timeout="200ms"), "0024")
        assert stands_at() == BEFORE
    command.upgrade(alembic(lock_timeout="200ms"), "0024")
    assert stands_at() == "0024"
    engine.dispose()


def test_a_statement_that_takes_too_long_is_given_up(behind: Flask) -> None:
    with pytest.raises(OperationalError, match="statement timeout"):
        command.upgrade(alembic(statement_timeout="1ms"), "0024")
    assert stands_at() == BEFORE
