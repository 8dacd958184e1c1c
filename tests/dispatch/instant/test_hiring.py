"""Asking for people for today or tomorrow, and their answers."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from jobmatch.dispatch import instant, instant_queries, own_work, service
from jobmatch.dispatch.errors import (
    AllTaken,
    AlreadyAsking,
    AlreadyBooked,
    DaysOver,
    PostingClosed,
)
from jobmatch.dispatch.instant_asking import advance
from jobmatch.dispatch.instant_models import InstantHire, InstantOffer
from jobmatch.infra import clock
from jobmatch.infra.db import reading, transaction
from jobmatch.kernel.errors import Invalid, NotFound
from jobmatch.workers.models import Worker
from tests.dispatch.support import days_of, taken, told
from tests.support import instant as at

NOW = at(2026, 9, 24, 9)
TOMORROW = date(2026, 9, 25)


@pytest.fixture(autouse=True)
def _morning():
    with clock.at(NOW):
        yield


@pytest.fixture
def crowd(world):
    """Ten who fit, in the order of their keys: all live in the same village."""
    return [world.worker(f"候{n}") for n in range(10)]


def offers(hire_id: int) -> dict[int, str]:
    with transaction() as session:
        found = select(InstantOffer).where(InstantOffer.hire_id == hire_id)
        return {o.worker_id: o.state for o in session.scalars(found)}


def offer_of(hire_id: int, worker_id: int) -> int:
    return (
        reading()
        .scalars(
            select(InstantOffer.id).where(
                InstantOffer.hire_id == hire_id, InstantOffer.worker_id == worker_id
            )
        )
        .one()
    )


def state(hire_id: int) -> tuple[str, int]:
    with transaction() as session:
        row = session.get_one(InstantHire, hire_id)
        return row.state, row.filled


def say(hire_id: int, who, yes: bool = True):
    return instant.answer(offer_of(hire_id, who[0]), yes, actor=who[1])


def test_the_first_wave_is_three_for_each_place_the_best_first(world, crowd):
    employer, boss = world.employer()
    hire = instant.ask(world.posting(employer), TOMORROW, 2, actor=boss)
    found = offers(hire)
    assert [found[w] for w, _ in crowd] == ["asked"] * 6 + ["queued"] * 4
    assert len(told(crowd[0][1].user_id)) == 1
    assert told(crowd[6][1].user_id) == []


def test_a_yes_takes_the_seat_and_the_last_one_ends_the_hire(world, crowd):
    employer, boss = world.employer()
    posting = world.posting(employer)
    hire = instant.ask(posting, TOMORROW, 2, actor=boss)
    say(hire, crowd[0])
    assert state(hire) == ("open", 1)
    say(hire, crowd[1])
    assert state(hire) == ("filled", 2)
    assert taken(posting) == [2, 0, 0]
    assert days_of(crowd[0][0]) == [TOMORROW]
    assert own_work.of_worker(crowd[0][0]).days[0].work_date == TOMORROW


def test_who_answers_too_late_is_told_kindly_and_gets_nothing(world, crowd):
    employer, boss = world.employer()
    hire = instant.ask(world.posting(employer), TOMORROW, 1, actor=boss)
    say(hire, crowd[0])
    assert offers(hire)[crowd[1][0]] == "late"
    assert "已招满" in told(crowd[1][1].user_id)[-1]
    with pytest.raises(AllTaken):
        say(hire, crowd[1])
    assert days_of(crowd[1][0]) == []


def test_a_no_asks_the_next_in_line_at_once(world, crowd):
    employer, boss = world.employer()
    hire = instant.ask(world.posting(employer), TOMORROW, 1, actor=boss)
    say(hire, crowd[0], yes=False)
    found = offers(hire)
    assert [found[w] for w, _ in crowd[:5]] == ["no", "asked", "asked", "asked", "queued"]


def test_who_said_no_by_mistake_can_still_say_yes(world, crowd):
    employer, boss = world.employer()
    hire = instant.ask(world.posting(employer), TOMORROW, 1, actor=boss)
    say(hire, crowd[0], yes=False)
    say(hire, crowd[0])
    assert days_of(crowd[0][0]) == [TOMORROW]


def test_nobody_answers_for_ten_minutes_and_the_next_wave_is_asked(world, crowd):
    employer, boss = world.employer()
    hire = instant.ask(world.posting(employer), TOMORROW, 1, actor=boss)
    with clock.at(NOW + timedelta(minutes=9)):
        assert advance(hire) == 0
    with clock.at(NOW + timedelta(minutes=10)):
        assert advance(hire) == 3
    assert list(offers(hire).values()).count("asked") == 6


def test_children_people_with_work_and_who_opted_out_are_never_asked(world):
    child, _ = world.worker("童", born=date(2011, 1, 1))
    out, _ = world.worker("免", matching_opt_out=True)
    gone, _ = world.worker("停", is_active=False)
    away, _ = world.worker("忙", free=(date(2026, 10, 1), date(2026, 10, 2)))
    booked = world.worker("约")
    right, _ = world.worker("来")
    employer, boss = world.employer()
    other = world.posting(employer, is_instant=True)
    service.sign_up(other, actor=booked[1], worker_id=booked[0])
    hire = instant.ask(world.posting(employer), TOMORROW, 3, actor=boss)
    assert [w for w, s in offers(hire).items() if s == "asked"] == [right]
    assert {child, out, gone, away, booked[0]}.isdisjoint(offers(hire))


def test_who_takes_other_work_while_in_the_line_is_passed_over(world, crowd):
    employer, boss = world.employer()
    hire = instant.ask(world.posting(employer), TOMORROW, 1, actor=boss)
    other = world.posting(employer, is_instant=True)
    service.sign_up(other, actor=crowd[3][1], worker_id=crowd[3][0])
    with transaction() as session:
        session.get_one(Worker, crowd[4][0]).matching_opt_out = True
    say(hire, crowd[0], yes=False)
    found = offers(hire)
    assert [found[w] for w, _ in crowd[3:6]] == ["skipped", "skipped", "asked"]


def test_who_has_other_work_by_now_cannot_say_yes(world, crowd):
    employer, boss = world.employer()
    hire = instant.ask(world.posting(employer), TOMORROW, 1, actor=boss)
    other = world.posting(employer, is_instant=True)
    service.sign_up(other, actor=crowd[0][1], worker_id=crowd[0][0])
    with pytest.raises(AlreadyBooked):
        say(hire, crowd[0])
    assert state(hire) == ("open", 0)
    assert offers(hire)[crowd[0][0]] == "asked"


def test_a_place_taken_on_the_board_meanwhile_is_not_given_twice(world, crowd):
    employer, boss = world.employer()
    posting = world.posting(employer, first=TOMORROW, last=TOMORROW, headcount=1, is_instant=True)
    hire = instant.ask(posting, TOMORROW, 1, actor=boss)
    service.sign_up(posting, actor=crowd[9][1], worker_id=crowd[9][0])
    with pytest.raises(AllTaken):
        say(hire, crowd[0])
    advance(hire)
    assert state(hire) == ("filled", 0)
    assert taken(posting) == [1]


def test_who_gives_the_day_back_makes_the_hire_go_on(world, crowd):
    employer, boss = world.employer()
    posting = world.posting(employer)
    hire = instant.ask(posting, TOMORROW, 1, actor=boss)
    signup = say(hire, crowd[0])
    service.withdraw(signup, actor=crowd[0][1])
    assert state(hire) == ("open", 0)
    assert offers(hire)[crowd[0][0]] == "gone"
    assert taken(posting) == [0, 0, 0]
    assert advance(hire) == 3


def test_saying_yes_twice_changes_nothing(world, crowd):
    employer, boss = world.employer()
    hire = instant.ask(world.posting(employer), TOMORROW, 2, actor=boss)
    assert say(hire, crowd[0]) == say(hire, crowd[0])
    assert state(hire) == ("open", 1)


def test_stopping_keeps_who_comes_and_tells_the_others(world, crowd):
    employer, boss = world.employer()
    posting = world.posting(employer)
    hire = instant.ask(posting, TOMORROW, 3, actor=boss)
    say(hire, crowd[0])
    instant.stop(hire, actor=boss)
    instant.stop(hire, actor=boss)
    assert state(hire) == ("stopped", 1)
    assert taken(posting) == [1, 0, 0]
    assert "不再要人" in told(crowd[1][1].user_id)[-1]
    with pytest.raises(AllTaken):
        say(hire, crowd[1])


def test_releasing_the_rest_takes_the_empty_places_off_the_board(world, crowd):
    employer, boss = world.employer()
    posting = world.posting(employer, first=TOMORROW, last=TOMORROW, headcount=5)
    hire = instant.ask(posting, TOMORROW, 3, actor=boss)
    say(hire, crowd[0])
    instant.stop(hire, actor=boss, release=True)
    row = instant_queries.open_postings([TOMORROW], employer_id=employer)
    assert row == [(posting, "甘薯分拣工", TOMORROW, 2)]


def test_the_desk_answers_for_somebody_without_a_phone(world):
    worker, _ = world.worker("老陈", with_account=False)
    employer, boss = world.employer()
    clerk, foreign = world.station(), world.station("150430")
    hire = instant.ask(world.posting(employer), TOMORROW, 1, actor=boss)
    (row,) = instant_queries.to_pass_on(clerk)
    assert (row.worker_id, row.has_account) == (worker, False)
    assert instant_queries.to_pass_on(foreign) == []
    with pytest.raises(NotFound):
        instant.answer(row.offer_id, True, actor=foreign)
    instant.answer(row.offer_id, True, actor=clerk)
    assert state(hire) == ("filled", 1)


def test_nobody_answers_for_somebody_else(world, crowd):
    employer, boss = world.employer()
    hire = instant.ask(world.posting(employer), TOMORROW, 1, actor=boss)
    for other in (crowd[1][1], boss):
        with pytest.raises(NotFound):
            instant.answer(offer_of(hire, crowd[0][0]), True, actor=other)


def test_who_is_not_asked_yet_cannot_answer(world, crowd):
    employer, boss = world.employer()
    hire = instant.ask(world.posting(employer), TOMORROW, 1, actor=boss)
    with pytest.raises(NotFound):
        say(hire, crowd[9])


def test_one_hire_at_a_time_for_a_day_of_a_posting(world, crowd):
    employer, boss = world.employer()
    posting = world.posting(employer)
    hire = instant.ask(posting, TOMORROW, 1, actor=boss)
    with pytest.raises(AlreadyAsking):
        instant.ask(posting, TOMORROW, 1, actor=boss)
    instant.stop(hire, actor=boss)
    assert instant.ask(posting, TOMORROW, 1, actor=boss) != hire


@pytest.mark.parametrize(
    ("day", "wanted", "fault"),
    [
        (date(2026, 9, 26), 1, DaysOver), (date(2026, 9, 24), 1, DaysOver),
        (TOMORROW, 4, Invalid), (TOMORROW, 0, Invalid), (TOMORROW, 51, Invalid),
    ],
)  # fmt: skip
def test_only_today_and_tomorrow_and_no_more_than_places(world, day, wanted, fault):
    employer, boss = world.employer()
    with pytest.raises(fault):
        instant.ask(world.posting(employer), day, wanted, actor=boss)


def test_no_hire_for_a_closed_posting_or_a_foreign_one(world):
    employer, boss = world.employer()
    _, other = world.employer("别家")
    with pytest.raises(PostingClosed):
        instant.ask(world.posting(employer, state="closed"), TOMORROW, 1, actor=boss)
    with pytest.raises(NotFound):
        instant.ask(world.posting(employer), TOMORROW, 1, actor=other)
    with pytest.raises(NotFound):
        instant.ask(world.posting(employer), TOMORROW, 1, actor=world.station("150430"))


def test_a_hire_that_is_not_filled_ends_with_the_working_day(world, crowd):
    employer, boss = world.employer()
    hire = instant.ask(world.posting(employer), TOMORROW, 1, actor=boss)
    with clock.at(at(2026, 9, 25, 17)):
        advance(hire)
    assert state(hire) == ("over", 0)


def test_a_day_whose_work_is_over_is_not_offered_to_ask_for(world):
    employer, boss = world.employer()
    posting = world.posting(employer, first=TOMORROW, last=TOMORROW)
    with clock.at(at(2026, 9, 25, 16)):
        found = instant_queries.open_postings([TOMORROW], employer_id=employer)
        assert [key for key, *_ in found] == [posting]
    with clock.at(at(2026, 9, 25, 17)):
        assert instant_queries.open_postings([TOMORROW], employer_id=employer) == []
        with pytest.raises(DaysOver):
            instant.ask(posting, TOMORROW, 1, actor=boss)
