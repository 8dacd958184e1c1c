"""Migrations go up, down and up again with data, and give the schema that the tables declare."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.config import Config as AlembicConfig
from alembic.script import ScriptDirectory
from flask import Flask
from sqlalchemy import Connection, Engine, create_engine, inspect, text

import config
from jobmatch import create_app
from jobmatch.infra.db import Base, writing_engine
from jobmatch.infra.schema import create_all
from tests.filling import a_row_in_each_table, empty_database

FOLDER = Path(__file__).resolve().parent.parent.parent / "migrations"


@pytest.fixture
def scratch(settings: config.Config, tmp_path: Path) -> Iterator[Flask]:
    """The application on an empty database of its own, in its context."""
    with empty_database(settings, tmp_path) as address:
        own = config.Test()
        own.SQLALCHEMY_DATABASE_URI = address
        own.SQLALCHEMY_ENGINE_OPTIONS = config.engine_options(address)
        app = create_app(own)
        with app.app_context():
            yield app
            writing_engine().dispose()


def alembic(folder: Path = FOLDER, **x: str) -> AlembicConfig:
    found = AlembicConfig(str(FOLDER / "alembic.ini"))
    found.set_main_option("script_location", str(folder))
    found.cmd_opts = type("Options", (), {"x": [f"{k}={v}" for k, v in x.items()]})()
    return found


def go(revision: str, folder: Path = FOLDER, *, up: bool, **x: str) -> None:
    (command.upgrade if up else command.downgrade)(alembic(folder, **x), revision)


def engine() -> Engine:
    return create_engine(writing_engine().url)


def rows() -> dict[str, int]:
    """How many rows each table has."""
    here = engine()
    with here.connect() as connection:
        names = set(inspect(connection).get_table_names()) - {"alembic_version"}
        found = {
            name: connection.execute(text(f'SELECT count(*) FROM "{name}"')).scalar_one()
            for name in names
        }
    here.dispose()
    return found


def fill() -> None:
    with writing_engine().begin() as connection:
        a_row_in_each_table(connection)


def revisions() -> list[str]:
    """From the first to the last."""
    walked = ScriptDirectory(str(FOLDER)).walk_revisions()
    return [script.revision for script in walked][::-1]


# --- up, down and up again ----------------------------------------------------------------------


def test_revisions_stand_in_one_line() -> None:
    script = ScriptDirectory(str(FOLDER))
    assert len(script.get_heads()) == 1
    assert len(script.get_bases()) == 1


def test_up_with_data_down_to_nothing_and_up_again(scratch: Flask) -> None:
    go("head", up=True)
    assert set(rows()) == set(Base.metadata.tables)
    fill()
    assert min(rows().values()) >= 1
    go("base", up=False)
    assert rows() == {}
    assert leftovers() == []
    go("head", up=True)
    assert set(rows()) == set(Base.metadata.tables)
    assert set(rows().values()) == {0}
    fill()


def leftovers() -> list[str]:
    """Triggers and functions of ours that no table holds any more."""
    here = engine()
    with here.connect() as connection:
        if connection.dialect.name == "sqlite":
            asked = "SELECT name FROM sqlite_master WHERE type IN ('trigger', 'view')"
        else:
            asked = (
                "SELECT proname FROM pg_proc JOIN pg_namespace n ON n.oid = pronamespace "
                "WHERE n.nspname = 'public'"
            )
        found = list(connection.execute(text(asked)).scalars())
    here.dispose()
    return found


def test_each_step_down_and_up_again_keeps_the_rows_of_the_tables_that_stay(
    scratch: Flask,
) -> None:
    go("head", up=True)
    fill()
    full = rows()
    for revision in revisions()[-2::-1]:
        go(revision, up=False)
        there = rows()
        assert {name: n for name, n in there.items() if n < full.get(name, 0)} == {}
        go("+1", up=True)
        again = rows()
        assert {name: n for name, n in there.items() if again[name] < n} == {}
        go(revision, up=False)


# --- the same schema ----------------------------------------------------------------------------


def test_flask_db_check_finds_nothing_to_migrate(scratch: Flask) -> None:
    go("head", up=True)
    command.check(alembic())


def test_flask_db_check_finds_a_column_that_no_migration_makes(scratch: Flask) -> None:
    """The control."""
    go("head", up=True)
    with engine().begin() as connection:
        connection.execute(text('ALTER TABLE "skill" DROP COLUMN csco_code'))
    with pytest.raises(Exception, match="csco_code"):
        command.check(alembic())


def test_the_migrated_schema_equals_the_declared_one(
    scratch: Flask, settings: config.Config, tmp_path: Path
) -> None:
    go("head", up=True)
    here = engine()
    with here.connect() as connection:
        migrated = schema(connection)
    here.dispose()
    go("base", up=False)
    create_all()
    here = engine()
    with here.connect() as connection:
        created = schema(connection)
    here.dispose()
    assert set(migrated) == set(created)
    for part in created:
        assert migrated[part] == created[part], part
    assert len(created["triggers"]) >= 10


def schema(connection: Connection) -> dict[str, Any]:
    """Tables with columns, keys, indexes and constraints, and the triggers, in one order."""
    look = inspect(connection)
    found: dict[str, Any] = {"triggers": triggers(connection)}
    for name in look.get_table_names():
        if name == "alembic_version":
            continue
        found[name] = {
            "columns": {
                c["name"]: (str(c["type"]), c["nullable"], c["default"])
                for c in look.get_columns(name)
            },
            "primary": look.get_pk_constraint(name),
            "foreign": _sorted(look.get_foreign_keys(name)),
            "unique": _sorted(look.get_unique_constraints(name)),
            "checks": _sorted(look.get_check_constraints(name)),
            "indexes": _sorted(look.get_indexes(name)),
        }
    return found


def _sorted(items: Any) -> list[Any]:
    return sorted(items, key=lambda item: str(item["name"]))


def triggers(connection: Connection) -> list[Any]:
    if connection.dialect.name == "sqlite":
        asked = "SELECT name, tbl_name, sql FROM sqlite_master WHERE type = 'trigger' ORDER BY name"
    else:
        asked = (
            "SELECT t.tgname, pg_get_triggerdef(t.oid), p.prosrc FROM pg_trigger t "
            "JOIN pg_proc p ON p.oid = t.tgfoid WHERE NOT tgisinternal ORDER BY 1, 2"
        )
    return [
        tuple(" ".join(str(part).split()) for part in row)
        for row in connection.execute(text(asked))
    ]


# --- a migration that loses rows ----------------------------------------------------------------

LOSING = """
revision = "lose"
down_revision = "{head}"
branch_labels = None
depends_on = None

