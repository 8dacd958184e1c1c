"""Whether the database answers, seen from outside."""

from pathlib import Path

from flask import Flask
from flask.testing import FlaskClient

import config
from jobmatch import create_app
from jobmatch.infra.health import database_answers
from tests.filling import bare_app


def test_the_database_answers_while_it_is_there(app: Flask, client: FlaskClient) -> None:
    assert database_answers()
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json) == (200, {"status": "ok"})


def gone(folder: Path) -> config.Config:
    """Settings that name a database in a folder that is not there."""
    settings = config.Test()
    settings.SQLALCHEMY_DATABASE_URI = f"sqlite:///{folder}/not-there/a.sqlite3"
    settings.SQLALCHEMY_ENGINE_OPTIONS = config.engine_options(settings.SQLALCHEMY_DATABASE_URI)
    return settings


def test_a_database_that_is_gone_does_not_answer(tmp_path: Path) -> None:
    with bare_app(f"sqlite:///{tmp_path}/a.sqlite3"):
        assert database_answers()
    app = create_app(gone(tmp_path))
    with app.app_context():
        assert not database_answers()


def test_healthz_is_503_when_the_database_is_gone(tmp_path: Path) -> None:
    answer = create_app(gone(tmp_path)).test_client().get("/healthz")
    assert (answer.status_code, answer.json) == (503, {"status": "database unavailable"})


def test_a_page_says_in_words_that_the_database_is_gone(tmp_path: Path) -> None:
    client = create_app(gone(tmp_path)).test_client()
    answer = client.get("/places/children?parent=15")
    assert answer.status_code == 503
    assert "系统暂时连不上" in answer.text
    assert "sqlite" not in answer.text.lower()
