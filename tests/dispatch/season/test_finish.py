"""The exact finish: proven where it is small, left alone where it is not, stopped when told."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from jobmatch.dispatch.rules import finish as exact
from jobmatch.dispatch.rules import solve as planner
from jobmatch.dispatch.rules.arcs import _through, arcs_of, count_of
from jobmatch.dispatch.rules.check import check
from jobmatch.dispatch.rules.finish import Finish, program, relax, search
from jobmatch.dispatch.rules.generate import Size, generate
from jobmatch.dispatch.rules.problem import Before, Problem
from jobmatch.dispatch.rules.solve import Search, search_of, solve
from tests.dispatch.season.making import best_value, crew_season, random_season, season
from tests.dispatch.season.test_solve import rounds


def searching(problem: Problem, stop: planner.Stop = lambda _: False) -> Search:
    made = search_of(problem, seed=1, stop=stop, progress=lambda _: None)
    made._count()
    made._first_plan()
    made._bound(made.price)
    return made


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_season_of_300_people_is_proven(seed: int) -> None:
    problem = generate(Size(300, 8), [(0.0, 0.0)], seed)
    plan = solve(problem, seed=1, stop=rounds(5_000))
    assert (plan.gap, check(problem, plan).violations) == (0.0, ())


@pytest.mark.parametrize("season_of", [random_season, crew_season])
def test_the_programme_alone_finds_the_best_of_all_plans(
    season_of: Callable[[int], Problem],
) -> None:
    for seed in range(20):
        problem = season_of(seed)
        ground = searching(problem).ground
        arcs = arcs_of(ground)
        found = search(program(ground, arcs), -1_000, 60.0, lambda: False)
        assert found.bound == best_value(problem), seed


def test_there_is_no_better_plan_than_the_best() -> None:
    problem = random_season(3)
    ground, best = searching(problem).ground, best_value(random_season(3))
    made = program(ground, arcs_of(ground))
    found = search(made, best, 60.0, lambda: False)
    assert (found.taken, found.bound) == (None, best)


def test_told_to_stop_it_stops_and_says_nothing() -> None:
    ground = searching(generate(Size(300, 8), [(0.0, 0.0)], 1)).ground
    made = program(ground, arcs_of(ground))
    assert relax(made, lambda: True) is None
    assert search(made, 0, 60.0, lambda: True).bound is None


def test_a_large_season_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    made = searching(generate(Size(40, 3, days=12), [(0.0, 0.0)], 2))
    assert 0 < len(arcs_of(made.ground).unit) <= count_of(made.ground)
    monkeypatch.setattr(exact, "MOST_ARCS", 1)
    assert not made.finish.is_small()
    made._finish()
    assert made.finish.effort == exact.EFFORT


def test_where_too_many_arcs_are_left_nothing_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    made = searching(generate(Size(40, 3, days=12), [(0.0, 0.0)], 2))
    monkeypatch.setattr(exact, "MOST_KEPT", 1)
    monkeypatch.setattr(exact, "FEW", 1)
    price = np.zeros_like(made.price)
    assert made.finish.price(price, 0, 0.001, lambda: False) is None
    assert made.finish.look(price, 0, 0.001, lambda: False) == (None, None)
    assert made.finish.look(price, 0, 0.5, lambda: False) == (None, None)


def test_a_look_brings_a_better_plan_where_there_is_one() -> None:
    problem = generate(Size(40, 3, days=12), [(0.0, 0.0)], 2)
    made, best = searching(problem), solve(problem, seed=1, stop=rounds(5_000)).value
    bound, chosen = made.finish.look(made.bound_price, best - 1, 0.001, lambda: False)
    assert bound == best
    assert chosen is not None
    made.value = made.score = -1
    made._keep_sound(chosen)
    assert made.value == best


def test_a_choice_that_breaks_a_rule_is_not_kept() -> None:
    worker = {"id": "w", "available": [[0, 4]]}
    posting = {"id": "p", "headcount": {"first": 0, "counts": [1] * 5}, "min_stay": 3}
    pair = {"worker": "w", "posting": "p", "value": 100}
    made = searching(season(workers=[worker], postings=[posting], pairs=[pair]))
    made._keep_sound(None)
    made._finish()
    assert made.value == 500
    made.value = made.score = 0
    made._keep_sound(np.array([[0, 0, -1, -1, -1]], np.int32))
    assert made.value == 0
    made._keep_sound(np.array([[0, 0, 0, -1, -1]], np.int32))
    assert made.value == 300


def test_nobody_who_could_work_needs_no_finish() -> None:
    nobody = searching(season())
    assert not Finish(nobody.ground).is_small()


def test_a_stay_that_goes_on_from_before_needs_no_new_days_and_no_new_cost() -> None:
    fresh = season(
        days=4,
        workers=[{"id": "a", "available": [[0, 1]]}],
        postings=[{"id": "p", "headcount": {"first": 0, "counts": [1, 1, 1, 1]}, "min_stay": 3}],
        pairs=[{"worker": "a", "posting": "p", "value": 100, "spell_cost": 60}],
    )
    none, goes_on = np.zeros(1, np.int64), np.zeros(1, np.int64)
    for problem, best in ((fresh, 0), (replace(fresh, before=Before(goes_on, none, none)), 200)):
        ground = searching(problem).ground
        found = search(program(ground, arcs_of(ground)), -1, 60.0, lambda: False)
        assert found.bound == best


def test_where_no_path_is_worth_more_the_value_is_the_bound() -> None:
    made = searching(random_season(3))
    assert made.finish.look(made.price, 1_000_000, 0.0, lambda: False) == (1_000_000, None)


def test_the_best_paths_through_arcs_are_the_same_as_written() -> None:
    arcs = arcs_of(searching(crew_season(4)).ground)
    nodes = int(max(arcs.head.max(), arcs.tail.max(), arcs.end.max())) + 1
    given = (arcs.unit, arcs.tail, arcs.head, arcs.points, arcs.start, arcs.end, nodes)
    written = getattr(_through, "py_func", _through)
    for compiled, plain in zip(_through(*given), written(*given), strict=True):
        assert compiled.tolist() == plain.tolist()


def test_an_arc_that_nobody_reaches_is_on_no_path() -> None:
    unit, tail, head, gain, start, end = (
        np.array(each, np.int64) for each in ([0, 0], [0, 2], [1, 1], [5, 9], [0], [1])
    )
    written = getattr(_through, "py_func", _through)
    through, best = written(unit, tail, head, gain, start, end, 3)
    assert (through[0], best.tolist()) == (5, [5])
    assert through[1] < -1_000_000
