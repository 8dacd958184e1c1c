"""Seasons that are cut, for the tests of shards and clusters."""

from dataclasses import replace

import numpy as np

from jobmatch.dispatch.rules.areas import cut
from jobmatch.dispatch.rules.generate import Size, generate
from jobmatch.dispatch.rules.joint import Cut
from jobmatch.dispatch.rules.problem import Pin, Problem


def banner(workers: int = 400, postings: int = 12, **more: int) -> Problem:
    """A season with whole crews, crews that pay for splitting, and days of rest."""
    size = Size(workers, postings, days=30, max_run=6, whole=0.5, split_cost=10, crewed=0.4)
    return replace(generate(size, [(0.0, 0.0)], 1), **more)  # type: ignore[arg-type]


def pinned(problem: Problem, number: int) -> Problem:
    """The same with pins of people who go alone, five days each at places of their own."""
    pins: list[Pin] = []
    headcount = problem.headcount.copy()
    for worker in np.flatnonzero(problem.crew < 0):
        pairs = range(problem.first_pair[worker], problem.first_pair[worker + 1])
        for pair in pairs:
            posting = int(problem.pair_posting[pair])
            free = problem.available[worker, :5].all() and problem.min_stay[posting] <= 5
            if free and len(pins) < number:
                headcount[posting, :5] += 1
                pins.append(Pin(int(worker), posting, 0, 4))
                break
    assert len(pins) == number
    return replace(problem, headcount=headcount, pins=tuple(pins))


def cut_into(problem: Problem, parts: int, seed: int = 1) -> Cut:
    return Cut(problem, cut(problem, parts, seed))
