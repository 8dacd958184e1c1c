"""Cutting people into labour areas."""

import numpy as np

from jobmatch.dispatch.rules.areas import cut
from jobmatch.dispatch.rules.generate import Size, generate
from tests.dispatch.season.making import season


def two_valleys() -> list[dict[str, object]]:
    """Six people: the even ones know postings a and b, the odd ones c and d."""
    posts = {0: "ab", 1: "cd"}
    return [
        {"worker": f"w{n}", "posting": name, "value": 100}
        for n in range(6)
        for name in posts[n % 2]
    ]


def valley_season(**more: object):  # type: ignore[no-untyped-def]
    workers = [{"id": f"w{n}", "available": [[0, 4]]} for n in range(6)]
    for n, crew in enumerate(more.pop("crew_of", ())):  # type: ignore[arg-type, var-annotated]
        workers[n]["crew"] = crew
    postings = [{"id": name, "headcount": {"first": 0, "counts": [1]}} for name in "abcd"]
    return season(workers=workers, postings=postings, pairs=two_valleys(), **more)


def test_who_knows_the_same_postings_stays_together() -> None:
    for seed in range(5):
        area = cut(valley_season(), 2, seed)
        assert area[0] == area[2] == area[4]
        assert area[1] == area[3] == area[5]
        assert area[0] != area[1]


def test_members_of_a_whole_crew_stay_together() -> None:
    problem = valley_season(crews=[{"id": "c", "whole": True}], crew_of=["c"] * 6)
    assert set(cut(problem, 2, 1).tolist()) <= {0, 1}
    assert len(set(cut(problem, 2, 1).tolist())) == 1


def test_a_crew_that_pays_for_splitting_stays_together() -> None:
    crew = {"crews": [{"id": "c", "whole": False}], "crew_of": ["c", "c", None, None, None, None]}
    crew["crew_of"] = ["c", "c"]
    paid = cut(valley_season(**crew, params={"crew_split_cost": 5}), 2, 1)
    free = cut(valley_season(**crew), 2, 1)
    assert paid[0] == paid[1]
    assert free[0] != free[1]


def test_areas_have_about_equal_work_and_few_postings_in_common() -> None:
    # Two seats 300 km apart: nobody goes from one to the other.
    problem = generate(Size(1_000, 40), [(0.0, 0.0), (300.0, 0.0)], 1)
    area = cut(problem, 3, 1)
    pairs = np.bincount(np.repeat(area, np.diff(problem.first_pair)), minlength=3)
    people = np.bincount(area, minlength=3)
    work = pairs + 2 * people
    assert work.max() < 1.1 * work.min()


def test_another_seed_cuts_elsewhere() -> None:
    problem = generate(Size(400, 20), [(0.0, 0.0)], 1)
    one, other = cut(problem, 2, 1), cut(problem, 2, 2)
    assert 0 < (one == other).sum() < 400


def test_more_areas_than_people_leave_some_empty() -> None:
    assert sorted(set(cut(valley_season(), 20, 1).tolist()))[-1] < 20
    assert cut(season(), 3, 1).tolist() == []
