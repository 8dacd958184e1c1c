"""A database of its own with the real places, skills and rule tables."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy.orm import Session

import config
from jobmatch.infra import clock
from jobmatch.infra.db import reading
from tests.filling import grounded_app, seed

NOON = datetime(2026, 10, 1, 4, 0, tzinfo=UTC)


@pytest.fixture(scope="session")
def grounded(settings: config.Config, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The application on that database; outside its context."""
    folder = tmp_path_factory.mktemp("seed")
    with grounded_app(settings, folder) as app:
        yield app


@pytest.fixture
def instance(grounded: Flask) -> Path:
    folder: Path = grounded.config["INSTANCE_DIR"]
    return folder


@pytest.fixture(scope="session")
def season(grounded: Flask) -> Flask:
    """The demonstration, as `flask seed --demo` makes it on 1 October 2026."""
    with clock.at(NOON):
        done = seed(grounded, "--demo")
    assert done.exit_code == 0, done.output
    return grounded


@pytest.fixture
def rows(season: Flask) -> Iterator[Session]:
    with season.app_context():
        yield reading()
