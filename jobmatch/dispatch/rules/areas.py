"""Cuts the people of a season into labour areas: who could do the same work stays together.

A problem has no map; but who can reach the same postings lives near one another or knows the same
trades. People and postings are laid on a line so that pairs lie close, the line is cut into two
halves of equal work, and each half again. Another seed lays them differently, so cuts vary.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from jobmatch.dispatch.rules.problem import Flags, Ints, Problem

ROUNDS = 20
# Of more pairs than this, every second, third ... is enough to find the line.
MOST_PAIRS = 1_000_000


def cut(problem: Problem, parts: int, seed: int) -> Ints:
    """[W] the area of each worker, 0 to parts - 1; members of a crew are in one area.

    Areas are of about equal work: pairs, and something for each person.
    """
    group = _groups(problem)
    of_pair = np.repeat(group, np.diff(problem.first_pair))
    groups = int(group.max(initial=-1)) + 1
    work = np.bincount(of_pair, minlength=groups) + 2 * np.bincount(group, minlength=groups)
    area = np.zeros(groups, np.int64)
    rng = np.random.default_rng(seed)
    _halve(area, 0, parts, of_pair, problem.pair_posting, work, rng)
    return area[group]


def _groups(problem: Problem) -> Ints:
    """[W] who must not be cut apart: whole crews, and crews that pay for splitting."""
    alone = np.ones(len(problem.worker_ids), bool)
    if len(problem.crew_ids):
        stays = problem.whole | (problem.params.crew_split_cost > 0)
        alone = (problem.crew < 0) | ~stays[problem.crew]
    name = np.where(alone, len(problem.crew_ids) + np.arange(len(alone)), problem.crew)
    return np.unique(name, return_inverse=True)[1].astype(np.int64)


def _halve(
    area: Ints,
    first: int,
    parts: int,
    group: Ints,
    posting: Ints,
    work: Ints,
    rng: np.random.Generator,
) -> None:
    """Cut area `first` into areas first to first + parts - 1. group, posting: its pairs."""
    if parts < 2:
        return
    members = np.flatnonzero(area == first)
    order = members[np.argsort(_line(len(area), group, posting, rng)[members], kind="stable")]
    done = np.cumsum(work[order])
    left = parts // 2
    at = int(np.searchsorted(done, done[-1] * left / parts, "right")) if len(order) else 0
    area[order[at:]] = first + left
    is_left: Flags = area[group] == first
    _halve(area, first, left, group[is_left], posting[is_left], work, rng)
    _halve(area, first + left, parts - left, group[~is_left], posting[~is_left], work, rng)


def _line(groups: int, group: Ints, posting: Ints, rng: np.random.Generator) -> NDArray[Any]:
    """[G] where each group lies: again and again in the middle of its postings, and they of it."""
    postings = int(posting.max(initial=-1)) + 1
    place = rng.standard_normal(postings)
    some = slice(None, None, 1 + len(group) // MOST_PAIRS)
    place = _settled(groups, group[some], posting[some], place)
    return _middle(group, place[posting], _known(group, groups))


def _settled(groups: int, group: Ints, posting: Ints, place: NDArray[Any]) -> NDArray[Any]:
    """Where each posting comes to lie."""
    of_group, of_posting = _known(group, groups), _known(posting, len(place))
    for _ in range(ROUNDS):
        x = _middle(group, place[posting], of_group)
        place = _middle(posting, x[group], of_posting)
        # All at one point would be nearest of all: so keep the middle and the width.
        place -= (place * of_posting).sum() / max(1, len(posting))
        place /= max(float(np.abs(place).max(initial=0)), 1e-30)
    return place


def _known(rows: Ints, count: int) -> Ints:
    """[count] how many pairs each has."""
    return np.bincount(rows, minlength=count)


def _middle(rows: Ints, places: NDArray[Any], of: Ints) -> NDArray[Any]:
    """[count] the mean of the places that each has; of: how many those are."""
    return np.bincount(rows, places, len(of)) / np.maximum(1, of)
