from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select

from jobmatch.accounts import service as accounts
from jobmatch.accounts.service import PhoneTaken
from jobmatch.infra import clock
from jobmatch.infra.audit import AuditEntry
from jobmatch.infra.db import reading, transaction
from jobmatch.kernel.actor import SYSTEM, Role
from jobmatch.kernel.errors import Conflict, FieldErrors, Invalid, NotAllowed, NotFound
from jobmatch.kernel.periods import Days
from jobmatch.workers import queries, service
from jobmatch.workers.models import Worker, WorkerSkill
from jobmatch.workers.rules.limits import Limits
from tests.support import World

NOON = datetime(2026, 9, 1, 4, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _noon(app):
    with clock.at(NOON):
        yield


def test_skills_are_replaced_and_kept_ones_keep_their_level(world: World):
    worker_id, actor = world.worker(skills=("ag.swpotato.sort", "ag.potato.dig"))
    with transaction() as session:
        session.get_one(WorkerSkill, (worker_id, "ag.swpotato.sort")).level = 3
    service.update_skills(
        worker_id, {"ag.swpotato.sort": "", "lv.sheep.shear": "剪毛"}, "剪毛", actor=actor
    )
    assert [(s.skill_id, s.level, s.words) for s in queries.profile(worker_id).skills] == [
        ("ag.swpotato.sort", 3, ""),
        ("lv.sheep.shear", 1, "剪毛"),
    ]
    assert queries.worker(worker_id).said == "剪毛"
    service.update_skills(worker_id, {"lv.sheep.shear": ""}, actor=actor)
    assert queries.worker(worker_id).said == "剪毛"


def test_no_skill_at_all_is_refused(world: World):
    worker_id, actor = world.worker()
    with pytest.raises(FieldErrors, match="请至少选一样会干的活。"):
        service.update_skills(worker_id, {}, actor=actor)
    assert len(queries.profile(worker_id).skills) == 1


def test_days_are_replaced_and_days_over_are_left_out(world: World):
    worker_id, actor = world.worker()
    service.update_days(worker_id, [Days(date(2026, 8, 1), date(2026, 9, 5))], actor=actor)
    assert queries.profile(worker_id).free == (Days(date(2026, 9, 1), date(2026, 9, 5)),)


def test_no_day_ahead_is_refused_and_the_old_days_stay(world: World):
    worker_id, actor = world.worker(free=(date(2026, 9, 1), date(2026, 9, 2)))
    with pytest.raises(Invalid) as caught:
        service.update_days(worker_id, [], actor=actor)
    assert caught.value.field == "days"
    assert queries.profile(worker_id).free == (Days(date(2026, 9, 1), date(2026, 9, 2)),)


def test_a_profile_shows_days_from_today_on(world: World):
    worker_id, _actor = world.worker(free=(date(2026, 8, 1), date(2026, 9, 2)))
    assert queries.profile(worker_id).free == (Days(date(2026, 9, 1), date(2026, 9, 2)),)


def test_limits_are_checked_and_saved(world: World):
    worker_id, actor = world.worker()
    wanted = Limits(max_km=100, stays_away=True, least_day_fen=20_000)
    service.update_limits(worker_id, wanted, actor=actor)
    assert queries.worker(worker_id).limits == wanted
    with pytest.raises(FieldErrors):
        service.update_limits(worker_id, Limits(max_km=0), actor=actor)
    assert queries.worker(worker_id).limits == wanted


def test_home_and_phone_are_saved_and_the_point_follows(world: World):
    worker_id, actor = world.worker()
    service.update_person(worker_id, "150430100201", "13911112222", actor=actor)
    found = queries.worker(worker_id)
    assert (found.home_code, found.lon, found.phone) == ("150430100201", 119.9, "13911112222")
    service.update_person(worker_id, "150430100201", "", actor=actor)
    assert queries.worker(worker_id).phone is None
    with pytest.raises(FieldErrors) as caught:
        service.update_person(worker_id, "1505", "12", actor=actor)
    assert sorted(caught.value.errors) == ["home_code", "phone"]


def test_matching_by_machine_can_be_refused_and_wanted_again(world: World):
    worker_id, actor = world.worker()
    service.set_matching(worker_id, False, actor=actor)
    assert queries.worker(worker_id).matching_opt_out is True
    service.set_matching(worker_id, True, actor=actor)
    assert queries.worker(worker_id).matching_opt_out is False


def test_a_worker_leaves_and_comes_back(world: World):
    worker_id, actor = world.worker()
    service.leave(worker_id, actor=actor)
    assert queries.worker(worker_id).is_active is False
    service.come_back(worker_id, actor=actor)
    assert queries.worker(worker_id).is_active is True


def test_nobody_else_changes_a_worker(world: World):
    worker_id, _actor = world.worker()
    _other_id, other = world.worker(name="李桂花")
    for stranger in (other, world.officer(), world.station("150430"), world.employer()[1]):
        with pytest.raises(NotFound):
            service.leave(worker_id, actor=stranger)
        with pytest.raises(NotFound):
            queries.changeable_by(stranger, worker_id)
    assert queries.worker(worker_id).is_active is True


def test_the_station_of_the_home_place_changes_a_worker(world: World):
    worker_id, _actor = world.worker(with_account=False)
    service.leave(worker_id, actor=world.station("150525"))
    assert queries.worker(worker_id).is_active is False


def test_who_may_see_a_worker(world: World):
    worker_id, actor = world.worker()
    brand_id, organizer = world.brand()
    assert queries.seen_by(actor, worker_id).id == worker_id
    assert queries.seen_by(SYSTEM, worker_id).id == worker_id
    assert queries.seen_by(world.officer("150525102"), worker_id).id == worker_id
    assert queries.seen_by(world.station("1505"), worker_id).id == worker_id
    assert queries.seen_by(organizer, worker_id, [brand_id]).id == worker_id
    for stranger in (world.officer("150430"), world.employer()[1], organizer):
        with pytest.raises(NotFound):
            queries.seen_by(stranger, worker_id)


def test_an_unknown_worker_is_not_found():
    with pytest.raises(NotFound):
        queries.seen_by(SYSTEM, 999)
    with pytest.raises(NotFound):
        queries.profile(999)
    assert queries.worker(999) is None
    assert queries.of_user(None) is None
    assert queries.of_user(999) is None


def test_a_credential_is_given_once_and_enters_the_skill_with_its_level(world: World):
    worker_id, _actor = world.worker(skills=("ag.potato.dig",))
    for _twice in range(2):
        with transaction() as session:
            service.give_credential(
                session, worker_id, "ag.swpotato.sort", 2, date(2026, 8, 20),
                ref="session:1", origin="training", actor=SYSTEM,
            )  # fmt: skip
    found = queries.profile(worker_id)
    assert [(c.skill_id, c.level, c.issued_on) for c in found.credentials] == [
        ("ag.swpotato.sort", 2, date(2026, 8, 20))
    ]
    assert [(s.skill_id, s.level) for s in found.skills] == [
        ("ag.swpotato.sort", 2),
        ("ag.potato.dig", 1),
    ]


def test_a_credential_never_lowers_a_level(world: World):
    worker_id, _actor = world.worker()
    with transaction() as session:
        session.get_one(WorkerSkill, (worker_id, "ag.swpotato.sort")).level = 3
        service.give_credential(
            session, worker_id, "ag.swpotato.sort", 1, date(2026, 8, 20),
            ref="session:1", origin="training", actor=SYSTEM,
        )  # fmt: skip
    assert queries.profile(worker_id).skills[0].level == 3


def test_the_desk_opens_an_account_later(world: World):
    worker_id, _none = world.worker(with_account=False)
    clerk = world.station()
    user_id = service.open_account(worker_id, "13700000001", "harvest-2026", actor=clerk)
    assert accounts.actor_of(user_id).worker_id == worker_id
    assert queries.of_user(user_id).phone == "13700000001"
    with pytest.raises(Conflict, match="已经有登录账号"):
        service.open_account(worker_id, "13700000002", "harvest-2026", actor=clerk)


def test_an_account_is_opened_by_the_desk_alone_and_with_a_free_phone(world: World):
    worker_id, _none = world.worker(with_account=False)
    with pytest.raises(NotFound):
        service.open_account(worker_id, "13700000001", "harvest-2026", actor=world.officer())
    with pytest.raises(NotAllowed):
        service.open_account(worker_id, "13700000001", "harvest-2026", actor=SYSTEM)
    taken = world.user(phone="13700000003")
    assert taken
    with pytest.raises(PhoneTaken):
        service.open_account(worker_id, "13700000003", "harvest-2026", actor=world.station())
    assert queries.worker(worker_id).user_id is None


def test_search_finds_by_name_phone_and_id_number_within_the_scope(world: World):
    here, _ = world.worker(name="王秀兰")
    there, _ = world.worker(name="王秀兰", home="150430100201")
    clerk = world.station("150525")
    assert [row.id for row in queries.search(clerk, "秀兰").rows] == [here]
    assert [row.id for row in queries.search(world.station("15"), "秀兰").rows] == [there, here]
    with transaction() as session:
        session.get_one(Worker, here).phone = "13911112222"
        index = session.get_one(Worker, here).id_index
    assert [row.id for row in queries.search(clerk, "139 1111").rows] == [here]
    assert queries.search(clerk, "13922").total == 0
    with transaction() as session:
        from jobmatch.infra import crypto

        row = session.get_one(Worker, here)
        number = crypto.ring().open(row.id_sealed, place=f"worker.id_number:{row.uid}")
        assert index == crypto.ring().blind_index(number)
    assert [row.id for row in queries.search(clerk, number.lower()).rows] == [here]
    assert queries.search(world.employer()[1], "秀兰").total == 0


def test_the_number_on_the_slip_finds_the_worker(world: World):
    worker_id, _ = world.worker()
    number = queries.worker(worker_id).number
    assert [row.id for row in queries.search(world.station(), number).rows] == [worker_id]


def test_the_phone_of_the_account_finds_the_worker_too(world: World):
    worker_id, actor = world.worker()
    phone = accounts_phone(actor.user_id)
    assert [row.id for row in queries.search(world.station(), phone).rows] == [worker_id]


def accounts_phone(user_id: int) -> str:
    from jobmatch.accounts import queries as users

    return users.signed_in(user_id).phone


def test_a_clerk_sees_whom_they_registered_from_elsewhere(world: World):
    clerk = world.station("150525")
    worker_id, _ = world.worker(home="150430100201", registered_by=clerk.user_id)
    assert [row.id for row in queries.search(clerk, "").rows] == [worker_id]
    assert queries.seen_by(clerk, worker_id).id == worker_id


def test_todays_registrations_end_at_midnight_in_shanghai(world: World):
    clerk = world.station()
    with clock.at(datetime(2026, 8, 31, 15, 59, tzinfo=UTC)):
        world.worker(name="昨天")
    with clock.at(datetime(2026, 8, 31, 16, 1, tzinfo=UTC)):
        today, _ = world.worker(name="今天")
    assert [row.id for row in queries.registered_today(clerk).rows] == [today]


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ("王秀兰", "name"),
        ("138 0000", "phone"),
        ("000 042", "number"),
        ("11010519491231002x", "id_number"),
        # Digits to Python, but no numbers of ours: the database could not read them.
        ("²", "name"),
        ("٣٤", "name"),
        ("²" * 17 + "x", "name"),
    ],
)
def test_the_kind_of_a_search(words, kind):
    assert queries.kind_of(words) == kind


