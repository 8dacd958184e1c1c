"""A standing plan after rain, illness and growth: least change, and every rule kept."""

import numpy as np
import pytest

from jobmatch.dispatch.rules.check import check
from jobmatch.dispatch.rules.generate import Size, generate
from jobmatch.dispatch.rules.plans import Plan
from jobmatch.dispatch.rules.problem import Pin, Problem
from jobmatch.dispatch.rules.replan import (
    Absent,
    Closed,
    Costs,
    Demand,
    News,
    changed,
    replan,
)
from jobmatch.dispatch.rules.solve import solve
from tests.dispatch.season.making import season
from tests.dispatch.season.test_solve import rounds

ALL = [[0, 9]]
TEN = {"first": 0, "counts": [1] * 10}


@pytest.fixture(scope="module")
def county() -> tuple[Problem, Plan]:
    problem = generate(Size(400, 12, days=30, max_run=6, whole=0.3), [(0.0, 0.0)], 5)
    return problem, solve(problem, seed=1, stop=rounds(200))


def two_places() -> Problem:
    workers = [{"id": id, "available": ALL} for id in ("a", "b")]
    postings = [{"id": id, "headcount": TEN, "min_stay": 3} for id in ("p", "q")]
    pairs = [
        {"worker": "a", "posting": "p", "value": 100, "spell_cost": 30},
        {"worker": "a", "posting": "q", "value": 80, "spell_cost": 30},
        {"worker": "b", "posting": "q", "value": 100, "spell_cost": 30},
        {"worker": "b", "posting": "p", "value": 90, "spell_cost": 30},
    ]
    return season(days=10, workers=workers, postings=postings, pairs=pairs)


def test_without_news_nothing_changes(county: tuple[Problem, Plan]) -> None:
    problem, plan = county
    again = replan(problem, plan, [], seed=1, stop=rounds(20), costs=Costs(change=300))
    assert again.changes == ()
    assert again.plan.spells == plan.spells


@pytest.mark.parametrize("frozen", [0, 1, 9, 12])
def test_the_new_plan_keeps_all_rules_and_what_is_behind(
    county: tuple[Problem, Plan], frozen: int
) -> None:
    problem, plan = county
    here = next(s for s in plan.spells if s.first <= 12 <= s.last)
    news: list[News] = [Closed(here.posting, 12, 14), Absent(plan.spells[0].worker, 12, 29)]
    new = replan(problem, plan, news, seed=1, stop=rounds(60), costs=Costs(frozen=frozen))
    assert check(*new.coming).violations == ()
    assert new.changes
    assert min(change.day for change in new.changes) >= frozen
    assert new.plan.value <= new.plan.bound
    assert not any(s.posting == here.posting and set(s.worked) & {12, 13, 14}
                   for s in new.plan.spells)  # fmt: skip
    verdict = check(new.problem, new.plan)
    assert {v.rule for v in verdict.violations} <= {"min_stay"}
    assert verdict.value == new.plan.value


def test_only_who_must_moves() -> None:
    problem = two_places()
    plan = solve(problem, seed=1, stop=rounds(50))
    assert plan.value == 1940
    new = replan(problem, plan, [Absent(0, 5, 9)], seed=1, stop=rounds(60), costs=Costs(frozen=5))
    # b would earn 100 where it is and 90 at the place that came free: it stays.
    assert {change.worker for change in new.changes} == {0}
    assert [tuple(s) for s in new.plan.spells] == [(0, 0, 0, 4, ()), (1, 1, 0, 9, ())]


def test_a_place_that_came_free_is_taken_by_who_has_no_work() -> None:
    problem = two_places()
    parts = [{"worker": "c", "posting": "p", "value": 90, "spell_cost": 30}]
    workers = [{"id": id, "available": ALL} for id in ("a", "b", "c")]
    postings = [{"id": id, "headcount": TEN, "min_stay": 3} for id in ("p", "q")]
    pairs = [
        {"worker": "a", "posting": "p", "value": 100, "spell_cost": 30},
        {"worker": "b", "posting": "q", "value": 100, "spell_cost": 30},
    ]
    problem = season(days=10, workers=workers, postings=postings, pairs=pairs + parts)
    plan = solve(problem, seed=1, stop=rounds(50))
    new = replan(problem, plan, [Absent(0, 5, 9)], seed=1, stop=rounds(60), costs=Costs(frozen=5))
    assert {(c.worker, c.old, c.new) for c in new.changes} == {(0, 0, -1), (2, -1, 0)}
    assert sorted(new.affected) == [0, 2]


