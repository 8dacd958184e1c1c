"""The last places under many thumbs, on the database of this run (SQLite, or PostgreSQL)."""

import os
import threading

import pytest

from jobmatch.dispatch import service
from jobmatch.dispatch.errors import AlreadyBooked
from jobmatch.infra.db import transaction
from jobmatch.kernel.actor import SYSTEM
from tests.dispatch.support import days_of, taken
from tests.reliability.race import Race, count_then_insert

ROUNDS = int(os.environ.get("RACE_ROUNDS", "8"))
pytestmark = [pytest.mark.race, pytest.mark.slow]


@pytest.fixture
def race(app, world) -> Race:
    return Race(app, world)


def clean(race: Race) -> None:
    assert race.tally.errors == []
    assert race.tally.is_clean, race.tally


def test_32_people_after_the_last_10_places(race):
    for _ in range(ROUNDS):
        race.last_places()
    clean(race)


def test_nobody_gets_two_postings_on_one_day_however_fast_they_tap(race):
    for _ in range(max(1, ROUNDS // 4)):
        race.two_at_once()
    clean(race)
    assert race.tally.refused == 16 * race.tally.rounds


def test_places_given_up_while_others_come_are_all_filled(race):
    for _ in range(max(1, ROUNDS // 4)):
        race.cancel_and_come()
    clean(race)


def test_who_goes_to_wait_while_a_place_is_given_up_gets_it(race):
    for _ in range(max(1, ROUNDS // 4)):
        race.leave_and_come()
    clean(race)


def test_a_place_given_up_meanwhile_is_not_missed_by_who_finds_it_full(race):
    """One gives the last place up and has not finished when another finds it taken."""
    posting = race.posting(race.next_days(1), headcount=1)
    holder, comer = race.workers[:2]
    held = service.sign_up(posting, actor=SYSTEM, worker_id=holder)

    def come() -> None:
        with race.app.app_context():
            service.sign_up(posting, actor=SYSTEM, worker_id=comer)

    other = threading.Thread(target=come)
    with transaction():
        service.withdraw(held, actor=SYSTEM)
        other.start()
        other.join(timeout=1)
    other.join()
    assert taken(posting) == [1]
    assert len(days_of(comer)) == 1


def test_counting_before_taking_oversells(race):
    """The negative control: the race finds the fault where the guard is missing."""
    for _ in range(5):
        race.last_places(count_then_insert)
    assert race.tally.errors == []
    assert race.tally.oversold > 0


def test_a_second_booking_leaves_nothing_half_written(race):
    days = race.next_days(2)
    first, second = race.posting(days), race.posting(days)
    worker = race.workers[0]
    service.sign_up(first, actor=SYSTEM, worker_id=worker)
    with pytest.raises(AlreadyBooked), transaction():
        service.sign_up(second, actor=SYSTEM, worker_id=worker)
    assert taken(second) == [0, 0]
    assert days_of(worker) == list(days)
