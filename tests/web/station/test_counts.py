"""A page asks the database as often for many people as for few."""

from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest
from flask import Flask
from sqlalchemy import event

from jobmatch.infra import clock
from jobmatch.infra.db import db
from tests.support import World

NOON = datetime(2026, 9, 1, 4, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _noon(app: Flask):
    app.config["WTF_CSRF_ENABLED"] = False
    with clock.at(NOON):
        yield
    app.config["WTF_CSRF_ENABLED"] = True


def asked(deed: Callable[[], object]) -> int:
    statements: list[str] = []

    def note(_c, _cursor, statement, *_rest):
        statements.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        deed()
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
    return len(statements)


def test_the_lists_of_the_desk_do_not_ask_for_each_person(world: World):
    desk = world.sign_in(world.station())

    def home():
        assert desk.get("/station/").status_code == 200

    def find():
        assert desk.post("/station/find", data={"words": "秀"}).status_code == 200

    world.worker()
    few = (asked(home), asked(find))
    for n in range(8):
        world.worker(name=f"王秀{n}", home="150525100201" if n % 2 else "150525102201")
    assert (asked(home), asked(find)) == few


def test_the_page_of_a_visitor_does_not_ask_for_each_piece_of_work(world: World):
    desk = world.sign_in(world.station())
    worker_id, _ = world.worker(max_km=60)
    employer_id, _ = world.employer()

    def page():
        text = desk.get(f"/station/workers/{worker_id}").text
        assert "替他报名" in text

    world.posting(employer_id)
    world.posting(employer_id, skill_id="lv.sheep.shear")
    few = asked(page)
    for n in range(6):
        world.posting(employer_id, first=date(2026, 9, 10 + n), last=date(2026, 9, 12 + n))
        world.posting(employer_id, skill_id="lv.sheep.shear")
    assert asked(page) == few


def test_the_profile_does_not_ask_for_each_skill(world: World):
    _worker_id, one = world.worker()
    _worker_id, many = world.worker(
        skills=("ag.swpotato.sort", "ag.swpotato.dig", "ag.potato.dig", "lv.sheep.shear")
    )
    first, second = world.sign_in(one), world.sign_in(many)
    for path in ("/my/me", "/my/me/skills"):
        # What a test's one context has read already is not asked again: warm both.
        first.get(path), second.get(path)
        assert asked(lambda p=path: first.get(p)) == asked(lambda p=path: second.get(p))
