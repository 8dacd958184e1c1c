"""People who sign in, and the roles they hold."""

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from jobmatch.accounts import queries, service
from jobmatch.accounts.models import RoleGrant, User
from jobmatch.accounts.service import PhoneTaken, WrongSignIn
from jobmatch.infra import audit
from jobmatch.infra.db import reading, transaction
from jobmatch.kernel.actor import SYSTEM, Actor, Grant, Role
from jobmatch.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from jobmatch.kernel.ids import UserId
from tests.support import PASSWORD, World


def version(user_id: int) -> int:
    return reading().get_one(User, user_id).session_version


# --- accounts -----------------------------------------------------------------------------------


def test_a_password_is_kept_as_an_argon2id_hash_only(app: Flask) -> None:
    user_id = service.create_user("138 4751 2345", " 王  秀兰 ", "秋收-2026-abc")
    user = reading().get_one(User, user_id)
    assert (user.phone, user.name) == ("13847512345", "王 秀兰")
    assert user.password_hash.startswith("$argon2id$")
    assert "秋收-2026-abc" not in user.password_hash
    assert service.check_sign_in("13847512345", "秋收-2026-abc") == user_id


def test_the_same_password_is_never_hashed_the_same_twice(app: Flask) -> None:
    assert service.hash_password("harvest-2026") != service.hash_password("harvest-2026")


