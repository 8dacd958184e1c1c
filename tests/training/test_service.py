from datetime import date

import pytest

from jobmatch.brands import people
from jobmatch.infra import clock
from jobmatch.kernel.errors import Invalid, NotAllowed, NotFound
from jobmatch.notify import queries as notices
from jobmatch.training import offers, queries, rules, service
from jobmatch.training.rules import EnrolmentState, SessionState
from tests.support import World, instant
from tests.training.support import session_of

AUG = date(2026, 8, 10)


@pytest.fixture(autouse=True)
def _day():
    with clock.at(instant(2026, 8, 1)):
        yield


def taken(session_id: int) -> int:
    row = queries.session(session_id)
    assert row is not None
    return row.taken


def test_a_worker_takes_a_seat_and_gives_it_back(world: World) -> None:
    key = session_of(world.officer())
    worker_id, worker = world.worker()
    enrolment = service.enrol(key, worker_id, actor=worker)
    assert taken(key) == 1
    with pytest.raises(rules.AlreadyEnrolled):
        service.enrol(key, worker_id, actor=worker)
    service.cancel(enrolment, actor=worker)
    with pytest.raises(rules.AlreadyDecided):
        service.cancel(enrolment, actor=worker)
    assert taken(key) == 0
    assert service.enrol(key, worker_id, actor=worker) == enrolment


def test_the_last_seat_is_given_once(world: World) -> None:
    key = session_of(world.officer(), seats=1)
    one, first = world.worker()
    two, second = world.worker("李秀英")
    service.enrol(key, one, actor=first)
    with pytest.raises(rules.NoSeatLeft):
        service.enrol(key, two, actor=second)
    assert taken(key) == 1


def test_two_sessions_on_one_day_are_refused(world: World) -> None:
    officer = world.officer()
    one = session_of(officer, first=AUG, last=date(2026, 8, 12))
    other = session_of(officer, first=date(2026, 8, 12), last=date(2026, 8, 13))
    worker_id, worker = world.worker()
    service.enrol(one, worker_id, actor=worker)
    with pytest.raises(rules.OtherTraining):
        service.enrol(other, worker_id, actor=worker)


def test_nobody_enrols_a_stranger(world: World) -> None:
    key = session_of(world.officer())
    worker_id, _ = world.worker()
    _, other = world.worker("路人")
    _, organizer = world.brand()
    for actor in (other, organizer, world.officer("150430")):
        with pytest.raises(NotAllowed):
            service.enrol(key, worker_id, actor=actor)


def test_the_desk_enrols_a_worker_of_its_place_who_hears_of_it(world: World) -> None:
    key = session_of(world.officer())
    worker_id, worker = world.worker()
    service.enrol(key, worker_id, actor=world.station("150525102"))
    assert queries.enrolments(key)[0].via == "desk"
    assert "已替您报名" in str(notices.notices(worker.user_id)[0].said)


def test_an_organizer_enrols_members_and_hears_who_could_not_be(world: World) -> None:
    brand_id, organizer = world.brand()
    key = session_of(organizer, brand_id=brand_id, seats=1)
    members = [world.worker(f"成员{n}")[0] for n in range(2)]
    stranger, _ = world.worker("路人")
    for worker_id in members:
        world.member(brand_id, worker_id)
    skipped = service.enrol_members(key, [*members, stranger], actor=organizer)
    assert {(one.name, str(one.why)) for one in skipped} == {
        ("成员1", "这一期已经报满了。"),
        ("路人", "您没有权限做这件事。"),
    }
    assert (taken(key), queries.enrolments(key)[0].via) == (1, "brand")


def test_presence_is_kept_by_day_and_may_be_corrected(world: World) -> None:
    officer = world.officer()
    key = session_of(officer)
    _, enrolment = enrolled(world, key)
    with clock.at(instant(2026, 8, 11)):
        service.mark_presence(key, AUG, {enrolment: True}, actor=officer)
        service.mark_presence(key, date(2026, 8, 11), {enrolment: True}, actor=officer)
        service.mark_presence(key, AUG, {enrolment: False}, actor=officer)
    row = queries.enrolments(key)[0]
    assert row.presence == {AUG: False, date(2026, 8, 11): True}
    assert row.days_present == 1


def enrolled(world: World, key: int) -> tuple[int, int]:
    """A new worker in the session: the worker's key and the enrolment's."""
    worker_id, worker = world.worker()
    return worker_id, service.enrol(key, worker_id, actor=worker)


def test_presence_of_foreign_enrolments_is_not_marked(world: World) -> None:
    officer = world.officer()
    key, other = session_of(officer), session_of(officer)
    _, enrolment = enrolled(world, other)
    with clock.at(instant(2026, 8, 11)), pytest.raises(NotFound):
        service.mark_presence(key, AUG, {enrolment: True}, actor=officer)


def test_a_pass_gives_the_credential_with_level_and_day(world: World) -> None:
    officer = world.officer()
    key = session_of(officer, level=2)
    worker_id, enrolment = enrolled(world, key)
    with pytest.raises(rules.NotBegun):
        service.decide(key, {enrolment: True}, actor=officer)
    with clock.at(instant(2026, 8, 11)):
        service.mark_presence(key, AUG, {enrolment: True}, actor=officer)
        service.decide(key, {enrolment: True}, actor=officer)
        service.finish(key, actor=officer)
    proof = people.credentials(worker_id)[0]
    assert (proof.skill.id, proof.level, proof.issued_on) == (
        "ag.swpotato.sort", 2, date(2026, 8, 11),
    )  # fmt: skip
    record = queries.worker_record(worker_id)[0]
    assert (record.state, record.days_present, record.session.state) == (
        EnrolmentState.PASSED, 1, SessionState.DONE,
    )  # fmt: skip


