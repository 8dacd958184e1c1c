"""Signing in by proofs beside the password, and proofs before grave deeds."""

import re

import pyotp
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from jobmatch.accounts import second
from jobmatch.accounts.models import SignInCode, UserSession
from jobmatch.infra import clock, crypto
from jobmatch.infra.db import reading
from jobmatch.kernel.actor import Actor, Role
from jobmatch.web.proving import GRAVE
from tests.support import PASSWORD, World, instant

# Files that hold nothing of a person, or only the asker's own.
NOT_GRAVE = {
    "brand.funnel_file": "counts", "officer.funnel_file": "counts",
    "brand.season_file": "the brand's own plan", "officer.season_file": "a plan",
    "brand.training_report_file": "counts", "officer.training_report_file": "counts",
    "officer.report_export": "counts", "public.brand_days_file": "the brand's own page",
    "officer.household_template": "empty", "officer.household_errors": "what was just sent in",
    "worker.debt_note_pdf": "one's own", "worker.dispute_pack_pdf": "one's own",
    "worker.own_book_export": "one's own",
}  # fmt: skip
FILE = re.compile(r"\.(xlsx|csv|pdf)$|\.<[^>]*kind>")


@pytest.fixture(autouse=True)
def _noon():
    with clock.at(instant(2026, 9, 1, 12)):
        yield