from alembic import op


def upgrade():
    op.execute("ALTER TABLE notice ADD COLUMN extra INTEGER")
    op.execute("{statement}")


def downgrade():
    op.execute("ALTER TABLE notice DROP COLUMN extra")
"""


def with_step(folder: Path, statement: str) -> Path:
    """A copy of the migrations with one more step."""
    copy = folder / "migrations"
    shutil.copytree(FOLDER, copy, ignore=shutil.ignore_patterns("__pycache__"))
    step = LOSING.format(head=revisions()[-1], statement=statement)
    (copy / "versions" / "9999_lose.py").write_text(step, encoding="utf-8")
    return copy


def has_extra() -> bool:
    here = engine()
    with here.connect() as connection:
        found = {c["name"] for c in inspect(connection).get_columns("notice")}
    here.dispose()
    return "extra" in found


def test_a_migration_that_loses_rows_is_undone_whole(scratch: Flask, tmp_path: Path) -> None:
    go("head", up=True)
    fill()
    before = rows()
    with pytest.raises(RuntimeError, match="rows were lost in: notice"):
        go("head", with_step(tmp_path, "DELETE FROM notice"), up=True)
    assert rows() == before
    assert not has_extra()


def test_one_that_keeps_them_stands(scratch: Flask, tmp_path: Path) -> None:
    """The control: the same step without the loss."""
    go("head", up=True)
    fill()
    go("head", with_step(tmp_path, "UPDATE notice SET link = ''"), up=True)
    assert has_extra()


def test_one_that_says_which_rows_it_drops_may_drop_them(scratch: Flask, tmp_path: Path) -> None:
    go("head", up=True)
    fill()
    folder = with_step(tmp_path, "DELETE FROM work_request")
    with pytest.raises(RuntimeError, match="rows were lost"):
        go("head", folder, up=True, shrinks="work_requests,no")
    go("head", folder, up=True, shrinks="task_run,work_request")
    assert rows()["work_request"] == 0


def test_a_migration_that_leaves_references_to_nothing_is_undone(
    scratch: Flask, tmp_path: Path
) -> None:
    go("head", up=True)
    fill()
    folder = with_step(tmp_path, "UPDATE notice SET user_id = 999")
    with pytest.raises(Exception, match=r"references to nothing|foreign key"):
        go("head", folder, up=True)
    assert not has_extra()
