from collections.abc import Iterator
from datetime import date

import pytest
from sqlalchemy import select, update

from jobmatch.dispatch import service
from jobmatch.dispatch.errors import (
    AlreadyBooked,
    AlreadyDecided,
    DaysOver,
    NotFit,
    NotFree,
    NothingToFree,
    PostingClosed,
    TurnedDown,
)
from jobmatch.dispatch.models import EngagementDay, Signup
from jobmatch.dispatch.rules.states import SignupState
from jobmatch.infra import clock
from jobmatch.infra.db import transaction
from jobmatch.infra.events import publish
from jobmatch.kernel.actor import SYSTEM
from jobmatch.kernel.errors import Invalid, NotFound
from jobmatch.kernel.ids import PostingId
from jobmatch.postings.events import PlacesAdded, PostingCancelled
from jobmatch.postings.events import PostingClosed as ClosedEvent
from jobmatch.postings.models import Posting, PostingDay
from tests.dispatch.support import credential, days_of, engagement, state_of, taken, told
from tests.support import World, instant

D25, D26, D27 = (date(2026, 9, d) for d in (25, 26, 27))


@pytest.fixture(autouse=True)
def _in_september() -> Iterator[None]:
    with clock.at(instant(2026, 9, 20)):
        yield


@pytest.fixture
def employer(world: World):
    return world.employer()


def ask(posting_id, worker, **days):
    worker_id, actor = worker
    return service.sign_up(posting_id, actor=actor, worker_id=worker_id, **days)


def test_a_sign_up_waits_for_the_employer_and_takes_no_seat(world, employer):
    posting = world.posting(employer[0])
    signup = ask(posting, world.worker())
    assert state_of(signup) == "pending"
    assert taken(posting) == [0, 0, 0]
    assert told(employer[1].user_id) == ["“{title}”有人报名：{name}"]


def test_accepting_takes_every_day_with_a_place_on_which_the_worker_is_free(world, employer):
    posting = world.posting(employer[0])
    worker = world.worker(free=(D26, date(2026, 10, 1)))
    signup = ask(posting, worker)
    outcome = service.accept(signup, actor=employer[1])
    assert outcome == service.Outcome(SignupState.ACCEPTED, (D26, D27))
    assert taken(posting) == [0, 1, 1]
    assert days_of(worker[0]) == [D26, D27]
    assert told(worker[1].user_id) == ["您被“{title}”录用了：{first}起共 {n} 天，请按时到岗。"]


def test_accepting_twice_changes_nothing(world, employer):
    posting = world.posting(employer[0])
    signup = ask(posting, world.worker())
    service.accept(signup, actor=employer[1])
    assert service.accept(signup, actor=employer[1]).state is SignupState.ACCEPTED
    assert taken(posting) == [1, 1, 1]


def test_an_instant_posting_takes_the_seats_at_once(world, employer):
    posting = world.posting(employer[0], is_instant=True)
    signup = ask(posting, world.worker())
    assert state_of(signup) == "accepted"
    assert taken(posting) == [1, 1, 1]


def test_the_worker_may_ask_for_some_days_only(world, employer):
    posting = world.posting(employer[0], is_instant=True)
    ask(posting, world.worker(), first=D26, last=D26)
    assert taken(posting) == [0, 1, 0]


def test_a_full_posting_puts_the_worker_in_line(world, employer):
    posting = world.posting(employer[0], headcount=1, is_instant=True)
    ask(posting, world.worker())
    late = ask(posting, world.worker("张玉"))
    assert state_of(late) == "waiting"
    assert taken(posting) == [1, 1, 1]


def test_one_gets_the_days_that_are_left(world, employer):
    posting = world.posting(employer[0], headcount=1, is_instant=True)
    ask(posting, world.worker(), first=D25, last=D25)
    late = world.worker("张玉")
    assert state_of(ask(posting, late)) == "accepted"
    assert days_of(late[0]) == [D26, D27]


def test_asking_twice_gives_the_same_sign_up(world, employer):
    posting, worker = world.posting(employer[0]), world.worker()
    assert ask(posting, worker) == ask(posting, worker)


def test_the_tap_of_another_person_is_not_found(world, employer):
    posting = world.posting(employer[0])
    worker_id, _ = world.worker()
    _, other = world.worker("张玉")
    with pytest.raises(NotFound):
        service.sign_up(posting, actor=other, worker_id=worker_id)


