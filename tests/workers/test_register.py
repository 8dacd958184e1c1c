from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import func, select

from jobmatch.accounts import service as accounts
from jobmatch.accounts.models import User
from jobmatch.accounts.service import PhoneTaken
from jobmatch.households.models import HouseholdMember
from jobmatch.infra import clock, crypto
from jobmatch.infra.audit import AuditEntry
from jobmatch.infra.db import reading, transaction
from jobmatch.kernel.actor import NOBODY, Role
from jobmatch.kernel.errors import Conflict, FieldErrors, NotAllowed
from jobmatch.kernel.periods import Days
from jobmatch.workers import checking, queries, service
from jobmatch.workers.checking import AlreadyRegistered, SignUp
from jobmatch.workers.models import Worker
from jobmatch.workers.rules.limits import Limits
from tests.support import World, id_number

NOON = datetime(2026, 9, 1, 4, 0, tzinfo=UTC)
ID = id_number(date(1972, 5, 4), 500)
DATA = SignUp(
    name=" 王 秀兰 ",
    id_number=ID,
    home_code="150525102222",
    skills={"ag.swpotato.sort": "挑地瓜", "lv.sheep.shear": ""},
    free=(Days(date(2026, 9, 1), date(2026, 9, 30)),),
    limits=Limits(max_km=30, home_by=1110, least_day_fen=15_000, no_heavy=True),
    phone="138 0000 0001",
    password="harvest-2026",
    said="会挑地瓜",
    consented=True,
)


@pytest.fixture(autouse=True)
def _noon(app):
    with clock.at(NOON):
        yield


def count(model: type) -> int:
    return reading().scalar(select(func.count()).select_from(model)) or 0


def errors(data: SignUp, **kwargs) -> dict[str, str]:
    with pytest.raises(FieldErrors) as caught:
        service.register(data, actor=kwargs.pop("actor", NOBODY), **kwargs)
    return {name: str(said) for name, said in caught.value.errors.items()}


def test_signing_up_makes_the_account_the_role_and_the_profile():
    worker_id = service.register(DATA, actor=NOBODY)
    found = queries.profile(worker_id)
    assert (found.worker.name, found.worker.phone) == ("王 秀兰", "13800000001")
    assert (found.worker.sex, found.worker.born) == ("F", date(1972, 5, 4))
    assert found.worker.limits == DATA.limits
    assert [(held.skill_id, held.words) for held in found.skills] == [
        ("ag.swpotato.sort", "挑地瓜"),
        ("lv.sheep.shear", ""),
    ]
    assert found.free == (Days(date(2026, 9, 1), date(2026, 9, 30)),)
    user_id = accounts.check_sign_in("13800000001", "harvest-2026")
    assert found.worker.user_id == user_id
    assert accounts.actor_of(user_id).worker_id == worker_id


def test_the_home_gives_the_point():
    found = queries.worker(service.register(DATA, actor=NOBODY))
    assert found is not None
    assert (found.lon, found.lat) == (120.7, 42.4)


def test_the_id_number_is_sealed_and_only_its_tail_is_shown():
    worker_id = service.register(DATA, actor=NOBODY)
    with transaction() as session:
        row = session.get_one(Worker, worker_id)
        assert ID.encode() not in row.id_sealed
        assert crypto.ring().open(row.id_sealed, place=f"worker.id_number:{row.uid}") == ID
    assert queries.worker(worker_id).id_masked == "**************" + ID[-4:]


def test_the_audit_names_the_deed_and_holds_no_personal_data():
    worker_id = service.register(DATA, actor=NOBODY)
    entries = reading().scalars(select(AuditEntry).where(AuditEntry.object_kind == "worker")).all()
    assert [(entry.action, entry.object_id) for entry in entries] == [
        ("worker.register", str(worker_id))
    ]
    assert entries[0].detail == {"via": "self"}


def test_the_same_person_cannot_register_twice():
    service.register(DATA, actor=NOBODY)
    with pytest.raises(AlreadyRegistered) as caught:
        service.register(replace(DATA, phone="13800000002"), actor=NOBODY)
    assert caught.value.field == "id_number"
    assert (count(Worker), count(User)) == (1, 1)


def test_of_two_registrations_at_once_the_database_refuses_the_second(world: World, monkeypatch):
    service.register(DATA, actor=NOBODY)
    # Both had looked before either wrote.
    monkeypatch.setattr(checking, "require_new", lambda session, id_number: None)
    with pytest.raises(AlreadyRegistered):
        service.register(replace(DATA, phone="13800000002"), actor=NOBODY)
    assert (count(Worker), count(User)) == (1, 1)


