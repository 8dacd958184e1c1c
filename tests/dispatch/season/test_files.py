"""Instances, plans and news as files: what is read back is what was written; faults have a place."""

import io
import json
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from jobmatch.dispatch.rules import season_arrays
from jobmatch.dispatch.rules.generate import Size, generate
from jobmatch.dispatch.rules.plan_file import news_of_json, plan_of_json, plan_to_json
from jobmatch.dispatch.rules.plans import Plan, Spell
from jobmatch.dispatch.rules.problem import BadProblem, Before, Params, Problem
from jobmatch.dispatch.rules.replan import Absent, Closed, Demand
from jobmatch.dispatch.rules.season_arrays import read_arrays, write_arrays
from jobmatch.dispatch.rules.season_file import problem_of, problem_to_json
from jobmatch.dispatch.rules.values import parse
from tests.dispatch.season.making import random_season

GOOD: dict[str, Any] = {
    "format": "jobmatch-dispatch/1",
    "start": "2026-09-01",
    "days": 60,
    "params": {"max_run": 6, "fair_days": 0, "fair_bonus": 0, "crew_split_cost": 0},
    "workers": [
        {"id": "w1", "available": [[0, 29], [40, 59]], "max_days": 60, "crew": "c1"},
        {"id": "w2", "available": [[0, 59]]},
    ],
    "crews": [{"id": "c1", "whole": False}],
    "postings": [{"id": "p1", "headcount": {"first": 5, "counts": [30, 30, 28]}, "min_stay": 3}],
    "pairs": [{"worker": "w1", "posting": "p1", "value": 96, "spell_cost": 40, "days": [[5, 29]]}],
    "pins": [{"worker": "w1", "posting": "p1", "first": 5, "last": 7}],
}


def same(one: Problem, other: Problem) -> bool:
    arrays = (
        "available", "max_days", "crew", "whole", "headcount", "min_stay", "first_pair",
        "pair_posting", "pair_value", "pair_cost",
    )  # fmt: skip
    plain = ("start", "days", "params", "worker_ids", "crew_ids", "posting_ids", "pins")
    eligible = [
        [p.is_eligible(k, d) for k in range(len(p.pair_posting)) for d in range(p.days)]
        for p in (one, other)
    ]
    return (
        eligible[0] == eligible[1]
        and all(getattr(one, name) == getattr(other, name) for name in plain)
        and all(np.array_equal(getattr(one, name), getattr(other, name)) for name in arrays)
    )


def test_the_documented_instance_is_read() -> None:
    problem = problem_of(GOOD)
    assert (problem.days, problem.params.max_run, problem.worker_ids) == (60, 6, ("w1", "w2"))
    assert problem.available[0].sum() == 50
    assert problem.headcount[0, 5:8].tolist() == [30, 30, 28]
    assert (problem.crew.tolist(), problem.min_stay.tolist()) == ([0, -1], [3])
    assert [problem.is_eligible(0, d) for d in (4, 5, 29, 30)] == [False, True, True, False]


@pytest.mark.parametrize("seed", range(12))
def test_what_is_written_is_read_back_as_json_and_as_arrays(seed: int) -> None:
    problem = random_season(seed)
    assert same(problem_of(json.loads(json.dumps(problem_to_json(problem)))), problem)
    file = io.BytesIO()
    write_arrays(problem, file)
    assert same(read_bytes(file.getvalue()), problem)


def test_a_long_season_keeps_its_days_and_pins_in_arrays() -> None:
    problem = problem_of(GOOD | {"days": 200})
    file = io.BytesIO()
    write_arrays(problem, file)
    file.seek(0)
    assert same(read_arrays(file), problem)


def broken(**parts: Any) -> str:
    with pytest.raises(BadProblem) as error:
        problem_of(GOOD | parts)
    return str(error.value)


W, P, PAIR = GOOD["workers"][0], GOOD["postings"][0], GOOD["pairs"][0]


