"""Mixing whole seasons: what it proves, what it asks for places, and when it leaves off."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from jobmatch.dispatch.rules import finish as exact
from jobmatch.dispatch.rules import mixing
from jobmatch.dispatch.rules.check import check
from jobmatch.dispatch.rules.generate import Size, generate
from jobmatch.dispatch.rules.paths import SCALE
from jobmatch.dispatch.rules.problem import Problem
from jobmatch.dispatch.rules.solve import Search, search_of, solve
from tests.dispatch.season.making import (
    best_value,
    crew_season,
    pinned_season,
    random_season,
    season,
)
from tests.dispatch.season.test_solve import rounds


def searching(problem: Problem) -> Search:
    return search_of(problem, seed=1, stop=lambda _: False, progress=lambda _: None)


ONE_PLACE = season(
    days=1,
    workers=[{"id": name, "available": [[0, 0]]} for name in "ab"],
    postings=[{"id": "p", "headcount": {"first": 0, "counts": [1]}}],
    pairs=[{"worker": w, "posting": "p", "value": value} for w, value in (("a", 100), ("b", 80))],
)


@pytest.fixture
def without_finish(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exact, "MOST_ARCS", 0)


def gap_of(problem: Problem, looks: int = 1_000) -> float:
    plan = solve(problem, seed=1, stop=rounds(looks))
    assert check(problem, plan).violations == ()
    return plan.gap


@pytest.mark.usefixtures("without_finish")
def test_a_season_is_proven_by_mixing_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    problem = generate(Size(150, 6, days=30, crewed=0.0), [(0.0, 0.0)], 3)
    assert gap_of(problem, 80) == 0.0
    monkeypatch.setattr(mixing, "MOST_UNITS", 0)
    # Prices alone come there too, but later.
    assert gap_of(problem, 80) > 0.0


@pytest.mark.usefixtures("without_finish")
@pytest.mark.parametrize("season_of", [random_season, crew_season, pinned_season])
def test_no_plan_is_worth_more_than_what_mixing_proves(
    season_of: Callable[[int], Problem],
) -> None:
    for seed in range(20):
        problem = season_of(seed)
        plan = solve(problem, seed=1, stop=rounds(60))
        assert check(problem, plan).violations == ()
        assert plan.value <= best_value(problem) <= plan.bound, seed


def test_the_price_of_a_place_lies_between_the_two_who_want_it() -> None:
    made = searching(ONE_PLACE)
    works, idle = np.array([[0], [-1]], np.int32), np.array([[-1], [0]], np.int32)
    assert made.mixture.take(works) == 2
    assert made.mixture.take(idle) == 2
    assert made.mixture.take(works) == 0
    mixed = made.mixture.best(lambda: False)
    assert mixed is not None
    assert mixed.row.tolist() == [[0], [-1]]
    assert mixed.is_whole.all()
    assert 80 * SCALE <= mixed.price[0, 0] <= 100 * SCALE
    assert mixed.share.sum() + mixed.price[0, 0] / SCALE == pytest.approx(100)


def test_only_a_season_that_earns_more_than_the_share_is_taken_in() -> None:
    made = searching(ONE_PLACE)
    made.mixture.take(np.array([[-1], [-1]], np.int32))
    mixed = made.mixture.best(lambda: False)
    assert mixed is not None
    assert made.mixture.take(np.array([[0], [-1]], np.int32), mixed) == 1
    again = made.mixture.best(lambda: False)
    assert again is not None
    # b would pay 100 for what brings 80.
    dear = replace(again, price=np.full((1, 1), 100 * SCALE), share=np.zeros(2))
    assert made.mixture.take(np.array([[0], [0]], np.int32), dear) == 0


def test_of_whom_no_season_is_known_there_is_no_mixture() -> None:
    made = searching(ONE_PLACE)
    assert made.mixture.best(lambda: False) is None
    made._count()
    made._first_plan()
    made.mixture.seen[0].clear()
    made.mixture.fresh = made.mixture.fresh[1:]
    made._mix()
    assert made.value == 100


def test_many_people_and_crews_are_left_alone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    free = generate(Size(40, 3, days=12), [(0.0, 0.0)], 2)
    paying = replace(free, params=replace(free.params, crew_split_cost=20))
    free = replace(free, params=replace(free.params, crew_split_cost=0))
    assert searching(free).mixture.is_small()
    assert not searching(paying).mixture.is_small()
    whole = generate(Size(40, 3, days=12, whole=1.0, crewed=1.0), [(0.0, 0.0)], 2)
    assert not searching(whole).mixture.is_small()
    monkeypatch.setattr(mixing, "MOST_UNITS", 39)
    assert not searching(free).mixture.is_small()
