"""Small seasons for tests, and the best plan of a tiny one by trying everything."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from functools import cache
from itertools import product
from typing import Any

import numpy as np

from jobmatch.dispatch.rules.problem import Params, Pin, Problem
from jobmatch.dispatch.rules.season_file import problem_of
from jobmatch.dispatch.rules.solve import solve


def season(**parts: Any) -> Problem:
    """A problem from the tables of the file format; what is not given is empty."""
    return problem_of({"format": "jobmatch-dispatch/1", "start": "2026-09-01", "days": 5} | parts)


def random_season(seed: int, *, workers: int = 4, days: int = 5) -> Problem:
    """A tiny season with every rule switched on now and then."""
    r = np.random.default_rng(seed)
    days, workers = int(r.integers(1, days + 1)), int(r.integers(1, workers + 1))
    postings, crews = int(r.integers(1, 3)), int(r.integers(0, 3))
    pairs = [(w, p) for w in range(workers) for p in range(postings) if r.random() < 0.8]
    first = np.searchsorted(np.array([w for w, _ in pairs] or [0]), np.arange(workers + 1))
    first[-1] = len(pairs)
    count = len(pairs)
    masks = [int(r.integers(0, 2**62)) | int(r.integers(0, 2**62)) for _ in range(count)]
    return Problem(
        start=date(2026, 9, 1),
        days=days,
        params=Params(
            max_run=int(r.choice([0, 0, 2, 3])),
            fair_days=int(r.integers(0, 3)),
            fair_bonus=int(r.choice([0, 15])),
            crew_split_cost=int(r.choice([0, 20])),
        ),
        worker_ids=tuple(f"w{n}" for n in range(workers)),
        crew_ids=tuple(f"c{n}" for n in range(crews)),
        posting_ids=tuple(f"p{n}" for n in range(postings)),
        available=r.random((workers, days)) < 0.85,
        max_days=np.where(r.random(workers) < 0.3, r.integers(0, days + 1, workers), days),
        crew=r.integers(-1, crews, workers) if crews else np.full(workers, -1),
        whole=r.random(crews) < 0.5,
        headcount=r.integers(0, 3, (postings, days)),
        min_stay=r.integers(1, min(days, 3) + 1, postings),
        first_pair=np.minimum(first, count),
        pair_posting=np.array([p for _, p in pairs], np.int64),
        pair_value=r.integers(-5, 120, count),
        pair_cost=r.integers(0, 60, count),
        pair_days=np.array(masks, np.uint64).reshape(count, 1),
    )


def crew_season(seed: int) -> Problem:
    """A tiny season in which everybody goes in a crew: one that is whole, one that may split."""
    free, r = random_season(seed), np.random.default_rng(seed + 1000)
    return replace(
        free,
        params=replace(free.params, crew_split_cost=20),
        crew_ids=("whole", "loose"),
        crew=r.integers(0, 2, len(free.worker_ids)),
        whole=np.array([True, False]),
        headcount=r.integers(0, 4, free.headcount.shape),
    )


def pinned_season(seed: int, season_of: Callable[[int], Problem] = random_season) -> Problem:
    """A tiny season with days pinned that can be kept, though better plans may not have them.

    They come from a plan of the same season at other points.
    """
    free, r = season_of(seed), np.random.default_rng(seed)
    left = [3]

    def stop(_: object) -> bool:
        left[0] -= 1
        return left[0] <= 0

    other = replace(free, pair_value=r.permutation(free.pair_value))
    pins = []
    for spell in solve(other, seed=1, stop=stop).spells:
        if r.random() < 0.8:
            day = int(r.choice(spell.worked))
            pins.append(Pin(spell.worker, spell.posting, day, day))
    return replace(free, pins=tuple(pins))


Row = tuple[int, ...]  # posting, -1 idle, -2 - posting at rest


def _paths(problem: Problem, worker: int) -> list[Row]:
    """Every season that one worker may have; of a whole crew, on the days that all share."""
    choices = []
    crew = int(problem.crew[worker])
    mates = problem.crew == crew if crew >= 0 and problem.whole[crew] else [worker]
    for day in range(problem.days):
        here = [-1]
        if problem.available[mates, day].all():
            for posting in range(len(problem.posting_ids)):
                pair = problem.pair_of(worker, posting)
                if pair >= 0 and problem.is_eligible(pair, day):
                    here.append(posting)
                if pair >= 0 and problem.params.max_run:
                    here.append(-2 - posting)
        choices.append(here)
    return [row for row in product(*choices) if _is_allowed(problem, worker, row)]


def _is_allowed(problem: Problem, worker: int, row: Row) -> bool:
    days = [x >= 0 for x in row]
    if sum(days) > problem.max_days[worker]:
        return False
    most = problem.params.max_run
    if most and any(all(days[d : d + most + 1]) for d in range(len(row) - most)):
        return False
    for pin in problem.pins:
        if pin.worker == worker and any(
            row[d] != pin.posting for d in range(pin.first, pin.last + 1)
        ):
            return False
    for posting, first, last in stays(row):
        if row[first] < 0 or row[last] < 0 or last - first + 1 < problem.min_stay[posting]:
            return False
    return True


def stays(row: Row) -> list[tuple[int, int, int]]:
    found, d = [], 0
    while d < len(row):
        if row[d] == -1:
            d += 1
            continue
        posting = row[d] if row[d] >= 0 else -2 - row[d]
        first = d
        while d < len(row) and row[d] in (posting, -2 - posting):
            d += 1
        found.append((posting, first, d - 1))
    return found


def _alone(problem: Problem, worker: int, row: Row) -> int:
    total = problem.params.fair_bonus * min(
        problem.params.fair_days, sum(posting >= 0 for posting in row)
    )
    for posting in row:
        if posting >= 0:
            total += int(problem.pair_value[problem.pair_of(worker, posting)])
    for posting, _, _ in stays(row):
        total -= int(problem.pair_cost[problem.pair_of(worker, posting)])
    return total


def best_value(problem: Problem) -> int:
    """The value of the best plan, by trying every combination of everybody's seasons."""
    options: list[list[tuple[int, Row]]] = []
    for worker in range(len(problem.worker_ids)):
        by_days: dict[Row, int] = {}
        for row in _paths(problem, worker):
            # Where one rests matters to nobody else.
            shown = tuple(max(x, -1) for x in row)
            by_days[shown] = max(by_days.get(shown, -(10**9)), _alone(problem, worker, row))
        options.append([(value, row) for row, value in by_days.items()])

    @cache
    def best(worker: int, left: tuple[Row, ...], crews: tuple[Any, ...]) -> int:
        if worker == len(options):
            return -problem.params.crew_split_cost * sum(
                max(0, len(day) - 1)
                for crew, days in enumerate(crews)
                if not problem.whole[crew]
                for day in days
            )
        found = -(10**9)
        crew = int(problem.crew[worker])
        for value, row in options[worker]:
            after = _take(left, row)
            if after is None:
                continue
            others = crews
            if crew >= 0:
                joined = _join(problem, crews, crew, row, worker)
                if joined is None:
                    continue
                others = joined
            found = max(found, value + best(worker + 1, after, others))
        return found

    empty = tuple((None,) if problem.whole[c] else ((),) * problem.days
                  for c in range(len(problem.crew_ids)))  # fmt: skip
    return best(0, tuple(map(tuple, problem.headcount.tolist())), empty)


def _take(left: tuple[Row, ...], row: Row) -> tuple[Row, ...] | None:
    table = [list(days) for days in left]
    for day, posting in enumerate(row):
        if posting >= 0:
            table[posting][day] -= 1
            if table[posting][day] < 0:
                return None
    return tuple(map(tuple, table))


def _join(
    problem: Problem, crews: tuple[Any, ...], crew: int, row: Row, worker: int
) -> tuple[Any, ...] | None:
    """The crews after a member chose; None where a whole crew would not stay together."""
    at = crews[crew]
    if problem.whole[crew]:
        if at[0] is not None and at[0] != row:
            return None
        new: Any = (row,)
    else:
        new = tuple(
            tuple(sorted({*day, row[d]})) if row[d] >= 0 else day for d, day in enumerate(at)
        )
    return (*crews[:crew], new, *crews[crew + 1 :])
