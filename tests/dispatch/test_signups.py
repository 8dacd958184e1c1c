"""Asking for work: who may, on which days, and what it takes."""

from datetime import date

import pytest
from sqlalchemy import select

from jobmatch.dispatch import service
from jobmatch.dispatch.errors import (
    AlreadyBooked,
    DaysOver,
    NotFit,
    NotFree,
    PostingClosed,
)
from jobmatch.dispatch.models import Signup
from jobmatch.dispatch.rules.states import SignupState
from jobmatch.infra import clock
from jobmatch.infra.db import transaction
from jobmatch.kernel.actor import SYSTEM
from jobmatch.kernel.errors import Invalid, NotFound
from tests.dispatch.support import D25, D26, D27, ask, credential, days_of, state_of, taken, told
from tests.support import instant


def test_a_sign_up_waits_for_the_employer_and_takes_no_seat(world, employer):
    posting = world.posting(employer[0])
    signup = ask(posting, world.worker())
    assert state_of(signup) == "pending"
    assert taken(posting) == [0, 0, 0]
    assert told(employer[1].user_id) == ["“{title}”有人报名：{name}"]


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


def test_generators_act_as_the_system(world, employer):
    posting = world.posting(employer[0])
    worker_id, _ = world.worker(with_account=False)
    signup = service.sign_up(posting, actor=SYSTEM, worker_id=worker_id)
    assert service.accept(signup, actor=SYSTEM).state is SignupState.ACCEPTED
