"""Whether a phone is known can be told neither by the answer nor by its time: the same work is done.

How long it really takes is measured by `python3 manage.py benchmark sign_in`.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from argon2 import _password_hasher
from flask.testing import FlaskClient
from sqlalchemy import event, select

from jobmatch.accounts import codes, service
from jobmatch.accounts.models import SignInCode, User
from jobmatch.accounts.rules import proof
from jobmatch.infra.db import db, reading, transaction
from tests.support import World
from tests.web.browser import PHONE, post, sign_in

STRANGER = "13899999999"
Work = list[str]


@contextmanager
def working(monkeypatch: pytest.MonkeyPatch) -> Iterator[Work]:
    """What costs time meanwhile: each statement by its first words, each hash of a password."""
    done: Work = []
    whole = _password_hasher.verify_secret

    def verify(*args: Any, **more: Any) -> bool:
        done.append("argon2")
        return whole(*args, **more)

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if statement.startswith(("SELECT", "INSERT", "UPDATE", "DELETE")):
            done.append(statement[:60])

    monkeypatch.setattr(_password_hasher, "verify_secret", verify)
    event.listen(db.engine, "after_cursor_execute", note)
    try:
        yield done
    finally:
        event.remove(db.engine, "after_cursor_execute", note)


@pytest.fixture
def work(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Work]:
    """What is done for one try to sign in."""

    def tried(phone: str, password: str = "nothing like it") -> Work:
        with working(monkeypatch) as done:
            assert sign_in(client, phone, password).status_code == 422
        monkeypatch.undo()
        return done

    return tried


def test_a_refused_sign_in_does_the_same_work_whoever_is_meant(
    world: World, work: Callable[..., Work]
) -> None:
    world.user(phone=PHONE)
    closed = world.user(phone="13847512346")
    with transaction() as session:
        session.get_one(User, closed).is_active = False
    work(STRANGER)  # the first one begins to read
    known = work(PHONE)
    assert known.count("argon2") == 1
    assert known == work(STRANGER) == work("13847512346") == work("12")


def test_a_password_checked_only_for_known_phones_would_be_noticed(
    world: World, work: Callable[..., Work], monkeypatch: pytest.MonkeyPatch
) -> None:
    world.user(phone=PHONE)
    known = work(PHONE)
    monkeypatch.setattr(service, "_DUMMY", "")
    with working(monkeypatch) as done, pytest.raises(service.WrongSignIn):
        service.check_sign_in(STRANGER, "nothing like it")
    assert "argon2" in known
    assert "argon2" not in done


def test_a_code_is_asked_for_and_refused_by_the_same_work(
    world: World, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.user(phone=PHONE)
    found = []
    for phone in ("13811112222", PHONE, STRANGER):  # the first one begins to read
        one = client.application.test_client()
        with working(monkeypatch) as done:
            post(one, "/sign-in/code", page="/sign-in/code", phone=phone)
            post(one, "/sign-in/code/enter", page="/sign-in/code/enter", code="12")
        monkeypatch.undo()
        found.append(done)
    assert found[1] == found[2]
    assert any("INSERT INTO sign_in_code" in statement for statement in found[1])


def test_over_the_cap_in_all_no_code_is_made_for_anybody_and_nothing_is_said(
    world: World, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(proof, "CODES_IN_ALL", 3)
    for n in range(5):
        answer = post(client, "/sign-in/code", page="/sign-in/code", phone=f"1389999000{n}")
        assert (answer.status_code, answer.location) == (303, "/sign-in/code/enter")
    assert len(reading().scalars(select(SignInCode.id)).all()) == 3
    with pytest.raises(codes.WrongCode):
        codes.check("0" * 32, "123456")