@pytest.mark.parametrize(
    ("parts", "said"),
    [
        ({"format": "jobmatch-dispatch/2"}, "format: must be"),
        ({"start": "1 September"}, "start: must be a date"),
        ({"start": None}, "start: must be a date"),
        ({"days": 1_000_000}, "days: must be 1 to 366"),
        ({"days": 0}, "days: must be 1 to 366"),
        ({"days": True}, "days: must be a whole number"),
        ({"params": []}, "params: must be an object"),
        ({"params": {"max_run": -1}}, "params.max_run: must be 0"),
        ({"workers": {}}, "workers: must be a list"),
        ({"workers": [3]}, "workers[0]: must be an object"),
        ({"workers": [W | {"id": 7}]}, "workers[0].id: must be a text"),
        ({"workers": [W, W]}, "workers[1].id: \"w1\" stands twice"),
        ({"workers": [W | {"available": [[0, 9], [5, 12]]}]}, "workers[0].available[1]: overlaps"),
        ({"workers": [W | {"available": [[9, 5]]}]}, "workers[0].available[0]: ends before"),
        ({"workers": [W | {"available": [[0, 60]]}]}, "workers[0].available[0]: must be 0 to 59"),
        ({"workers": [W | {"available": [[0]]}]}, "workers[0].available[0]: must be [first, last]"),
        ({"workers": [W | {"available": "all"}]}, "workers[0].available: must be a list"),
        ({"workers": [W | {"max_days": 1.5}]}, "workers[0].max_days: must be a whole number"),
        ({"workers": [W | {"crew": "c9"}]}, "workers[0].crew: no such id"),
        ({"crews": [{"id": "c1", "whole": 1}]}, "crews[0].whole: must be true or false"),
        ({"postings": [P | {"headcount": 3}]}, "postings[0].headcount: must be an object"),
        ({"postings": [P | {"headcount": {"first": 0, "counts": [-1]}}]},
         "postings[0].headcount.counts[0]: must be 0 to"),
        ({"postings": [P | {"headcount": {"first": 59, "counts": [1, 1]}}]},
         "postings[0].headcount.counts: goes beyond day 59"),
        ({"postings": [P | {"headcount": {"first": 0, "counts": 5}}]},
         "postings[0].headcount.counts: must be a list"),
        ({"postings": [P | {"min_stay": 0}]}, "postings[0].min_stay: must be 1"),
        ({"pairs": [PAIR | {"worker": "w9"}]}, "pairs[0].worker: no such id: \"w9\""),
        ({"pairs": [PAIR | {"posting": None}]}, "pairs[0].posting: no such id: missing"),
        ({"pairs": [PAIR | {"value": float("nan")}]}, "pairs[0].value: must be a whole number"),
        ({"pairs": [PAIR | {"value": 10**30}]}, "pairs[0].value: must be"),
        ({"pairs": [PAIR, PAIR]}, "pairs[1]: this worker and posting are a pair already"),
        ({"pins": [GOOD["pins"][0] | {"worker": "w2"}]}, "pins[0]: eligible:"),
        ({"pins": [GOOD["pins"][0] | {"first": 30, "last": 31}]}, "pins[0]: available:"),
        ({"pins": [GOOD["pins"][0] | {"first": 3, "last": 4}]}, "pins[0]: eligible:"),
        ({"pins": [GOOD["pins"][0] | {"first": 8, "last": 9}]}, "pins[0]: headcount:"),
        ({"pins": [GOOD["pins"][0], GOOD["pins"][0]]}, "pins[1]: one posting a day:"),
        ({"pins": GOOD["pins"], "params": {"max_run": 2}}, "pins[0]: max_run:"),
        ({"pins": GOOD["pins"], "workers": [W | {"max_days": 2}, GOOD["workers"][1]]},
         "pins[0]: max_days:"),
        ({"pins": [GOOD["pins"][0] | {"first": 7, "last": 5}]}, "pins[0]: days 7 to 5"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named_with_its_place(parts: dict[str, Any], said: str) -> None:
    assert said in broken(**parts)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "line 1, column 1"),
        (b"{", "line 1, column 2"),
        (b'{"days": NaN}', "NaN is not a number"),
        (b"\xff\xfe\x00", "not UTF-8"),
        (b"[" * 100_000, "too deeply"),
        (b"9" * 100_000, "number too long"),
    ],
)
def test_what_is_no_json_is_refused(data: bytes, said: str) -> None:
    with pytest.raises(BadProblem, match=said):
        parse(data)


@pytest.mark.parametrize("given", [None, 3, [], "text"])
def test_an_instance_is_an_object(given: object) -> None:
    with pytest.raises(BadProblem, match=r"file: must be an object"):
        problem_of(given)


def read_bytes(data: bytes) -> Problem:
    return read_arrays(io.BytesIO(data))


def arrays(**other: Any) -> bytes:
    file = io.BytesIO()
    write_arrays(problem_of(GOOD), file)
    file.seek(0)
    with np.load(file) as found:
        parts = dict(found) | other
    again = io.BytesIO()
    np.savez(again, **{name: value for name, value in parts.items() if value is not None})
    return again.getvalue()


@pytest.mark.parametrize(
    ("other", "said"),
    [
        ({"available": None}, "available: is missing"),
        ({"pair_value": np.array([1.5])}, "pair_value: holds float64, not whole numbers"),
        ({"pair_value": np.array([1, 2])}, r"pair_value: has the shape \(2,\), not \(1,\)"),
        ({"headcount": np.full((1, 60), -4)}, r"headcount\[0\]\[0\]: must be 0 to 1000000, not -4"),
        ({"first_pair": np.array([0, 2, 1])}, "first_pair: must not fall"),
        ({"first_pair": np.array([1, 1, 1])}, "first_pair: must lead from 0"),
        ({"worker_ids": np.array(["a", "a"])}, "workers: the id 'a' stands twice"),
        ({"pins": np.zeros((1, 3), np.int64)}, "pins: has the shape"),
        ({"pins": np.array([[9, 0, 0, 0]])}, r"pins\[0\].worker: no such worker"),
        ({"pins": np.array([[0, 9, 0, 0]])}, r"pins\[0\].posting: no such posting"),
        ({"pair_posting": np.array([-1])}, r"pair_posting\[0\]: must be 0 to 0"),
        ({"meta": np.frombuffer(b"{}", np.uint8)}, "format: must be"),
        ({"crew": np.array([object(), None])}, "not a whole .npz"),
    ],
)
def test_wrong_arrays_are_named(other: dict[str, Any], said: str) -> None:
    with pytest.raises(BadProblem, match=said):
        read_bytes(arrays(**other))