@pytest.mark.parametrize(
    ("phone", "name", "password", "field"),
    [
        ("1384751234", "王秀兰", "harvest-2026", "phone"),
        ("", "王秀兰", "harvest-2026", "phone"),
        ("13847512345", "王", "harvest-2026", "name"),
        ("13847512345", "  ", "harvest-2026", "name"),
        ("13847512345", "王" * 61, "harvest-2026", "name"),
        ("13847512345", "王秀兰", "1234567", "password"),
        ("13847512345", "王秀兰", "x" * 129, "password"),
    ],
)
def test_a_new_account_is_refused_at_the_field_that_is_wrong(
    app: Flask, phone: str, name: str, password: str, field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        service.create_user(phone, name, password)
    assert refused.value.field == field
    assert reading().scalar(select(User.id)) is None


def test_a_phone_belongs_to_one_account(app: Flask) -> None:
    service.create_user("13847512345", "王秀兰", "harvest-2026")
    with pytest.raises(PhoneTaken) as refused:
        service.create_user("+86 138 4751 2345", "李桂英", "harvest-2027")
    assert refused.value.field == "phone"
    assert reading().scalar(select(func.count()).select_from(User)) == 1


# --- signing in ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("phone", "password"),
    [
        ("13800000001", "wrong-password"),
        ("13800000001", PASSWORD + " "),
        ("13800000001", PASSWORD.upper()),
        ("13800000001", ""),
        ("13899999999", PASSWORD),
        ("no phone", PASSWORD),
        ("", ""),
    ],
)
def test_a_wrong_phone_and_a_wrong_password_are_refused_alike(
    world: World, phone: str, password: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.user(phone="13800000001")
    verified = count_verifications(monkeypatch)
    with pytest.raises(WrongSignIn) as refused:
        service.check_sign_in(phone, password)
    assert (str(refused.value), refused.value.field) == ("手机号或密码不对。", "password")
    assert len(verified) == 1  # the same work for all: the time tells nothing


def count_verifications(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    seen: list[str] = []
    hasher = service._hasher

    class Counting:
        def verify(self, hashed: str, password: str) -> bool:
            seen.append(hashed)
            return bool(hasher.verify(hashed, password))

    monkeypatch.setattr(service, "_hasher", Counting())
    return seen


def test_a_closed_account_is_refused_like_a_wrong_password(world: World) -> None:
    user_id = world.user(phone="13800000001")
    assert service.check_sign_in("13800000001", PASSWORD) == user_id
    with transaction() as session:
        session.get_one(User, user_id).is_active = False
    with pytest.raises(WrongSignIn, match="手机号或密码不对。"):
        service.check_sign_in("13800000001", PASSWORD)


def test_ending_all_sessions_ends_those_of_one_person_only(world: World) -> None:
    mine, theirs = world.user(), world.user()
    service.end_all_sessions(actor=Actor(UserId(mine)))
    assert (version(mine), version(theirs)) == (2, 1)
    assert audit.lines(action="user.sign_out").total == 1


# --- changing the password ----------------------------------------------------------------------


def test_a_new_password_ends_all_sessions_and_replaces_the_old(world: World) -> None:
    user_id = world.user(phone="13800000001")
    service.change_password(PASSWORD, "autumn-2027", actor=Actor(UserId(user_id)))
    assert version(user_id) == 2
    assert service.check_sign_in("13800000001", "autumn-2027") == user_id
    with pytest.raises(WrongSignIn):
        service.check_sign_in("13800000001", PASSWORD)


@pytest.mark.parametrize(
    ("old", "new", "field"),
    [("wrong-password", "autumn-2027", "old"), (PASSWORD, "short", "password")],
)
def test_a_password_stays_when_the_change_is_refused(
    world: World, old: str, new: str, field: str
) -> None:
    user_id = world.user(phone="13800000001")
    with pytest.raises(Invalid) as refused:
        service.change_password(old, new, actor=Actor(UserId(user_id)))
    assert refused.value.field == field
    assert version(user_id) == 1
    assert service.check_sign_in("13800000001", PASSWORD) == user_id


def test_an_account_that_is_not_there_has_no_password_to_change(app: Flask) -> None:
    with pytest.raises(NotFound):
        service.change_password(PASSWORD, "autumn-2027", actor=Actor(UserId(4711)))


def test_the_language_of_an_account_is_kept(world: World) -> None:
    user_id = world.user()
    service.set_locale("en", actor=Actor(UserId(user_id)))
    found = queries.signed_in(user_id)
    assert found is not None
    assert found.locale == "en"
    assert queries.signed_in(user_id + 1) is None


# --- roles --------------------------------------------------------------------------------------


def grants(user_id: int) -> tuple[Grant, ...]:
    return service.actor_of(user_id).grants


def grant(user_id: int, role: Role, **where: Any) -> None:
    with transaction() as session:
        service.grant(session, UserId(user_id), role, actor=SYSTEM, **where)


def test_one_person_may_hold_several_roles(world: World) -> None:
    user_id = world.user()
    grant(user_id, Role.WORKER, subject_id=7)
    grant(user_id, Role.OFFICER, place_code="150525")
    grant(user_id, Role.OFFICER, place_code="150430")
    assert grants(user_id) == (
        Grant(Role.WORKER, None, 7),
        Grant(Role.OFFICER, "150525", None),
        Grant(Role.OFFICER, "150430", None),
    )


def test_a_role_given_twice_is_given_once(world: World) -> None:
    user_id = world.user()
    for _ in range(2):
        grant(user_id, Role.WORKER, subject_id=7)
        grant(user_id, Role.OFFICER, place_code="150525")
        grant(user_id, Role.ADMIN)
    assert len(grants(user_id)) == 3
    assert audit.lines(action="role.grant").total == 3


def test_an_administrator_appoints_and_revokes_and_the_sessions_end(world: World) -> None:
    admin, user_id = world.admin(), world.user()
    service.appoint(UserId(user_id), Role.OFFICER, "150525", actor=admin)
    assert grants(user_id) == (Grant(Role.OFFICER, "150525", None),)
    (row,) = queries.find_users("王秀兰").rows[0].grants
    service.revoke(row.id, actor=admin)
    assert grants(user_id) == ()
    assert version(user_id) == 2
    with pytest.raises(NotFound):
        service.revoke(row.id, actor=admin)
    service.appoint(UserId(user_id), Role.OFFICER, "150525", actor=admin)
    assert grants(user_id) == (Grant(Role.OFFICER, "150525", None),)


def test_nobody_but_an_administrator_appoints_or_revokes(world: World) -> None:
    officer, user_id = world.officer("15"), world.user()
    with pytest.raises(NotAllowed):
        service.appoint(UserId(user_id), Role.ADMIN, None, actor=officer)
    row = reading().scalars(select(RoleGrant)).one()
    with pytest.raises(NotAllowed):
        service.revoke(row.id, actor=officer)
    assert grants(user_id) == ()
    assert len(grants(officer.user_id or 0)) == 1


@pytest.mark.parametrize("role", [Role.OFFICER, Role.STATION])
@pytest.mark.parametrize("place", [None, ""])
def test_an_officer_or_a_station_needs_a_place(world: World, role: Role, place: str | None) -> None:
    user_id = world.user()
    with pytest.raises(Invalid) as refused:
        service.appoint(UserId(user_id), role, place, actor=world.admin())
    assert refused.value.field == "place_code"
    assert grants(user_id) == ()


def test_somebody_who_is_not_there_is_not_appointed(world: World) -> None:
    with pytest.raises(NotFound):
        service.appoint(UserId(4711), Role.ADMIN, None, actor=world.admin())
    with pytest.raises(NotFound):
        service.revoke(4711, actor=world.admin())


def test_the_last_administrator_cannot_give_up_the_role_alone(world: World) -> None:
    admin, other = world.admin(), world.admin()
    (own,) = queries.users([admin.user_id or 0])[UserId(admin.user_id or 0)].grants
    with pytest.raises(Conflict):
        service.revoke(own.id, actor=admin)
    assert service.actor_of(admin.user_id or 0).has(Role.ADMIN)
    service.revoke(own.id, actor=other)
    assert not service.actor_of(admin.user_id or 0).has(Role.ADMIN)


def test_an_administrator_sets_a_forgotten_password_anew(world: World) -> None:
    admin, user_id = world.admin(), world.user(phone="13800000001")
    service.reset_password(UserId(user_id), "autumn-2027", actor=admin)
    assert service.check_sign_in("13800000001", "autumn-2027") == user_id
    assert version(user_id) == 2
    (line,) = audit.lines(action="user.reset_password").rows
    assert line.actor_user_id == admin.user_id
    assert "autumn" not in str(line.detail)


def test_nobody_else_sets_a_password_and_nobody_sets_one_that_is_too_short(world: World) -> None:
    officer, admin, user_id = world.officer("15"), world.admin(), world.user(phone="13800000001")
    with pytest.raises(NotAllowed):
        service.reset_password(UserId(user_id), "autumn-2027", actor=officer)
    with pytest.raises(Invalid):
        service.reset_password(UserId(user_id), "short", actor=admin)
    with pytest.raises(NotFound):
        service.reset_password(UserId(4711), "autumn-2027", actor=admin)
    assert service.check_sign_in("13800000001", PASSWORD) == user_id


# --- finding people -----------------------------------------------------------------------------


def test_people_are_found_by_the_beginning_of_a_phone_or_a_part_of_a_name(world: World) -> None:
    world.user(name="王秀兰", phone="13800000001")
    world.user(name="李秀英", phone="13900000002")
    world.user(name="50%", phone="13900000003")

    def names(words: str) -> list[str]:
        return [row.name for row in queries.find_users(words).rows]

    assert names("") == ["王秀兰", "李秀英", "50%"]
    assert names("秀") == ["王秀兰", "李秀英"]
    assert names("139") == ["李秀英", "50%"]
    assert names("0002") == []
    assert names("%") == ["50%"]
    assert names("_") == []


def test_found_people_come_in_pages_with_their_live_roles(world: World) -> None:
    admin = world.admin()
    for n in range(50):
        world.user(name=f"工友{n}")
    first, second = queries.find_users(""), queries.find_users("", page=2)
    assert (len(first.rows), len(second.rows), first.total) == (50, 1, 51)
    assert first.rows[0].id == admin.user_id
    assert [g.role for g in first.rows[0].grants] == [Role.ADMIN]
    assert second.rows[0].grants == ()


def test_people_are_read_by_their_keys_and_unknown_keys_left_out(world: World) -> None:
    officer = world.officer()
    key = officer.user_id or 0
    found = queries.users([key, 4711])
    assert set(found) == {key}
    assert [g.place_code for g in found[UserId(key)].grants] == ["150525"]
    assert queries.users([]) == {}
