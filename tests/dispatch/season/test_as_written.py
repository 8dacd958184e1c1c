"""The compiled loops and the same loops as they are written give the same plans.

The written ones run in a process of their own, where their branches can be counted.
"""

import json
import os
import subprocess
import sys
from dataclasses import replace
from datetime import date
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import pytest

from jobmatch.dispatch import season_judge
from jobmatch.dispatch.rules import packing
from jobmatch.dispatch.rules import solve as planner
from jobmatch.dispatch.rules.generate import Size, generate
from jobmatch.dispatch.rules.problem import BadProblem
from jobmatch.dispatch.rules.replan import Absent, Costs, replan
from jobmatch.dispatch.rules.responses import ground_of, is_sound
from jobmatch.dispatch.rules.solve import search_of, solve
from jobmatch.dispatch.rules.units import units_of
from jobmatch.matching.rules.weights import Weights
from tests.dispatch.season.making import random_season, season
from tests.dispatch.season.test_solve import rounds
from tests.matching.index import drawing

ROOT = Path(__file__).resolve().parents[3]
SEEDS = range(30)


def plans() -> list[Any]:
    """Plans of small seasons in which every rule has something to say."""
    found: list[Any] = []
    for seed in SEEDS:
        plan = solve(random_season(seed), seed=1, stop=rounds(25))
        found.append([plan.value, plan.bound, [list(map(str, spell)) for spell in plan.spells]])
    for size in (
        Size(40, 4, days=12, max_run=3, whole=0.5, crewed=0.6),
        Size(40, 4, days=12, split_cost=15, crewed=0.6),
        Size(40, 4, days=12, crewed=0.0),
    ):
        problem = generate(size, [(0.0, 0.0)], 3)
        plan = solve(problem, seed=1, stop=rounds(12))
        new = replan(problem, plan, [Absent(0, 5, 11)], seed=1, stop=rounds(8),
                     costs=Costs(frozen=5))  # fmt: skip
        found.append([plan.value, plan.bound, new.plan.value, new.plan.bound, len(new.changes)])
    pinned = season(
        workers=[{"id": "w", "available": [[0, 4]], "max_days": 4}],
        postings=[
            {"id": "p", "headcount": {"first": 0, "counts": [1] * 5}, "min_stay": 3},
            {"id": "q", "headcount": {"first": 0, "counts": [1] * 5}},
        ],
        pairs=[{"worker": "w", "posting": p, "value": 50} for p in "pq"],
        pins=[{"worker": "w", "posting": "p", "first": 1, "last": 1}],
        params={"max_run": 2},
    )
    plan = solve(pinned, seed=1, stop=rounds(9))
    found.append([plan.value, plan.bound])
    for max_run in (0, 2):
        found.append(impossible(max_run))
    for few in (3000, 0):
        found += shaken(few)
    # A first day that is worth less than its way, and a second beginning.
    poor = season(
        workers=[{"id": "w", "available": [[0, 0], [2, 2], [4, 4]]}],
        postings=[{"id": "p", "headcount": {"first": 0, "counts": [1] * 5}}],
        pairs=[{"worker": "w", "posting": "p", "value": 10, "spell_cost": 20}],
        params={"fair_days": 1, "fair_bonus": 15},
    )
    found.append(solve(poor, seed=1, stop=rounds(9)).value)
    found.append(soundness())
    found.append(improved())
    found += judged(0)
    return found


def impossible(max_run: int) -> str:
    """What is said of a pin that cannot last."""
    narrow = {"id": "p", "headcount": {"first": 0, "counts": [1]}, "min_stay": 2}
    problem = season(
        workers=[{"id": "w", "available": [[0, 4]]}],
        postings=[narrow, {"id": "q", "headcount": {"first": 0, "counts": [1] * 5}}],
        pairs=[{"worker": "w", "posting": p, "value": 50} for p in "pq"],
        pins=[{"worker": "w", "posting": "p", "first": 0, "last": 0}],
        params={"max_run": max_run},
    )
    with pytest.raises(BadProblem) as error:
        solve(problem, seed=1, stop=rounds(9))
    return str(error.value)


def shaken(few: int) -> list[int]:
    """Crews shaken and packed; few: 0 where single workers share places with them by prices."""
    crews = {"a": 2, "b": 3, "c": 2, "d": 1}
    people = [(f"{crew}{n}", crew) for crew, size in crews.items() for n in range(size)]
    problem = season(
        workers=[{"id": w, "available": [[0, 4]], "crew": crew} for w, crew in people],
        crews=[{"id": crew, "whole": True} for crew in crews],
        postings=[
            {"id": "p", "headcount": {"first": 0, "counts": [4] * 5}, "min_stay": 2},
            {"id": "q", "headcount": {"first": 0, "counts": [2, 2, 0, 3, 3]}},
            {"id": "r", "headcount": {"first": 0, "counts": [1] * 5}},
        ],
        pairs=[
            {"worker": w, "posting": p, "value": value + len(crew + w), "spell_cost": 9}
            for w, crew in people
            for p, value in (("p", 60), ("q", 55), ("r", 50))
            if (crew, p) not in (("b", "q"), ("a", "r"), ("b", "r"), ("c", "r"))
        ],
        pins=[{"worker": "d0", "posting": "p", "first": 1, "last": 1}],
    )
    search = search_of(problem, seed=1, stop=rounds(9), progress=lambda _: None)
    search.run()
    search.stop = lambda _: False
    kept = packing.FEW, planner.SHAKES, planner.MOST_ROUNDS
    packing.FEW, planner.SHAKES, planner.MOST_ROUNDS = few, 30, 120
    try:
        search._shake()
    finally:
        packing.FEW, planner.SHAKES, planner.MOST_ROUNDS = kept
    return [search.value, search.bound]


