"""An organizer registers people of the brand."""

from datetime import UTC, date, datetime

import pytest
from flask import Flask
from sqlalchemy import func, select
from werkzeug.datastructures import MultiDict

from jobmatch.brands import people
from jobmatch.infra import clock
from jobmatch.infra.db import reading
from jobmatch.workers import queries
from jobmatch.workers.models import Worker
from tests.support import World, id_number

NOON = datetime(2026, 9, 1, 4, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _noon(app: Flask):
    app.config["WTF_CSRF_ENABLED"] = False
    with clock.at(NOON):
        yield
    app.config["WTF_CSRF_ENABLED"] = True


def registration(**changed: str) -> MultiDict:
    fields = {
        "name": "包桂花", "id_number": id_number(date(1972, 5, 4), 500),
        "skills": "ag.swpotato.sort", "days-when": "harvest", "max_km": "20",
        "stays_away": "home", "consent": "y",
    }  # fmt: skip
    data = MultiDict(fields | changed)
    for code in ("1505", "150525", "150525102"):
        data.add("home_code", code)
    return data


def workers() -> int:
    return reading().scalar(select(func.count()).select_from(Worker)) or 0


def test_whom_the_organizer_registers_is_a_member_at_once(world: World):
    brand_id, organizer = world.brand()
    browser = world.sign_in(organizer)
    assert browser.get("/brand/members/register").status_code == 200
    answer = browser.post("/brand/members/register", data=registration())
    assert answer.status_code == 303
    worker_id = reading().scalar(select(Worker.id))
    assert queries.worker(worker_id).registered_via == "brand"
    assert people.member_ids(brand_id) == {worker_id}


def test_a_brand_that_takes_no_members_yet_still_has_the_person_registered(world: World):
    brand_id, organizer = world.brand(state="draft")
    answer = world.sign_in(organizer).post("/brand/members/register", data=registration())
    assert answer.status_code == 303
    assert workers() == 1
    assert people.member_ids(brand_id) == set()


def test_a_wrong_registration_is_named_and_nothing_written(world: World):
    _brand_id, organizer = world.brand()
    browser = world.sign_in(organizer)
    answer = browser.post("/brand/members/register", data=registration(name=""))
    assert answer.status_code == 422
    assert "请填写姓名。" in answer.text
    assert browser.post("/brand/members/register", data=registration(_read="1")).status_code == 200
    assert workers() == 0


def test_others_cannot_register_for_a_brand(world: World):
    browser = world.sign_in(world.officer())
    assert browser.post("/brand/members/register", data=registration()).status_code == 403
    assert workers() == 0
