"""How often an address and a phone may be tried."""

from collections.abc import Iterator
from copy import copy

import pytest
from flask import Flask

import config
from jobmatch import create_app
from jobmatch.kernel.actor import Role
from jobmatch.web import limits
from jobmatch.web.limits import limiter
from tests.support import PASSWORD, World
from tests.web.browser import PHONE, token_of


@pytest.fixture
def strict(settings: config.Config, app: Flask) -> Iterator[Flask]:
    """The application with the limits that the product has."""
    own = copy(settings)
    own.RELAX_RATE_LIMITS = False
    strict = create_app(own)
    limiter.reset()
    yield strict
    limiter.reset()
    create_app(settings)  # the limiter counts for the application made last


def try_from(app: Flask, address: str, phone: str) -> int:
    client = app.test_client()
    token = token_of(client.get("/sign-in").text)
    return client.post(
        "/sign-in",
        data={"csrf_token": token, "phone": phone, "password": "wrong-password"},
        environ_base={"REMOTE_ADDR": address},
    ).status_code


def test_an_address_may_try_ten_times_a_minute(world: World, strict: Flask) -> None:
    tries = [try_from(strict, "10.0.0.1", f"138475123{n:02d}") for n in range(11)]
    assert tries == [422] * 10 + [429]
    assert try_from(strict, "10.0.0.2", "13847512399") == 422


def test_a_phone_may_be_tried_eight_times_from_wherever_and_however_typed(
    world: World, strict: Flask
) -> None:
    typed = [
        "13847512345", "138 4751 2345", "138-4751-2345", "+8613847512345", " 13847512345",
        "1 3 8 4 7 5 1 2 3 4 5", "１３８４７５１２３４５", "8613847512345", "13847512345\u200b",
    ]  # fmt: skip
    tries = [try_from(strict, f"10.0.0.{n}", phone) for n, phone in enumerate(typed)]
    assert tries == [422] * 8 + [429]
    assert try_from(strict, "10.0.0.99", "13847512346") == 422


def test_who_tries_too_often_is_told_in_words(world: World, strict: Flask) -> None:
    for n in range(10):
        try_from(strict, "10.0.0.1", f"138475123{n:02d}")
    client = strict.test_client()
    token = token_of(client.get("/sign-in").text)
    answer = client.post(
        "/sign-in",
        data={"csrf_token": token, "phone": PHONE, "password": PASSWORD},
        environ_base={"REMOTE_ADDR": "10.0.0.1"},
    )
    assert answer.status_code == 429
    assert "太快了，请歇一会儿" in answer.text
    assert int(answer.headers["Retry-After"]) <= 60


def test_an_address_may_ask_for_ten_codes_a_minute(world: World, strict: Flask) -> None:
    client = strict.test_client()
    token = token_of(client.get("/sign-in/code").text)
    tries = [
        client.post(
            "/sign-in/code",
            data={"csrf_token": token, "phone": f"138475123{n:02d}"},
            environ_base={"REMOTE_ADDR": "10.0.0.1"},
        ).status_code
        for n in range(11)
    ]
    assert tries == [303] * 10 + [429]


def test_health_is_asked_as_often_as_the_watch_likes(strict: Flask) -> None:
    client = strict.test_client()
    assert {client.get("/healthz").status_code for _ in range(80)} == {200}


def test_somebody_signed_in_opens_so_many_pages_and_others_go_on(
    world: World, strict: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "PAGES", "3 per minute")
    one, other, nobody = (
        World(strict).sign_in(world.actor(Role.ADMIN)),
        World(strict).sign_in(world.actor(Role.ADMIN)),
        strict.test_client(),
    )
    # Over all pages together, wherever they come from.
    paths = ["/admin/users", "/account", "/admin/rules", "/admin/users", "/account"]
    assert [one.get(path).status_code for path in paths] == [200] * 3 + [429] * 2
    assert other.get("/account").status_code == 200
    assert [nobody.get("/sign-in").status_code for _ in range(5)] == [200] * 5
