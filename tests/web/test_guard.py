"""Deny by default: a page says who may open it, or the application does not start."""

from typing import Any

import pytest
from flask import Flask, g
from flask.testing import FlaskClient

import config
import jobmatch.web
from jobmatch import create_app
from jobmatch.kernel.actor import NOBODY, Actor, Grant, Role
from jobmatch.kernel.ids import UserId
from jobmatch.web.guard import ANYONE, SIGNED_IN, Door, UndeclaredPolicy, guard, roles
from tests.support import World

PERSON = Actor(UserId(1))
OFFICER = Actor(UserId(2), (Grant(Role.OFFICER, place_code="15"),))


def page() -> str:
    return "page"


# --- declaring ----------------------------------------------------------------------------------


def test_a_door_without_a_policy_takes_no_page_that_declares_none() -> None:
    door = Door("side", __name__, label="")
    with pytest.raises(UndeclaredPolicy, match="side: /page declares no policy"):
        door.get("/page")(page)
    door.get("/page", allow=ANYONE)(page)
    assert door.policies == {"side.page": ANYONE}


def test_a_page_has_the_doors_policy_unless_it_declares_its_own() -> None:
    door = Door("side", __name__, label="", allow=roles(Role.OFFICER))
    door.get("/page")(page)
    door.get("/open", allow=ANYONE, endpoint="open")(page)
    assert door.policies == {"side.page": roles(Role.OFFICER), "side.open": ANYONE}


def test_one_page_cannot_declare_two_policies() -> None:
    door = Door("side", __name__, label="", allow=roles(Role.OFFICER))
    door.get("/page")(page)
    with pytest.raises(UndeclaredPolicy, match="declares two policies"):
        door.get("/other", allow=ANYONE)(page)


def test_a_route_nobody_declared_keeps_the_application_from_starting(
    settings: config.Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = jobmatch.web.init_headers

    def with_a_stray_route(app: Flask) -> None:
        before(app)
        app.add_url_rule("/stray", "stray", page)

    monkeypatch.setattr(jobmatch.web, "init_headers", with_a_stray_route)
    with pytest.raises(UndeclaredPolicy, match="routes without a policy: stray"):
        create_app(settings)
    monkeypatch.undo()
    assert create_app(settings)


def test_every_route_of_the_product_has_a_policy(app: Flask) -> None:
    policies = app.extensions["jobmatch.policies"]
    assert {rule.endpoint for rule in app.url_map.iter_rules()} <= set(policies)
    assert len(policies) > 20


def test_what_changes_something_is_never_open_to_a_link(app: Flask) -> None:
    """A page that takes GET and POST both would let a link act; HEAD and OPTIONS come with GET."""
    for rule in app.url_map.iter_rules():
        methods = (rule.methods or set()) - {"HEAD", "OPTIONS"}
        assert len(methods) == 1, rule
        assert methods <= {"GET", "POST"}, rule


# --- admitting ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("policy", "nobody", "person", "officer"),
    [
        (ANYONE, True, True, True),
        (SIGNED_IN, False, True, True),
        (roles(Role.OFFICER), False, False, True),
        (roles(Role.OFFICER, Role.ADMIN), False, False, True),
        (roles(Role.ADMIN), False, False, False),
    ],
)
def test_a_policy_admits_whom_it_names(
    policy: Any, nobody: bool, person: bool, officer: bool
) -> None:
    assert [policy.admits(who) for who in (NOBODY, PERSON, OFFICER)] == [nobody, person, officer]


def test_a_role_without_a_person_is_not_admitted() -> None:
    assert not roles(Role.ADMIN).admits(Actor(grants=(Grant(Role.ADMIN),)))


def test_nobody_is_asked_to_sign_in_and_sent_on_afterwards(client: FlaskClient) -> None:
    answer = client.get("/officer/?month=2026-09")
    assert answer.status_code == 303
    assert answer.location == "/sign-in?next=/officer/?month%3D2026-09"


def test_after_a_post_nobody_is_asked_to_sign_in_and_nothing_is_repeated(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(client.application.config, "WTF_CSRF_ENABLED", False)
    answer = client.post("/notices/read")
    assert (answer.status_code, answer.location) == (303, "/sign-in")


def test_the_wrong_person_is_refused_in_words(world: World, client: FlaskClient) -> None:
    world.sign_in(world.actor(Role.OFFICER, place="150525"), client)
    answer = client.get("/my/")
    assert answer.status_code == 403
    assert "这一页不对您开放" in answer.text


@pytest.mark.parametrize(
    ("role", "own"),
    [
        (Role.WORKER, "worker"), (Role.EMPLOYER, "employer"), (Role.ORGANIZER, "brand"),
        (Role.OFFICER, "officer"), (Role.STATION, "station"), (Role.ADMIN, "admin"),
    ],
)  # fmt: skip
def test_a_role_opens_its_own_door_and_no_other(app: Flask, role: Role, own: str) -> None:
    """Pages of a door may let in others too; they say so one by one. Nobody else opens all."""
    holder = Actor(UserId(1), (Grant(role, "15", 1),))
    doors = ("worker", "employer", "brand", "officer", "station", "admin")
    policies = app.extensions["jobmatch.policies"]
    opened = {
        door
        for door in doors
        if f"{door}.home" in policies and policies[f"{door}.home"].admits(holder)
    }
    assert opened == ({own} if f"{own}.home" in policies else set())


def test_a_route_added_behind_the_guards_back_stays_shut(settings: config.Config) -> None:
    app = create_app(settings)
    app.add_url_rule("/late", "late", page)
    answer = app.test_client().get("/late")
    assert (answer.status_code, answer.location) == (303, "/sign-in?next=/late")


def test_files_are_served_to_nobody_without_asking_who_it_is(app: Flask) -> None:
    with app.test_client() as client:
        assert client.get("/static/css/app.css").status_code == 200
        assert g.actor is NOBODY


def test_the_guard_itself_wants_a_policy_for_each_rule() -> None:
    bare = Flask("bare", static_folder=None)
    bare.add_url_rule("/a", "a", page)
    with pytest.raises(UndeclaredPolicy, match="a"):
        guard(bare, {})
    guard(bare, {"a": ANYONE})