@pytest.mark.parametrize("words", ["²", "٣٤", "²" * 17 + "x", "9" * 400])
def test_odd_digits_find_nobody(world: World, words: str):
    world.worker()
    assert queries.search(world.station(), words).rows == []


def test_a_search_is_written_down_without_its_words(world: World):
    clerk = world.station()
    service.note_search("name", 3, actor=clerk)
    entry = reading().scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
    assert (entry.action, entry.detail) == ("worker.search", {"by": "name", "found": 3})
    with pytest.raises(NotAllowed):
        service.note_search("name", 3, actor=world.actor(Role.ORGANIZER, subject=1))


def test_profiles_of_many_take_a_fixed_number_of_queries(world: World):
    ids = [world.worker(name=f"王秀{n}")[0] for n in range(5)]
    assert list(queries.profiles(ids)) == ids
    assert queries.names(ids)[ids[0]] == "王秀0"
    assert queries.names([]) == {}
    assert queries.workers([]) == {}


def test_the_number_on_the_slip_and_the_age():
    row = queries.WorkerRow(
        id=1042, uid="", user_id=None, name="王秀兰", phone=None, sex="F", born=date(1972, 9, 2),
        id_masked="", home_code="", lon=0.0, lat=0.0, said="", limits=Limits(),
        matching_opt_out=False, registered_via="desk", member_id=None, created_at=NOON,
        is_active=True,
    )  # fmt: skip
    assert (row.number, row.age) == ("001 042", 53)
