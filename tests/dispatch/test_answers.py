"""The employer accepts and declines."""

from datetime import date

import pytest

from jobmatch.dispatch import service
from jobmatch.dispatch.errors import (
    AlreadyDecided,
    TurnedDown,
)
from jobmatch.dispatch.rules.states import SignupState
from jobmatch.infra.db import transaction
from jobmatch.kernel.errors import Invalid, NotFound
from jobmatch.postings.models import Posting
from tests.dispatch.support import D26, D27, ask, days_of, state_of, taken, told


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


def test_a_note_of_more_than_200_characters_is_refused(world, employer):
    signup = ask(world.posting(employer[0]), world.worker())
    with pytest.raises(Invalid):
        service.decline(signup, actor=employer[1], note="字" * 201)
