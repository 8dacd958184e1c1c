"""A plan made anew changes hardly more than the least that any plan of its value must change."""

import numpy as np
import pytest

from jobmatch.dispatch.rules.plans import Plan, where
from jobmatch.dispatch.rules.problem import Problem
from jobmatch.dispatch.rules.replan import Absent, Closed, News, Replanned, replan
from jobmatch.dispatch.rules.solve import solve
from tests.dispatch.season.exact import exact, unchanged
from tests.dispatch.season.making import season
from tests.dispatch.season.test_solve import rounds

SEEDS = (1, 2, 3, 4, 5)
POINTS = 20  # for a worker-day that changes, as `Costs` has it


def standing(seed: int) -> tuple[Problem, Plan]:
    """14 people, three postings with hardly enough places, ten days; and a plan of them."""
    r = np.random.default_rng(seed)
    first = r.integers(0, 4, 14)
    problem = season(
        days=10,
        workers=[{"id": f"w{n}", "available": [[int(d), 9]]} for n, d in enumerate(first)],
        postings=[
            {
                "id": f"p{n}",
                "headcount": {"first": 0, "counts": r.integers(2, 6, 10).tolist()},
                "min_stay": n + 1,
            }
            for n in range(3)
        ],
        pairs=[
            {
                "worker": f"w{w}",
                "posting": f"p{p}",
                "value": int(r.integers(40, 110)),
                "spell_cost": int(r.integers(0, 40)),
            }
            for w in range(14)
            for p in range(3)
            if r.random() < 0.6
        ],
    )
    return problem, solve(problem, seed=1, stop=rounds(200))


def no_shows(plan: Plan) -> list[News]:
    people = sorted({spell.worker for spell in plan.spells})[::3]
    return [Absent(worker, 4, 7) for worker in people]


def rain(plan: Plan) -> list[News]:
    busiest = max({s.posting for s in plan.spells},
                  key=lambda p: sum(s.posting == p for s in plan.spells))  # fmt: skip
    return [Closed(busiest, 4, 6)]


def anew(problem: Problem, plan: Plan, news: list[News]) -> Replanned:
    return replan(problem, plan, news, seed=1, stop=rounds(200))


def least_change(problem: Problem, plan: Plan, new: Replanned) -> int:
    """Worker-days that any plan worth as much as the new one must change."""
    model = exact(new.problem)
    model.model.add(model.value >= new.plan.value)
    days = len(problem.worker_ids) * problem.days
    return days - model.best(unchanged(problem, model, where(problem, plan.spells)))


@pytest.mark.parametrize("happens", [no_shows, rain])
def test_little_more_changes_than_must(happens) -> None:  # type: ignore[no-untyped-def]
    changed, least = 0, 0
    for seed in SEEDS:
        problem, plan = standing(seed)
        new = anew(problem, plan, happens(plan))
        must = least_change(problem, plan, new)
        assert must <= len(new.changes), seed
        changed, least = changed + len(new.changes), least + must
    assert least >= 40
    assert changed <= 1.2 * least


@pytest.mark.parametrize("happens", [no_shows, rain])
def test_what_it_gains_less_what_it_changes_is_nearly_the_best(happens) -> None:  # type: ignore[no-untyped-def]
    reached, best = 0, 0
    for seed in SEEDS:
        problem, plan = standing(seed)
        new = anew(problem, plan, happens(plan))
        model = exact(new.problem)
        same = unchanged(problem, model, where(problem, plan.spells))
        days = len(problem.worker_ids) * problem.days
        most = model.best(model.value + POINTS * same)
        mine = new.plan.value + POINTS * (days - len(new.changes))
        assert mine <= most, seed
        reached, best = reached + mine, best + most
    assert reached >= 0.995 * best


def test_a_plan_from_nothing_changes_far_more() -> None:
    """The control: without a price for change the same value is reached by moving everybody."""
    changed, least = 0, 0
    for seed in SEEDS:
        problem, plan = standing(seed)
        new = anew(problem, plan, rain(plan))
        other = solve(new.problem, seed=7, stop=rounds(200))
        before, after = where(problem, plan.spells), where(problem, other.spells)
        changed, least = changed + int((before != after).sum()), least + len(new.changes)
    assert changed > 1.2 * least


@pytest.mark.parametrize("seed", SEEDS)
def test_the_planner_meets_the_exact_model(seed: int) -> None:
    problem, plan = standing(seed)
    model = exact(problem)
    best = model.best(model.value)
    assert plan.value <= best <= plan.bound
    assert plan.value >= 0.999 * best