def test_one_refused_result_leaves_all_unwritten(world: World) -> None:
    officer = world.officer()
    key = session_of(officer)
    one, there = enrolled(world, key)
    two, away = enrolled(world, key)
    with clock.at(instant(2026, 8, 11)):
        service.mark_presence(key, AUG, {there: True, away: False}, actor=officer)
        with pytest.raises(rules.NeverPresent):
            service.decide(key, {there: True, away: True}, actor=officer)
        assert people.credentials(one) == people.credentials(two) == []
        service.decide(key, {there: True, away: False}, actor=officer)
    assert {e.state for e in queries.enrolments(key)} == {
        EnrolmentState.PASSED, EnrolmentState.FAILED,
    }  # fmt: skip


def test_a_session_with_open_results_is_not_done(world: World) -> None:
    officer = world.officer()
    key = session_of(officer)
    enrolled(world, key)
    with clock.at(instant(2026, 8, 11)), pytest.raises(rules.Undecided):
        service.finish(key, actor=officer)


def test_a_cancelled_session_tells_its_people_and_frees_them(world: World) -> None:
    officer = world.officer()
    key = session_of(officer)
    worker_id, worker = world.worker()
    service.enrol(key, worker_id, actor=worker)
    service.cancel_session(key, "老师病了", actor=officer)
    assert "老师病了" in str(notices.notices(worker.user_id)[0].said)
    assert queries.worker_record(worker_id) == []
    with pytest.raises(rules.NotOpen):
        service.enrol(key, worker_id, actor=worker)
    service.enrol(session_of(officer), worker_id, actor=worker)


def test_seats_never_fall_below_those_taken(world: World) -> None:
    officer = world.officer()
    key = session_of(officer)
    enrolled(world, key)
    enrolled(world, key)

    def change(seats: int) -> None:
        service.update_session(
            key, venue="村部", trainer="李老师", starts_at=480, seats=seats, actor=officer
        )

    with pytest.raises(rules.NoSeatLeft):
        change(1)
    change(2)
    row = queries.session(key)
    assert row is not None
    assert (row.venue, row.seats, row.left) == ("村部", 2, 0)


def test_an_officer_teaches_only_in_the_own_places(world: World) -> None:
    with pytest.raises(Invalid):
        session_of(world.officer("150430"))


def test_a_foreign_course_is_not_found(world: World) -> None:
    brand_id, organizer = world.brand()
    key = session_of(organizer, brand_id=brand_id)
    _, other = world.brand("别家")
    with pytest.raises(NotFound):
        service.cancel_session(key, "", actor=other)
    with pytest.raises(NotFound):
        queries.own_session(key, other)
    assert queries.session_for(key, world.officer("1505")).id == key


def test_next_sessions_leave_out_full_and_past_ones(world: World) -> None:
    officer = world.officer()
    later = session_of(officer, first=date(2026, 8, 20), last=date(2026, 8, 20))
    sooner = session_of(officer)
    full = session_of(officer, seats=1, first=date(2026, 8, 15), last=date(2026, 8, 15))
    enrolled(world, full)
    found = queries.next_sessions(["ag.swpotato.sort", "lv.sheep.shear"], date(2026, 8, 5))
    assert {k: [s.id for s in v] for k, v in found.items()} == {
        "ag.swpotato.sort": [sooner, later],
        "lv.sheep.shear": [],
    }
    assert [
        s.id
        for s in queries.next_sessions(["ag.swpotato.sort"], date(2026, 8, 15))["ag.swpotato.sort"]
    ] == [later]


def test_a_worker_is_offered_sessions_for_own_skills_and_for_postings_that_want_proof(
    world: World,
) -> None:
    officer = world.officer()
    own = session_of(officer, first=date(2026, 8, 5), last=date(2026, 8, 5))
    wanted = session_of(officer, skill_id="ag.potato.dig")
    session_of(officer, skill_id="lv.sheep.shear")
    employer_id, _ = world.employer()
    world.posting(employer_id, skill_id="ag.potato.dig", needs_credential=True)
    worker_id, worker = world.worker()
    found = offers.offers_for(worker_id, date(2026, 8, 1))
    assert [(o.session.id, str(o.why)) for o in found] == [
        (wanted, "附近有 1 个招工要这个证书。"),
        (own, "合格后有证书，记在您名下。"),
    ]
    other = session_of(officer, skill_id="lv.sheep.shear")
    asked = offers.offers_for(worker_id, date(2026, 8, 1), other)
    assert [o.session.id for o in asked] == [other, wanted, own]
    service.enrol(own, worker_id, actor=worker)
    assert [o.session.id for o in offers.offers_for(worker_id, date(2026, 8, 1))] == [wanted]


def test_a_household_shows_the_training_of_its_members(world: World) -> None:
    household_id, members = world.household()
    worker_id, worker = world.worker(member_id=members[0])
    service.enrol(session_of(world.officer()), worker_id, actor=worker)
    rows = queries.household_record(household_id)
    assert [(r.member_id, r.worker_id, r.record.state) for r in rows] == [
        (members[0], worker_id, EnrolmentState.ENROLLED)
    ]