@pytest.mark.parametrize("cut", [0, 10, 300, -30])
def test_a_broken_file_of_arrays_is_refused(cut: int) -> None:
    with pytest.raises(BadProblem, match=r"not a whole \.npz"):
        read_bytes(arrays()[:cut])


@pytest.mark.parametrize(
    ("part", "said"),
    [
        ({"days": 0}, "days: must be 1 to 366"),
        ({"params": Params(max_run=-1)}, "params.max_run: must be 0"),
        ({"before": Before(*[np.zeros(1, np.int64)] * 3)}, "before.posting: must hold 2 values"),
        ({"pair_posting": np.array([0, 0]), "pair_value": np.array([1, 1]),
          "pair_cost": np.array([0, 0]), "pair_days": np.zeros((2, 1), np.uint64),
          "first_pair": np.array([0, 2, 2]), "pins": ()}, "pairs[1]: this worker and posting"),
    ],
)  # fmt: skip
def test_a_problem_looks_itself_over_when_it_is_made(part: dict[str, Any], said: str) -> None:
    with pytest.raises(BadProblem) as error:
        replace(problem_of(GOOD), **part)
    assert said in str(error.value)


def test_arrays_of_boundless_size_are_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(season_arrays, "MOST_BYTES", 1000)
    with pytest.raises(BadProblem, match="more than"):
        read_bytes(arrays())


def test_a_plan_is_read_back() -> None:
    problem = problem_of(GOOD)
    plan = Plan((Spell(0, 0, 5, 7, (6,)),), 152, 160, 2, 88, 1.25, 3)
    written = json.loads(json.dumps(plan_to_json(problem, plan)))
    assert written["gap"] == 0.05
    assert written["spells"] == [
        {"worker": "w1", "posting": "p1", "first": 5, "last": 7, "rest": [6]}
    ]
    assert written["unfilled"][1] == {"posting": "p1", "day": 6, "places": 30}
    read = plan_of_json(problem, written)
    assert (read.spells, read.value, read.bound, read.seed) == (plan.spells, 152, 160, 3)


@pytest.mark.parametrize(
    ("part", "said"),
    [
        ({"format": "jobmatch-dispatch/1"}, "format: must be"),
        ({"spells": [{"worker": "x", "posting": "p1", "first": 0, "last": 1}]}, "spells[0].worker"),
        ({"spells": [{"worker": "w1", "posting": "p1", "first": 0, "last": 99}]}, "spells[0].last"),
        ({"spells": [{"worker": "w1", "posting": "p1", "first": 0, "last": 9, "rest": 3}]},
         "spells[0].rest: must be a list"),
        ({"value": "much"}, "value: must be a whole number"),
    ],
)  # fmt: skip
def test_a_wrong_plan_is_named(part: dict[str, Any], said: str) -> None:
    good = {"format": "jobmatch-plan/1", "spells": [], "value": 0, "bound": 0}
    with pytest.raises(BadProblem) as error:
        plan_of_json(problem_of(GOOD), good | part)
    assert said in str(error.value)


def test_news_are_read() -> None:
    given = {
        "format": "jobmatch-news/1",
        "frozen": 2,
        "news": [
            {"closed": "p1", "first": 5, "last": 7},
            {"absent": "w2", "first": 0, "last": 3},
            {"demand": "p1", "first": 5, "last": 5, "headcount": 40},
        ],
    }
    news = [Closed(0, 5, 7), Absent(1, 0, 3), Demand(0, 5, 5, 40)]
    assert news_of_json(problem_of(GOOD), given) == (2, news)
    with pytest.raises(BadProblem, match=r"news\[0\]: must say"):
        news_of_json(problem_of(GOOD), given | {"news": [{"first": 0, "last": 0}]})


def test_the_same_seed_makes_the_same_season_and_another_seed_another() -> None:
    size = Size(300, 10, max_run=6, whole=0.5, split_cost=10)
    seats = [(0.0, 0.0), (60.0, 10.0)]
    assert same(generate(size, seats, 4), generate(size, seats, 4))
    assert not same(generate(size, seats, 4), generate(size, seats, 5))
    nobody = generate(Size(0, 0), seats, 1)
    assert (nobody.worker_ids, nobody.posting_ids) == ((), ())
