"""The log's chain finds a line that was changed, taken away or put in, whatever guards were off."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError, IntegrityError

from jobmatch.infra import audit, audit_chain, clock
from jobmatch.infra.audit import AuditEntry
from jobmatch.infra.db import forget_reads, transaction, writing_engine
from jobmatch.infra.triggers import triggers_off
from jobmatch.kernel.actor import Actor
from jobmatch.kernel.ids import UserId
from jobmatch.tasks import runner

OFFICER = Actor(UserId(42))
# The database's own clock guards the log's age, so that old lines are really old.
LONG_AGO = datetime(2020, 3, 1, 4, 0, tzinfo=UTC)


def write(count: int, at: datetime | None = None) -> list[int]:
    with clock.at(at or clock.now()), transaction() as session:
        for n in range(count):
            audit.record(session, OFFICER, "posting.close", "posting", n, days=n)
        session.flush()
        return list(session.execute(text("SELECT id FROM audit_entry ORDER BY id")).scalars())


def sealed(count: int = 3, at: datetime | None = None) -> list[int]:
    keys = write(count, at)
    with clock.at(at or clock.now()):
        assert audit_chain.seal() == count
    return keys


def plant(statement: str, **values: object) -> None:
    """Somebody who owns the database: no trigger stands in the way."""
    forget_reads()
    with writing_engine().begin() as connection, triggers_off(connection):
        connection.execute(text(statement), values)
    forget_reads()


def faults() -> list[str]:
    return [str(fault) for fault in audit_chain.check().faults]


def test_an_untouched_log_holds(app: Flask) -> None:
    sealed(3)
    sealed(2)
    write(1)
    found = audit_chain.check()
    assert (found.lines, found.seals, found.waiting, found.faults) == (6, 2, 1, ())
    assert found.head.startswith("2:")


def test_an_empty_log_holds(app: Flask) -> None:
    assert audit_chain.seal() == 0
    assert audit_chain.check() == audit_chain.Checked(0, 0, 0, "0:", ())


@pytest.mark.parametrize(
    "change",
    [
        "actor_user_id = 7", "actor_user_id = NULL", "action = 'posting.open'", "object_id = '9'",
        "object_kind = 'worker'", "source = '203.0.113.0/24'", "detail = '{\"days\": 5}'",
        "mac = NULL", "mac = 'ff'", "uid = 'ff'",
    ],
)  # fmt: skip
@pytest.mark.parametrize("is_sealed", [True, False])
def test_a_changed_line_is_found(app: Flask, change: str, is_sealed: bool) -> None:
    key = (sealed() if is_sealed else write(3))[1]
    plant(f"UPDATE audit_entry SET {change} WHERE id = :key", key=key)
    code = "changed: line" if is_sealed else "added: line"
    assert any(fault.startswith(f"{code} {key}") for fault in faults())


def test_a_line_whose_time_was_moved_is_found(app: Flask) -> None:
    key = sealed()[0]
    plant("UPDATE audit_entry SET at = :at WHERE id = :key", at="2026-01-01 00:00:00+00", key=key)
    assert f"changed: line {key}" in faults()


@pytest.mark.parametrize("which", [0, 1, 2])
def test_a_missing_line_is_found_and_named(app: Flask, which: int) -> None:
    key = sealed()[which]
    plant("DELETE FROM audit_entry WHERE id = :key", key=key)
    assert faults() == [f"missing: line {key} of seal 1"]


PUT_IN = (
    "INSERT INTO audit_entry (id, at, actor_user_id, action, object_kind, object_id, detail, "
    "source, uid, mac) SELECT :new, at, actor_user_id, action, object_kind, object_id, detail, "
    "source, {uid}, {mac} FROM audit_entry WHERE id = :key"
)


@pytest.mark.parametrize(
    ("uid", "mac"), [("NULL", "NULL"), ("'0123456789abcdef'", "mac"), ("NULL", "mac")]
)
def test_a_line_put_in_without_our_key_is_found(app: Flask, uid: str, mac: str) -> None:
    key = sealed()[2]
    plant(PUT_IN.format(uid=uid, mac=mac), key=key, new=key + 10)
    assert faults() == [f"added: line {key + 10} does not carry our sign"]


def test_a_line_that_is_copied_is_refused_by_the_database(app: Flask) -> None:
    key = sealed()[2]
    with pytest.raises(IntegrityError):
        plant(PUT_IN.format(uid="uid", mac="mac"), key=key, new=key + 10)


def test_a_line_put_in_and_then_sealed_by_the_watch_is_still_found(app: Flask) -> None:
    key = sealed()[2]
    plant(PUT_IN.format(uid="NULL", mac="NULL"), key=key, new=key + 1)
    assert audit_chain.seal() == 1
    assert faults() == [f"changed: line {key + 1}"]


SEALS: dict[str, tuple[str, str]] = {
    "changed": ("UPDATE audit_seal SET rows = 2 WHERE id = 2", "seal: number 2 was changed"),
    "missing": ("DELETE FROM audit_seal WHERE id = 2", "seal: number 2 is missing"),
    "first": ("DELETE FROM audit_seal WHERE id = 1", "seal: number 1 is missing"),
    "put in": (
        "INSERT INTO audit_seal SELECT 4, ranges, last_id, rows, newest_at, sealed_at, digest, "
        "mac, mac FROM audit_seal WHERE id = 3",
        "seal: number 4 was changed",
    ),
}


@pytest.mark.parametrize("case", SEALS)
def test_a_seal_that_was_tampered_with_is_found(app: Flask, case: str) -> None:
    for _ in range(3):
        sealed(1)
    statement, fault = SEALS[case]
    plant(statement)
    assert fault in faults()


def test_the_end_of_the_log_cannot_go_unseen_by_who_noted_the_head(app: Flask) -> None:
    sealed(2)
    first = audit_chain.head()
    keys = sealed(2)
    noted = audit_chain.head()
    assert audit_chain.head_holds(first)
    plant("DELETE FROM audit_entry WHERE id > :key", key=keys[1])
    plant("DELETE FROM audit_seal WHERE id = 2")
    assert faults() == []
    assert audit_chain.head_holds(first)
    assert not audit_chain.head_holds(noted)


@pytest.mark.parametrize("head", ["", "x", "1", "1:", "9:0123456789abcdef", "1:0123456789abcdef"])
def test_a_head_that_never_was_does_not_hold(app: Flask, head: str) -> None:
    sealed(1)
    assert not audit_chain.head_holds(head)


def test_a_line_that_was_committed_late_stands_in_the_next_seal(app: Flask) -> None:
    """On PostgreSQL a key may be given early and be seen late."""
    keys = write(3)
    plant("UPDATE audit_entry SET id = -5 WHERE id = :key", key=keys[1])
    assert audit_chain.seal() == 2
    plant("UPDATE audit_entry SET id = :key WHERE id = -5", key=keys[1])
    assert audit_chain.check().waiting == 1
    assert audit_chain.seal() == 1
    found = audit_chain.check()
    assert (found.seals, found.waiting, found.faults) == (2, 0, ())


def test_lines_older_than_signs_stand_in_the_first_seal_only(app: Flask) -> None:
    keys = write(2)
    plant("UPDATE audit_entry SET uid = NULL, mac = NULL")
    assert audit_chain.seal() == 2
    assert faults() == []
    plant("UPDATE audit_entry SET object_id = '99' WHERE id = :key", key=keys[0])
    assert faults() == ["changed: a line of seal 1"]


# dropping


def test_the_database_keeps_lines_for_half_a_year_whatever_a_checkpoint_says(app: Flask) -> None:
    sealed(2)
    checkpoint = (
        "INSERT INTO audit_checkpoint (id, seal_id, last_id, before, made_at, mac) "
        "VALUES (1, 1, 1000000, '2099-01-01 00:00:00+00', '2099-01-01 00:00:00+00', 'x')"
    )
    with transaction() as session:
        session.execute(text(checkpoint))
    refused = pytest.raises(DatabaseError, match="rows of audit_entry are never changed")
    with refused, transaction() as session:
        session.execute(text("DELETE FROM audit_entry"))


def test_an_old_line_without_a_checkpoint_stays_too(app: Flask) -> None:
    sealed(2, LONG_AGO)
    refused = pytest.raises(DatabaseError, match="rows of audit_entry are never changed")
    with refused, transaction() as session:
        session.execute(text("DELETE FROM audit_entry"))


def test_old_lines_go_and_the_chain_still_holds(app: Flask) -> None:
    sealed(4, LONG_AGO)
    sealed(2, LONG_AGO + timedelta(days=1))
    sealed(3)
    assert audit_chain.prune(LONG_AGO + timedelta(hours=1)) == 4
    found = audit_chain.check()
    assert (found.lines, found.seals, found.faults) == (5, 3, ())
    assert audit_chain.prune(LONG_AGO + timedelta(hours=1)) == 0


def test_the_newest_seal_keeps_its_lines_so_that_no_key_comes_twice(app: Flask) -> None:
    sealed(1, LONG_AGO)
    sealed(2, LONG_AGO)
    assert audit_chain.prune(clock.now()) == 1
    sealed(1)
    assert faults() == []


def test_young_lines_stay_whatever_is_asked(app: Flask) -> None:
    sealed(2)
    sealed(1)
    assert audit_chain.prune(clock.now() + timedelta(days=400)) == 0
    assert audit_chain.check().lines == 3


def test_dropping_by_hand_is_found(app: Flask) -> None:
    sealed(2, LONG_AGO)
    sealed(1)
    with transaction() as session:
        session.execute(
            text(
                "INSERT INTO audit_checkpoint (id, seal_id, last_id, before, made_at, mac) "
                "SELECT 1, 1, last_id, '2021-01-01 00:00:00+00', '2021-01-01 00:00:00+00', 'x' "
                "FROM audit_seal WHERE id = 1"
            )
        )
        session.execute(text("DELETE FROM audit_entry WHERE at < '2021-01-01'"))
    assert faults() == ["checkpoint: number 1 was not made by us"]


def test_the_daily_task_seals_drops_and_reads_it_all(app: Flask) -> None:
    sealed(2, LONG_AGO)
    write(3)
    assert runner.tasks()["keep_log"].run(clock.today()) == "sealed 3, dropped 2, faults 0"


def test_the_command_tells_by_its_status(app: Flask) -> None:
    key = sealed(2)[0]
    run = app.test_cli_runner().invoke
    head = audit_chain.head()
    good = run(args=["audit", "check", "--head", head])
    assert (good.exit_code, "The log holds: 2 lines, 1 seals" in good.output) == (0, True)
    assert run(args=["audit", "check", "--head", "7:0123456789abcdef"]).exit_code == 1
    plant("DELETE FROM audit_entry WHERE id = :key", key=key)
    bad = run(args=["audit", "check"])
    assert bad.exit_code == 1
    assert f"missing: line {key} of seal 1" in bad.output


def test_sealing_ends_while_others_go_on_writing(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A line comes with each batch: what came after the beginning waits for the next time."""
    write(3)
    whole, more = audit_chain._digest, iter(range(20))

    def digest(lines: Iterable[AuditEntry]) -> str:
        if next(more, None) is not None:
            write(1)
        return whole(lines)

    monkeypatch.setattr(audit_chain, "_digest", digest)
    assert audit_chain.seal() == 3
    assert audit_chain.check().waiting == 1
