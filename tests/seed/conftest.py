"""A database of its own with the real places, skills and rule tables."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

import config
from jobmatch import create_app
from jobmatch.infra.db import forget_reads, writing_engine
from jobmatch.infra.schema import create_all
from jobmatch.seed.ground import load_ground
from tests.filling import empty_database


@pytest.fixture(scope="session")
def grounded(settings: config.Config, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The application on that database; outside its context."""
    folder = tmp_path_factory.mktemp("seed")
    with empty_database(settings, folder) as address:
        own = config.Test()
        own.INSTANCE_DIR = folder
        own.SQLALCHEMY_DATABASE_URI = address
        own.SQLALCHEMY_ENGINE_OPTIONS = config.engine_options(address)
        app = create_app(own)
        with app.app_context():
            create_all()
            load_ground()
        yield app
        with app.app_context():
            forget_reads()
            writing_engine().dispose()


@pytest.fixture
def instance(grounded: Flask) -> Path:
    folder: Path = grounded.config["INSTANCE_DIR"]
    return folder