def improved() -> list[int]:
    """What shaking makes of a plan of nothing, with a posting at which nobody may work."""
    problem = season(
        workers=[{"id": w, "available": [[0, 4]]} for w in "ab"],
        postings=[
            {"id": p, "headcount": {"first": 0, "counts": [1] * 5}, "min_stay": 2} for p in "pqr"
        ],
        pairs=[
            {"worker": w, "posting": p, "value": value}
            for w, p, value in (("a", "p", 60), ("a", "q", 50), ("b", "p", 40))
        ],
    )
    search = search_of(problem, seed=1, stop=rounds(9), progress=lambda _: None)
    search._bound(search.price)
    search.stop = lambda _: False
    kept = planner.SHAKES, planner.MOST_ROUNDS
    planner.SHAKES, planner.MOST_ROUNDS = 30, 60
    try:
        search._shake()
    finally:
        planner.SHAKES, planner.MOST_ROUNDS = kept
    return [search.value]


def judged(many: int) -> list[list[list[int]]]:
    """Everybody judged for everything, by the loop (many: 0) or one by one."""
    r = Random(1)
    people = {n: drawing.easier(drawing.person(r), r) for n in range(40)}
    people |= {n: drawing.person(r) for n in range(40, 50)}
    # Nobody goes far: some work lies where nobody gets to.
    people = {n: replace(who, max_km=min(60, who.max_km)) for n, who in people.items()}
    offers = {n: drawing.posting(r) for n in range(30)}
    offers = {
        n: replace(what, days=tuple(day for day in what.days if day >= drawing.TODAY))
        for n, what in offers.items()
    }
    found = season_judge.fits(
        people, offers, Weights(), today=drawing.TODAY, last=date(2027, 6, 1), many=many
    )
    return [column.tolist() for column in found]


def soundness() -> list[bool]:
    """Rows of one worker that keep the rules, and that break one each."""
    problem = season(
        workers=[{"id": "w", "available": [[0, 3]], "max_days": 3}],
        postings=[
            {"id": "p", "headcount": {"first": 0, "counts": [1] * 5}, "min_stay": 2},
            {"id": "q", "headcount": {"first": 0, "counts": [1] * 5}},
        ],
        pairs=[
            {"worker": "w", "posting": "p", "value": 50, "days": [[0, 2], [4, 4]]},
            {"worker": "w", "posting": "q", "value": 50},
        ],
        pins=[{"worker": "w", "posting": "p", "first": 1, "last": 1}],
        params={"max_run": 2},
    )
    ground = ground_of(problem, units_of(problem))
    rows = [
        [-1, 0, 0, -1, -1],  # good
        [0, 0, -1, 1, -1],  # good
        [-1, 0, -1, -1, -1],  # too short
        [1, 0, -2, -1, -1],  # ends at rest
        [-2, 0, 0, -1, -1],  # begins at rest
        [-1, 1, -1, -1, -1],  # not as pinned
        [-1, 0, 0, -1, 1],  # not available
        [-1, 0, 0, 0, -1],  # not eligible
        [0, 0, 0, -1, -1],  # too many in a row
        [0, 0, -1, 1, -1, 1][:5],  # good again: three days
    ]
    found = [bool(is_sound(0, ground, np.array(row, np.int32))) for row in rows]
    loose = season(
        workers=[{"id": "w", "available": [[0, 4]], "max_days": 1}],
        postings=[{"id": "q", "headcount": {"first": 0, "counts": [1] * 5}}],
        pairs=[{"worker": "w", "posting": "q", "value": 50}],
    )
    ground = ground_of(loose, units_of(loose))
    return [*found, bool(is_sound(0, ground, np.array([0, -1, 0, -1, -1], np.int32)))]


@pytest.mark.slow
def test_shaking_finds_the_best_plan_of_two_workers() -> None:
    assert improved() == [450]


def test_pairs_judged_by_the_loop_are_those_judged_one_by_one() -> None:
    by_loop = judged(0)
    assert len(by_loop[0]) > 10
    assert by_loop == judged(10**9)


def test_a_row_is_sound_or_not() -> None:
    assert soundness() == [
        True, True, False, False, False, False, False, False, False, True, False,
    ]  # fmt: skip


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_loops_as_written_plan_what_compiled_loops_plan() -> None:
    script = (
        "import json; from tests.dispatch.season.test_as_written import plans;"
        " print(json.dumps(plans()))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=False,
        env=os.environ | {"NUMBA_DISABLE_JIT": "1"},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout.splitlines()[-1]) == json.loads(json.dumps(plans()))