def test_the_station_of_the_home_place_signs_up_for_a_worker_without_a_phone(world, employer):
    posting = world.posting(employer[0])
    worker_id, _ = world.worker(with_account=False)
    clerk, stranger = world.station("150525"), world.station("150430")
    with pytest.raises(NotFound):
        service.sign_up(posting, actor=stranger, worker_id=worker_id, via="desk")
    signup = service.sign_up(posting, actor=clerk, worker_id=worker_id, via="desk")
    with transaction() as session:
        assert session.get_one(Signup, signup).via == "desk"


@pytest.mark.parametrize("state", ["closed", "cancelled"])
def test_a_posting_that_is_not_open_takes_nobody(world, employer, state):
    posting = world.posting(employer[0], state=state)
    with pytest.raises(PostingClosed):
        ask(posting, world.worker())


def test_a_draft_is_not_there(world, employer):
    posting = world.posting(employer[0], state="draft")
    with pytest.raises(NotFound):
        ask(posting, world.worker())


def test_past_days_cannot_be_taken(world, employer):
    posting = world.posting(employer[0], is_instant=True)
    worker = world.worker()
    with clock.at(instant(2026, 9, 26, 18)):
        ask(posting, worker)
    assert days_of(worker[0]) == [D27]
    with clock.at(instant(2026, 9, 28, 8)), pytest.raises(DaysOver):
        ask(posting, world.worker("张玉"))


def test_days_outside_the_calendar_are_refused_with_nothing_written(world, employer):
    posting = world.posting(employer[0])
    with pytest.raises(NotFree):
        ask(posting, world.worker(free=None))
    with transaction() as session:
        assert session.scalars(select(Signup)).all() == []


@pytest.mark.parametrize(
    ("first", "last", "field"),
    [(D27, D25, "last"), (date(2026, 10, 3), date(2026, 10, 4), "first")],
)
def test_a_range_that_is_reversed_or_elsewhere_is_refused(world, employer, first, last, field):
    posting = world.posting(employer[0])
    with pytest.raises(Invalid) as refused:
        ask(posting, world.worker(), first=first, last=last)
    assert refused.value.field == field


def test_nobody_is_booked_twice_on_a_day(world, employer):
    first = world.posting(employer[0], is_instant=True)
    second = world.posting(employer[0], is_instant=True, title="装车工")
    worker = world.worker()
    ask(first, worker)
    with pytest.raises(AlreadyBooked):
        ask(second, worker)
    assert taken(second) == [0, 0, 0]


def test_a_credential_opens_the_posting_that_asks_for_it(world, employer):
    posting = world.posting(employer[0], needs_credential=True, min_level=2)
    worker = world.worker()
    with pytest.raises(NotFit):
        ask(posting, worker)
    credential(worker[0], level=1)
    with pytest.raises(NotFit):
        ask(posting, worker)
    credential_of_level_two = world.worker("张玉")
    credential(credential_of_level_two[0], level=2)
    assert state_of(ask(posting, credential_of_level_two)) == "pending"


def test_heavy_work_is_closed_to_who_is_under_18(world, employer):
    posting = world.posting(employer[0], load="heavy")
    with pytest.raises(NotFit):
        ask(posting, world.worker(born=date(2009, 1, 1)))


def test_declining_tells_the_worker_and_bars_this_posting(world, employer):
    posting, worker = world.posting(employer[0]), world.worker()
    signup = ask(posting, worker)
    service.decline(signup, actor=employer[1], note="人已够")
    assert state_of(signup) == "declined"
    assert told(worker[1].user_id) == ["“{title}”这次没有录用您：{note}"]
    with pytest.raises(AlreadyDecided):
        service.decline(signup, actor=employer[1])
    with pytest.raises(AlreadyDecided):
        service.accept(signup, actor=employer[1])
    with pytest.raises(TurnedDown):
        ask(posting, worker)


def test_a_foreign_employer_cannot_answer(world, employer):
    signup = ask(world.posting(employer[0]), world.worker())
    _, foreign = world.employer("红山口农场")
    for verb in (service.accept, service.decline):
        with pytest.raises(NotFound):
            verb(signup, actor=foreign)
    with pytest.raises(NotFound):
        service.cancel(signup, actor=foreign, reason="x")


