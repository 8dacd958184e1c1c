"""What answers say of themselves, what is served at all, and whose word about an address counts."""

from copy import copy
from typing import Any

import pytest
from flask import Flask, request
from flask.testing import FlaskClient
from itsdangerous import URLSafeTimedSerializer

import config
from jobmatch import create_app
from jobmatch.accounts import service
from jobmatch.infra import audit
from jobmatch.web.incoming import asked
from tests.support import World
from tests.web.browser import PHONE, is_in, sign_in

pytestmark = pytest.mark.same_everywhere


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/sign-in", "text/html; charset=utf-8"),
        ("/nothing", "text/html; charset=utf-8"),
        ("/healthz", "application/json"),
        ("/places/children?parent=15", "application/json"),
        ("/static/css/app.css", "text/css; charset=utf-8"),
        ("/static/js/main.js", "text/javascript; charset=utf-8"),
        ("/static/img/logo.svg", "image/svg+xml; charset=utf-8"),
        ("/sw.js", "text/javascript; charset=utf-8"),
    ],
)
def test_an_answer_says_what_it_is_and_in_which_signs(
    client: FlaskClient, path: str, kind: str
) -> None:
    answer = client.get(path)
    assert answer.headers["Content-Type"] == kind
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("path", ["/sign-in", "/healthz", "/static/js/main.js", "/nothing"])
def test_no_other_site_can_hold_embed_or_read_an_answer(client: FlaskClient, path: str) -> None:
    headers = client.get(path, headers={"Origin": "https://evil.example"}).headers
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "Access-Control-Allow-Origin" not in headers
    policy = headers["Content-Security-Policy"].split("; ")
    assert {"object-src 'none'", "base-uri 'none'", "frame-ancestors 'none'"} <= set(policy)
    assert "form-action 'self'" in policy


@pytest.mark.parametrize(
    "path",
    [
        "/.git/config", "/.git/HEAD", "/.env", "/config.py", "/manage.py", "/instance/secret_key",
        "/static/", "/static/js/", "/static/../config.py", "/static/%2e%2e/config.py",
        "/static/..%2f..%2fconfig.py", "/uploads/", "/jobmatch.sqlite3",
        "/console", "/debug", "/docs", "/openapi.json", "/static/js/main.js.bak",
        "/account/x.css", "/my/mine/a.js",
    ],
)  # fmt: skip
def test_nothing_but_pages_and_our_static_files_is_served(
    world: World, client: FlaskClient, path: str
) -> None:
    world.sign_in(world.admin(), client)
    assert client.get(path).status_code == 404


@pytest.mark.parametrize("method", ["TRACE", "TRACK", "CONNECT", "PROPFIND", "DELETE", "PUT"])
def test_other_methods_than_ours_are_refused(client: FlaskClient, method: str) -> None:
    answer = client.open("/sign-in", method=method, headers={"X-Seen": "secret"})
    assert answer.status_code == 405
    assert "secret" not in answer.text


def test_no_answer_names_the_versions_behind_it(client: FlaskClient) -> None:
    for path in ("/sign-in", "/nothing", "/healthz"):
        answer = client.get(path)
        assert "X-Powered-By" not in answer.headers
        assert "werkzeug" not in answer.text.lower()


# --- whose word about an address counts ---------------------------------------------------------

LIE = {"X-Forwarded-For": "203.0.113.7", "X-Real-IP": "203.0.113.7", "Forwarded": "for=203.0.113.7"}


@pytest.mark.parametrize(
    ("proxies", "said", "network"),
    [
        (0, "203.0.113.7", "127.0.0.0/24"),
        (1, "203.0.113.7", "203.0.113.0/24"),
        # Somebody wrote the first; the one proxy that we have wrote the last.
        (1, "198.51.100.9, 203.0.113.7", "203.0.113.0/24"),
    ],
)
def test_an_address_is_believed_from_our_own_proxies_alone(
    settings: config.Config, world: World, proxies: int, said: str, network: str
) -> None:
    own = copy(settings)
    own.PROXIES = proxies
    app = create_app(own)
    world.user(phone=PHONE)
    client = app.test_client()
    client.environ_base["HTTP_X_FORWARDED_FOR"] = said
    sign_in(client)
    (line,) = audit.lines(action="user.sign_in").rows
    assert line.source == network
    create_app(settings)


def test_without_a_proxy_a_header_names_no_other_host(client: FlaskClient) -> None:
    answer = client.get("/my/", headers={"X-Forwarded-Host": "evil.example", **LIE})
    assert answer.headers["Location"] == "/sign-in?next=/my/"


# --- what comes twice ---------------------------------------------------------------------------


def test_what_stands_in_form_and_address_is_taken_from_the_form(app: Flask) -> None:
    with app.test_request_context("/x?n=1&day=2", method="POST", data={"n": "7"}):
        assert asked("n", type=int) == 7
        assert asked("day") == "2"
        assert asked("none") is None
        assert request.form.getlist("n") == ["7"]
    with app.test_request_context("/x?n=99999999999999999999"):
        assert asked("n", type=int) is None


# --- what is signed and hashed ------------------------------------------------------------------


def test_a_session_that_was_changed_or_signed_otherwise_opens_nothing(
    world: World, app: Flask, client: FlaskClient
) -> None:
    world.user(phone=PHONE)
    sign_in(client)
    cookie = client.get_cookie("jobmatch")
    assert cookie is not None
    body, at, sign = cookie.value.rsplit(".", 2)
    wrong = [f"{body}.{at}.{sign[::-1]}", f"{body}.{at}.", body, f"{body[::-1]}.{at}.{sign}"]
    # The same words, signed with the key as the library does by itself: SHA-1.
    weak: Any = URLSafeTimedSerializer(
        app.config["SECRET_KEY"], salt="cookie-session", signer_kwargs={"key_derivation": "hmac"}
    )
    with client.session_transaction() as held:
        wrong.append(weak.dumps(dict(held)))
    assert is_in(client)
    for value in wrong:
        thief = app.test_client()
        thief.set_cookie("jobmatch", value)
        assert not is_in(thief)


def test_a_cookie_stays_small(world: World, client: FlaskClient) -> None:
    world.user(phone=PHONE)
    cookie = sign_in(client, next="/notices?" + "x" * 900).headers["Set-Cookie"]
    assert len(cookie.split(";")[0]) < 4096


def test_a_password_costs_19_mib_and_two_passes_to_try() -> None:
    assert service.hash_password("harvest-2026").startswith("$argon2id$v=19$m=19456,t=2,p=1$")
