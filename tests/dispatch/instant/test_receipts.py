"""Requests for work at the desk, and the waiting times worked out from receipts."""

from datetime import date, timedelta

import pytest

from jobmatch.dispatch import instant, instant_queries, receipts, service
from jobmatch.infra import clock
from jobmatch.kernel.errors import NotFound
from tests.support import instant as at

NOON = at(2026, 9, 24)
TOMORROW = date(2026, 9, 25)
SEPTEMBER = (date(2026, 9, 1), date(2026, 9, 30))


@pytest.fixture(autouse=True)
def _at_noon():
    with clock.at(NOON):
        yield


def test_a_request_bears_its_number_and_day_and_there_is_one_a_day(world):
    worker, _ = world.worker(with_account=False)
    clerk = world.station()
    key = receipts.request_work(worker, actor=clerk)
    with clock.at(at(2026, 9, 24, 23)):
        assert receipts.request_work(worker, actor=clerk) == key
    with clock.at(at(2026, 9, 25, 0)):
        assert receipts.request_work(worker, actor=clerk) != key
    row = receipts.request(key, worker)
    assert row.number == f"QZ-20260924-{key:04d}"
    assert (row.asked_at, row.placed_at) == (NOON, None)
    assert row.written_by.startswith("station")


def test_only_the_station_of_the_home_writes_it_down(world):
    worker, _ = world.worker()
    with pytest.raises(NotFound):
        receipts.request_work(worker, actor=world.station("150430"))
    with pytest.raises(NotFound):
        receipts.request_work(999_999, actor=world.station())
    key = receipts.request_work(worker, actor=world.station())
    other, _ = world.worker("别人")
    with pytest.raises(NotFound):
        receipts.request(key, other)


def test_the_request_tells_when_work_was_found_after_it(world):
    worker, actor = world.worker()
    employer, _ = world.employer()
    with clock.at(NOON - timedelta(hours=1)):
        service.sign_up(
            world.posting(employer, is_instant=True, last=TOMORROW), actor=actor, worker_id=worker
        )
    key = receipts.request_work(worker, actor=world.station())
    assert receipts.request(key, worker).placed_at is None
    later = NOON + timedelta(hours=5, minutes=1)
    with clock.at(later):
        posting = world.posting(employer, first=date(2026, 9, 27), is_instant=True)
        service.sign_up(posting, actor=actor, worker_id=worker)
    assert receipts.request(key, worker).placed_at == later
    assert receipts.waiting(*SEPTEMBER) == receipts.Waiting(0, 0, None, 1, 1, 6)


def test_waiting_times_are_medians_of_what_was_filled(world):
    employer, boss = world.employer()
    people = [world.worker(f"候{n}") for n in range(4)]
    for n, minutes in enumerate((3, 9, 40)):
        posting = world.posting(employer, first=TOMORROW, last=TOMORROW)
        hire = instant.ask(posting, TOMORROW, 1, actor=boss)
        worker, actor = people[n]
        (asked,) = [q for q in instant_queries.questions(worker) if q.hire_id == hire]
        with clock.at(NOON + timedelta(minutes=minutes)):
            instant.answer(asked.offer_id, True, actor=actor)
        assert instant_queries.hire(hire, actor=boss).row.minutes == minutes
    instant.ask(world.posting(employer, first=TOMORROW), TOMORROW, 1, actor=boss)
    found = receipts.waiting(*SEPTEMBER)
    assert (found.hires, found.filled, found.minutes) == (4, 3, 9)
    assert receipts.waiting(date(2026, 8, 1), date(2026, 8, 31)).hires == 0
    assert receipts.waiting(date(2026, 9, 24), date(2026, 9, 24)).hires == 4
