"""Users and roles at the administrator's door."""

import re

import pytest
from sqlalchemy import select

from jobmatch.accounts import queries, service
from jobmatch.accounts.models import RoleGrant, User
from jobmatch.infra.audit import AuditEntry
from jobmatch.infra.db import reading
from jobmatch.kernel.actor import Role


@pytest.fixture
def admin(app, world):
    app.config["WTF_CSRF_ENABLED"] = False
    yield world.admin()
    app.config["WTF_CSRF_ENABLED"] = True


@pytest.fixture
def client(world, admin):
    return world.sign_in(admin)


def text(answer) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.get_data(as_text=True)))


def test_home_leads_to_users_rules_and_the_log(client):
    page = client.get("/admin/").get_data(as_text=True)
    for link in ("/admin/users", "/admin/rules", "/admin/log"):
        assert link in page


def test_a_new_user_gets_a_first_password_that_is_shown_once_and_works(client):
    answer = client.post("/admin/users/new", data={"phone": "13511112222", "name": "白音那"})
    password = re.search(r"[a-z2-9]{4}-[a-z2-9]{4}-[a-z2-9]{4}", text(answer))[0]
    assert service.check_sign_in("13511112222", password)
    key = reading().scalar(select(User.id).where(User.phone == "13511112222"))
    assert password not in client.get(f"/admin/users/{key}").get_data(as_text=True)
    assert not any(password in str(line.detail) for line in reading().scalars(select(AuditEntry)))


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"phone": "123", "name": "白音那"}, "11 位手机号"),
        ({"phone": "", "name": "白音那"}, "请填写手机号"),
        ({"phone": "13511112222", "name": "白"}, "请填写姓名，2 到 60"),
    ],
)
def test_a_bad_user_is_said_at_its_field(client, fields, words):
    before = queries.find_users("").total
    answer = client.post("/admin/users/new", data=fields)
    assert answer.status_code == 422
    assert words in text(answer)
    assert queries.find_users("").total == before


def test_a_taken_phone_is_said(client, world):
    world.user(phone="13511112222")
    answer = client.post("/admin/users/new", data={"phone": "13511112222", "name": "白音那"})
    assert answer.status_code == 422
    assert "已经注册过" in text(answer)


def found(client, words: str):
    return client.post("/admin/users/search", data={"q": words}, follow_redirects=True)


def test_users_are_found_by_phone_and_name(client, world):
    world.user("白音那", "13511112222")
    world.user("包秀兰", "13633334444")
    assert "白音那" in text(found(client, "135"))
    assert "包秀兰" not in text(found(client, "135"))
    assert "包秀兰" in text(found(client, "秀兰"))
    assert "没有找到用户" in text(found(client, "%"))


def test_an_officer_is_appointed_at_a_place_and_loses_the_role_again(client, world):
    key = world.user("白音那")
    answer = client.post(
        f"/admin/users/{key}/roles",
        data={"role": "officer", "place_code": ["1505", "150525", "150525102"]},
    )
    assert answer.status_code == 303
    assert service.actor_of(key).scopes(Role.OFFICER) == ("150525102",)
    assert "青龙山镇" in text(client.get(f"/admin/users/{key}"))
    grant = reading().scalar(select(RoleGrant.id).where(RoleGrant.user_id == key))
    assert client.post(f"/admin/users/{key}/roles/{grant}/revoke").status_code == 303
    assert service.actor_of(key).grants == ()
    assert client.post(f"/admin/users/{key}/roles/{grant}/revoke").status_code == 404


def test_a_region_wide_officer_and_an_administrator_can_be_appointed(client, world):
    key = world.user("白音那")
    client.post(f"/admin/users/{key}/roles", data={"role": "officer", "whole": "y"})
    client.post(f"/admin/users/{key}/roles", data={"role": "admin", "place_code": "1505"})
    actor = service.actor_of(key)
    assert actor.scopes(Role.OFFICER) == ("15",)
    assert actor.has(Role.ADMIN)
    assert actor.scopes(Role.ADMIN) == ()


def test_an_officer_without_a_place_is_refused(client, world):
    key = world.user("白音那")
    answer = client.post(f"/admin/users/{key}/roles", data={"role": "officer"})
    assert answer.status_code == 422
    assert "请选择管辖的地方" in text(answer)
    assert client.post(f"/admin/users/{key}/roles", data={"role": "king"}).status_code == 422
    assert service.actor_of(key).grants == ()


def test_asking_for_the_next_level_writes_nothing(client, world):
    key = world.user("白音那")
    answer = client.post(
        f"/admin/users/{key}/roles",
        data={"role": "officer", "place_code": "1505", "_load": "place_code"},
    )
    assert answer.status_code == 200
    assert "奈曼" in text(answer)
    assert service.actor_of(key).grants == ()


def test_an_administrator_cannot_lock_themselves_out(client, admin):
    grant = reading().scalar(select(RoleGrant.id).where(RoleGrant.user_id == admin.user_id))
    client.post(f"/admin/users/{admin.user_id}/roles/{grant}/revoke")
    assert service.actor_of(admin.user_id).has(Role.ADMIN)
    assert "不能收回自己的管理员身份" in text(client.get("/admin/"))


def test_a_role_of_another_user_is_not_found_under_this_one(client, world):
    one, two = world.user("白音那"), world.officer()
    grant = reading().scalar(select(RoleGrant.id).where(RoleGrant.user_id == two.user_id))
    assert client.post(f"/admin/users/{one}/roles/{grant}/revoke").status_code == 404
    assert service.actor_of(two.user_id).has(Role.OFFICER)


def test_a_reset_password_ends_the_sessions_of_its_user(client, world):
    officer = world.officer()
    other = world.sign_in(officer)
    assert other.get("/officer/households").status_code == 200
    answer = client.post(f"/admin/users/{officer.user_id}/password")
    assert re.search(r"[a-z2-9]{4}-[a-z2-9]{4}-[a-z2-9]{4}", text(answer))
    assert other.get("/officer/households").status_code == 303


def test_an_unknown_user_is_not_found(client):
    assert client.get("/admin/users/99999").status_code == 404
    assert client.post("/admin/users/99999/password").status_code == 404
    assert client.post("/admin/users/99999/roles", data={"role": "admin"}).status_code == 404


def test_other_roles_are_turned_away(world, app):
    for actor in (world.officer(), world.station(), world.employer()[1], world.worker()[1]):
        browser = world.sign_in(actor)
        for page in ("/admin/", "/admin/users", "/admin/rules", "/admin/log"):
            assert browser.get(page).status_code == 403
