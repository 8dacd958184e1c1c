"""A visitor forgot the password: the desk gives one for a single sign-in."""

import re

import pytest
from sqlalchemy import select

from jobmatch.accounts import service as accounts
from jobmatch.accounts.models import User
from jobmatch.accounts.service import WrongSignIn
from jobmatch.infra.audit import AuditEntry
from jobmatch.infra.db import reading, transaction
from jobmatch.kernel.actor import SYSTEM, Role
from tests.support import PASSWORD

SIGNS = r"[a-z2-9]{4}-[a-z2-9]{4}-[a-z2-9]{4}"


@pytest.fixture(autouse=True)
def no_tokens(app):
    app.config["WTF_CSRF_ENABLED"] = False
    yield
    app.config["WTF_CSRF_ENABLED"] = True


@pytest.fixture
def visitor(world):
    worker, actor = world.worker()
    return worker, actor, reading().get_one(User, actor.user_id).phone


def text(answer) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.get_data(as_text=True)))


def reset(world, worker: int, actor=None) -> str:
    answer = world.sign_in(actor or world.station()).post(f"/station/workers/{worker}/password")
    assert answer.status_code == 200
    found = re.search(SIGNS, text(answer))
    assert found is not None
    return found[0]


def test_the_password_is_shown_once_works_and_ends_all_sessions(world, visitor):
    worker, actor, phone = visitor
    phone_browser, clerk = world.sign_in(actor), world.station()
    password = reset(world, worker, clerk)
    assert accounts.check_sign_in(phone, password) == actor.user_id
    with pytest.raises(WrongSignIn):
        accounts.check_sign_in(phone, PASSWORD)
    assert phone_browser.get("/my/me").status_code == 303
    assert password not in world.sign_in(clerk).get(f"/station/workers/{worker}").get_data(
        as_text=True
    )
    lines = reading().scalars(select(AuditEntry)).all()
    assert [(line.action, line.actor_user_id) for line in lines if "password" in line.action] == [
        ("user.reset_password", clerk.user_id), ("worker.reset_password", clerk.user_id),
    ]  # fmt: skip
    assert not any(password in str(line.detail) for line in lines)


def test_nothing_else_is_open_until_the_password_is_ones_own(world, visitor, app):
    worker, _, phone = visitor
    password = reset(world, worker)
    browser = app.test_client()
    browser.post("/sign-in", data={"phone": phone, "password": password})
    for page in ("/my/me", "/my/", "/notices", "/board"):
        answer = browser.get(page)
        assert (answer.status_code, answer.location) == (303, "/account")
    assert browser.post("/my/me/matching", data={"wanted": "0"}).location == "/account"
    assert "先改成自己的" in text(browser.get("/account"))
    same = {"old": password, "new": password, "again": password}
    answer = browser.post("/account/password", data=same)
    assert answer.status_code == 422
    assert "要和原密码不一样" in text(answer)
    own = {"old": password, "new": "autumn-2027", "again": "autumn-2027"}
    assert browser.post("/account/password", data=own).status_code == 303
    assert browser.get("/my/me").status_code == 200
    assert "先改成自己的" not in text(browser.get("/account"))


def test_whoever_holds_another_role_goes_to_the_administrator(world, visitor):
    worker, actor, phone = visitor
    with transaction() as session:
        accounts.grant(session, actor.user_id, Role.OFFICER, actor=SYSTEM, place_code="1505")
    desk = world.sign_in(world.station())
    answer = desk.post(f"/station/workers/{worker}/password")
    assert answer.status_code == 303
    assert "请找管理员重设" in text(desk.get(f"/station/workers/{worker}"))
    assert accounts.check_sign_in(phone, PASSWORD)


def test_a_visitor_without_an_account_has_no_password(world):
    worker, _ = world.worker(with_account=False)
    desk = world.sign_in(world.station())
    assert desk.post(f"/station/workers/{worker}/password").status_code == 303
    assert "还没有登录账号" in text(desk.get(f"/station/workers/{worker}"))


def test_only_the_desk_of_the_home_place_resets(world, visitor):
    worker, actor, phone = visitor
    far, clerk = world.station("150430"), world.station("150430")
    guest, _ = world.worker(registered_by=clerk.user_id)
    assert world.sign_in(far).post(f"/station/workers/{worker}/password").status_code == 404
    assert world.sign_in(clerk).post(f"/station/workers/{guest}/password").status_code == 403
    for other in (actor, world.officer(), world.admin()):
        path = f"/station/workers/{worker}/password"
        assert world.sign_in(other).post(path).status_code == 403
    assert accounts.check_sign_in(phone, PASSWORD)


def test_a_first_password_from_the_administrator_is_changed_first_too(world, app):
    admin = world.sign_in(world.admin())
    answer = admin.post("/admin/users/new", data={"phone": "13511112222", "name": "白音那"})
    found = re.search(SIGNS, text(answer))
    assert found is not None
    browser = app.test_client()
    browser.post("/sign-in", data={"phone": "13511112222", "password": found[0]})
    assert browser.get("/notices").location == "/account"
