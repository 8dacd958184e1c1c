"""Days that are a flow by themselves are planned exactly: public instances with known optima."""

from pathlib import Path

import pytest

from jobmatch.dispatch.rules.check import check
from jobmatch.dispatch.rules.flow import is_daily
from jobmatch.dispatch.rules.problem import Problem
from jobmatch.dispatch.rules.solve import solve
from tests.dispatch.season.making import best_value, season

DATA = Path(__file__).parent / "data"
MOST = 1000


def assignment(name: str) -> tuple[Problem, int]:
    numbers = [int(x) for x in (DATA / name).read_text().split()]
    n, costs = numbers[0], numbers[1:]
    workers = [{"id": f"w{i}", "available": [[0, 0]]} for i in range(n)]
    postings = [{"id": f"p{i}", "headcount": {"first": 0, "counts": [1]}} for i in range(n)]
    pairs = [
        {"worker": f"w{i}", "posting": f"p{j}", "value": MOST - costs[i * n + j]}
        for i in range(n)
        for j in range(n)
    ]
    return season(days=1, workers=workers, postings=postings, pairs=pairs), n


@pytest.mark.parametrize(("name", "least"), [("assign100.txt", 305), ("assign200.txt", 475)])
def test_the_known_optimum_is_met(name: str, least: int) -> None:
    problem, n = assignment(name)
    plan = solve(problem, seed=1, stop=lambda _: False)
    assert MOST * n - plan.value == least
    assert (plan.bound, plan.gap) == (plan.value, 0.0)
    assert check(problem, plan).violations == ()


WORKERS = [{"id": "a", "available": [[0, 1]]}, {"id": "b", "available": [[1, 1]]}]
POSTING = {"id": "p", "headcount": {"first": 0, "counts": [1, 1]}}
PAIRS = [
    {"worker": "a", "posting": "p", "value": 60},
    {"worker": "b", "posting": "p", "value": 70},
]


def test_days_without_ties_between_them_are_planned_one_by_one() -> None:
    problem = season(days=2, workers=WORKERS, postings=[POSTING], pairs=PAIRS)
    assert is_daily(problem)
    plan = solve(problem, seed=1, stop=lambda _: False)
    assert plan.value == best_value(problem) == 130
    assert [tuple(spell) for spell in plan.spells] == [(0, 0, 0, 0, ()), (1, 0, 1, 1, ())]


def test_one_day_pays_for_its_stay_and_counts_first_days() -> None:
    pairs = [PAIRS[0] | {"spell_cost": 10}]
    one = {"id": "p", "headcount": {"first": 0, "counts": [1]}}
    problem = season(
        days=1, workers=[{"id": "a", "available": [[0, 0]]}], postings=[one], pairs=pairs,
        params={"fair_days": 1, "fair_bonus": 5},
    )  # fmt: skip
    assert is_daily(problem)
    assert solve(problem, seed=1, stop=lambda _: False).value == 55


@pytest.mark.parametrize(
    "tie",
    [
        {"params": {"max_run": 1}},
        {"params": {"fair_days": 1, "fair_bonus": 5}},
        {"postings": [POSTING | {"min_stay": 2}]},
        {"pairs": [PAIRS[0] | {"spell_cost": 1}, PAIRS[1]]},
        {"workers": [WORKERS[0] | {"max_days": 1}, WORKERS[1]]},
        {"pins": [{"worker": "a", "posting": "p", "first": 0, "last": 0}]},
        {"crews": [{"id": "c", "whole": True}],
         "workers": [WORKERS[0] | {"crew": "c"}, WORKERS[1]]},
        {"crews": [{"id": "c"}], "workers": [WORKERS[0] | {"crew": "c"}, WORKERS[1]],
         "params": {"crew_split_cost": 5}},
    ],
)  # fmt: skip
def test_what_ties_days_or_people_together_is_no_flow(tie: dict[str, object]) -> None:
    parts: dict[str, object] = {"workers": WORKERS, "postings": [POSTING], "pairs": PAIRS}
    assert not is_daily(season(days=2, **(parts | tie)))
