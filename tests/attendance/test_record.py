"""Which agreed days people kept, as matching weighs them."""

from datetime import date

import pytest

from jobmatch.attendance.record import kept
from jobmatch.attendance.rules.kinds import Kind
from jobmatch.infra import clock
from tests.attendance.support import engage, mark
from tests.support import instant

D25, D26, D27 = (date(2026, 9, d) for d in (25, 26, 27))


@pytest.fixture
def work(world):
    """An employer who marks, a posting on three days, and a worker with their actor."""
    employer, actor = world.employer()
    worker, own = world.worker()
    return actor, world.posting(employer), worker, own


def test_days_there_and_days_missed_are_counted_and_others_are_not(world, work):
    employer, posting, worker, _ = work
    with clock.at(instant(2026, 9, 27, 20)):
        there, away, _ = engage(posting, worker, D25, D26, D27)
        mark(employer, there, Kind.PRESENT)
        mark(employer, away, Kind.ABSENT)
        assert kept([worker]) == {worker: (1, 1)}
        assert kept() == {worker: (1, 1)}
        assert kept([worker + 1]) == {}


def test_a_contested_day_counts_for_neither(world, work):
    employer, posting, worker, own = work
    with clock.at(instant(2026, 9, 25, 12)):
        (day,) = engage(posting, worker, D25)
        mark(own, day, Kind.CHECK_IN)
        mark(employer, day, Kind.ABSENT)
        assert kept([worker]) == {worker: (0, 0)}


def test_a_correction_makes_a_missed_day_a_kept_one(world, work):
    employer, posting, worker, _ = work
    with clock.at(instant(2026, 9, 25, 20)):
        (day,) = engage(posting, worker, D25)
        mark(employer, day, Kind.ABSENT)
        mark(employer, day, Kind.PRESENT)
        assert kept([worker]) == {worker: (1, 0)}


def test_what_is_over_a_year_old_is_forgotten(world, work):
    employer, posting, worker, _ = work
    with clock.at(instant(2026, 9, 25, 20)):
        (day,) = engage(posting, worker, D25)
        mark(employer, day, Kind.ABSENT)
    with clock.at(instant(2027, 9, 26)):
        assert kept([worker]) == {}
