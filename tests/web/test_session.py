"""Signing in and out, seen from the browser."""

import re
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update

from jobmatch.accounts import service
from jobmatch.accounts.models import RoleGrant, User
from jobmatch.infra import clock
from jobmatch.infra.db import transaction
from jobmatch.kernel.actor import SYSTEM, Role
from jobmatch.kernel.ids import UserId
from jobmatch.web.login import load, safe_next
from tests.support import PASSWORD, World
from tests.web.browser import PHONE, is_in, post, sign_in

# --- in -----------------------------------------------------------------------------------------


def test_phone_and_password_open_a_session(world: World, client: FlaskClient) -> None:
    world.user(name="王秀兰", phone=PHONE)
    assert not is_in(client)
    answer = sign_in(client, phone="138 4751 2345")
    assert (answer.status_code, answer.location) == (303, "/account")
    assert "王秀兰" in client.get("/account").text


def test_a_wrong_phone_and_a_wrong_password_get_the_same_answer(
    world: World, client: FlaskClient
) -> None:
    world.user(phone=PHONE)
    pages = []
    for phone, password in ((PHONE, "wrong-password"), ("13899999999", PASSWORD)):
        answer = sign_in(client, phone, password)
        assert answer.status_code == 422
        assert "手机号或密码不对。" in answer.text
        assert not is_in(client)
        pages.append(re.sub(r'(value|nonce)="[^"]*"', "", answer.text))
    assert pages[0] == pages[1]


def test_a_refused_sign_in_keeps_the_phone_and_forgets_the_password(
    world: World, client: FlaskClient
) -> None:
    answer = sign_in(client, PHONE, "my-secret-password")
    assert PHONE in answer.text
    assert "my-secret-password" not in answer.text


@pytest.mark.parametrize(
    ("phone", "password", "said"),
    [("", PASSWORD, "请填写手机号。"), (PHONE, "", "请填写密码。"), ("1" * 21, "x", "有几处要改")],
)
def test_what_is_missing_is_said_next_to_its_field(
    client: FlaskClient, phone: str, password: str, said: str
) -> None:
    answer = sign_in(client, phone, password)
    assert answer.status_code == 422
    assert said in answer.text


def test_signing_in_takes_a_new_session(world: World, client: FlaskClient) -> None:
    """What somebody planted in the session before is gone."""
    world.user(phone=PHONE)
    with client.session_transaction() as cookie:
        cookie["planted"] = "x"
    sign_in(client)
    with client.session_transaction() as cookie:
        assert "planted" not in cookie
        assert cookie.permanent


def test_who_is_in_already_is_sent_home(world: World, client: FlaskClient) -> None:
    world.user(phone=PHONE)
    sign_in(client)
    answer = client.get("/sign-in")
    assert (answer.status_code, answer.location) == (303, "/account")


@pytest.mark.parametrize(
    ("role", "where", "home"),
    [
        (Role.WORKER, {"subject_id": 1}, "/my/"),
        (Role.EMPLOYER, {"subject_id": 1}, "/employer/"),
        (Role.ORGANIZER, {"subject_id": 1}, "/brand/"),
        (Role.OFFICER, {"place_code": "150525"}, "/officer/"),
        (Role.STATION, {"place_code": "150525"}, "/station/"),
        (Role.ADMIN, {}, "/admin/"),
    ],
)
def test_each_role_starts_at_its_own_door(
    world: World, client: FlaskClient, role: Role, where: dict[str, Any], home: str
) -> None:
    user = world.user(phone=PHONE)
    with transaction() as session:
        service.grant(session, UserId(user), role, actor=SYSTEM, **where)
    assert sign_in(client).location == home


# --- where to go on to --------------------------------------------------------------------------

HOSTILE = [
    "//evil.example/", "///evil.example", "/\\evil.example", "\\\\evil.example", "/\\/evil.example",
    "https://evil.example/", "http:evil.example", "//evil.example\\@here", "javascript:alert(1)",
    "data:text/html,x", "evil.example", " /account", " //evil.example", "/\t/evil.example",
    "/\n/evil.example", "/account\r\nSet-Cookie: x=1", "\x00/account", "/ok\x7f\\..", "@evil.example",
    "?next=//evil.example", "", None,
]  # fmt: skip


@pytest.mark.parametrize("target", HOSTILE)
def test_a_foreign_address_is_never_gone_on_to(target: str | None) -> None:
    assert safe_next(target, "/home") == "/home"


@pytest.mark.parametrize(
    "target", ["/", "/account", "/my/mine?day=2026-09-01&x=//y", "/board#12", "/活"]
)
def test_a_path_of_the_application_is_gone_on_to(target: str) -> None:
    assert safe_next(target, "/home") == target


def test_after_signing_in_people_come_to_the_page_they_wanted(
    world: World, client: FlaskClient
) -> None:
    world.user(phone=PHONE)
    asked = client.get("/notices?page=2")
    assert (asked.status_code, asked.location) == (303, "/sign-in?next=/notices?page%3D2")
    form = client.get(asked.location).text
    assert 'value="/notices?page=2"' in form
    assert sign_in(client, next="/notices?page=2").location == "/notices?page=2"


