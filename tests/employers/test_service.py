"""Registering employers, their people and sites, and verifying them."""

from dataclasses import replace
from datetime import date

import pytest

from jobmatch.accounts import service as accounts
from jobmatch.accounts.service import PhoneTaken
from jobmatch.employers import queries, service
from jobmatch.employers.service import AlreadyRegistered, NewEmployer, NewSite
from jobmatch.infra import clock
from jobmatch.kernel.actor import NOBODY, Actor, Role
from jobmatch.kernel.errors import Conflict, FieldErrors, Invalid, NotAllowed, NotFound
from jobmatch.kernel.ids import UserId
from jobmatch.notify import queries as notices
from tests.support import credit_code, instant

FIRM = NewEmployer(
    "enterprise", "奈曼旗薯业有限公司", credit_code(9001), "李建国", "13911112222", "150525"
)
GROWER = NewEmployer("big_grower", "王建国（青龙山）", "", "王建国", "13911113333", "150525102")


@pytest.fixture
def person(world):
    return Actor(UserId(world.user()))


def fresh(actor: Actor) -> Actor:
    return accounts.actor_of(actor.user_id)


def test_whoever_registers_acts_for_the_employer_and_waits(person):
    key = service.register(FIRM, actor=person)
    row = queries.employer(key)
    assert row.state == "pending"
    assert row.verified_until is None
    assert fresh(person).employer_ids == {key}


def test_a_big_grower_needs_no_credit_code(person):
    key = service.register(GROWER, actor=person)
    assert queries.employer(key).credit_code is None


def test_a_stranger_may_not_register(app):
    with pytest.raises(NotAllowed):
        service.register(FIRM, actor=NOBODY)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"credit_code": "93150525000000000X"}, "credit_code"),
        ({"credit_code": ""}, "credit_code"),
        ({"kind": "state"}, "kind"),
        ({"name": " 薯 "}, "name"),
        ({"contact_name": ""}, "contact_name"),
        ({"phone": "0475-123"}, "phone"),
        ({"place_code": "1505"}, "place_code"),
        ({"place_code": "999999"}, "place_code"),
    ],
)
def test_each_wrong_value_is_named_and_nothing_is_written(person, change, field):
    with pytest.raises(FieldErrors) as refused:
        service.register(replace(FIRM, **change), actor=person)
    assert field in refused.value.errors
    assert queries.of_actor(fresh(person)) == []


def test_a_credit_code_is_registered_once(person, world):
    service.register(FIRM, actor=person)
    with pytest.raises(AlreadyRegistered):
        service.register(FIRM, actor=Actor(UserId(world.user())))


def test_account_and_employer_are_made_together_or_not_at_all(app, world):
    with pytest.raises(FieldErrors):
        service.register_with_account(
            replace(FIRM, place_code=""),
            name="李建国",
            phone="13955556666",
            password="harvest-2026",
        )
    user_id, key = service.register_with_account(
        FIRM, name="李建国", phone="13955556666", password="harvest-2026"
    )
    assert accounts.actor_of(user_id).employer_ids == {key}
    with pytest.raises(PhoneTaken):
        service.register_with_account(
            GROWER, name="李建国", phone="13955556666", password="harvest-2026"
        )


def test_an_officer_of_the_place_verifies_for_six_months(person, world):
    key = service.register(FIRM, actor=person)
    with clock.at(instant(2026, 9, 1)):
        until = service.verify(key, actor=world.officer("1505"))
    assert until == date(2027, 3, 1)
    row = queries.employer(key)
    assert (row.state, row.verified_on) == ("verified", date(2026, 9, 1))
    assert "2027-03-01" in str(notices.notices(person.user_id)[0].said)


def test_verifying_again_prolongs_from_today(person, world):
    key, officer = service.register(FIRM, actor=person), world.officer("1505")
    with clock.at(instant(2026, 9, 1)):
        service.verify(key, actor=officer)
    with clock.at(instant(2027, 2, 10)):
        assert service.verify(key, actor=officer) == date(2027, 8, 10)


def test_an_officer_of_another_banner_does_not_know_the_employer(person, world):
    key = service.register(FIRM, actor=person)
    with pytest.raises(NotFound):
        service.verify(key, actor=world.officer("150430"))
    with pytest.raises(NotFound):
        queries.for_officer(key, world.officer("150430"))


def test_who_is_no_officer_may_not_verify(person, world):
    key = service.register(FIRM, actor=person)
    with pytest.raises(NotAllowed):
        service.verify(key, actor=fresh(person))