def test_undoing_frees_the_seats_and_one_may_sign_up_again(world, employer):
    posting, worker = world.posting(employer[0], is_instant=True), world.worker()
    signup = ask(posting, worker)
    service.withdraw(signup, actor=worker[1])
    assert (state_of(signup), taken(posting)) == ("withdrawn", [0, 0, 0])
    assert engagement(signup) == ("cancelled", "worker")
    assert ask(posting, worker) == signup
    assert taken(posting) == [1, 1, 1]
    assert engagement(signup) == ("active", None)


def test_withdrawing_twice_is_refused(world, employer):
    worker = world.worker()
    signup = ask(world.posting(employer[0]), worker)
    service.withdraw(signup, actor=worker[1])
    with pytest.raises(AlreadyDecided):
        service.withdraw(signup, actor=worker[1])


def test_cancelling_keeps_past_days_and_frees_the_days_to_come(world, employer):
    posting, worker = world.posting(employer[0], is_instant=True), world.worker()
    signup = ask(posting, worker)
    with clock.at(instant(2026, 9, 26, 9)):
        service.withdraw(signup, actor=worker[1])
    assert days_of(worker[0]) == [D25, D26]
    assert taken(posting) == [1, 1, 0]


def test_work_that_is_over_cannot_be_cancelled(world, employer):
    posting, worker = world.posting(employer[0], is_instant=True), world.worker()
    signup = ask(posting, worker)
    with clock.at(instant(2026, 9, 27, 9)):
        with pytest.raises(NothingToFree):
            service.withdraw(signup, actor=worker[1])
        with pytest.raises(NothingToFree):
            service.cancel(signup, actor=employer[1], reason="下雨")
    assert state_of(signup) == "accepted"


def test_one_day_can_be_given_back_alone(world, employer):
    posting, worker = world.posting(employer[0], is_instant=True), world.worker()
    signup = ask(posting, worker)
    service.withdraw(signup, actor=worker[1], day=D26)
    assert (state_of(signup), taken(posting)) == ("accepted", [1, 0, 1])


def test_a_day_with_attendance_is_kept(world, employer):
    from jobmatch.attendance.models import AttendanceEvent

    posting, worker = world.posting(employer[0], is_instant=True), world.worker()
    signup = ask(posting, worker)
    with clock.at(instant(2026, 9, 25, 7)):
        with transaction() as session:
            day = session.scalars(select(EngagementDay).where(EngagementDay.work_date == D25)).one()
            session.add(
                AttendanceEvent(
                    uid="a", engagement_day_id=day.id, worker_id=worker[0], work_date=D25,
                    kind="check_in", via="self", happened_at=clock.now(), recorded_at=clock.now(),
                )
            )  # fmt: skip
        service.withdraw(signup, actor=worker[1])
    assert days_of(worker[0]) == [D25]
    assert taken(posting) == [1, 0, 0]


def test_the_employer_cancels_with_a_reason_that_the_worker_reads(world, employer):
    posting, worker = world.posting(employer[0], is_instant=True), world.worker()
    signup = ask(posting, worker)
    with pytest.raises(Invalid):
        service.cancel(signup, actor=employer[1], reason=" ")
    service.cancel(signup, actor=employer[1], reason="机器坏了")
    assert (state_of(signup), taken(posting)) == ("declined", [0, 0, 0])
    assert engagement(signup) == ("cancelled", "employer")
    assert told(worker[1].user_id)[-1] == "用工方取消了您在“{title}”的录用：{reason}"


def test_a_note_of_more_than_200_characters_is_refused(world, employer):
    signup = ask(world.posting(employer[0]), world.worker())
    with pytest.raises(Invalid):
        service.decline(signup, actor=employer[1], note="字" * 201)


# the waiting list


def test_freed_places_go_to_who_waited_longest(world, employer):
    posting = world.posting(employer[0], headcount=1, is_instant=True)
    holder, second, third = world.worker(), world.worker("张玉"), world.worker("李梅")
    signup = ask(posting, holder)
    with clock.at(instant(2026, 9, 21)):
        late = ask(posting, third)
    early = ask(posting, second)
    service.withdraw(signup, actor=holder[1])
    assert (state_of(early), state_of(late)) == ("accepted", "waiting")
    assert days_of(second[0]) == [D25, D26, D27]
    assert told(second[1].user_id) == [
        "您候补的“{title}”有名额了，{first}起共 {n} 天，请按时到岗。"
    ]


