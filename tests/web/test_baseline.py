"""Every answer carries the headers: of errors too, and in production over HTTPS for every address."""

import io
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.exc import OperationalError

import config
from jobmatch import create_app
from jobmatch.infra.schema import create_all
from tests.support import World
from tests.web.every_route import baseline
from tests.web.every_route.place import address, rules

KEY = "0123456789abcdef" * 4


def fails(error: Exception) -> Any:
    def view(*_args: Any, **_more: Any) -> str:
        raise error

    return view


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/nothing", 404), ("GET", "/sign-out", 405), ("POST", "/sign-in", 400),
        ("POST", "/nothing", 404), ("GET", "/board", 500), ("GET", "/brands", 503),
        ("GET", "/account", 303), ("GET", "/places/children?parent=15", 200),
        ("HEAD", "/sign-in", 200), ("OPTIONS", "/sign-in", 200), ("PUT", "/sign-in", 405),
    ],
)  # fmt: skip
def test_an_error_carries_the_headers_too(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch,
    method: str, path: str, status: int,
) -> None:  # fmt: skip
    away = OperationalError("SELECT 1", {}, Exception("gone"))
    monkeypatch.setitem(app.view_functions, "public.board", fails(RuntimeError("bug")))
    monkeypatch.setitem(app.view_functions, "public.brands", fails(away))
    monkeypatch.setitem(app.config, "PROPAGATE_EXCEPTIONS", False)
    answer = client.open(path, method=method)
    assert answer.status_code == status
    assert baseline.faults(answer, is_somebody=False) == []


def test_a_form_that_is_too_large_is_refused_with_the_headers(
    world: World, client: FlaskClient
) -> None:
    world.sign_in(world.officer(), client)
    data = {"file": (io.BytesIO(b"x" * (11 * 1024 * 1024)), "a.xlsx")}
    answer = client.post("/officer/households/import", data=data)
    assert answer.status_code == 413
    assert [f for f in baseline.faults(answer, is_somebody=True) if "Cache-Control" not in f] == []


def test_each_answer_has_a_word_of_its_own_for_its_scripts(client: FlaskClient) -> None:
    found = {client.get("/sign-in").headers["Content-Security-Policy"] for _ in range(3)}
    assert len(found) == 3


@pytest.mark.same_everywhere
@pytest.mark.parametrize(
    ("name", "value", "fault"),
    [
        ("Content-Security-Policy", "default-src 'self'", "no frame-ancestors 'none'"),
        ("X-Content-Type-Options", "", "X-Content-Type-Options is"),
        ("Cache-Control", "public", "Cache-Control is public"),
        ("Server", "gunicorn", "Server says gunicorn"),
        ("Set-Cookie", "a=b; Path=/", "cookie without HttpOnly"),
    ],
)
def test_an_answer_without_them_is_noticed(
    client: FlaskClient, name: str, value: str, fault: str
) -> None:
    answer = client.get("/offline")
    answer.headers[name] = value
    assert fault in " ".join(baseline.faults(answer, is_somebody=False))


def test_a_script_inside_a_page_or_under_another_word_is_noticed(client: FlaskClient) -> None:
    for slipped in ("<script>x()</script>", '<p onclick="x()">', '<script nonce="x" src="/x">'):
        answer = client.get("/offline")
        answer.set_data(answer.get_data(as_text=True) + slipped)
        assert baseline.faults(answer, is_somebody=False) != []


@pytest.fixture
def production(monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> Flask:
    given = {
        "JOBMATCH_ENV": "production", "SECRET_KEY": "kJ8#dm2!Lq9$xV4&zT7*wB1^nR5(yH3)",
        "DATA_KEYS": f"k1:{KEY}", "INDEX_KEY": KEY[::-1], "JOBMATCH_INSTANCE": str(tmp_path),
        "PROXIES": "0", "DATABASE_URL": f"sqlite:///{tmp_path}/a.sqlite3", "MATCH_INDEX": "0",
    }  # fmt: skip
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    app = create_app(config.load())
    with app.app_context():
        create_all()
    return app


@pytest.mark.same_everywhere
def test_in_production_every_address_answers_over_https_alone(production: Flask) -> None:
    """Strict-Transport-Security and cookies that no other host and no script gets hold of."""
    client = production.test_client(use_cookies=False)
    faults, cookies = [], 0
    for rule in rules(production, "GET"):
        given = dict.fromkeys(rule.arguments, "1")
        answer = client.get(address(production, rule, given), base_url="https://jobs.example")
        found = baseline.faults(answer, is_somebody=False)
        if "max-age=31536000" not in answer.headers.get("Strict-Transport-Security", ""):
            found.append("no Strict-Transport-Security")
        for cookie in answer.headers.getlist("Set-Cookie"):
            cookies += 1
            if not cookie.startswith("__Host-jobmatch=") or "Secure" not in cookie:
                found.append(f"cookie {cookie.partition('=')[0]}")
            if "Domain" in cookie:
                found.append("cookie with Domain")
        faults += [f"{rule.rule}: {fault}" for fault in found]
    assert faults == []
    assert cookies > 5
