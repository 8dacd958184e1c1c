"""Seeded seasons that look like real ones: for trying planners out, never for planning people.

Villages lie around the banners' seats; skills are spread by Zipf's law; people are free for one or
two stretches; some go in crews, some hold credentials; demand ramps up and down over weeks.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jobmatch.dispatch.rules.problem import Flags, Ints, Params, Problem

Floats = NDArray[np.floating[Any]]
SKILLS = 48
ZIPF = 0.9
# A worker knows at most so many postings: the nearest.
MOST_PAIRS = 40
# Person-days of demand for each worker over 60 days, as in the season that was measured first.
DEMAND = 23
STAYS, STAY_SHARES = (1, 3, 5, 7, 10), (0.3, 0.3, 0.2, 0.15, 0.05)


@dataclass(frozen=True, slots=True)
class Size:
    """How large a season is.

    crewed  share of the people who go in crews; whole: share of the crews that go only as a whole:
            their members can do the same work on the same days
    skills  how many there are; with few, more people and postings meet
    """

    workers: int
    postings: int
    days: int = 60
    max_run: int = 0
    whole: float = 0.0
    split_cost: int = 0
    crewed: float = 0.2
    skills: int = SKILLS


def generate(size: Size, seats: Sequence[tuple[float, float]], seed: int) -> Problem:
    """A season for these banners' seats (km east, km north); the same for the same seed."""
    rng = np.random.default_rng(seed)
    spread = 1.0 / np.arange(1, size.skills + 1) ** ZIPF
    spread /= spread.sum()
    villages = _villages(np.array(seats, float), size.workers, rng)
    home = rng.integers(0, len(villages), size.workers)
    posted = rng.integers(0, len(villages), size.postings)
    asked = rng.choice(size.skills, size.postings, p=spread)
    knows = _skills(size.workers, spread, rng)
    crew, crews = _crews(home, size.crewed, rng)
    whole = rng.random(crews) < size.whole
    # Who stands for whom: in a whole crew the first member for all.
    leader = np.arange(size.workers)
    if crews:
        first = np.full(crews, size.workers)
        np.minimum.at(first, crew[crew >= 0], np.flatnonzero(crew >= 0))
        leader = np.where((crew >= 0) & whole[crew], first[crew], leader)
    pairs = _pairs(size, villages[home], villages[posted], asked, knows[leader], leader, rng)
    return Problem(
        start=date(2026, 9, 1),
        days=size.days,
        params=Params(max_run=size.max_run, crew_split_cost=size.split_cost),
        worker_ids=tuple(f"w{n}" for n in range(size.workers)),
        crew_ids=tuple(f"c{n}" for n in range(crews)),
        posting_ids=tuple(f"p{n}" for n in range(size.postings)),
        available=_available(size, rng)[leader],
        max_days=np.full(size.workers, size.days, np.int64),
        crew=crew,
        whole=whole,
        headcount=_headcount(size, rng),
        min_stay=np.minimum(rng.choice(STAYS, size.postings, p=STAY_SHARES), size.days),
        first_pair=np.searchsorted(pairs[:, 0], np.arange(size.workers + 1)).astype(np.int64),
        pair_posting=np.ascontiguousarray(pairs[:, 1]),
        pair_value=np.ascontiguousarray(pairs[:, 2]),
        pair_cost=np.ascontiguousarray(pairs[:, 3]),
        pair_days=np.full((len(pairs), (size.days + 63) // 64), ~np.uint64(0)),
    )


def _villages(seats: Floats, workers: int, rng: np.random.Generator) -> Floats:
    """[V, 2] km; about one for 120 workers, at least 12 a banner, 22 km around the seats."""
    each = max(12, workers // 120 // max(1, len(seats)))
    return np.repeat(seats, each, axis=0) + rng.normal(0, 22, (each * len(seats), 2))


def _skills(workers: int, spread: Floats, rng: np.random.Generator) -> Flags:
    """[W, S] one to four skills each."""
    knows = np.zeros((workers, len(spread)), bool)
    number = rng.integers(1, 5, workers)
    for n in range(4):
        has = number > n
        knows[has, rng.choice(len(spread), int(has.sum()), p=spread)] = True
    return knows


def _available(size: Size, rng: np.random.Generator) -> Flags:
    """[W, T] three in ten are free all the time, the others for one or two stretches."""
    days = np.arange(size.days)
    free = np.zeros((size.workers, size.days), bool)
    for n in range(2):
        first = rng.integers(0, size.days, size.workers)
        length = rng.integers(min(10, size.days), size.days + 1, size.workers)
        has = np.ones(size.workers, bool) if n == 0 else rng.random(size.workers) < 0.5
        inside = (days >= first[:, None]) & (days < (first + length)[:, None])
        free |= inside & has[:, None]
    free[rng.random(size.workers) < 0.3] = True
    return free


def _headcount(size: Size, rng: np.random.Generator) -> Ints:
    """[P, T] rising over five days, falling over five, trembling in between."""
    found = np.zeros((size.postings, size.days), np.int64)
    if not size.postings:
        return found
    mean = DEMAND * size.workers / size.postings / 25.0 * size.days / 60
    for p in range(size.postings):
        length = int(rng.integers(min(12, size.days), max(13, size.days * 3 // 4)))
        length = min(length, size.days)
        first = int(rng.integers(0, size.days - length + 1))
        day = np.arange(length)
        ramp = np.minimum(1.0, np.minimum(day + 1, length - day) / 5)
        top = max(2.0, rng.gamma(2, mean / 2))
        found[p, first : first + length] = np.maximum(
            1, np.round(top * ramp * rng.uniform(0.9, 1.1, length))
        )
    return found


def _pairs(
    size: Size,
    home: Floats,
    posted: Floats,
    asked: Ints,
    knows: Flags,
    leader: Ints,
    rng: np.random.Generator,
) -> Ints:
    """[K, 4] worker, posting, value, stay cost: skill held, near enough or lodged, papers there."""
    far = rng.choice([15, 30, 40, 60, 100], size.workers, p=[0.15, 0.3, 0.25, 0.2, 0.1])[leader]
    goes_away = (rng.random(size.workers) < 0.4)[leader]
    lodged = rng.random(size.postings) < 0.2
    needs_paper = rng.random(size.postings) < 0.25
    has_paper = (rng.random((size.workers, size.skills)) < 0.5)[leader]
    found = [np.zeros((0, 4), np.int64)]
    for skill in range(size.skills):
        people = np.flatnonzero(knows[:, skill])
        people = people[np.argsort(home[people, 0])]
        east = home[people, 0]
        for p in np.flatnonzero(asked == skill):
            reach = 200.0 if lodged[p] else 100.0
            a, b = np.searchsorted(east, [posted[p, 0] - reach, posted[p, 0] + reach])
            near = people[a:b]
            km = 5 + 1.3 * np.hypot(*(home[near] - posted[p]).T)
            fits = (km <= far[near]) | (bool(lodged[p]) & goes_away[near] & (km <= reach))
            if needs_paper[p]:
                fits &= has_paper[near, skill]
            near, km = near[fits], km[fits]
            value = np.clip(100 - km / 4 + rng.integers(-15, 16, len(near)), 20, 120)
            cost = rng.integers(20, 60, len(near))
            found.append(np.stack([near, np.full(len(near), p), value.astype(np.int64), cost], 1))
    pairs = np.concatenate(found).astype(np.int64)
    pairs = pairs[np.lexsort((pairs[:, 1], -pairs[:, 2], pairs[:, 0]))]
    place = np.arange(len(pairs)) - np.searchsorted(pairs[:, 0], pairs[:, 0])
    return pairs[place < MOST_PAIRS]


def _crews(home: Ints, share: float, rng: np.random.Generator) -> tuple[Ints, int]:
    """The crew of each worker or -1, and how many there are; 8 to 15 people of one village."""
    crew = np.full(len(home), -1, np.int64)
    joins = np.flatnonzero(rng.random(len(home)) < share)
    joins = joins[np.argsort(home[joins], kind="stable")]
    number, at = 0, 0
    while at < len(joins):
        most = int(rng.integers(8, 16))
        village = home[joins[at]]
        members = [w for w in joins[at : at + most] if home[w] == village]
        crew[members] = number
        number, at = number + 1, at + len(members)
    return crew, number
