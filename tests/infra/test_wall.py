"""The second wall: with the first one taken away, PostgreSQL still shows nobody foreign a row."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from flask import Flask
from sqlalchemy import text

from jobmatch.households import policy as households
from jobmatch.households.models import Household
from jobmatch.infra import clock, wall, wall_rows
from jobmatch.infra.db import DatabaseError, forget_reads, reading, transaction, writing_engine
from jobmatch.kernel.actor import NOBODY, Actor, Grant, Role
from jobmatch.kernel.ids import UserId
from jobmatch.workers import queries as workers
from tests.attendance.support import engage
from tests.earnings.support import FIRST, SECOND, Pay, all_present, settle, slip_of
from tests.support import World, instant
from tests.walled import WALLED, as_owner, held

HOME, ELSEWHERE = "150525102222", "150430100201"
# Tables of which the village below has rows.
FILLED = (
    "household", "household_member", "income_entry", "worker", "pay_slip", "pay_slip_line",
    "dispute_case", "dispute_party", "dispute_step",
)  # fmt: skip


@dataclass(frozen=True)
class Village:
    """One household of a worker who was paid and disputes it, and everybody around."""

    household_id: int
    worker_id: int
    actors: dict[str, Actor]


@pytest.fixture
def village(world: World) -> Iterator[Village]:
    if writing_engine().dialect.name != "postgresql":
        pytest.skip("row-level security is PostgreSQL's")
    from jobmatch.earnings import service as earnings

    with clock.at(instant(2026, 9, 27, 18)):
        employer_id, employer = world.employer()
        posting_id = world.posting(employer_id)
        household_id, members = world.household()
        worker_id, worker = world.worker("王秀兰", home=HOME, member_id=members[0])
        other_id, other = world.worker("李桂芳", home=ELSEWHERE)
        field = Pay(
            posting_id, employer, worker, worker_id, other, other_id, household_id,
            engage(posting_id, worker_id, FIRST, SECOND), [],
        )  # fmt: skip
        all_present(field)
        settle(field)
        earnings.confirm(slip_of(worker_id), actor=worker)
        with transaction() as session:
            session.execute(
                text(
                    "INSERT INTO dispute_case (kind, state, employer_id, posting_id, place_code,"
                    " words, starter_id, known_on, offer_by, opened_at) VALUES ('other', 'open',"
                    " :e, :p, '150525102', '', :w, '2026-09-26', '', now())"
                ),
                {"e": employer_id, "p": posting_id, "w": worker_id},
            )
            session.execute(
                text(
                    "INSERT INTO dispute_party (case_id, worker_id, state, asked_at)"
                    " SELECT id, starter_id, 'joined', now() FROM dispute_case"
                )
            )
            session.execute(
                text(
                    "INSERT INTO dispute_step (case_id, deed, side, state, words, done_at)"
                    " SELECT id, 'open', 'worker', 'open', '', now() FROM dispute_case"
                )
            )
        found = {
            "the officer of the village": world.officer("150525102"),
            "the station of the village": world.station("150525102"),
            "the worker": worker,
            "the employer": employer,
            "a foreign officer": world.officer("150430"),
            "a foreign station": world.station("150430"),
            "another worker": other,
            "another employer": world.employer("赤峰农场")[1],
            "another brand": world.actor(Role.ORGANIZER, subject=world.brand()[0]),
            "an administrator": world.admin(),
            "nobody": NOBODY,
        }
        if WALLED:
            yield Village(household_id, worker_id, found)
        else:
            with held():
                yield Village(household_id, worker_id, found)


def seen(actor: Actor) -> dict[str, int]:
    """How many rows of each table a query without any condition finds."""
    token = wall.set_sight(wall.Sight(actor))
    try:
        return {
            table: int(reading().scalar(text(f"SELECT count(*) FROM {table}")) or 0)
            for table in FILLED
        }
    finally:
        wall.reset_sight(token)


@pytest.mark.postgres
def test_a_query_without_its_scope_finds_nothing_foreign(village: Village) -> None:
    """The first wall is gone altogether: the table is asked as it stands."""
    own = {"worker": 1} | dict.fromkeys(set(FILLED) - {"worker"}, 0)
    for name in ("a foreign officer", "a foreign station", "another worker"):
        # 李桂芳 lives there, and is herself.
        assert seen(village.actors[name]) == own, name
    for name in ("another employer", "another brand", "an administrator", "nobody"):
        assert set(seen(village.actors[name]).values()) == {0}, name


@pytest.mark.postgres
def test_the_control_without_the_wall_the_same_query_finds_all(village: Village) -> None:
    with as_owner():
        found = seen(village.actors["a foreign officer"])
    assert found == {
        "household": 1, "household_member": 2, "income_entry": 1, "worker": 2, "pay_slip": 1,
        "pay_slip_line": 2, "dispute_case": 1, "dispute_party": 1, "dispute_step": 1,
    }  # fmt: skip


@pytest.mark.postgres
def test_whom_it_concerns_sees_it_and_an_employer_no_household(village: Village) -> None:
    whole = {
        "household": 1, "household_member": 2, "income_entry": 1, "worker": 1, "pay_slip": 1,
        "pay_slip_line": 2, "dispute_case": 1, "dispute_party": 1, "dispute_step": 1,
    }  # fmt: skip
    no_household = whole | {"household": 0, "household_member": 0, "income_entry": 0}
    assert seen(village.actors["the officer of the village"]) == whole
    assert seen(village.actors["the worker"]) == whole
    assert seen(village.actors["the station of the village"]) == no_household
    assert seen(village.actors["the employer"]) == no_household


@pytest.mark.postgres
def test_with_the_policy_taken_away_a_foreign_officer_still_finds_no_household(
    village: Village, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(households, "require_scope", lambda actor, code: None)
    browser = world.sign_in(village.actors["a foreign officer"])
    path = f"/officer/households/{village.household_id}"
    assert browser.get(path).status_code == 404
    with as_owner():  # the control: the policy alone held
        assert browser.get(path).status_code == 200


@pytest.mark.postgres
def test_unscoped_look_ups_know_no_foreign_worker(village: Village) -> None:
    for name, knows in (
        ("a foreign station", False), ("another employer", False), ("the employer", True),
    ):  # fmt: skip
        forget_reads()
        token = wall.set_sight(wall.Sight(village.actors[name]))
        found = workers.worker(village.worker_id)
        wall.reset_sight(token)
        assert (found is not None) == knows, name


@pytest.mark.postgres
def test_nobody_foreign_writes_either(village: Village) -> None:
    token = wall.set_sight(wall.Sight(village.actors["a foreign officer"]))
    with transaction() as session:
        changed = session.execute(text("UPDATE household SET kind = 'ordinary'"))
        assert changed.rowcount == 0  # type: ignore[attr-defined]
    with pytest.raises(DatabaseError, match="row-level security"), transaction() as session:
        session.add(
            Household(
                household_no="H1", village_code=HOME, kind="lifted", head_name="王",
                created_at=clock.now(), updated_at=clock.now(),
            )
        )  # fmt: skip
    wall.reset_sight(token)


@pytest.mark.postgres
def test_it_is_lifted_for_a_part_of_a_transaction_only(village: Village) -> None:
    token = wall.set_sight(wall.Sight(village.actors["the employer"]))
    count = text("SELECT count(*) FROM household")
    with transaction() as session:
        before = session.scalar(count)
        with wall.lifted("the test"):
            inside = session.scalar(count)
        assert (before, inside, session.scalar(count)) == (0, 1, 0)
    wall.reset_sight(token)


@pytest.mark.postgres
def test_a_connection_that_says_nothing_is_shown_nothing(village: Village) -> None:
    raw = writing_engine().raw_connection()
    try:
        found = raw.cursor().execute("SELECT count(*) FROM worker").fetchone()
    finally:
        raw.close()
    assert found == (0,)


@pytest.mark.postgres
def test_the_check_tells_the_owner_from_the_role(village: Village) -> None:
    with writing_engine().begin() as connection:
        assert wall_rows.stands(connection)
    with as_owner(), writing_engine().begin() as connection:
        assert not wall_rows.stands(connection)


@pytest.mark.same_everywhere
def test_a_transaction_says_for_whom_it_runs() -> None:
    clerk = Actor(
        UserId(7),
        (Grant(Role.OFFICER, "150525"), Grant(Role.OFFICER, "1504"), Grant(Role.WORKER, None, 3)),
    )
    assert wall.Sight(clerk).said() == ("person", "7", "{3}", "{}", "{}", "{1504%,150525%}", "{}")
    assert wall.NOTHING.said() == ("nothing", "0", "{}", "{}", "{}", "{}", "{}")
    assert wall.ALL.said()[0] == "all"


@pytest.mark.same_everywhere
def test_a_request_begins_with_nothing_and_leaves_what_was_before(app: Flask) -> None:
    assert wall.sight() == wall.ALL
    app.test_client().get("/healthz")
    assert wall.sight() == wall.ALL
