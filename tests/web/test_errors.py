"""What went wrong becomes a status and a page in words; nothing inside is shown."""

import io
import re
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask, abort
from flask.testing import FlaskClient
from sqlalchemy import text as sql
from sqlalchemy.exc import OperationalError

import config
from jobmatch import create_app
from jobmatch.accounts import service as accounts
from jobmatch.infra.db import reading
from jobmatch.kernel.errors import Conflict, DomainError, FieldErrors, Invalid, NotAllowed, NotFound
from jobmatch.kernel.text import Amount, text
from jobmatch.notify import queries as notices
from jobmatch.web.guard import ANYONE
from tests.support import World

SECRET = "13847512345"
Fault = BaseException | Callable[[], None]
Boom = Callable[[Fault], FlaskClient]


@pytest.fixture(scope="module")
def faulty(settings: config.Config) -> tuple[Flask, list[Fault]]:
    """An application in which GET /boom raises or does what stands in the list."""
    armed: list[Fault] = []

    def view() -> str:
        (fault,) = armed
        if isinstance(fault, BaseException):
            raise fault
        fault()
        return ""

    app = create_app(settings)
    app.add_url_rule("/boom", "boom", view, methods=["GET", "POST"])
    app.extensions["jobmatch.policies"]["boom"] = ANYONE
    return app, armed


@pytest.fixture
def boom(app: Flask, faulty: tuple[Flask, list[Fault]]) -> Boom:
    """A browser for the faulty application, armed with what the test says."""
    there, armed = faulty

    def arm(fault: Fault) -> FlaskClient:
        armed[:] = [fault]
        return there.test_client()

    return arm