def test_a_refusal_carries_its_reason_and_can_be_asked_again(person, world):
    key, officer = service.register(FIRM, actor=person), world.officer("150525")
    with pytest.raises(Invalid):
        service.refuse(key, " ", actor=officer)
    service.refuse(key, "执照照片看不清", actor=officer)
    assert queries.employer(key).state_note == "执照照片看不清"
    member = fresh(person)
    service.ask_again(key, actor=member)
    assert queries.employer(key).state == "pending"
    with pytest.raises(Conflict):
        service.ask_again(key, actor=member)


def test_a_new_name_is_verified_anew_but_a_new_phone_is_not(person, world):
    key = service.register(FIRM, actor=person)
    service.verify(key, actor=world.officer("1505"))
    member = fresh(person)
    service.update_profile(key, replace(FIRM, phone="13900001111"), actor=member)
    assert queries.employer(key).state == "verified"
    service.update_profile(key, replace(FIRM, name="奈曼旗新薯业有限公司"), actor=member)
    row = queries.employer(key)
    assert (row.state, row.verified_until) == ("pending", None)


def test_the_officers_lists_hold_their_own_place_only(person, world):
    key = service.register(FIRM, actor=person)
    other, _ = world.employer("新惠合作社", verified=False, place="150430100")
    ids = [row.id for row in queries.to_verify(world.officer("1505")).rows]
    assert ids == [key]
    assert queries.count_to_verify(world.officer("1504")) == 1
    assert [row.id for row in queries.in_scope(world.officer("15"), "新惠").rows] == [other]
    assert queries.to_verify(NOBODY).total == 0


def test_the_list_of_endings_holds_ended_and_soon_ending_ones(world):
    world.employer("一家")
    officer = world.officer("150525")
    assert queries.ending(officer, date(2027, 5, 1)).total == 0
    assert queries.ending(officer, date(2027, 5, 2)).total == 1
    assert queries.ending(officer, date(2027, 7, 1)).total == 1


def test_a_colleague_is_added_by_phone_and_told(world):
    key, actor = world.employer()
    colleague = world.user("赵丽", phone="13877778888")
    service.add_member(key, "138 7777 8888", actor=actor)
    assert accounts.actor_of(colleague).employer_ids == {key}
    assert notices.unread(UserId(colleague)) == 1
    assert [m.name for m in queries.members(key)][-1] == "赵丽"


@pytest.mark.parametrize("phone", ["12", "13812341234"])
def test_an_unknown_phone_is_refused(world, phone):
    key, actor = world.employer()
    with pytest.raises(Invalid) as refused:
        service.add_member(key, phone, actor=actor)
    assert refused.value.field == "phone"


def test_one_person_always_stays(world):
    key, actor = world.employer()
    with pytest.raises(Conflict):
        service.remove_member(key, actor.user_id, actor=actor)
    colleague = UserId(world.user(phone="13877778888"))
    service.add_member(key, "13877778888", actor=actor)
    service.remove_member(key, actor.user_id, actor=actor)
    assert [m.user_id for m in queries.members(key)] == [colleague]
    with pytest.raises(NotFound):
        service.remove_member(key, actor.user_id, actor=fresh(Actor(colleague)))


def test_a_site_takes_the_places_point_unless_one_is_given(world):
    key, actor = world.employer()
    plain = service.add_site(key, NewSite("东地", "150525100201"), actor=actor)
    exact = service.add_site(key, NewSite("西地", "150525100", "", 120.9, 42.9), actor=actor)
    assert (queries.site(plain).lon, queries.site(plain).lat) == (120.675, 42.887)
    assert (queries.site(exact).lon, queries.site(exact).lat) == (120.9, 42.9)
    service.update_site(plain, NewSite("东地", "150525100201", "村口"), actor=actor)
    assert queries.site(plain).address == "村口"


@pytest.mark.parametrize(
    ("data", "field"),
    [
        (NewSite("", "150525100"), "name"),
        (NewSite("地", "150525"), "place_code"),
        (NewSite("地", "150525100", "", 120.0, None), "lat"),
        (NewSite("地", "150525100", "", 20.0, 42.0), "lon"),
        (NewSite("地", "150525100", "", 120.0, 80.0), "lat"),
        (NewSite("地", "150525100", "远" * 121), "address"),
    ],
)
def test_a_wrong_site_is_refused(world, data, field):
    key, actor = world.employer()
    with pytest.raises(FieldErrors) as refused:
        service.add_site(key, data, actor=actor)
    assert field in refused.value.errors


def test_a_strangers_site_is_unknown(world):
    key, _ = world.employer()
    _, other = world.employer("别家")
    site = queries.sites(key)[0]
    with pytest.raises(NotFound):
        service.update_site(site.id, NewSite("地", "150525100"), actor=other)
    with pytest.raises(NotFound):
        service.add_site(key, NewSite("地", "150525100"), actor=other)
    assert other.has(Role.EMPLOYER)