def test_a_promised_day_costs_more_to_change() -> None:
    workers = [{"id": "a", "available": ALL}]
    postings = [{"id": id, "headcount": TEN} for id in ("p", "q")]
    pairs = [
        {"worker": "a", "posting": "p", "value": 50},
        {"worker": "a", "posting": "q", "value": 49},
    ]
    problem = season(days=10, workers=workers, postings=postings, pairs=pairs)
    plan = solve(problem, seed=1, stop=rounds(20))
    better = season(
        days=10, workers=workers, postings=postings, pairs=[pairs[0], pairs[1] | {"value": 80}]
    )
    promised = np.ones((1, 10), bool)
    kept = replan(better, plan, [], seed=1, stop=rounds(20), promised=promised)
    moved = replan(better, plan, [], seed=1, stop=rounds(20))
    assert (kept.changes, len(moved.changes)) == ((), 10)


def test_a_posting_that_grows_is_filled() -> None:
    problem = two_places()
    plan = solve(problem, seed=1, stop=rounds(50))
    free = season(
        days=10,
        workers=[{"id": id, "available": ALL} for id in ("a", "b", "c")],
        postings=[{"id": id, "headcount": TEN, "min_stay": 3} for id in ("p", "q")],
        pairs=[
            {"worker": w, "posting": p, "value": 100, "spell_cost": 30}
            for w, p in (("a", "p"), ("b", "q"), ("c", "p"))
        ],
    )
    new = replan(free, plan, [Demand(0, 4, 9, 2)], seed=1, stop=rounds(60), costs=Costs(frozen=2))
    assert [tuple(s) for s in new.plan.spells if s.worker == 2] == [(2, 0, 4, 9, ())]


def test_a_stay_that_began_goes_on_until_it_has_lasted_long_enough() -> None:
    problem = two_places()
    plan = solve(problem, seed=1, stop=rounds(50))
    # q pays much more now, but the stay at p has lasted one day of three.
    new = replan(
        problem, plan, [Absent(1, 1, 9)], seed=1, stop=rounds(60), costs=Costs(change=0, frozen=1)
    )
    assert new.plan.spells[0].posting == 0
    assert new.plan.spells[0].last >= 2


def test_pins_stay_where_they_still_can() -> None:
    workers = [{"id": id, "available": ALL} for id in ("a", "b")]
    one = {"id": "p", "headcount": {"first": 0, "counts": [2] * 10}}
    pairs = [{"worker": w, "posting": "p", "value": 60} for w in ("a", "b")]
    pins = [{"worker": w, "posting": "p", "first": 2, "last": 6} for w in ("a", "b")]
    problem = season(days=10, workers=workers, postings=[one], pairs=pairs, pins=pins)
    plan = solve(problem, seed=1, stop=rounds(20))
    news: list[News] = [Absent(0, 3, 4), Demand(0, 6, 6, 1)]
    assert [tuple(vars_of(pin)) for pin in changed(problem, news).pins] == [
        (0, 0, 2, 2), (0, 0, 5, 6), (1, 0, 2, 5),
    ]  # fmt: skip
    new = replan(problem, plan, news, seed=1, stop=rounds(30), costs=Costs(frozen=3))
    assert check(*new.coming).violations == ()


def vars_of(pin: Pin) -> tuple[int, int, int, int]:
    return pin.worker, pin.posting, pin.first, pin.last


def test_a_place_that_is_gone_for_a_worker_is_not_begun_with() -> None:
    workers = [{"id": "a", "available": ALL}]
    postings = [{"id": id, "headcount": TEN} for id in ("p", "q")]
    both = [{"worker": "a", "posting": p, "value": v} for p, v in (("p", 90), ("q", 50))]
    parts = {"days": 10, "workers": workers, "postings": postings}
    plan = solve(season(**parts, pairs=both), seed=1, stop=rounds(20))
    now = season(**parts, pairs=both[1:])
    new = replan(now, plan, [], seed=1, stop=rounds(30), costs=Costs(frozen=4))
    assert [tuple(s) for s in new.plan.spells if s.posting == 1] == [(0, 1, 4, 9, ())]
