"""What stands already for a whole crew is pinned for all of it, or for nobody."""

from datetime import date, timedelta
from random import Random

import pytest

from jobmatch.dispatch import service
from jobmatch.dispatch.rules.solve import solve
from jobmatch.dispatch.season_ground import ground
from jobmatch.dispatch.season_pins import held_of
from jobmatch.kernel.actor import SYSTEM
from tests.dispatch.season_house.conftest import TODAY, Season, sep

FIRST, LAST = sep(1), sep(30)


def days_at(posting: int, first: int, last: int) -> dict[date, int]:
    return {sep(n): posting for n in range(first, last + 1)}


@pytest.mark.same_everywhere
def test_a_day_that_one_of_a_whole_crew_cannot_keep_is_kept_by_nobody() -> None:
    """One works on from the shared days for more than six days in a row."""
    engaged = {1: days_at(7, 10, 12), 2: days_at(7, 10, 12) | days_at(8, 13, 17)}
    held = held_of([1, 2], {5: [1, 2]}, engaged, FIRST, LAST, 6, {})
    assert held.pinned == {}
    assert {sep(10), sep(11), sep(12)} <= held.closed[1] & held.closed[2]


@pytest.mark.same_everywhere
def test_what_is_left_of_a_stay_must_be_long_enough_by_itself() -> None:
    """The stay of 10 to 14 September lasts five days, of which both share two: least is four."""
    engaged = {1: days_at(7, 10, 14), 2: days_at(7, 13, 14)}
    held = held_of([1, 2], {5: [1, 2]}, engaged, FIRST, LAST, 6, {7: 4})
    assert held.pinned == {}
    held = held_of([1, 2], {5: [1, 2]}, engaged, FIRST, LAST, 6, {7: 2})
    assert held.pinned == {1: days_at(7, 13, 14), 2: days_at(7, 13, 14)}


@pytest.mark.same_everywhere
def test_a_whole_crew_has_its_day_off_when_the_first_of_it_needs_one() -> None:
    august = {date(2026, 8, 27) + timedelta(days=n): 7 for n in range(5)}
    held = held_of([1, 2, 3], {5: [1, 2]}, {2: august}, FIRST, LAST, 6, {})
    assert held.before == {1: 5, 2: 5}


@pytest.mark.same_everywhere
def test_a_whole_crew_always_has_the_same_days_pinned() -> None:
    rng = Random(4)
    kept = 0
    for _ in range(300):
        shared = days_at(rng.randint(7, 8), 5, rng.randint(5, 9))
        engaged = {}
        for worker in (1, 2, 3):
            first = rng.randint(1, 20)
            own = days_at(rng.randint(7, 9), first, first + rng.randint(0, 4))
            engaged[worker] = own | shared
        least = {7: rng.randint(1, 4), 8: rng.randint(1, 4)}
        held = held_of([1, 2, 3], {5: [1, 2, 3]}, engaged, FIRST, LAST, 6, least)
        assert held.pinned.get(1) == held.pinned.get(2) == held.pinned.get(3)
        kept += 1 in held.pinned
    assert 30 < kept < 270


def test_a_season_is_planned_although_one_of_a_whole_crew_works_on_elsewhere(
    season: Season,
) -> None:
    one, two = season.people(2)
    season.world.crew(season.brand, [one, two], is_whole=True)
    shared, other = season.work(21, 23, 2), season.work(24, 28, 2)
    for worker in (one, two):
        service.sign_up(shared, actor=SYSTEM, worker_id=worker)
    service.sign_up(other, actor=SYSTEM, worker_id=two)
    problem = ground(season.scope, sep(21), sep(30), TODAY).problem
    assert problem.pins == ()
    plan = solve(problem, seed=1, stop=lambda progress: True)
    assert [spell for spell in plan.spells if spell.first < 8] == []
