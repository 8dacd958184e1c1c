"""Signing up: whether a phone or an ID number is known is told to the holder of the phone alone."""

from collections.abc import Callable, Iterator
from datetime import date

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse

from jobmatch.accounts.models import RoleGrant, SignInCode, User
from jobmatch.infra import crypto
from jobmatch.infra.db import reading, transaction
from jobmatch.notify import codes as sending
from jobmatch.web import phone_proof
from jobmatch.workers.models import Worker
from tests.support import World, credit_code, id_number
from tests.web.browser import post
from tests.web.test_sign_in_time import working

KNOWN, NEW, OTHER_NEW = "13800000001", "13800000002", "13800000003"
ID = id_number(date(1972, 5, 4), 500)
HOME = ["1505", "150525", "150525102", "150525102222"]


class Provider:
    is_real = True

    def __init__(self) -> None:
        self.sent: dict[str, str] = {}

    def send(self, to: str, words: str) -> None:
        self.sent[to] = words


@pytest.fixture(autouse=True)
def _asks_for_codes(app: Flask) -> Iterator[None]:
    app.config.update(SIGN_UP_CODE=True, SMS_URL="sms://provider/{to}")
    yield
    app.config.update(SIGN_UP_CODE=False, SMS_URL="")


def join(client: FlaskClient, phone: str, number: str = ID) -> TestResponse:
    person = MultiDict({"name": "王秀兰", "phone": phone, "password": "harvest-2026"})
    person.update({"id_number": number, "consent": "y", "home_code": HOME})
    return post(client, "/join", page="/join", **person.to_dict(flat=False))


def join_as_employer(client: FlaskClient, phone: str) -> TestResponse:
    return post(
        client, "/join/employer", page="/join/employer", kind="cooperative",
        name="青龙山甘薯合作社", credit_code=credit_code(7777), place_code=HOME[:3],
        contact_name="李建国", phone=phone, password="harvest-2026",
    )  # fmt: skip


def last_code() -> str:
    row = reading().scalars(select(SignInCode).order_by(SignInCode.id.desc())).first()
    assert row is not None
    return crypto.ring().open(row.code_sealed, place=f"sign_in_code.code:{row.uid}")


def type_code(client: FlaskClient, code: str) -> TestResponse:
    return post(client, "/join/code", page="/join/code", code=code)


def seen(client: FlaskClient, phone: str, sign_up: Callable[..., TestResponse]) -> list[object]:
    """What a stranger sees on the way, but for the end of the phone that they typed themselves."""
    answer = sign_up(client, phone)
    page = client.get("/join/code").text
    page = page.partition("<main")[2].replace(phone[-4:], "****")
    wrong = type_code(client, "000000" if last_code() != "000000" else "111111")
    return [answer.status_code, answer.location, page.partition("csrf_token")[0], wrong.status_code]


@pytest.mark.parametrize("sign_up", [join, join_as_employer])
def test_a_known_phone_sees_the_same_pages_as_a_new_one(app: Flask, world: World, sign_up) -> None:
    world.user(phone=KNOWN)
    first, second = app.test_client(), app.test_client()
    found = seen(first, KNOWN, sign_up)
    assert found == seen(second, NEW, sign_up)
    assert found[:2] == [303, "/join/code"]
    assert "138****0002" in second.get("/join/code").text


@pytest.mark.parametrize("sign_up", [join, join_as_employer])
def test_the_same_work_is_done_for_a_known_phone_and_a_new_one(
    app: Flask, world: World, monkeypatch: pytest.MonkeyPatch, sign_up
) -> None:
    world.user(phone=KNOWN)
    found = []
    for phone in (OTHER_NEW, KNOWN, NEW):  # the first one begins to read
        client = app.test_client()
        with working(monkeypatch) as done:
            sign_up(client, phone)
            type_code(client, "12")
        monkeypatch.undo()
        found.append(done)
    assert found[1] == found[2]
    assert any("INSERT INTO sign_in_code" in statement for statement in found[1])


@pytest.mark.parametrize("sign_up", [join, join_as_employer])
def test_without_the_code_it_would_be_told(
    app: Flask, world: World, monkeypatch: pytest.MonkeyPatch, sign_up
) -> None:
    monkeypatch.setattr(phone_proof, "is_missing", lambda _phone: False)
    world.user(phone=KNOWN)
    known, new = sign_up(app.test_client(), KNOWN), sign_up(app.test_client(), NEW)
    assert "已经注册过" in known.text
    assert (known.status_code, new.status_code) == (422, 303)


def test_a_known_id_number_is_told_after_the_proof_alone(app: Flask, world: World) -> None:
    client = app.test_client()
    join(client, NEW)
    type_code(client, last_code())
    finish(client)
    stranger = app.test_client()
    assert join(stranger, OTHER_NEW).location == "/join/code"
    answer = type_code(stranger, last_code())
    assert answer.status_code == 422
    assert "这个身份证号已经登记过" in answer.text


