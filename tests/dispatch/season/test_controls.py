"""The other side of the tests: a planner that leaves one rule out is caught, by that rule's name."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from jobmatch.dispatch.rules.check import check
from jobmatch.dispatch.rules.plans import Plan, Spell
from jobmatch.dispatch.rules.problem import Problem
from jobmatch.dispatch.rules.solve import solve
from tests.dispatch.season.making import crew_season, pinned_season, random_season
from tests.dispatch.season.test_solve import rounds

SEEDS = range(60)


def planned(problem: Problem) -> Plan:
    return solve(problem, seed=1, stop=rounds(9))


def without(**values: Callable[[Problem], Any]) -> Callable[[Problem], Plan]:
    """A planner that sees a season in which a rule says nothing."""

    def plan(problem: Problem) -> Plan:
        other: dict[str, Any] = {name: value(problem) for name, value in values.items()}
        return planned(replace(problem, pins=(), **other))

    return plan


def unrested(problem: Problem) -> Plan:
    return planned(replace(problem, pins=(), params=replace(problem.params, max_run=0)))


def by_posting(problem: Problem) -> Plan:
    """Each posting planned as if there were no other."""
    spells: list[Spell] = []
    for posting in range(len(problem.posting_ids)):
        alone = np.zeros_like(problem.headcount)
        alone[posting] = problem.headcount[posting]
        spells += planned(replace(problem, pins=(), headcount=alone)).spells
    return Plan(tuple(spells), 0, 0, 0, 0)


RULES: dict[str, Callable[[Problem], Plan]] = {
    "headcount": without(headcount=lambda p: p.headcount + 1),
    "available": without(available=lambda p: np.ones_like(p.available)),
    "eligible": without(pair_days=lambda p: ~np.zeros_like(p.pair_days)),
    "min_stay": without(min_stay=lambda p: np.ones_like(p.min_stay)),
    "max_days": without(max_days=lambda p: np.full_like(p.max_days, p.days)),
    "whole": without(whole=lambda p: np.zeros_like(p.whole)),
    "pin": without(),
    "max_run": unrested,
    "one_a_day": by_posting,
}


@pytest.mark.parametrize("rule", RULES)
def test_a_planner_without_a_rule_is_caught(rule: str) -> None:
    caught = 0
    for seed in SEEDS:
        problem = pinned_season(seed, crew_season if rule == "whole" else random_season)
        plan = RULES[rule](problem)
        caught += rule in {violation.rule for violation in check(problem, plan).violations}
    assert caught >= 2


def test_with_all_rules_nothing_is_caught() -> None:
    for seed in SEEDS:
        problem = pinned_season(seed, crew_season if seed % 2 else random_season)
        assert check(problem, planned(problem)).violations == ()
