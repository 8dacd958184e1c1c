"""The planner against every plan that there is, on tiny seasons; and what it promises on any."""

from collections.abc import Callable

import pytest

from jobmatch.dispatch.rules import solve as planner
from jobmatch.dispatch.rules.check import check
from jobmatch.dispatch.rules.problem import BadProblem, Problem
from jobmatch.dispatch.rules.progress import after
from jobmatch.dispatch.rules.solve import solve
from tests.dispatch.season.making import (
    best_value,
    crew_season,
    pinned_season,
    random_season,
    season,
)

WORKER = {"id": "w", "available": [[0, 4]]}
PAIR = {"worker": "w", "posting": "p", "value": 100, "spell_cost": 10}
POSTING = {"id": "p", "headcount": {"first": 0, "counts": [1, 1, 1, 1, 1]}}


def rounds(number: int):  # type: ignore[no-untyped-def]
    """Stop after so many looks at the clock: no seconds in tests."""
    left = [number]

    def stop(progress: planner.Progress) -> bool:
        left[0] -= 1
        return left[0] <= 0 or progress.gap <= 0

    return stop


@pytest.mark.parametrize("block", range(8))
def test_a_tiny_season_has_the_best_plan_that_there_is_and_says_so(block: int) -> None:
    for seed in range(block * 25, block * 25 + 25):
        problem = random_season(seed)
        plan = solve(problem, seed=1, stop=rounds(150))
        assert check(problem, plan).violations == ()
        assert (plan.value, plan.bound) == (best_value(problem),) * 2, seed


@pytest.mark.parametrize("season_of", [random_season, crew_season])
@pytest.mark.parametrize("block", range(3))
def test_pinned_days_are_kept_and_the_rest_is_planned_around_them(
    block: int, season_of: Callable[[int], Problem]
) -> None:
    pinned = 0
    for seed in range(block * 25, block * 25 + 25):
        problem = pinned_season(seed, season_of)
        plan = solve(problem, seed=1, stop=rounds(150))
        assert check(problem, plan).violations == (), seed
        assert (plan.value, plan.bound) == (best_value(problem),) * 2, seed
        pinned += len(problem.pins)
    assert pinned >= 15


@pytest.mark.parametrize("block", range(4))
def test_crews_whole_and_loose_have_the_best_plan_that_there_is(block: int) -> None:
    for seed in range(block * 25, block * 25 + 25):
        problem = crew_season(seed)
        plan = solve(problem, seed=1, stop=rounds(150))
        assert check(problem, plan).violations == (), seed
        assert (plan.value, plan.bound) == (best_value(problem),) * 2, seed


def test_the_same_seed_gives_the_same_plan() -> None:
    problem = random_season(7, workers=4, days=5)
    assert solve(problem, seed=3, stop=rounds(60)).spells == (
        solve(problem, seed=3, stop=rounds(60)).spells
    )


def test_stopped_at_once_there_is_a_plan_and_a_bound() -> None:
    problem = season(workers=[WORKER], postings=[POSTING], pairs=[PAIR])
    plan = solve(problem, seed=1, stop=lambda _: True)
    assert check(problem, plan).violations == ()
    assert plan.value == 490
    assert plan.bound >= 490


def test_an_empty_season_has_an_empty_plan() -> None:
    plan = solve(season(), seed=1, stop=rounds(5))
    assert (plan.spells, plan.value, plan.bound, plan.gap) == ((), 0, 0, 0.0)


def test_a_stay_is_not_begun_when_it_cannot_last() -> None:
    short = {"id": "p", "headcount": {"first": 1, "counts": [1, 1]}, "min_stay": 3}
    plan = solve(season(workers=[WORKER], postings=[short], pairs=[PAIR]), seed=1, stop=rounds(9))
    assert plan.spells == ()


def test_a_rest_day_lies_within_a_stay() -> None:
    problem = season(
        workers=[WORKER], postings=[POSTING | {"min_stay": 5}], pairs=[PAIR], params={"max_run": 3}
    )
    (spell,) = solve(problem, seed=1, stop=rounds(9)).spells
    assert (spell.first, spell.last, len(spell.rest)) == (0, 4, 1)


def test_no_more_days_than_one_wants() -> None:
    problem = season(workers=[WORKER | {"max_days": 2}], postings=[POSTING], pairs=[PAIR])
    plan = solve(problem, seed=1, stop=rounds(9))
    assert (plan.value, plan.filled, plan.gap) == (190, 2, 0.0)


def test_first_days_count_more_so_that_work_spreads() -> None:
    both = [{"id": id, "available": [[0, 1]]} for id in ("a", "b")]
    one = {"id": "p", "headcount": {"first": 0, "counts": [1, 1]}}
    pairs = [
        {"worker": "a", "posting": "p", "value": 100},
        {"worker": "b", "posting": "p", "value": 90},
    ]
    alone = solve(season(workers=both, postings=[one], pairs=pairs), seed=1, stop=rounds(200))
    assert {spell.worker for spell in alone.spells} == {0}
    params = {"fair_days": 1, "fair_bonus": 20}
    fair = solve(
        season(workers=both, postings=[one], pairs=pairs, params=params), seed=1, stop=rounds(200)
    )
    assert ({spell.worker for spell in fair.spells}, fair.value) == ({0, 1}, 230)


def test_a_whole_crew_goes_together_or_not_at_all() -> None:
    crew = [{"id": n, "available": [[0, 4]], "crew": "c"} for n in "ab"]
    pairs = [{"worker": n, "posting": "p", "value": 100} for n in "ab"]
    parts = {"workers": crew, "crews": [{"id": "c", "whole": True}], "pairs": pairs}
    assert solve(season(**parts, postings=[POSTING]), seed=1, stop=rounds(9)).spells == ()
    two = {"id": "p", "headcount": {"first": 0, "counts": [2, 2]}}
    plan = solve(season(**parts, postings=[two]), seed=1, stop=rounds(9))
    assert (plan.filled, plan.gap) == (4, 0.0)


