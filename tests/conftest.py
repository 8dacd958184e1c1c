"""One database for a test run's worker process, emptied between tests that write.

TEST_DATABASE_URL names a PostgreSQL server's address; without it every process uses a SQLite file.
"""

import os
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import coverage
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import create_engine, delete, select, text

os.environ["JOBMATCH_ENV"] = "test"

import config
from jobmatch import create_app
from jobmatch.infra import wall
from jobmatch.infra.db import db, writing_engine
from jobmatch.infra.health import newest_migration
from tests.ground import ground_rows
from tests.support import Browser, World
from tests.walled import WALLED, as_owner, behind_the_wall

HERE = Path(__file__).parent
# Rules are covered by the tests of their houses; in these folders measuring would only take time.
NOT_MEASURED = {
    "architecture", "journeys", "migrations", "reliability", "seed", "site", "tooling", "web",
}  # fmt: skip


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The slow ones first: at the end no process waits for another's last long test."""
    items.sort(key=lambda item: item.get_closest_marker("slow") is None)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[None]:
    """Measure which rules run in a test, where that counts."""
    measuring = coverage.Coverage.current()
    aside = item.path.relative_to(HERE).parts[0] in NOT_MEASURED
    if measuring is None or not aside:
        return (yield)
    measuring.stop()
    try:
        return (yield)
    finally:
        measuring.start()


@pytest.fixture(scope="session")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Iterator[config.Config]:
    """Settings for a fresh, empty database of this process."""
    os.environ["JOBMATCH_INSTANCE"] = str(tmp_path_factory.mktemp("instance"))
    server = os.environ.get("TEST_DATABASE_URL")
    if not server:
        yield config.Test()
        return
    name = f"jobmatch_{uuid.uuid4().hex[:12]}"
    admin = create_engine(config.database_url(server, Path()), isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    found = config.Test()
    url = admin.url.set(database=name).render_as_string(hide_password=False)
    found.SQLALCHEMY_DATABASE_URI = url
    yield found
    with admin.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))


@pytest.fixture(scope="session")
def whole_app(settings: config.Config) -> Iterator[Flask]:
    """The application on a database with all tables, places, skills and rule tables."""
    app = create_app(settings)
    app.test_client_class = Browser
    with app.app_context():
        from jobmatch.infra.schema import create_all

        create_all()
        with writing_engine().begin() as connection:  # as after every migration
            connection.execute(text("CREATE TABLE alembic_version (version_num VARCHAR(32))"))
            connection.execute(
                text("INSERT INTO alembic_version VALUES (:newest)"), {"newest": newest_migration()}
            )
        ground_rows()
        if WALLED:
            behind_the_wall()
    yield app
    with app.app_context():
        db.session.remove()
        writing_engine().dispose()


@pytest.fixture
def app(whole_app: Flask) -> Iterator[Flask]:
    """The application inside an application context; what the test wrote is taken away after it."""
    with wall.lifted("what tests make and look at"), whole_app.app_context():
        yield whole_app
        db.session.remove()
        _empty()


@pytest.fixture
def world(app: Flask) -> World:
    """Short ways to make the people and things that a test needs."""
    return World(app)


@pytest.fixture
def rules_as_before(app: Flask) -> Iterator[None]:
    """Rule tables outlive a test's other rows, so what came is taken away again."""
    from jobmatch.infra.dated import DatedRule
    from jobmatch.infra.db import reading, transaction

    before = set(reading().scalars(select(DatedRule.id)))
    yield
    with transaction() as session:
        session.execute(delete(DatedRule).where(DatedRule.id.not_in(before)))


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def noon() -> datetime:
    return datetime(2026, 9, 1, 4, 0, tzinfo=UTC)


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish() -> None:
    """Keep what was measured now: a process of the run that is slow to end is killed before it does."""
    measuring = coverage.Coverage.current()
    if measuring is not None:
        measuring.save()


KEPT = {"place", "skill", "skill_alias", "dated_rule", "alembic_version"}


def _empty() -> None:
    """Delete every row but the ground's (places, skills, rule tables), children first."""
    from jobmatch.infra.schema import emptied

    with as_owner():
        emptied(keep=KEPT)