def test_each_freed_day_goes_to_the_first_in_line_who_is_free(world, employer):
    posting = world.posting(employer[0], headcount=1, is_instant=True)
    holder = world.worker()
    first = world.worker("张玉", free=(D26, D26))
    second = world.worker("李梅")
    signup = ask(posting, holder)
    ask(posting, first)
    ask(posting, second)
    service.withdraw(signup, actor=holder[1])
    assert days_of(first[0]) == [D26]
    assert days_of(second[0]) == [D25, D27]
    assert taken(posting) == [1, 1, 1]


def test_more_places_move_the_waiting_list(world, employer):
    posting = world.posting(employer[0], headcount=1, is_instant=True)
    ask(posting, world.worker())
    late = ask(posting, world.worker("张玉"))
    with transaction() as session:
        session.execute(update(PostingDay).where(PostingDay.work_date == D26).values(headcount=2))
        publish(session, PlacesAdded(PostingId(posting)))
    assert state_of(late) == "accepted"
    assert taken(posting) == [1, 2, 1]


def test_who_becomes_free_gets_the_other_work_that_they_wait_for(world, employer):
    wanted = world.posting(employer[0], headcount=1, is_instant=True)
    other = world.posting(employer[0], is_instant=True, title="装车工")
    holder, worker = world.worker(), world.worker("张玉")
    first = ask(wanted, holder)
    waiting = ask(wanted, worker)
    booked = ask(other, worker)
    service.withdraw(first, actor=holder[1])
    assert state_of(waiting) == "waiting"
    service.withdraw(booked, actor=worker[1])
    assert state_of(waiting) == "accepted"
    assert taken(wanted) == [1, 1, 1]


def test_the_employer_accepts_all_in_the_order_in_which_they_asked(world, employer):
    posting = world.posting(employer[0], headcount=2)
    asked = [ask(posting, world.worker(name)) for name in ("王一", "王二", "王三")]
    counts = service.accept_all(posting, actor=employer[1])
    assert counts == {SignupState.ACCEPTED: 2, SignupState.WAITING: 1}
    assert [state_of(s) for s in asked] == ["accepted", "accepted", "waiting"]


def test_accepting_all_leaves_who_may_not_be_engaged(world, employer):
    posting = world.posting(employer[0])
    asked = ask(posting, world.worker())
    with transaction() as session:
        session.get_one(Posting, posting).needs_credential = True
    assert service.accept_all(posting, actor=employer[1])[SignupState.ACCEPTED] == 0
    assert state_of(asked) == "pending"
    assert taken(posting) == [0, 0, 0]


def test_waiting_again_does_not_lose_the_place_in_line(world, employer):
    posting = world.posting(employer[0], headcount=1, is_instant=True)
    ask(posting, world.worker())
    late = ask(posting, world.worker("张玉"))
    with clock.at(instant(2026, 9, 22)):
        assert service.accept(late, actor=employer[1]).state is SignupState.WAITING
    with transaction() as session:
        assert session.get_one(Signup, late).waiting_since == instant(2026, 9, 20)


# when the posting changes


def test_a_cancelled_posting_frees_everybody_and_tells_them(world, employer):
    posting = world.posting(employer[0], is_instant=True)
    worker = world.worker()
    signup = ask(posting, worker)
    with transaction() as session:
        session.get_one(Posting, posting).state = "cancelled"
        publish(session, PostingCancelled(PostingId(posting), "甘薯分拣工", "下冰雹"))
    assert (state_of(signup), taken(posting)) == ("declined", [0, 0, 0])
    assert engagement(signup) == ("cancelled", "employer")
    assert told(worker[1].user_id) == ["“{title}”取消了：{words}"]


def test_a_closed_posting_keeps_who_is_engaged_and_ends_who_asks(world, employer):
    posting = world.posting(employer[0])
    engaged, asking = world.worker(), world.worker("张玉")
    first, second = ask(posting, engaged), ask(posting, asking)
    service.accept(first, actor=employer[1])
    with transaction() as session:
        session.get_one(Posting, posting).state = "closed"
        publish(session, ClosedEvent(PostingId(posting)))
    assert (state_of(first), state_of(second)) == ("accepted", "declined")
    assert taken(posting) == [1, 1, 1]


def test_generators_act_as_the_system(world, employer):
    posting = world.posting(employer[0])
    worker_id, _ = world.worker(with_account=False)
    signup = service.sign_up(posting, actor=SYSTEM, worker_id=worker_id)
    assert service.accept(signup, actor=SYSTEM).state is SignupState.ACCEPTED