def test_pinned_days_stay_though_better_work_is_there() -> None:
    better = {"id": "q", "headcount": {"first": 0, "counts": [1] * 5}}
    problem = season(
        workers=[WORKER],
        postings=[POSTING, better],
        pairs=[PAIR, PAIR | {"posting": "q", "value": 120}],
        pins=[{"worker": "w", "posting": "p", "first": 1, "last": 2}],
    )
    plan = solve(problem, seed=1, stop=rounds(30))
    assert check(problem, plan).violations == ()
    assert [(s.posting, s.first, s.last) for s in plan.spells] == [(1, 0, 0), (0, 1, 2), (1, 3, 4)]


def test_pins_that_cannot_be_kept_are_named() -> None:
    narrow = {"id": "p", "headcount": {"first": 0, "counts": [1]}, "min_stay": 2}
    problem = season(
        workers=[WORKER],
        postings=[narrow],
        pairs=[PAIR],
        pins=[{"worker": "w", "posting": "p", "first": 0, "last": 0}],
    )
    with pytest.raises(BadProblem, match="pins: cannot all be kept"):
        solve(problem, seed=1, stop=rounds(9))


def test_the_clock_and_the_gap_stop_it() -> None:
    stop = after(5, gap=0.01)
    assert stop(planner.Progress(5.0, 1, 100))
    assert stop(planner.Progress(0.1, 995, 1000))
    assert not stop(planner.Progress(0.1, 980, 1000))


def test_the_worked_example_of_the_rules() -> None:
    both = [{"id": id, "available": [[0, 4]]} for id in ("a", "b")]
    pairs = [PAIR | {"worker": "a"}, PAIR | {"worker": "b", "value": 90}]
    lasting = POSTING | {"min_stay": 3}

    def best(**parts: object) -> int:
        problem = season(**({"workers": both, "postings": [lasting], "pairs": pairs} | parts))
        plan = solve(problem, seed=1, stop=rounds(150))
        assert plan.value == best_value(problem)
        return plan.value

    assert best(pairs=pairs[:1]) == 490
    assert best(pairs=pairs[:1], params={"max_run": 3}) == 390
    assert best(params={"fair_days": 1, "fair_bonus": 20}, postings=[POSTING]) == 510


@pytest.mark.parametrize(
    ("parts", "said"),
    [
        ({"pairs": [PAIR | {"worker": "a"}]}, "eligible"),
        ({"workers": [{"id": "a", "available": [[0, 4]], "crew": "c"},
                      {"id": "b", "available": [[3, 4]], "crew": "c"}]}, "not all of the crew"),
        ({"pins": [{"worker": "a", "posting": "p", "first": 0, "last": 0},
                   {"worker": "b", "posting": "q", "first": 0, "last": 0}]}, "at different postings"),
    ],
)  # fmt: skip
def test_pins_of_a_whole_crew_must_go_together(parts: dict[str, object], said: str) -> None:
    base = {
        "workers": [{"id": id, "available": [[0, 4]], "crew": "c"} for id in ("a", "b")],
        "crews": [{"id": "c", "whole": True}],
        "postings": [POSTING, POSTING | {"id": "q"}],
        "pairs": [PAIR | {"worker": w, "posting": p} for w in "ab" for p in "pq"],
        "pins": [{"worker": "a", "posting": "p", "first": 0, "last": 0}],
    }
    if said == "eligible":
        base["pins"] = [{"worker": "b", "posting": "p", "first": 0, "last": 0}]
    with pytest.raises(BadProblem, match=said):
        solve(season(**(base | parts)), seed=1, stop=rounds(9))


def test_people_without_any_pair_stay_at_home() -> None:
    problem = season(workers=[WORKER], postings=[POSTING], params={"max_run": 6})
    assert solve(problem, seed=1, stop=rounds(9)).spells == ()


def test_of_many_people_without_crews_nobody_is_shaken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(planner, "SMALL", 0)
    search = planner.search_of(
        season(workers=[WORKER], postings=[POSTING], pairs=[PAIR]),
        seed=1, stop=lambda _: True, progress=lambda _: None,
    )  # fmt: skip
    search.run()
    search.stop, search.bound = lambda _: False, 1000
    said: list[planner.Progress] = []
    search.told = said.append
    search._shake()
    assert said == []
    monkeypatch.setattr(planner, "SMALL", 3)
    monkeypatch.setattr(planner, "MOST_ROUNDS", 3 * planner.SHAKES)
    monkeypatch.setattr(planner, "ROUNDS", (3 * planner.SHAKES, 0))
    search._shake()
    assert len(said) == 4
    search._shake()
    assert len(said) == 4 + 7


def test_a_pinned_stay_goes_on_before_others_come() -> None:
    people = [{"id": id, "available": [[0, 1]]} for id in ("a", "b", "c")]
    two = {"id": "p", "headcount": {"first": 0, "counts": [2, 1]}, "min_stay": 2}
    problem = season(
        days=2,
        workers=people,
        postings=[two],
        pairs=[{"worker": w, "posting": "p", "value": v} for w, v in zip("abc", (99, 98, 10), strict=True)],
        pins=[{"worker": "c", "posting": "p", "first": 0, "last": 0}],
    )  # fmt: skip
    plan = solve(problem, seed=1, stop=rounds(60))
    assert [tuple(spell) for spell in plan.spells] == [(2, 0, 0, 1, ())]
