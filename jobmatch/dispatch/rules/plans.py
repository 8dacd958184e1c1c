"""A plan: who stays where and when, what that is worth, how far from the best it can be."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from jobmatch.dispatch.rules.problem import Ints, Problem


class Spell(NamedTuple):
    """A stay of a worker at a posting (rows of the problem), both ends included.

    rest  days within it on which the worker has off
    """

    worker: int
    posting: int
    first: int
    last: int
    rest: tuple[int, ...] = ()

    @property
    def worked(self) -> list[int]:
        """The days that are worked."""
        return [day for day in range(self.first, self.last + 1) if day not in self.rest]


def gap_of(value: int, bound: int) -> float:
    """How far from the best a plan can be at most: (bound - value) / bound."""
    return (bound - value) / bound if bound > 0 else 0.0


@dataclass(frozen=True, eq=False)
class Plan:
    """value: points; bound: no plan of the same problem is worth more; seconds: to make it.

    prices  [P, T] what a place was worth when it was made, in 1/1,024 points; None when unknown.
            A new plan of nearly the same problem starts from them.
    """

    spells: tuple[Spell, ...]
    value: int
    bound: int
    filled: int
    demanded: int
    seconds: float = 0.0
    seed: int = 0
    prices: Ints | None = None

    @property
    def gap(self) -> float:
        return gap_of(self.value, self.bound)


def load_of(problem: Problem, spells: Iterable[Spell]) -> Ints:
    """[P, T] places taken."""
    load = np.zeros_like(problem.headcount)
    for spell in spells:
        load[spell.posting, spell.first : spell.last + 1] += 1
        for day in spell.rest:
            load[spell.posting, day] -= 1
    return load


def unfilled(problem: Problem, spells: Iterable[Spell]) -> list[tuple[int, int, int]]:
    """(posting, day, places) left empty, in order."""
    left = problem.headcount - load_of(problem, spells)
    return [(int(p), int(d), int(left[p, d])) for p, d in np.argwhere(left > 0)]


class Change(NamedTuple):
    """A worker-day that differs between two plans: rows of postings, or -1 for no work."""

    worker: int
    day: int
    old: int
    new: int


def compare(problem: Problem, old: Iterable[Spell], new: Iterable[Spell]) -> list[Change]:
    """The worker-days on which two plans differ, by worker and day."""
    before, after = where(problem, old), where(problem, new)
    return [
        Change(int(w), int(d), int(before[w, d]), int(after[w, d]))
        for w, d in np.argwhere(before != after)
    ]


def where(problem: Problem, spells: Iterable[Spell]) -> Ints:
    """[W, T] the posting at which each worker works, or -1."""
    at = np.full((len(problem.worker_ids), problem.days), -1, np.int64)
    for spell in spells:
        at[spell.worker, spell.first : spell.last + 1] = spell.posting
        if spell.rest:
            at[spell.worker, list(spell.rest)] = -1
    return at