def test_a_phone_that_signs_in_already_is_refused_and_nothing_is_written():
    service.register(DATA, actor=NOBODY)
    with pytest.raises(PhoneTaken):
        service.register(replace(DATA, id_number=id_number(date(1980, 1, 1), 4)), actor=NOBODY)
    assert (count(Worker), count(User)) == (1, 1)


def test_all_faults_are_named_at_once_and_nothing_is_written():
    data = SignUp(name="", id_number="1", home_code="150525", skills={}, free=(), limits=Limits(0))
    assert sorted(errors(data)) == [
        "consent", "days", "home_code", "id_number", "max_km", "name", "password", "phone", "skills",
    ]  # fmt: skip
    assert (count(Worker), count(User)) == (0, 0)


def test_a_child_is_refused_with_the_reason():
    found = errors(replace(DATA, id_number=id_number(date(2011, 1, 1), 2)))
    assert found["id_number"].startswith("未满 16 周岁不能登记找活。")
    assert count(Worker) == 0


def test_an_unknown_skill_and_too_many_skills_are_refused():
    assert errors(replace(DATA, skills={"no.such": ""})) == {"skills": "请从列表里选择技能。"}
    many = {f"s{n}": "" for n in range(41)}
    assert errors(replace(DATA, skills=many)) == {"skills": "最多选 40 样。"}


def test_without_consent_nothing_is_written():
    assert list(errors(replace(DATA, consented=False))) == ["consent"]
    assert count(Worker) == 0


def test_a_broken_phone_is_named_by_its_field():
    assert errors(replace(DATA, phone="123")) == {"phone": "请填写 11 位手机号。"}


def test_the_desk_registers_a_person_without_phone_or_account(world: World):
    clerk = world.station()
    data = replace(DATA, phone="", password="")
    worker_id = service.register(data, actor=clerk, via="desk")
    found = queries.worker(worker_id)
    assert (found.user_id, found.phone, found.registered_via) == (None, None, "desk")


@pytest.mark.parametrize(("via", "role"), [("desk", Role.STATION), ("brand", Role.ORGANIZER)])
def test_only_the_desk_and_organizers_register_others(world: World, via: str, role: Role):
    data = replace(DATA, phone="", password="")
    with pytest.raises(NotAllowed):
        service.register(data, actor=world.officer(), via=via)
    subject = 1 if role is Role.ORGANIZER else None
    place = "150525" if role is Role.STATION else None
    assert service.register(data, actor=world.actor(role, place=place, subject=subject), via=via)


def test_somebody_with_another_role_keeps_their_account(world: World):
    _employer_id, actor = world.employer()
    worker_id = service.register(replace(DATA, phone="", password=""), actor=actor)
    assert queries.of_user(actor.user_id).id == worker_id
    assert accounts.actor_of(actor.user_id).has(Role.EMPLOYER)


def test_a_worker_cannot_register_again(world: World):
    _worker_id, actor = world.worker()
    with pytest.raises(Conflict, match="您已经登记过了"):
        service.register(DATA, actor=actor)


def test_a_member_of_a_household_is_recognised_by_the_id_number(world: World):
    _household_id, (member_id, _other) = world.household()
    with transaction() as session:
        row = session.get_one(HouseholdMember, member_id)
        row.id_index = crypto.ring().blind_index(ID)
    found = queries.worker(service.register(DATA, actor=NOBODY))
    assert found.member_id == member_id


def test_the_first_step_names_what_is_wrong_before_the_others_are_filled(world: World):
    with pytest.raises(FieldErrors) as caught:
        service.check_person("王", "1", "1", "150525", actor=NOBODY)
    assert sorted(caught.value.errors) == ["home_code", "id_number", "name", "phone"]
    service.check_person("王秀兰", ID, "13800000001", "150525102", actor=NOBODY)
    service.register(DATA, actor=NOBODY)
    with pytest.raises(AlreadyRegistered):
        service.check_person("王秀兰", ID, "13800000009", "150525102", actor=NOBODY)
    other = id_number(date(1980, 1, 1), 4)
    with pytest.raises(PhoneTaken):
        service.check_person("王秀兰", other, "13800000001", "150525102", actor=NOBODY)
    _employer_id, actor = world.employer()
    service.check_person("王秀兰", other, "13800000001", "150525102", actor=actor)
