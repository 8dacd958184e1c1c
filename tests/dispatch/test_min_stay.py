"""A posting's least stay: who signs up comes for so many days, or for all that is left."""

import pytest

from jobmatch.dispatch import service
from jobmatch.dispatch.errors import TooFewDays
from jobmatch.dispatch.rules.days import least_days
from jobmatch.kernel.actor import SYSTEM
from tests.dispatch.season_house.conftest import Season, _in_september, season, sep
from tests.dispatch.support import days_of, state_of, taken

__all__ = ["_in_september", "season"]


def test_the_least_stay_is_all_that_is_left_of_a_posting_that_ends_sooner() -> None:
    days = [sep(21), sep(22), sep(23)]
    assert least_days(1, days) == 1
    assert least_days(3, days) == 3
    assert least_days(5, days) == 3


def test_fewer_days_are_refused_next_to_the_field(season: Season) -> None:
    (worker,) = season.people(1)
    work = season.work(21, 28, 2, min_stay=5)
    with pytest.raises(TooFewDays) as refused:
        service.sign_up(work, actor=SYSTEM, worker_id=worker, first=sep(21), last=sep(24))
    assert str(refused.value.text) == "这份活至少要干 5 天，您这样只能去 4 天。"
    assert refused.value.field == "last"
    assert days_of(worker) == []
    service.sign_up(work, actor=SYSTEM, worker_id=worker, first=sep(21), last=sep(25))
    assert len(days_of(worker)) == 5


def test_who_is_free_on_too_few_days_is_refused(season: Season) -> None:
    (worker,) = season.people(1, free=(sep(21), sep(23)))
    with pytest.raises(TooFewDays):
        service.sign_up(season.work(21, 28, 2, min_stay=5), actor=SYSTEM, worker_id=worker)
    # What ends within these days wants nobody for longer.
    service.sign_up(season.work(21, 23, 2, min_stay=5), actor=SYSTEM, worker_id=worker)
    assert days_of(worker) == [sep(21), sep(22), sep(23)]


def test_who_would_get_places_on_too_few_days_waits_for_all(season: Season) -> None:
    early, late = season.people(2)
    work = season.work(21, 28, 1, min_stay=5)
    first = service.sign_up(work, actor=SYSTEM, worker_id=early, first=sep(21), last=sep(25))
    second = service.sign_up(work, actor=SYSTEM, worker_id=late)
    assert (state_of(first), state_of(second)) == ("accepted", "waiting")
    assert days_of(late) == []
    assert taken(work) == [1] * 5 + [0] * 3
    service.withdraw(first, actor=SYSTEM)
    assert state_of(second) == "accepted"
    assert len(days_of(late)) == 8


def test_places_on_too_few_days_leave_the_line_as_it_is(season: Season) -> None:
    early, late = season.people(2)
    work = season.work(21, 28, 1, min_stay=5)
    first = service.sign_up(work, actor=SYSTEM, worker_id=early)
    second = service.sign_up(work, actor=SYSTEM, worker_id=late)
    service.withdraw(first, actor=SYSTEM, day=sep(22))
    assert (state_of(second), days_of(late)) == ("waiting", [])
    assert taken(work) == [1, 0, 1, 1, 1, 1, 1, 1]
