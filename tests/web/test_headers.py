"""Headers of every answer, and what production insists on."""

import re
from typing import Any

import pytest
from flask import Flask, url_for
from flask.testing import FlaskClient

import config
from jobmatch import create_app, key_ring
from tests.support import World

KEY = "0123456789abcdef" * 4


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/sign-in", 200),
        ("/healthz", 200),
        ("/places/children?parent=15", 200),
        ("/static/css/app.css", 200),
        ("/account", 303),
        ("/nothing", 404),
        ("/sign-out", 405),
    ],
)
def test_every_answer_carries_the_headers(client: FlaskClient, path: str, status: int) -> None:
    answer = client.get(path)
    assert answer.status_code == status
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self'" in policy or "script-src 'nonce-" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert "http" not in policy
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Referrer-Policy"] == "same-origin"
    assert "geolocation=(self)" in answer.headers["Permissions-Policy"]


def test_the_pages_of_a_person_are_kept_by_no_cache(world: World, client: FlaskClient) -> None:
    assert client.get("/sign-in").headers["Cache-Control"] == "no-cache"
    world.sign_in(world.officer(), client)
    assert client.get("/account").headers["Cache-Control"] == "no-store"
    assert client.get("/nothing").headers["Cache-Control"] == "no-store"


def test_a_file_is_kept_for_long_under_the_address_that_names_its_version(
    app: Flask, client: FlaskClient
) -> None:
    with app.test_request_context():
        address = url_for("static", filename="css/app.css")
    assert re.fullmatch(r"/static/css/app\.css\?v=[0-9a-f]+", address)
    assert client.get(address).headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert client.get("/static/css/app.css").headers["Cache-Control"] == "no-cache"


def test_a_file_that_caches_share_carries_nobodys_session(
    world: World, client: FlaskClient
) -> None:
    signed_in = world.sign_in(world.admin(), client)
    with signed_in.session_transaction() as cookie:
        cookie.permanent = True
    answer = signed_in.get("/static/js/theme.js?v=1")
    assert answer.status_code == 200
    assert "Set-Cookie" not in answer.headers
    assert "Cookie" not in answer.headers.get("Vary", "")
    assert "Set-Cookie" in signed_in.get("/account").headers


def test_the_session_cookie_is_out_of_reach_of_scripts_and_other_sites(
    client: FlaskClient,
) -> None:
    cookie = client.get("/sign-in").headers["Set-Cookie"]
    assert cookie.startswith("jobmatch=")
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie


# --- production ---------------------------------------------------------------------------------


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> pytest.MonkeyPatch:
    given = {
        "JOBMATCH_ENV": "production", "SECRET_KEY": "kJ8#dm2!Lq9$xV4&zT7*wB1^nR5(yH3)",
        "DATA_KEYS": f"k1:{KEY}", "INDEX_KEY": KEY[::-1], "DATABASE_URL": "postgres://db.example/jobs?sslmode=verify-full",
        "JOBMATCH_INSTANCE": str(tmp_path), "PROXIES": "1",
    }  # fmt: skip
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("REDIS_URL", raising=False)
    return monkeypatch


def test_production_starts_with_all_that_it_needs(environment: pytest.MonkeyPatch) -> None:
    found = config.load()
    assert isinstance(found, config.Production)
    assert (
        found.SQLALCHEMY_DATABASE_URI == "postgresql+psycopg://db.example/jobs?sslmode=verify-full"
    )
    assert (found.DEBUG, found.TESTING, found.RELAX_RATE_LIMITS) == (False, False, False)
    assert found.PROXIES == 1


@pytest.mark.parametrize(
    "weak",
    ["", "dev", "secret", "changeme", "kJ8#dm2!Lq9$xV4&zT7*wB1^nR5(yH3", "x" * 64, "changeme" * 8],
)
def test_production_refuses_a_weak_secret(environment: pytest.MonkeyPatch, weak: str) -> None:
    environment.setenv("SECRET_KEY", weak)
    with pytest.raises(config.ConfigError, match="SECRET_KEY"):
        config.load()


@pytest.mark.parametrize(
    ("name", "said"),
    [("DATA_KEYS", "DATA_KEYS"), ("INDEX_KEY", "INDEX_KEY"), ("DATABASE_URL", "DATABASE_URL")],
)
def test_production_refuses_to_start_without_a_key_or_a_database(
    environment: pytest.MonkeyPatch, name: str, said: str
) -> None:
    environment.delenv(name)
    with pytest.raises(config.ConfigError, match=said):
        config.load()


