"""The planning problem of a season: who can work where on which days, and what that is worth.

docs/rules/season.md tells it in prose with a worked example. A problem is frozen and validated
when it is made; inside, it is a structure of arrays, so that a region of 240,000 people fits.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

# Whole numbers of any width: large tables are kept in 32 bits.
Ints = NDArray[np.signedinteger[Any]]
Flags = NDArray[np.bool_]
Masks = NDArray[np.uint64]

MOST_DAYS = 366
# Sums of values stay far inside 64 bits: 10^6 points x 366 days x 10^6 people x 1,024.
MOST_POINTS = 1_000_000
MOST_PLACES = 1_000_000


class BadProblem(ValueError):
    """What stands in an instance breaks its rules. where: the place in it, e.g. "pairs[3].days"."""

    def __init__(self, where: str, what: str) -> None:
        self.where, self.what = where, what
        super().__init__(f"{where}: {what}")


@dataclass(frozen=True, slots=True)
class Params:
    """What holds for everybody.

    max_run          most days worked without a day off; 0: no limit, and then no rest days within
                     a stay
    fair_days        the first days that a person works, each of which counts fair_bonus points more
    crew_split_cost  points for each posting beyond the first at which a crew works on a day
    """

    max_run: int = 0
    fair_days: int = 0
    fair_bonus: int = 0
    crew_split_cost: int = 0


@dataclass(frozen=True, slots=True)
class Pin:
    """Days that stay as they are, both ends included. worker and posting: rows of the problem."""

    worker: int
    posting: int
    first: int
    last: int


@dataclass(frozen=True, eq=False)
class Before:
    """What went before the first day, by worker; [W] each.

    posting  row of the posting of a stay that may go on, or -1; its length and cost are behind it
    run      days worked without a day off up to the day before
    worked   days worked before, for the first fair days
    """

    posting: Ints
    run: Ints
    worked: Ints


@dataclass(frozen=True, eq=False)
class Problem:
    """W workers, C crews, P postings, T days, K pairs sorted by worker.

    available    [W, T] days on which a worker can work
    max_days     [W] most days worked in the horizon; T where nothing was said
    crew         [W] row of the crew or -1
    whole        [C] crews that work as one
    headcount    [P, T] places
    min_stay     [P] least days from the first to the last of a stay
    first_pair   [W + 1] where the pairs of each worker begin
    pair_posting, pair_value, pair_cost  [K] row of the posting, points a day, points a stay
    pair_days    [K, ceil(T / 64)] bit d: the pair is eligible on day d
    raises BadProblem with the place of what is wrong
    """

    start: date
    days: int
    params: Params
    worker_ids: tuple[str, ...]
    crew_ids: tuple[str, ...]
    posting_ids: tuple[str, ...]
    available: Flags
    max_days: Ints
    crew: Ints
    whole: Flags
    headcount: Ints
    min_stay: Ints
    first_pair: Ints
    pair_posting: Ints
    pair_value: Ints
    pair_cost: Ints
    pair_days: Masks
    pins: tuple[Pin, ...] = ()
    before: Before | None = None

    def __post_init__(self) -> None:
        if not 1 <= self.days <= MOST_DAYS:
            raise BadProblem("days", f"must be 1 to {MOST_DAYS}, not {self.days}")
        for name in ("max_run", "fair_days", "fair_bonus", "crew_split_cost"):
            value = getattr(self.params, name)
            if not 0 <= value <= MOST_POINTS:
                raise BadProblem(f"params.{name}", f"must be 0 to {MOST_POINTS}, not {value}")
        for kind in ("worker", "crew", "posting"):
            ids: tuple[str, ...] = getattr(self, f"{kind}_ids")
            if len(set(ids)) != len(ids):
                seen: set[str] = set()
                twice = next(id for id in ids if id in seen or seen.add(id))  # type: ignore[func-returns-value]
                raise BadProblem(f"{kind}s", f"the id {twice!r} stands twice")
        self._check_shapes()
        self._check_values()
        _check_pins(self)

    @property
    def pair_worker(self) -> Ints:
        """[K] row of the worker of each pair."""
        return np.repeat(np.arange(len(self.worker_ids)), np.diff(self.first_pair))

    @property
    def unpinned(self) -> Ints:
        """[P, T] places that no pin takes."""
        left = self.headcount.copy()
        for pin in self.pins:
            left[pin.posting, pin.first : pin.last + 1] -= 1
        return left

    def pair_of(self, worker: int, posting: int) -> int:
        """The row of a pair, or -1."""
        first, last = self.first_pair[worker], self.first_pair[worker + 1]
        found = np.flatnonzero(self.pair_posting[first:last] == posting)
        return int(first + found[0]) if len(found) else -1

    def is_eligible(self, pair: int, day: int) -> bool:
        """Whether the pair's own days hold this day; the worker's days are another matter."""
        return bool(int(self.pair_days[pair, day >> 6]) >> (day & 63) & 1)

    def _check_shapes(self) -> None:
        workers, postings = len(self.worker_ids), len(self.posting_ids)
        pairs, words = len(self.pair_posting), (self.days + 63) // 64
        if self.before:
            for name in ("posting", "run", "worked"):
                if getattr(self.before, name).shape != (workers,):
                    raise BadProblem(f"before.{name}", f"must hold {workers} values")
        shapes = {
            "available": (workers, self.days),
            "max_days": (workers,),
            "crew": (workers,),
            "whole": (len(self.crew_ids),),
            "headcount": (postings, self.days),
            "min_stay": (postings,),
            "first_pair": (workers + 1,),
            "pair_value": (pairs,),
            "pair_cost": (pairs,),
            "pair_days": (pairs, words),
        }
        for name, shape in shapes.items():
            if getattr(self, name).shape != shape:
                raise BadProblem(name, f"has the shape {getattr(self, name).shape}, not {shape}")
        if self.first_pair[0] != 0 or self.first_pair[-1] != pairs:
            raise BadProblem("first_pair", "must lead from 0 to the number of pairs")
        if (np.diff(self.first_pair) < 0).any():
            raise BadProblem("first_pair", "must not fall")

    def _check_values(self) -> None:
        bounds = {
            "max_days": (0, self.days),
            "crew": (-1, len(self.crew_ids) - 1),
            "headcount": (0, MOST_PLACES),
            "min_stay": (1, self.days),
            "pair_posting": (0, len(self.posting_ids) - 1),
            "pair_value": (-MOST_POINTS, MOST_POINTS),
            "pair_cost": (0, MOST_POINTS),
        }
        for name, (least, most) in bounds.items():
            values: Ints = getattr(self, name)
            wrong = np.argwhere((values < least) | (values > most))
            if len(wrong):
                at = tuple(int(i) for i in wrong[0])
                where = name + "".join(f"[{i}]" for i in at)
                raise BadProblem(where, f"must be {least} to {most}, not {values[at]}")
        both = self.pair_worker * (len(self.posting_ids) + 1) + self.pair_posting
        order = np.argsort(both, kind="stable")
        same = np.flatnonzero(np.diff(both[order]) == 0)
        if len(same):
            pair = int(order[same[0] + 1])
            raise BadProblem(f"pairs[{pair}]", "this worker and posting are a pair already")


def ranges(days: Sequence[int]) -> list[list[int]]:
    """[first, last] of each run of days, which come in order."""
    found: list[list[int]] = []
    for day in days:
        if found and found[-1][1] == day - 1:
            found[-1][1] = day
        else:
            found.append([day, day])
    return found


def _check_pins(problem: Problem) -> None:
    """Each pin can be kept, as far as one can say without planning."""
    load = np.zeros_like(problem.headcount)
    at: dict[int, list[tuple[int, int, int]]] = {}
    for n, pin in enumerate(problem.pins):
        where = f"pins[{n}]"
        if not 0 <= pin.worker < len(problem.worker_ids):
            raise BadProblem(f"{where}.worker", "no such worker")
        if not 0 <= pin.posting < len(problem.posting_ids):
            raise BadProblem(f"{where}.posting", "no such posting")
        if not 0 <= pin.first <= pin.last < problem.days:
            raise BadProblem(where, f"days {pin.first} to {pin.last} are not in the horizon")
        _check_days(problem, pin, where)
        load[pin.posting, pin.first : pin.last + 1] += 1
        over = np.flatnonzero(load[pin.posting] > problem.headcount[pin.posting])
        if len(over):
            raise BadProblem(where, f"headcount: more pins than places on day {int(over[0])}")
        at.setdefault(pin.worker, []).append((pin.first, pin.last, n))
    for worker, ranges in at.items():
        ranges.sort()
        for (_, last, _n), (first, _l, n) in pairwise(ranges):
            if first <= last:
                raise BadProblem(f"pins[{n}]", f"one posting a day: day {first} is pinned twice")
        if sum(last - first + 1 for first, last, _ in ranges) > problem.max_days[worker]:
            raise BadProblem(f"pins[{ranges[0][2]}]", "max_days: more pinned days than allowed")
        _check_run(problem, ranges)


def _check_days(problem: Problem, pin: Pin, where: str) -> None:
    pair = problem.pair_of(pin.worker, pin.posting)
    if pair < 0:
        raise BadProblem(where, "eligible: the worker is not eligible at this posting")
    for day in range(pin.first, pin.last + 1):
        if not problem.available[pin.worker, day]:
            raise BadProblem(where, f"available: the worker is not available on day {day}")
        if not problem.is_eligible(pair, day):
            raise BadProblem(where, f"eligible: the pair is not eligible on day {day}")


def _check_run(problem: Problem, ranges: list[tuple[int, int, int]]) -> None:
    most = problem.params.max_run
    run, end = 0, -2
    if problem.before and ranges[0][0] == 0:
        run, end = int(problem.before.run[problem.pins[ranges[0][2]].worker]), -1
    for first, last, n in ranges:
        run = last - first + 1 + (run if first == end + 1 else 0)
        end = last
        if most and run > most:
            raise BadProblem(f"pins[{n}]", f"max_run: more than {most} days without a day off")