@pytest.fixture
def proving(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(app.config, "PROOF_MINUTES", 15)


def token(client: FlaskClient, path: str) -> str:
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', client.get(path).text)
    assert found
    return found[1]


def send(client: FlaskClient, path: str, page: str = "", **data: str):
    return client.post(path, data={"csrf_token": token(client, page or path), **data})


def phone_of(world: World, actor: Actor) -> str:
    from jobmatch.accounts.queries import signed_in

    found = signed_in(int(actor.user_id))
    assert found
    return found.phone


def sign_in(world: World, client: FlaskClient, actor: Actor, target: str = ""):
    return send(client, "/sign-in", phone=phone_of(world, actor), password=PASSWORD, next=target)


def with_second(actor: Actor) -> pyotp.TOTP:
    second.begin(actor=actor)
    found = second.address(int(actor.user_id), "王")
    assert found
    totp = pyotp.TOTP(found[0])
    with clock.at(instant(2026, 9, 1, 11)):
        second.confirm(totp.at(clock.now()), actor=actor)
    return totp


def latest_code() -> str:
    row = reading().scalars(select(SignInCode).order_by(SignInCode.id.desc())).first()
    assert row is not None
    return crypto.ring().open(row.code_sealed, place=f"sign_in_code.code:{row.uid}")


def test_a_code_by_sms_signs_in(world: World, client: FlaskClient) -> None:
    actor = world.officer()
    answer = send(client, "/sign-in/code", phone=phone_of(world, actor), next="/officer/reports")
    assert answer.headers["Location"] == "/sign-in/code/enter"
    wrong = send(client, "/sign-in/code/enter", code="12")
    assert wrong.status_code == 422
    assert "验证码不对" in wrong.text
    answer = send(client, "/sign-in/code/enter", code=latest_code())
    assert answer.headers["Location"] == "/officer/reports"
    assert client.get("/officer/reports").status_code == 200


def test_who_forgot_the_password_sets_a_new_one_after_a_code(
    world: World, client: FlaskClient
) -> None:
    actor = world.officer()
    send(client, "/sign-in/code", phone=phone_of(world, actor))
    send(client, "/sign-in/code/enter", code=latest_code())
    assert "原密码" not in client.get("/account").text
    new = {"new": "a new one 2026", "again": "a new one 2026"}
    done = send(client, "/account/password", "/account", **new)
    assert done.status_code == 303
    assert "原密码" in client.get("/account").text
    assert send(client, "/account/password", "/account", **new).status_code == 422


def test_an_unknown_phone_sees_the_same_pages(world: World, client: FlaskClient) -> None:
    seen = []
    for phone in (phone_of(world, world.officer()), "13911112222"):
        one = client.application.test_client()
        first = send(one, "/sign-in/code", phone=phone)
        enter = one.get("/sign-in/code/enter").text
        seen.append(
            (
                first.status_code,
                first.headers["Location"],
                re.sub('(value|nonce)="[^"]+"', "", enter),
            )
        )
    assert seen[0] == seen[1]


def test_without_asking_there_is_no_page_to_enter_a_code(client: FlaskClient) -> None:
    assert client.get("/sign-in/code/enter").headers["Location"] == "/sign-in/code"
    assert client.get("/sign-in/second").headers["Location"] == "/sign-in"


def test_with_an_authenticator_the_password_leads_halfway(
    world: World, client: FlaskClient
) -> None:
    actor = world.officer()
    totp = with_second(actor)
    answer = sign_in(world, client, actor, "/officer/reports")
    assert answer.headers["Location"] == "/sign-in/second"
    assert client.get("/officer/reports").status_code == 303
    assert send(client, "/sign-in/second", code="000000").status_code == 422
    answer = send(client, "/sign-in/second", code=totp.at(clock.now()))
    assert answer.headers["Location"] == "/officer/reports"
    assert client.get("/officer/reports").status_code == 200


def test_halfway_ends_after_five_minutes(world: World, client: FlaskClient) -> None:
    actor = world.officer()
    totp = with_second(actor)
    sign_in(world, client, actor)
    page = token(client, "/sign-in/second")
    with clock.at(instant(2026, 9, 1, 13)):
        code = totp.at(clock.now())
        late = client.post("/sign-in/second", data={"csrf_token": page, "code": code})
    assert late.headers["Location"] == "/sign-in"


def test_an_officer_must_set_up_an_authenticator_where_that_is_required(
    world: World, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.config, "SECOND_FACTOR_REQUIRED", True)
    officer, organizer = world.officer(), world.actor(Role.STATION, place="150525")
    client = world.sign_in(officer)
    assert client.get("/officer/").headers["Location"] == "/account/second-factor"
    assert world.sign_in(organizer).get("/station/").status_code == 200
    send(client, "/account/second-factor")
    page = client.get("/account/second-factor").text
    secret = re.search(r"<code>([A-Z2-7]{32})</code>", page)
    assert secret
    assert 'src="data:image/svg+xml' in page
    code = pyotp.TOTP(secret[1]).at(clock.now())
    done = send(client, "/account/second-factor/confirm", "/account/second-factor", code=code)
    assert len(re.findall(r">[a-z2-9]{5}-[a-z2-9]{5}<", done.text)) == 10
    assert client.get("/officer/").status_code == 200


def test_a_grave_deed_asks_for_the_password_once_more(world: World, proving: None) -> None:
    admin, someone = world.admin(), world.user()
    client = world.sign_in(admin)
    path = f"/admin/users/{someone}"
    refused = send(client, f"{path}/roles", path, role="admin")
    assert refused.headers["Location"].startswith("/sign-in/again")
    wrong = send(client, "/sign-in/again", password="nothing like it")
    assert wrong.status_code == 422
    proved = send(client, "/sign-in/again", password=PASSWORD, next=path)
    assert proved.headers["Location"] == path
    done = send(client, f"{path}/roles", path, role="admin")
    assert done.headers["Location"] == path
    with clock.at(instant(2026, 9, 1, 13)):
        assert (
            send(client, f"{path}/roles", path, role="admin")
            .headers["Location"]
            .startswith("/sign-in/again")
        )


def test_a_grave_file_asks_too_and_comes_back(world: World, proving: None) -> None:
    brand, organizer = world.brand()
    client = world.sign_in(organizer)
    asked = client.get("/brand/members.xlsx")
    assert asked.headers["Location"] == "/sign-in/again?next=/brand/members.xlsx"
    back = send(client, "/sign-in/again", password=PASSWORD, next="/brand/members.xlsx")
    assert back.headers["Location"] == "/brand/members.xlsx"
    assert client.get("/brand/members.xlsx").status_code == 200
    assert brand


def test_every_file_with_people_is_grave(app: Flask) -> None:
    files = {
        rule.endpoint for rule in app.url_map.iter_rules()
        if FILE.search(rule.rule) and rule.endpoint != "static"
    }  # fmt: skip
    assert files - GRAVE == set(NOT_GRAVE)


def test_what_is_called_grave_exists(app: Flask) -> None:
    assert {rule.endpoint for rule in app.url_map.iter_rules()} >= GRAVE


def test_another_device_is_signed_out_from_here(world: World, app: Flask) -> None:
    actor = world.officer()
    here, there = app.test_client(), app.test_client()
    for client in (here, there):
        sign_in(world, client, actor)
        assert client.get("/officer/").status_code == 200
    page = here.get("/account/devices").text
    assert page.count("退出这台</button>") == 1
    assert "就是这台" in page
    row = reading().scalars(select(UserSession).order_by(UserSession.id.desc())).first()
    assert row is not None
    send(here, f"/account/devices/{row.id}/end", "/account/devices")
    assert here.get("/officer/").status_code == 200
    assert there.get("/officer/").status_code == 303


def test_a_stolen_cookie_of_a_device_signed_out_opens_nothing(world: World, app: Flask) -> None:
    actor = world.officer()
    client = app.test_client()
    sign_in(world, client, actor)
    with client.session_transaction() as kept:
        stolen = dict(kept)
    send(client, f"/account/devices/{reading().scalar(select(UserSession.id))}/end",
         "/account/devices")  # fmt: skip
    thief = app.test_client()
    with thief.session_transaction() as cookie:
        cookie.update(stolen)
    assert thief.get("/officer/").status_code == 303
