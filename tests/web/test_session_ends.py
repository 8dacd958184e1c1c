"""How long a session goes on, what is told when sign-in data changes, and what the log keeps."""

import io
import json
import logging
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update

from jobmatch.accounts import service, sessions
from jobmatch.accounts.models import User, UserSession
from jobmatch.infra import audit, clock, logs
from jobmatch.infra.db import reading, transaction
from jobmatch.kernel.actor import SYSTEM, Actor, Role
from jobmatch.kernel.ids import UserId
from jobmatch.notify import queries as notices
from tests.support import PASSWORD, World, instant
from tests.web.browser import PHONE, is_in, post, sign_in

NOON = instant(2026, 9, 1, 12)


def after(**more: float) -> Any:
    return clock.at(NOON + timedelta(**more))


@pytest.fixture(autouse=True)
def _limits(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setitem(app.config, "SESSION_LIMITS", True)
    with clock.at(NOON):
        yield


@pytest.fixture
def worker(world: World, client: FlaskClient) -> FlaskClient:
    world.user(phone=PHONE)
    sign_in(client)
    return client


@pytest.fixture
def officer(world: World, client: FlaskClient) -> FlaskClient:
    user = world.user(phone=PHONE)
    with transaction() as session:
        service.grant(session, UserId(user), Role.OFFICER, actor=SYSTEM, place_code="150525")
    sign_in(client)
    return client


def test_at_a_desk_an_hour_unused_ends_a_session(officer: FlaskClient) -> None:
    with after(minutes=59):
        assert is_in(officer)
    with after(minutes=118):
        assert is_in(officer)
    with after(minutes=178):
        assert not is_in(officer)


def test_at_a_desk_twelve_hours_end_a_session_however_used(officer: FlaskClient) -> None:
    for minutes in range(50, 720, 50):
        with after(minutes=minutes):
            assert is_in(officer)
    with after(hours=12):
        assert not is_in(officer)


def test_on_a_phone_a_session_lasts_two_weeks_unused_and_thirty_days(worker: FlaskClient) -> None:
    for days in (13, 26):
        with after(days=days):
            assert is_in(worker)
    with after(days=30):
        assert not is_in(worker)


def test_an_old_copy_of_a_cookie_counts_as_left_alone(app: Flask, officer: FlaskClient) -> None:
    copied = officer.get_cookie("jobmatch")
    assert copied is not None
    with after(minutes=50):
        assert is_in(officer)
    thief = app.test_client()
    thief.set_cookie("jobmatch", copied.value)
    with after(minutes=70):
        assert is_in(officer)
        assert not is_in(thief)


def test_a_session_that_names_no_device_is_none(world: World) -> None:
    assert not is_in(world.sign_in(world.officer()))


def test_a_session_is_named_by_128_random_bits(world: World) -> None:
    user = world.user()
    keys = {sessions.begin(user, 1, "", "") for _ in range(50)}
    assert len(keys) == 50
    # A UUID would carry its version in the thirteenth sign.
    assert len({key[12] for key in keys}) > 1
    assert {len(key) for key in keys} == {32}


def test_a_fresh_proof_gives_the_session_a_new_key_and_ends_copies_of_the_old(
    app: Flask, worker: FlaskClient
) -> None:
    before = reading().scalars(select(UserSession.key)).one()
    copied = worker.get_cookie("jobmatch")
    assert copied is not None
    with after(days=1):
        answer = post(worker, "/sign-in/again", page="/sign-in/again", password=PASSWORD)
        assert answer.status_code == 303
        assert is_in(worker)
        row = reading().scalars(select(UserSession)).one()
        assert row.key != before
        assert row.began_at == NOON
        thief = app.test_client()
        thief.set_cookie("jobmatch", copied.value)
        assert not is_in(thief)
    assert audit.lines(action="user.proved").total == 1


def test_an_administrator_signs_somebody_out_everywhere(world: World, worker: FlaskClient) -> None:
    user = reading().scalars(select(User.id).where(User.phone == PHONE)).one()
    admin = world.admin()
    desk = with_device(world, admin)
    done = post(desk, f"/admin/users/{user}/sign-out", page=f"/admin/users/{user}")
    assert done.status_code == 303
    assert not is_in(worker)
    assert is_in(desk)
    assert audit.lines(action="user.signed_out_by").total == 1


def with_device(world: World, actor: Actor) -> FlaskClient:
    client = world.app.test_client()
    phone = reading().scalars(select(User.phone).where(User.id == actor.user_id)).one()
    sign_in(client, phone)
    return client


def test_signing_out_empties_the_browsers_cache(worker: FlaskClient) -> None:
    answer = post(worker, "/sign-out", page="/account")
    assert answer.headers["Clear-Site-Data"] == '"cache"'


# --- passwords ----------------------------------------------------------------------------------


def test_a_password_is_checked_whole_and_never_cut(world: World) -> None:
    whole = "甘薯" * 64
    user = service.create_user(PHONE, "王秀兰", whole)
    assert service.check_sign_in(PHONE, whole) == user
    for other in (whole + "x", whole[:-1]):
        with pytest.raises(service.WrongSignIn):
            service.check_sign_in(PHONE, other)


def test_a_password_of_a_desk_is_none_after_three_days(world: World) -> None:
    user = service.create_user(PHONE, "王秀兰", PASSWORD, temporary=True)
    with after(days=2, hours=23):
        assert service.check_sign_in(PHONE, PASSWORD) == user
    with after(days=3), pytest.raises(service.WrongSignIn):
        service.check_sign_in(PHONE, PASSWORD)
    service.change_password(PASSWORD, "autumn-2027", actor=Actor(user))
    with after(days=300):
        assert service.check_sign_in(PHONE, "autumn-2027") == user


@pytest.mark.parametrize("new", ["password1", "jobmatch2026", PHONE, "王秀兰19720504"])
def test_a_password_that_is_easily_guessed_is_refused_where_it_was_typed(
    worker: FlaskClient, new: str
) -> None:
    answer = post(worker, "/account/password", page="/account", old=PASSWORD, new=new, again=new)
    assert answer.status_code == 422
    said = answer.text.split('id="new"')[1].split('id="again"')[0]
    assert "请换一个" in said
    assert service.check_sign_in(PHONE, PASSWORD)


@pytest.mark.parametrize("path", ["/sign-in", "/account"])
def test_password_fields_hide_what_is_typed_and_let_managers_in(
    worker: FlaskClient, app: Flask, path: str
) -> None:
    page = (worker if path == "/account" else app.test_client()).get(path).text
    fields = [part.split(">")[0] for part in page.split("<input")[1:]]
    secret = [part for part in fields if "password" in part]
    assert secret
    for part in secret:
        assert 'type="password"' in part
        assert 'autocomplete="current-password"' in part or 'autocomplete="new-password"' in part
        assert "onpaste" not in part


# --- who hears of it ----------------------------------------------------------------------------


def test_who_owns_an_account_hears_that_its_password_changed(world: World) -> None:
    mine, hers = world.user(phone=PHONE), world.user()
    service.change_password(PASSWORD, "autumn-2027", actor=Actor(UserId(mine)))
    service.reset_password(UserId(mine), "winter-2027", actor=world.admin())
    said = [str(row.said) for row in notices.notices(UserId(mine))]
    assert [words[:10] for words in said] == ["有人在柜台给您重设了", "您的登录密码改过了。"]
    assert notices.notices(UserId(hers)) == []


def test_a_sign_in_is_in_the_log_with_how_and_from_where(worker: FlaskClient) -> None:
    (line,) = audit.lines(action="user.sign_in", since=datetime(2000, 1, 1).astimezone()).rows
    assert line.detail == {"how": "password"}
    assert line.source == "127.0.0.0/24"


@pytest.fixture
def said(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """What the log of the application says, as its handler writes it."""
    stream = io.StringIO()
    monkeypatch.setattr("sys.stderr", stream)
    logger = logging.getLogger("jobmatch")
    before = logger.handlers[:], logger.level, logger.propagate
    logs.init_logs("INFO")
    yield lambda: [json.loads(line) for line in stream.getvalue().splitlines()]
    logger.handlers[:], logger.level, logger.propagate = before


def test_a_refused_sign_in_is_in_the_log_without_number_or_password(
    world: World, client: FlaskClient, said: Any
) -> None:
    world.user(phone=PHONE)
    sign_in(client, PHONE, "wrong-password")
    sign_in(client, "138 4751 2345", "wrong-password")
    sign_in(client, "13899999999", "wrong-password")
    lines = [line for line in said() if line["event"] == "sign_in_failed"]
    assert len(lines) == 3
    assert lines[0]["phone"] == lines[1]["phone"] != lines[2]["phone"]
    for line in lines:
        assert line["level"] == "warning"
        assert line["logger"] == "jobmatch.security"
        assert line["timestamp"].endswith("Z")
        assert line["network"] == "127.0.0.0/24"
        assert line["endpoint"] == "public.sign_in_post"
        assert line["method"] == "POST"
        assert len(line["request"]) == 12
    assert lines[0]["request"] != lines[1]["request"]
    assert PHONE not in str(lines)
    assert "wrong-password" not in str(lines)


def test_a_page_that_is_not_ones_own_and_a_forged_form_are_in_the_log(
    worker: FlaskClient, said: Any
) -> None:
    user = reading().scalars(select(UserSession.user_id)).one()
    assert worker.get("/officer/").status_code == 403
    assert worker.post("/sign-out").status_code == 400
    worker.get("/nothing\n{'event': 'forged'}")
    lines = [line for line in said() if line["event"] == "refused"]
    assert [(line["status"], line["kind"]) for line in lines] == [
        (403, "Forbidden"),
        (400, "CSRFError"),
        (404, "NotFound"),
    ]
    assert lines[0]["user"] == user
    assert [line["level"] for line in lines] == ["warning", "warning", "info"]


def test_a_line_of_the_log_is_one_line_whatever_was_sent(said: Any) -> None:
    logs.security("refused", kind='x\n{"event": "forged"}\r\n\x1b[2J')
    (line,) = said()
    assert line["event"] == "refused"
    assert line["kind"].startswith("x\n{")


def test_closing_an_account_ends_its_sessions(worker: FlaskClient) -> None:
    with transaction() as session:
        session.execute(update(User).where(User.phone == PHONE).values(is_active=False))
    assert not is_in(worker)
