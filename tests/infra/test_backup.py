"""A backup made while others write is restored elsewhere, and nothing that was there is lost."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from alembic.config import Config as AlembicConfig
from alembic.script import ScriptDirectory
from click.testing import Result
from flask import Flask
from sqlalchemy import select, text

import config
from jobmatch import create_app
from jobmatch.infra import audit, audit_chain, sealed_columns, sealed_keys
from jobmatch.infra.audit import AuditEntry
from jobmatch.infra.backup import BackupError, read_manifest
from jobmatch.infra.db import forget_reads, reading, transaction, writing_engine
from jobmatch.infra.schema import create_all
from jobmatch.kernel.actor import NOBODY
from tests.filling import empty_database
from tests.ground import ground_rows
from tests.reliability.faults import Writers
from tests.support import World

FOLDER = Path(__file__).resolve().parent.parent.parent / "migrations"
PHRASE = "twelve sheep on a hill"


def keys_of(number: int) -> tuple[str, str]:
    return f"k{number}:" + f"{number:02x}" * 32, f"{number + 100:02x}" * 32


@contextmanager
def migrated(
    settings: config.Config, folder: Path, data_keys: str = "", *, empty: bool = False
) -> Iterator[Flask]:
    """The application on a database of its own that says it is migrated, in its context."""
    folder.mkdir(exist_ok=True)
    with empty_database(settings, folder) as address:
        own = config.Test()
        own.SQLALCHEMY_DATABASE_URI = address
        own.SQLALCHEMY_ENGINE_OPTIONS = config.engine_options(address)
        own.INSTANCE_DIR = folder
        own.DATA_KEYS = data_keys or own.DATA_KEYS
        app = create_app(own)
        with app.app_context():
            if not empty:
                create_all()
                found = AlembicConfig()
                found.set_main_option("script_location", str(FOLDER))
                head = ScriptDirectory.from_config(found).get_current_head()
                with writing_engine().begin() as connection:
                    connection.execute(
                        text("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)")
                    )
                    connection.execute(
                        text("INSERT INTO alembic_version VALUES (:head)"), {"head": head}
                    )
                ground_rows()
            yield app
            forget_reads()
            writing_engine().dispose()


def run(app: Flask, *arguments: str) -> Result:
    forget_reads()
    return app.test_cli_runner().invoke(args=[str(a) for a in arguments])


def test_the_drill_a_backup_under_load_comes_back_whole(
    settings: config.Config, tmp_path: Path
) -> None:
    """Every commit acknowledged before the backup began is in it; writers went on meanwhile."""
    with migrated(settings, tmp_path / "a") as app:
        World(app).worker()
        (tmp_path / "a" / "uploads").mkdir()
        (tmp_path / "a" / "uploads" / "licence.pdf").write_bytes(b"%PDF")
        with Writers(app, "x") as writers:
            while len(writers.met.acknowledged) < 30:
                writers.ended.wait(0.01)
            before = set(writers.met.acknowledged)
            made = run(app, "backup", str(tmp_path / "copy"))
            after = set(writers.met.acknowledged)
        assert made.exit_code == 0, made.output
        assert len(after) > len(before)
        with migrated(settings, tmp_path / "b", empty=True) as other:
            back = run(other, "restore", str(tmp_path / "copy"))
            assert back.exit_code == 0, back.output
            assert [line.split() for line in back.output.splitlines()[1:]] == [
                ["migration", "ok"], ["rows", "ok"], ["keys", "ok"], ["ledger", "ok"], ["log", "ok"],
            ]  # fmt: skip
            kept = set(reading().scalars(select(AuditEntry.object_id)))
            assert before - kept == set()
            assert (tmp_path / "b" / "uploads" / "licence.pdf").read_bytes() == b"%PDF"
            # It can be written on, and is as guarded as before.
            with transaction() as session:
                audit.record(session, NOBODY, "rule.add", "x", "after")
            with pytest.raises(Exception, match="never changed"), transaction() as session:
                session.execute(text("DELETE FROM audit_entry"))


def test_what_holds_rows_is_not_overwritten_unless_told(
    settings: config.Config, tmp_path: Path
) -> None:
    with migrated(settings, tmp_path / "a") as app:
        assert run(app, "backup", str(tmp_path / "copy")).exit_code == 0
        World(app).worker()
        refused = run(app, "restore", str(tmp_path / "copy"))
        assert refused.exit_code == 1
        assert "holds" in refused.output
        assert reading().scalar(text("SELECT count(*) FROM worker")) == 1
        forced = run(app, "restore", str(tmp_path / "copy"), "--force")
        assert forced.exit_code == 0, forced.output
        forget_reads()
        assert reading().scalar(text("SELECT count(*) FROM worker")) == 0


@pytest.fixture
def copy(settings: config.Config, tmp_path: Path) -> Iterator[tuple[Flask, Path]]:
    """A backup of a small database, and the application that made it."""
    with migrated(settings, tmp_path / "a") as app:
        World(app).worker()
        with transaction() as session:
            audit.record(session, NOBODY, "rule.add", "x", 1)
        assert run(app, "backup", str(tmp_path / "copy")).exit_code == 0
        yield app, tmp_path / "copy"


def test_a_backup_holds_no_key_and_what_is_in_it_is_told(copy: tuple[Flask, Path]) -> None:
    app, folder = copy
    held = b"".join(path.read_bytes() for path in folder.iterdir())
    for name in sealed_keys.NAMES:
        secret = app.config[name].rpartition(":")[2]
        assert secret.encode() not in held
        assert bytes.fromhex(secret) not in held
    found = read_manifest(folder)
    assert found.rows["worker"] == 1
    assert found.head == audit_chain.head()
    assert {path.stat().st_mode & 0o077 for path in folder.iterdir()} == {0}


def test_a_backup_that_is_not_as_it_was_written_is_refused(copy: tuple[Flask, Path]) -> None:
    app, folder = copy
    name = next(path for path in folder.iterdir() if path.name.startswith("database"))
    assert run(app, "restore", str(folder), "--check").exit_code == 0
    good = name.read_bytes()
    name.write_bytes(good[:-1] + bytes([good[-1] ^ 1]))
    refused = run(app, "restore", str(folder), "--force")
    assert (refused.exit_code, "SHA-256" in refused.output) == (1, True)
    name.unlink()
    assert "is missing" in run(app, "restore", str(folder), "--force").output
    (folder / "manifest.json").write_text(json.dumps({"form": 1}))
    with pytest.raises(BackupError, match="holds no backup"):
        read_manifest(folder)


def test_a_backup_is_never_written_over_another(copy: tuple[Flask, Path]) -> None:
    app, folder = copy
    assert run(app, "backup", str(folder)).exit_code == 1


def test_other_keys_are_refused_before_anything_is_written(
    copy: tuple[Flask, Path], settings: config.Config, tmp_path: Path
) -> None:
    with migrated(settings, tmp_path / "b", keys_of(9)[0], empty=True) as other:
        refused = run(other, "restore", str(copy[1]))
        assert refused.exit_code == 1
        assert "the keys here are not those of the backup (data:t1)" in refused.output


def test_a_log_that_was_tampered_with_before_the_backup_is_told_after_restoring(
    settings: config.Config, tmp_path: Path
) -> None:
    from jobmatch.infra.triggers import triggers_off

    with migrated(settings, tmp_path / "a") as app:
        with transaction() as session:
            audit.record(session, NOBODY, "rule.add", "x", 1)
        audit_chain.seal()
        forget_reads()
        with writing_engine().begin() as connection, triggers_off(connection):
            connection.execute(text("UPDATE audit_entry SET object_id = '2'"))
        run(app, "backup", str(tmp_path / "copy"))
        back = run(app, "restore", str(tmp_path / "copy"), "--force")
        assert (back.exit_code, "faults, see flask audit check" in back.output) == (1, True)


# keys apart


def test_keys_are_sealed_apart_and_open_with_the_passphrase_alone(
    app: Flask, tmp_path: Path
) -> None:
    keys, out = tmp_path / "keys", tmp_path / "env"
    made = app.test_cli_runner(env={"JOBMATCH_PASSPHRASE": PHRASE}).invoke(
        args=["backup", str(tmp_path / "copy"), "--keys", str(keys)]
    )
    assert made.exit_code == 0, made.output
    assert keys.stat().st_mode & 0o077 == 0
    assert app.config["INDEX_KEY"] not in keys.read_text()
    wrong = run(app, "keys", "open", str(keys), str(out), "--passphrase", PHRASE + "s")
    assert (wrong.exit_code, out.exists()) == (1, False)
    assert run(app, "keys", "open", str(keys), str(out), "--passphrase", PHRASE).exit_code == 0
    assert f"INDEX_KEY={app.config['INDEX_KEY']}\n" in out.read_text()
    assert out.stat().st_mode & 0o077 == 0


def test_keys_do_not_lie_with_the_backup(app: Flask, tmp_path: Path) -> None:
    there = str(tmp_path / "copy" / "keys")
    assert run(app, "backup", str(tmp_path / "copy"), "--keys", there).exit_code == 2
    assert not (tmp_path / "copy").exists()


@pytest.mark.parametrize("phrase", ["", "fifteen letters"])
def test_a_short_passphrase_is_refused(tmp_path: Path, phrase: str) -> None:
    with pytest.raises(ValueError, match="at least 16"):
        sealed_keys.write(tmp_path / "keys", {"INDEX_KEY": "x"}, phrase)
    assert not (tmp_path / "keys").exists()


# a new key


def test_after_a_new_key_everything_is_sealed_with_it_and_still_opens(
    settings: config.Config, tmp_path: Path
) -> None:
    old, new = keys_of(1)[0], keys_of(2)[0]
    with migrated(settings, tmp_path / "a", old) as app:
        world = World(app)
        world.worker()
        world.worker()
        world.household()
        assert sealed_columns.old_seals()["worker.id_sealed"] == 0
        ring = app.extensions["jobmatch.keys"]
        app.extensions["jobmatch.keys"] = type(ring)(
            {"k2": bytes.fromhex(new[3:]), "k1": bytes.fromhex(old[3:])}, ring.index_key
        )
        assert sealed_columns.old_seals()["worker.id_sealed"] == 2
        # Stopped after the first one; the rest comes later.
        assert sealed_columns.rotate(sealed_columns.SEALED[0], most=1) == 1
        assert sealed_columns.old_seals()["worker.id_sealed"] == 1
        assert run(app, "keys", "rotate").exit_code == 0
        assert set(sealed_columns.old_seals().values()) == {0}
        app.extensions["jobmatch.keys"] = type(ring)({"k2": bytes.fromhex(new[3:])}, ring.index_key)
        assert sealed_columns.try_some() >= 3
        assert "sealed 0 values" in run(app, "keys", "rotate").output


def test_every_sealed_column_is_known() -> None:
    from jobmatch.infra.db import Base

    found = {
        (table.name, column.name)
        for table in Base.metadata.tables.values()
        for column in table.columns
        if column.name.endswith("_sealed") and table.name not in sealed_columns.SHORT_LIVED
    }
    assert found == {(s.table, s.column) for s in sealed_columns.SEALED}