def words(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


@pytest.mark.parametrize(
    ("error", "status", "said"),
    [
        (NotFound(), 404, "没有找到您要看的内容。"),
        (NotAllowed(), 403, "您没有权限做这件事。"),
        (Conflict(), 409, "情况已经变化，请刷新后再看。"),
        (Invalid(text("最多 {most}。", most=Amount(18_050))), 422, "最多 ¥180.50。"),
        (FieldErrors({"name": text("请填写姓名。")}), 422, "请填写姓名。"),
        (DomainError(), 400, "这一步没有办成。"),
        (accounts.PhoneTaken(), 409, "这个手机号已经注册过，请直接登录。"),
    ],
)
def test_a_refusal_has_its_status_and_its_words(
    boom: Boom, error: DomainError, status: int, said: str
) -> None:
    answer = boom(error).get("/boom")
    assert answer.status_code == status
    assert said in answer.text
    assert answer.mimetype == "text/html"
    assert 'href="/"' in answer.text


@pytest.mark.parametrize(
    ("code", "title"),
    [
        (400, "这个请求看不懂"),
        (403, "这一页不对您开放"),
        (404, "没找到这一页"),
        (409, "情况刚刚变了"),
        (413, "文件太大"),
        (415, "这个请求看不懂"),
        (422, "有的内容没通过"),
        (429, "太快了，请歇一会儿"),
        (500, "我们这边出错了"),
        (501, "我们这边出错了"),
        (503, "系统暂时连不上"),
    ],
)
def test_each_status_has_a_page_in_words(boom: Boom, code: int, title: str) -> None:
    with pytest.raises(Exception) as made:
        abort(code)
    answer = boom(made.value).get("/boom")
    assert answer.status_code == code
    assert re.search(rf"<h1>\s*{title}\s*</h1>", answer.text)
    assert f"{code}" in words(answer.text)


@pytest.mark.parametrize(
    "error",
    [
        RuntimeError(f"SELECT phone FROM worker WHERE phone = '{SECRET}'"),
        ValueError(SECRET),
        KeyError("password"),
        OperationalError(
            f"SELECT * FROM worker WHERE phone='{SECRET}'", {"x": SECRET}, Exception()
        ),
    ],
)
def test_nothing_of_the_inside_is_shown_or_logged(
    boom: Boom, error: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    answer = boom(error).get("/boom")
    assert answer.status_code in (500, 503)
    logged = " ".join(str(vars(record)) for record in caplog.records)
    for inside in (SECRET, "SELECT", "Traceback", ".py", "sqlalchemy", "password"):
        assert inside not in answer.text
    assert SECRET not in logged
    assert "SELECT" not in logged


def test_an_error_that_nobody_foresaw_is_logged_with_its_kind_and_place(
    boom: Boom, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines: list[Any] = []
    monkeypatch.setattr("jobmatch.web.errors.log.error", lambda *a, **k: lines.append((a, k)))
    boom(ZeroDivisionError()).get("/boom")
    ((said,), given) = lines[0]
    assert said == "unforeseen"
    assert given["extra"]["kind"] == "ZeroDivisionError"
    assert any("test_errors.py:" in frame for frame in given["extra"]["frames"])


def test_a_database_that_goes_away_under_a_signed_in_person_is_a_503(
    boom: Boom, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The frame around the page asks the database too: it must not fail a second time."""
    error = OperationalError("SELECT 1", {}, Exception())

    def gone(user_id: object) -> int:
        raise error

    client = boom(error)
    world.sign_in(world.actor(accounts.Role.OFFICER, place="15"), client)
    monkeypatch.setattr(notices, "unread", gone)
    answer = client.get("/boom")
    assert answer.status_code == 503
    assert "系统暂时连不上" in answer.text


def test_an_error_inside_the_frame_of_a_page_is_a_500_in_words(
    boom: Boom, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(user_id: object) -> int:
        raise RuntimeError

    client = boom(NotFound())
    world.sign_in(world.actor(accounts.Role.OFFICER, place="15"), client)
    monkeypatch.setattr(notices, "unread", broken)
    for path in ("/account", "/boom"):
        answer = client.get(path)
        assert answer.status_code == 500
        assert "我们这边出错了" in answer.text


def test_a_failed_statement_spoils_neither_its_error_page_nor_the_next_request(
    boom: Boom, world: World
) -> None:
    """On PostgreSQL a transaction is of no use after a failed statement."""

    def break_it() -> None:
        reading().execute(sql("SELECT nothing FROM nowhere"))

    client = boom(break_it)
    world.sign_in(world.actor(accounts.Role.OFFICER, place="15"), client)
    answer = client.get("/boom")
    assert answer.status_code in (500, 503)  # an unknown table: PostgreSQL, SQLite
    assert re.search("我们这边出错了|系统暂时连不上", answer.text)
    assert client.get("/account").status_code == 200


# --- addresses and methods ----------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/nothing", "/officer/nothing", "/static/nothing.css", "/%00"])
def test_an_unknown_address_is_a_404_for_everybody(
    world: World, client: FlaskClient, path: str
) -> None:
    assert client.get(path).status_code == 404
    world.sign_in(world.officer(), client)
    answer = client.get(path)
    assert answer.status_code == 404
    assert "没找到这一页" in answer.text


def test_a_method_that_a_page_does_not_take_is_a_405_that_names_those_it_takes(
    world: World, client: FlaskClient
) -> None:
    world.sign_in(world.officer(), client)
    answer = client.get("/notices/read")
    assert answer.status_code == 405
    assert answer.headers["Allow"] == "OPTIONS, POST"
    assert "这个请求看不懂" in answer.text


def test_too_large_a_body_is_a_413_in_words(client: FlaskClient) -> None:
    body = {"file": (io.BytesIO(b"x" * (10 * 1024 * 1024 + 1)), "a.xlsx")}
    answer = client.post("/sign-in", data=body)
    assert answer.status_code == 413
    assert "文件太大" in answer.text


# --- expired forms ------------------------------------------------------------------------------


def test_an_expired_form_gives_back_what_was_typed(client: FlaskClient) -> None:
    typed = {"phone": SECRET, "note": "下雨不出工 <b>", "empty": "  ", "kind": "pay_slip"}
    answer = client.post("/sign-in", data=typed)
    assert answer.status_code == 400
    assert "这张表开得太久，过期了" in answer.text
    assert SECRET in answer.text
    assert "下雨不出工 &lt;b&gt;" in answer.text
    # What a choice sent is no word that anybody typed.
    assert "pay_slip" not in answer.text


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("password", "my-secret-1"),
        ("old", "my-secret-2"),
        ("new", "my-secret-3"),
        ("again", "my-secret-4"),
        ("new_password", "my-secret-5"),
        ("id_number", "my-secret-6"),
        ("member_id_number", "my-secret-7"),
        ("csrf_token", "my-secret-8"),
        ("next", "/my-secret-9"),
        ("note", "11010519491231002X"),
        ("note", " 110105 19491231 002x"),
        ("note", "１１０１０５１９４９１２３１００２Ｘ"),
        ("q", "110105491231002"),
    ],
)
def test_an_expired_form_gives_back_neither_secrets_nor_id_numbers(
    client: FlaskClient, name: str, value: str
) -> None:
    answer = client.post("/sign-in", data={name: value, "kept": "这句要留着"})
    assert answer.status_code == 400
    assert "这句要留着" in answer.text
    assert value.strip() not in answer.text


def test_a_token_of_another_session_is_refused(world: World, app: Flask) -> None:
    page = app.test_client().get("/sign-in").text
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
    assert found
    other = app.test_client()
    other.get("/sign-in")
    data = {"csrf_token": found[1], "phone": SECRET, "password": "x"}
    assert other.post("/sign-in", data=data).status_code == 400
