"""A database of its own with the real places, skills and rule tables."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

import config
from tests.filling import grounded_app


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
