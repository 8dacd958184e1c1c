"""Planted faults: each must be found, by its own name."""

from dataclasses import replace
from typing import Any

import pytest

from jobmatch.dispatch.rules.check import check
from jobmatch.dispatch.rules.plans import Plan, Spell
from jobmatch.dispatch.rules.problem import Problem
from tests.dispatch.season.making import season


def problem(**params: int) -> Problem:
    return season(
        days=10,
        params={"max_run": 3} | params,
        workers=[
            {"id": "a", "available": [[0, 9]], "max_days": 6},
            {"id": "b", "available": [[0, 3], [5, 9]]},
            {"id": "c", "available": [[0, 9]], "crew": "k"},
            {"id": "d", "available": [[0, 9]], "crew": "k"},
            {"id": "e", "available": [[0, 9]], "crew": "s"},
            {"id": "f", "available": [[0, 9]], "crew": "s"},
        ],
        crews=[{"id": "k", "whole": True}, {"id": "s"}],
        postings=[
            {"id": "p", "headcount": {"first": 0, "counts": [2] * 10}, "min_stay": 2},
            {"id": "q", "headcount": {"first": 0, "counts": [3] * 8}},
        ],
        pairs=[
            {"worker": w, "posting": p, "value": 100, "spell_cost": 10}
            | ({"days": [[0, 5]]} if (w, p) == ("a", "q") else {})
            for w in "abcdef"
            for p in "pq"
            if (w, p) != ("b", "q")
        ],
        pins=[{"worker": "a", "posting": "p", "first": 0, "last": 1}],
    )


GOOD = [Spell(0, 0, 0, 2), Spell(1, 0, 0, 1), Spell(2, 1, 0, 1), Spell(3, 1, 0, 1)]


def plan(*spells: Spell, **more: Any) -> Plan:
    value = check(problem(), Plan(spells, 0, 0, 0, 0)).value
    filled = sum(len(spell.worked) for spell in spells)
    return replace(Plan(spells, value, value, filled, 0), **more)


def rules(*spells: Spell, **more: Any) -> set[str]:
    return {v.rule for v in check(problem(), plan(*spells, **more)).violations}


def test_a_good_plan_has_no_fault_and_its_value() -> None:
    verdict = check(problem(), plan(*GOOD))
    assert verdict.violations == ()
    assert (verdict.value, verdict.filled) == (3 * 100 - 10 + 3 * (200 - 10), 9)


@pytest.mark.parametrize(
    ("rule", "planted"),
    [
        ("known", [*GOOD, Spell(9, 0, 0, 1)]),
        ("known", [*GOOD, Spell(1, 7, 0, 1)]),
        ("known", [*GOOD, Spell(1, 0, 5, 12)]),
        ("known", [*GOOD, Spell(1, 0, 6, 5)]),
        ("min_stay", [*GOOD, Spell(1, 0, 5, 5)]),
        ("eligible", [*GOOD, Spell(1, 1, 5, 6)]),
        ("eligible", [*GOOD, Spell(0, 1, 6, 6)]),
        ("available", [*GOOD[:1], Spell(1, 0, 3, 4), *GOOD[2:]]),
        ("one_a_day", [*GOOD, Spell(0, 1, 2, 2)]),
        ("headcount", [*GOOD, Spell(4, 0, 0, 1)]),
        ("headcount", [*GOOD, Spell(4, 1, 8, 8)]),
        ("max_run", [Spell(0, 0, 0, 3), *GOOD[1:]]),
        ("max_run", [*GOOD, Spell(4, 0, 3, 4), Spell(4, 1, 5, 6)]),
        ("max_days", [*GOOD, Spell(0, 0, 4, 6), Spell(0, 0, 8, 9)]),
        ("whole", [*GOOD[:3], Spell(3, 1, 0, 2)]),
        ("whole", GOOD[:3]),
        ("whole", [*GOOD, Spell(2, 1, 4, 6, (5,)), Spell(3, 1, 4, 4), Spell(3, 1, 6, 6)]),
        ("pin", [Spell(0, 0, 1, 2), *GOOD[1:]]),
        ("pin", GOOD[1:]),
        ("rest", [*GOOD, Spell(4, 0, 4, 6, (4,))]),
        ("rest", [*GOOD, Spell(4, 0, 4, 6, (6,))]),
        ("rest", [*GOOD[:1], Spell(1, 0, 3, 5, (4,)), *GOOD[2:]]),
        ("rest", [*GOOD, Spell(4, 0, 3, 6, (4, 4))]),
    ],
)
def test_a_planted_fault_is_found(rule: str, planted: list[Spell]) -> None:
    assert rule in rules(*planted)


@pytest.mark.parametrize(
    ("rule", "said"), [("value", {"value": 1}), ("filled", {"filled": 1}), ("bound", {"bound": 1})]
)
def test_what_a_plan_says_of_itself_is_looked_over(rule: str, said: dict[str, int]) -> None:
    assert rules(*GOOD, **said) == {rule}


def test_rest_where_there_is_no_rest_rule() -> None:
    free = problem(max_run=0)
    spells = (*GOOD, Spell(4, 0, 3, 6, (4,)))
    rested = replace(plan(*spells), value=check(free, plan(*spells)).value)
    assert {v.rule for v in check(free, rested).violations} == {"rest"}


def test_a_crew_that_splits_costs_points_and_first_days_count_more() -> None:
    apart = problem(crew_split_cost=40, fair_days=2, fair_bonus=7)
    spells = (*GOOD, Spell(4, 1, 3, 4), Spell(5, 0, 3, 4))
    days, stays, first_days, split_days = 13, 6, 12, 2
    assert check(apart, plan(*spells)).value == 100 * days - 10 * stays + 7 * first_days - 40 * (
        split_days
    )
