"""The waiting list: who gets the places that become free."""

from sqlalchemy import update

from jobmatch.dispatch import service
from jobmatch.dispatch.models import Signup
from jobmatch.dispatch.rules.states import SignupState
from jobmatch.infra import clock
from jobmatch.infra.db import transaction
from jobmatch.infra.events import publish
from jobmatch.kernel.ids import PostingId
from jobmatch.postings.events import PlacesAdded
from jobmatch.postings.models import PostingDay
from tests.dispatch.support import D25, D26, D27, ask, days_of, state_of, taken, told
from tests.support import instant


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


def test_waiting_again_does_not_lose_the_place_in_line(world, employer):
    posting = world.posting(employer[0], headcount=1, is_instant=True)
    ask(posting, world.worker())
    late = ask(posting, world.worker("张玉"))
    with clock.at(instant(2026, 9, 22)):
        assert service.accept(late, actor=employer[1]).state is SignupState.WAITING
    with transaction() as session:
        assert session.get_one(Signup, late).waiting_since == instant(2026, 9, 20)
