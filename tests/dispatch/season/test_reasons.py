"""Why places stay empty and people idle, told from a plan."""

from typing import Any

from jobmatch.dispatch.rules.plans import Spell
from jobmatch.dispatch.rules.problem import Problem
from jobmatch.dispatch.rules.reasons import (
    EmptyPosting,
    Help,
    Idle,
    Near,
    Why,
    empty_places,
    without_work,
)
from tests.dispatch.season.making import season


def five_days(**more: Any) -> Problem:
    parts: dict[str, Any] = {
        "workers": [
            {"id": "a", "available": [[0, 4]]},
            {"id": "b", "available": [[0, 1]]},
            {"id": "c", "available": [[0, 4]]},
            {"id": "d", "available": [[3, 4]]},
        ],
        "postings": [
            {"id": "p", "headcount": {"first": 0, "counts": [2] * 5}, "min_stay": 3},
            {"id": "q", "headcount": {"first": 0, "counts": [1] * 5}},
        ],
        "pairs": [
            {"worker": "a", "posting": "p", "value": 90},
            {"worker": "b", "posting": "p", "value": 90},
            {"worker": "c", "posting": "q", "value": 90},
            {"worker": "c", "posting": "p", "value": 90, "days": [[0, 3]]},
        ],
    }
    return season(**(parts | more))


def test_an_empty_place_says_where_its_people_are_and_what_would_fill_it() -> None:
    spells = [Spell(0, 0, 0, 4), Spell(2, 1, 0, 4)]
    near = [Near(3, 0, "credential"), Near(1, 0, "never")]
    assert empty_places(five_days(), spells, near) == [
        EmptyPosting(
            posting=0,
            places=5,
            days=(0, 1, 2, 3, 4),
            eligible=3,
            why=((Why.ELSEWHERE, 9), (Why.AWAY, 4), (Why.STAY, 2)),
            helps=(Help("credential", 1, 2), Help("never", 1, 2)),
        )
    ]


def test_a_course_helps_only_after_its_end() -> None:
    spells = [Spell(0, 0, 0, 4), Spell(2, 1, 0, 4)]
    (empty,) = empty_places(five_days(), spells, [Near(3, 0, "course", 4), Near(1, 0, "course", 4)])
    assert empty.helps == (Help("course", 1, 1),)


def test_a_full_plan_has_nothing_to_explain() -> None:
    one = [{"id": "p", "headcount": {"first": 0, "counts": [1] * 5}}]
    pairs = [{"worker": "a", "posting": "p", "value": 90}]
    problem = five_days(postings=one, pairs=pairs)
    assert empty_places(problem, [Spell(0, 0, 0, 4)]) == []


def test_who_needs_a_day_off_or_has_enough_rests() -> None:
    one = [{"id": "p", "headcount": {"first": 0, "counts": [1] * 5}}]
    pairs = [{"worker": "a", "posting": "p", "value": 90}]
    run = five_days(postings=one, pairs=pairs, params={"max_run": 4})
    (empty,) = empty_places(run, [Spell(0, 0, 0, 4, (2,))])
    assert empty.why == ((Why.RESTING, 1),)
    enough = five_days(
        workers=[{"id": "a", "available": [[0, 4]], "max_days": 2}], postings=one, pairs=pairs
    )
    (empty,) = empty_places(enough, [Spell(0, 0, 0, 1)])
    assert empty.why == ((Why.RESTING, 3),)


def test_a_remedy_for_people_who_are_busy_helps_nobody() -> None:
    (empty,) = empty_places(five_days(), [Spell(2, 1, 0, 4)], [Near(2, 0, "distance")])
    assert empty.helps == ()


def test_everybody_without_work_is_told_why() -> None:
    problem = five_days(
        workers=[
            {"id": "a", "available": [[0, 4]]},
            {"id": "b", "available": [[0, 1]]},
            {"id": "c", "available": []},
            {"id": "d", "available": [[3, 4]]},
            {"id": "e", "available": [[0, 4]], "max_days": 0},
        ],
        pairs=[
            {"worker": "a", "posting": "p", "value": 90},
            {"worker": "b", "posting": "p", "value": 90},
            {"worker": "c", "posting": "q", "value": 90},
            {"worker": "e", "posting": "q", "value": 90},
        ],
    )
    assert without_work(problem, []) == [
        (0, Idle.NO_PLACE),
        (1, Idle.TOO_SHORT),
        (2, Idle.NEVER_FREE),
        (3, Idle.NOWHERE),
        (4, Idle.NEVER_FREE),
    ]
    assert without_work(problem, [Spell(0, 0, 0, 4)])[0] == (1, Idle.TOO_SHORT)