@pytest.mark.parametrize("target", ["//evil.example/", "https://evil.example/", "/\\evil.example"])
def test_signing_in_never_leads_away(world: World, client: FlaskClient, target: str) -> None:
    world.user(phone=PHONE)
    assert sign_in(client, next=target).location == "/account"


# --- out ----------------------------------------------------------------------------------------


def test_signing_out_ends_every_copy_of_the_session(world: World, app: Flask) -> None:
    world.user(phone=PHONE)
    phone, desk, thief = app.test_client(), app.test_client(), app.test_client()
    sign_in(phone)
    sign_in(desk)
    copied = phone.get_cookie("jobmatch")
    assert copied is not None
    thief.set_cookie("jobmatch", copied.value)
    assert (is_in(phone), is_in(desk), is_in(thief)) == (True, True, True)
    answer = post(phone, "/sign-out", page="/account")
    assert (answer.status_code, answer.location) == (303, "/sign-in")
    assert (is_in(phone), is_in(desk), is_in(thief)) == (False, False, False)
    thief.set_cookie("jobmatch", copied.value)
    assert not is_in(thief)


def test_signing_out_leaves_other_people_in(world: World, app: Flask) -> None:
    world.user(phone=PHONE)
    world.user(phone="13847512346")
    mine, hers = app.test_client(), app.test_client()
    sign_in(mine)
    sign_in(hers, "13847512346")
    post(mine, "/sign-out", page="/account")
    assert is_in(hers)


def test_a_link_cannot_sign_anybody_out(world: World, client: FlaskClient) -> None:
    world.user(phone=PHONE)
    sign_in(client)
    assert client.get("/sign-out").status_code == 405
    assert is_in(client)


@pytest.mark.parametrize("forged", ["", "1", "1:", ":1", "x:1", "1:x", "4711:1", "-1:1", "1:1:1"])
def test_a_session_that_names_nobody_opens_nothing(app: Flask, forged: str) -> None:
    assert load(forged) is None


def test_a_closed_account_is_out_at_once(world: World, client: FlaskClient) -> None:
    user = world.user(phone=PHONE)
    sign_in(client)
    with transaction() as session:
        session.get_one(User, user).is_active = False
    assert not is_in(client)


# --- roles --------------------------------------------------------------------------------------


def test_a_revoked_role_opens_no_door_from_the_next_request_on(
    world: World, client: FlaskClient
) -> None:
    officer = world.officer()
    world.sign_in(officer, client)
    assert client.get("/officer/").status_code == 200
    with transaction() as session:  # nothing but the role: the session goes on
        session.execute(update(RoleGrant).values(revoked_at=clock.now()))
    assert client.get("/officer/").status_code == 403
    assert is_in(client)


def test_revoking_a_role_ends_the_persons_sessions(world: World, client: FlaskClient) -> None:
    officer, admin = world.officer(), world.admin()
    world.sign_in(officer, client)
    with transaction() as session:
        (row,) = session.query(RoleGrant).filter_by(user_id=officer.user_id)
    service.revoke(row.id, actor=admin)
    assert not is_in(client)


def test_a_role_given_opens_its_door_at_once(world: World, client: FlaskClient) -> None:
    user = world.user(phone=PHONE)
    sign_in(client)
    assert client.get("/officer/").status_code == 403
    with transaction() as session:
        service.grant(session, UserId(user), Role.OFFICER, actor=SYSTEM, place_code="150525")
    assert client.get("/officer/").status_code == 200


# --- the password -------------------------------------------------------------------------------


def test_a_changed_password_keeps_this_device_in_and_the_others_out(
    world: World, app: Flask
) -> None:
    world.user(phone=PHONE)
    phone, desk = app.test_client(), app.test_client()
    sign_in(phone)
    sign_in(desk)
    answer = post(
        phone, "/account/password", page="/account",
        old=PASSWORD, new="autumn-2027", again="autumn-2027",
    )  # fmt: skip
    assert (answer.status_code, answer.location) == (303, "/account")
    assert (is_in(phone), is_in(desk)) == (True, False)
    assert sign_in(desk, PHONE, PASSWORD).status_code == 422
    assert sign_in(desk, PHONE, "autumn-2027").status_code == 303


@pytest.mark.parametrize(
    ("old", "new", "again", "said"),
    [
        ("wrong-password", "autumn-2027", "autumn-2027", "原密码不对。"),
        (PASSWORD, "autumn-2027", "autumn-2028", "两次填写的密码不一样。"),
        (PASSWORD, "short", "short", "密码至少 8 个字。"),
        ("", "autumn-2027", "autumn-2027", "请填写原密码。"),
        (PASSWORD, "", "", "请填写新密码。"),
    ],
)
def test_a_refused_change_says_why_and_shows_no_password(
    world: World, client: FlaskClient, old: str, new: str, again: str, said: str
) -> None:
    world.user(phone=PHONE)
    sign_in(client)
    answer = post(
        client, "/account/password", page="/account", old=old, new=new, again=again
    )  # fmt: skip
    assert answer.status_code == 422
    assert said in answer.text
    for secret in filter(None, (old, new, again)):
        assert secret not in answer.text
    assert is_in(client)
    assert sign_in(client.application.test_client()).status_code == 303