def finish(client: FlaskClient) -> TestResponse:
    post(client, "/join/skills", page="/join/skills", said="", skills="ag.swpotato.sort",
         shown="ag.swpotato.sort")  # fmt: skip
    limits = {"days-when": "month", "max_km": "30", "stays_away": "home"}
    return post(client, "/join/days", page="/join/days", **limits)


def test_a_new_phone_goes_on_after_its_code_and_not_before(client: FlaskClient) -> None:
    join(client, NEW)
    assert client.get("/join/skills").location == "/join"
    answer = type_code(client, last_code())
    assert (answer.status_code, answer.location) == (303, "/join/skills")
    assert finish(client).status_code == 303
    assert reading().scalar(select(Worker.name)) == "王秀兰"
    assert reading().scalar(select(User.phone)) == NEW


def test_another_phone_needs_another_proof(client: FlaskClient) -> None:
    join(client, NEW)
    type_code(client, last_code())
    assert join(client, NEW).location == "/join/skills"
    assert join(client, OTHER_NEW).location == "/join/code"
    assert client.get("/join/skills").location == "/join"


def test_who_has_an_account_hears_it_on_the_phone_and_is_signed_in_by_the_code(
    client: FlaskClient, world: World
) -> None:
    _worker, actor = world.worker()
    with transaction() as session:
        session.get_one(User, actor.user_id).phone = KNOWN
    workers = len(reading().scalars(select(Worker.id)).all())
    join(client, KNOWN)
    provider = Provider()
    sending.send_waiting(provider)
    assert "已经有账号" in provider.sent[KNOWN]
    assert last_code() in provider.sent[KNOWN]
    answer = type_code(client, last_code())
    assert (answer.status_code, answer.location) == (303, "/my/")
    assert "已经直接登录" in client.get("/my/").text
    assert len(reading().scalars(select(Worker.id)).all()) == workers


def test_a_new_phone_gets_the_code_and_no_word_of_an_account(client: FlaskClient) -> None:
    join(client, NEW)
    provider = Provider()
    sending.send_waiting(provider)
    assert provider.sent[NEW] == f"登记验证码 {last_code()}，10 分钟内有效。不要告诉任何人。"


def test_an_employer_is_registered_once_the_phone_is_proved(client: FlaskClient) -> None:
    join_as_employer(client, NEW)
    assert reading().scalar(select(User.id)) is None
    answer = type_code(client, last_code())
    assert (answer.status_code, answer.location) == (303, "/employer/")
    assert "青龙山甘薯合作社" in client.get("/employer/").text


def test_who_has_an_account_registers_their_employer_from_it(
    client: FlaskClient, world: World
) -> None:
    user = world.user(phone=KNOWN)
    join_as_employer(client, KNOWN)
    assert type_code(client, last_code()).location == "/join/employer"
    page = client.get("/join/employer").text
    assert 'value="青龙山甘薯合作社"' in page
    assert 'name="password"' not in page
    assert reading().scalar(select(RoleGrant.id).where(RoleGrant.user_id == user)) is None


def test_a_code_to_sign_up_does_not_sign_in(client: FlaskClient, world: World) -> None:
    world.user(phone=KNOWN)
    join(client, KNOWN)
    code = last_code()
    with client.session_transaction() as cookie:
        uid = reading().scalar(select(SignInCode.uid))
        cookie["code_for"] = {"code": uid, "next": ""}
    answer = post(client, "/sign-in/code/enter", page="/sign-in/code/enter", code=code)
    assert answer.status_code == 422


def test_the_cookie_shows_no_phone_and_the_longest_sign_up_fits(client: FlaskClient) -> None:
    join(client, NEW)
    type_code(client, last_code())
    answer = post(
        client, "/join/skills", page="/join/skills", said="薯" * 200,
        skills=[f"ag.swpotato.sort{n:02d}" for n in range(60)],
    )  # fmt: skip
    assert len(answer.headers["Set-Cookie"]) < 4093
    with client.session_transaction() as cookie:
        assert NEW not in repr(dict(cookie))


def test_another_code_goes_to_the_same_phone_and_ends_the_first(client: FlaskClient) -> None:
    join(client, NEW)
    first = last_code()
    answer = post(client, "/join/code/again", page="/join/code")
    assert answer.location == "/join/code"
    if last_code() != first:
        assert type_code(client, first).status_code == 422
    assert type_code(client, last_code()).location == "/join/skills"


@pytest.mark.parametrize("path", ["/join/code", "/join/code/again"])
def test_without_asking_there_is_nothing_to_type(client: FlaskClient, path: str) -> None:
    assert post(client, path, page="/join", code="123456").location == "/join"
    assert client.get("/join/code").location == "/join"


def test_a_trial_machine_shows_the_code_of_a_new_phone_and_of_no_account(
    app: Flask, world: World
) -> None:
    app.config["SMS_URL"] = ""
    world.user(phone=KNOWN)
    first, second = app.test_client(), app.test_client()
    join(first, NEW)
    assert last_code() in first.get("/join/code").text
    join(second, KNOWN)
    assert last_code() not in second.get("/join/code").text
