"""A short round of each fault, and a control that shows the damage (benchmarks/faults.py)."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import text

from benchmarks.races import application, close
from jobmatch.infra import db as database
from jobmatch.infra.db import writing_engine
from jobmatch.web import errors
from tests.reliability.faults import (
    days_in,
    full_disk,
    hold_file,
    is_whole,
    own_postgres,
    taken_away,
)
from tests.support import World

LIMITS = {"max_km": "30", "stays_away": "home", "most_minutes": "0"}


@pytest.fixture
def apart(tmp_path: Path) -> Iterator[Flask]:
    """The application on an embedded database that may be harmed."""
    app = application(f"sqlite:///{tmp_path / 'apart.sqlite3'}", tmp_path)
    yield app
    close(app)


@pytest.mark.slow
@pytest.mark.same_everywhere
def test_a_restarted_server_loses_nothing_it_acknowledged_and_is_back(tmp_path: Path) -> None:
    with own_postgres() as server:
        app = application(server.url, tmp_path)
        met = taken_away(app, "kept", server.restart)
        assert met.lost == 0
        assert met.refused > 0
        assert len(met.acknowledged) > 10
        assert met.back_after is not None
        assert met.back_after < 5
        server.keeps(promises=False)
        control = taken_away(app, "hurried", server.restart)
        close(app)
    assert control.lost > 0


@pytest.mark.slow
@pytest.mark.same_everywhere
def test_a_held_file_lets_writers_wait_and_loses_nothing(apart: Flask) -> None:
    with apart.app_context():
        path = str(writing_engine().url.database)
    met = taken_away(apart, "kept", lambda: hold_file(path, 1.0), seconds=0.2)
    assert (met.lost, len(met.acknowledged) > 10) == (0, True)
    assert met.back_after is not None
    assert met.back_after < 5


@pytest.mark.slow
def test_on_a_full_disk_a_page_says_so_and_all_goes_on_afterwards(
    app: Flask, request: pytest.FixtureRequest
) -> None:
    here = app
    if writing_engine().dialect.name == "sqlite":
        here = request.getfixturevalue("apart")
    with here.app_context():
        here.config["WTF_CSRF_ENABLED"] = False
        world = World(here)
        _, worker = world.worker()
        browser = world.sign_in(worker)
        with full_disk(here):
            answer = browser.post("/my/me/limits", data=LIMITS)
            assert answer.status_code == 503
            assert "您的数据没有丢" in answer.get_data(as_text=True)
            assert browser.get("/my/me").status_code == 200
        assert is_whole(here)
        assert browser.post("/my/me/limits", data=LIMITS).status_code == 303
        here.config["WTF_CSRF_ENABLED"] = True


@pytest.mark.slow
@pytest.mark.same_everywhere
def test_the_control_without_its_handler_the_page_would_be_a_fault(
    apart: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(
        apart.error_handler_spec[None][None], database.DatabaseUnavailable, errors._unforeseen
    )
    apart.config["WTF_CSRF_ENABLED"] = False
    with apart.app_context():
        world = World(apart)
        browser = world.sign_in(world.worker()[1])
        with full_disk(apart):
            assert browser.post("/my/me/limits", data=LIMITS).status_code == 500


def test_a_machine_elsewhere_keeps_the_business_dates_of_shanghai(
    app: Flask, tmp_path: Path
) -> None:
    address = writing_engine().url.render_as_string(hide_password=False)
    found = days_in("America/New_York", address, tmp_path)
    assert [line[:2] for line in found] == [["2026-09-24"] * 2, ["2026-09-25"] * 2]
    # The control: the machine's own day is another one.
    assert [date.fromisoformat(line[2]).day for line in found] == [24, 24]
    with writing_engine().begin() as connection:
        assert connection.scalar(text("SELECT count(*) FROM audit_entry")) == 2