@pytest.mark.parametrize(
    ("name", "weak"),
    [
        ("DATA_KEYS", "k1:" + "0" * 64),
        ("DATA_KEYS", f"k2:{KEY},k1:" + "ab" * 32),
        ("DATA_KEYS", "k1:changeme"),
        ("INDEX_KEY", "0" * 64),
        ("INDEX_KEY", "deadbeef" * 8),
        ("METRICS_TOKEN", "prometheus"),
        ("METRICS_TOKEN", "x" * 40),
    ],
)
def test_production_refuses_keys_that_nobody_drew_at_random(
    environment: pytest.MonkeyPatch, name: str, weak: str
) -> None:
    environment.setenv(name, weak)
    with pytest.raises(config.ConfigError, match=name):
        config.load()


@pytest.mark.parametrize(
    ("name", "same"), [("INDEX_KEY", KEY), ("SECRET_KEY", KEY), ("SECRET_KEY", KEY[::-1])]
)
def test_production_refuses_one_secret_for_two_ends(
    environment: pytest.MonkeyPatch, name: str, same: str
) -> None:
    environment.setenv(name, same)
    with pytest.raises(config.ConfigError, match="must differ"):
        config.load()


def test_who_may_read_the_metrics_is_said_in_networks(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("METRICS_NETWORKS", "127.0.0.1, 10.1.0.0/16,::1")
    assert [str(network) for network in config.load().METRICS_NETWORKS] == [
        "127.0.0.1/32", "10.1.0.0/16", "::1/128",
    ]  # fmt: skip
    environment.setenv("METRICS_NETWORKS", "everybody")
    with pytest.raises(config.ConfigError, match="METRICS_NETWORKS"):
        config.load()


@pytest.mark.parametrize(
    ("data_keys", "index_key"),
    [
        (KEY, KEY),
        (f"k1:{KEY[:-2]}", KEY),
        (f":{KEY}", KEY),
        (f"k1:{KEY},", KEY),
        ("k1:not hex", KEY),
        (f"k1:{KEY}", KEY[:-2]),
        (f"k1:{KEY}", ""),
    ],
)
def test_keys_of_a_wrong_form_are_refused(data_keys: str, index_key: str) -> None:
    with pytest.raises(config.ConfigError):
        key_ring(data_keys, index_key)


def test_several_keys_may_be_given_and_the_first_seals() -> None:
    ring = key_ring(f"k2:{KEY},k1:{KEY[::-1]}", KEY)
    assert list(ring.keys) == ["k2", "k1"]
    assert ring.seal("x", place="p").startswith(b"k2\0")


@pytest.mark.parametrize("given", ["-1", "one", "1.5"])
def test_a_number_of_proxies_that_is_none_is_refused(
    environment: pytest.MonkeyPatch, given: str
) -> None:
    environment.setenv("PROXIES", given)
    with pytest.raises(config.ConfigError, match="PROXIES"):
        config.load()


def test_an_environment_that_does_not_exist_is_refused(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("JOBMATCH_ENV", "staging")
    with pytest.raises(config.ConfigError, match="staging"):
        config.load()


def test_in_production_cookies_and_pages_travel_over_https_only(
    environment: pytest.MonkeyPatch, tmp_path: Any
) -> None:
    environment.setenv("DATABASE_URL", f"sqlite:///{tmp_path}/a.sqlite3")
    answer = (
        create_app(config.load()).test_client().get("/sign-in", base_url="https://jobs.example")
    )
    assert answer.status_code == 200
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith("__Host-jobmatch=")
    assert "Secure" in cookie
    assert "Path=/" in cookie
    assert "Domain" not in cookie
    assert re.match(r"max-age=\d{8}", answer.headers["Strict-Transport-Security"])


def test_on_a_developers_machine_nothing_forces_https(client: FlaskClient) -> None:
    assert "Strict-Transport-Security" not in client.get("/sign-in").headers


def test_development_makes_its_keys_once_and_keeps_them_to_itself(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Any
) -> None:
    for name in ("SECRET_KEY", "DATA_KEYS", "INDEX_KEY", "DATABASE_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("JOBMATCH_INSTANCE", str(tmp_path / "instance"))
    first, second = config.Development(), config.Development()
    assert (first.SECRET_KEY, first.DATA_KEYS) == (second.SECRET_KEY, second.DATA_KEYS)
    assert len({first.SECRET_KEY, first.DATA_KEYS[3:], first.INDEX_KEY}) == 3
    assert len(first.SECRET_KEY) == 64
    kept = tmp_path / "instance" / "secret_key"
    assert kept.stat().st_mode & 0o077 == 0


def test_the_applications_name_for_a_session_does_not_depend_on_the_test(app: Flask) -> None:
    assert app.config["TESTING"] is True
    assert app.config["WTF_CSRF_TIME_LIMIT"] == 43_200
