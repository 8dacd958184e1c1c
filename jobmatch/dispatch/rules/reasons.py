"""Why a place stays empty, and why somebody has no work: counted from a plan, in few words."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from jobmatch.dispatch.rules.plans import Spell, load_of, where
from jobmatch.dispatch.rules.problem import Flags, Ints, Problem


class Why(StrEnum):
    """Why somebody who could do the work does not stand there on a day."""

    ELSEWHERE = "elsewhere"  # works somewhere else, where it is worth more
    AWAY = "away"  # not available
    RESTING = "resting"  # needs the day off, or has worked as many days as wanted
    STAY = "stay"  # is free, but not long enough for the least stay, or not worth the way


@dataclass(frozen=True, slots=True)
class Near:
    """A worker who is not eligible at a posting for one reason alone.

    miss   what is missing, as matching names it; two people with the same miss are helped alike
    since  the first day on which it could be mended, e.g. after a course
    """

    worker: int
    posting: int
    miss: str
    since: int = 0


@dataclass(frozen=True, slots=True)
class Help:
    """What one remedy would do: people free on empty days, and places that they could fill."""

    miss: str
    people: int
    places: int


@dataclass(frozen=True, slots=True)
class EmptyPosting:
    """A posting with empty places.

    places   empty person-days; days: those days
    eligible people who may work there at all; why: person-days of theirs on the empty days
    helps    what would fill most, first
    """

    posting: int
    places: int
    days: tuple[int, ...]
    eligible: int
    why: tuple[tuple[Why, int], ...]
    helps: tuple[Help, ...]


def empty_places(
    problem: Problem, spells: Iterable[Spell], near: Iterable[Near] = ()
) -> list[EmptyPosting]:
    """All postings with empty places, most empty first."""
    spells = list(spells)
    left = problem.headcount - load_of(problem, spells)
    at = where(problem, spells)
    tired = _tired(problem, at)
    by_posting: dict[int, list[Near]] = defaultdict(list)
    for one in near:
        by_posting[one.posting].append(one)
    worker = problem.pair_worker
    order = np.argsort(problem.pair_posting, kind="stable")
    begin = np.searchsorted(problem.pair_posting[order], np.arange(len(problem.posting_ids) + 1))
    found = [
        _explain(
            problem,
            int(p),
            left[p],
            at,
            tired,
            worker,
            order[begin[p] : begin[p + 1]],
            by_posting[int(p)],
        )
        for p in np.flatnonzero((left > 0).any(axis=1))
    ]
    return sorted(found, key=lambda one: (-one.places, one.posting))


def _eligible(problem: Problem, pairs: Ints, days: Ints) -> Flags:
    """[pairs, days] whether a pair's own days hold these days."""
    words = problem.pair_days[pairs][:, days >> 6]
    return np.asarray(words >> (days & 63).astype(np.uint64) & np.uint64(1) > 0, bool)


def _explain(
    problem: Problem,
    posting: int,
    left: Ints,
    at: Ints,
    tired: Flags,
    worker: Ints,
    pairs: Ints,
    near: list[Near],
) -> EmptyPosting:
    days = np.flatnonzero(left > 0)
    people = worker[pairs]
    free = problem.available[people][:, days] & _eligible(problem, pairs, days)
    works = at[people][:, days] >= 0
    rests = tired[people][:, days]
    counts = {
        Why.AWAY: ~free,
        Why.ELSEWHERE: free & works,
        Why.RESTING: free & ~works & rests,
        Why.STAY: free & ~works & ~rests,
    }
    why = [(name, int(found.sum())) for name, found in counts.items() if found.any()]
    return EmptyPosting(
        posting,
        int(left[days].sum()),
        tuple(days.tolist()),
        len(pairs),
        tuple(sorted(why, key=lambda item: (-item[1], item[0]))),
        _helps(problem, left, days, at, near),
    )


def _helps(
    problem: Problem, left: Ints, days: Ints, at: Ints, near: list[Near]
) -> tuple[Help, ...]:
    """For each remedy: who would be free on the empty days, day by day up to the empty places."""
    groups: dict[str, list[Near]] = defaultdict(list)
    for one in near:
        groups[one.miss].append(one)
    found = []
    for miss, people_near in groups.items():
        workers = [one.worker for one in people_near]
        in_time = days >= np.array([one.since for one in people_near])[:, None]
        free = problem.available[workers][:, days] & (at[workers][:, days] < 0) & in_time
        places = int(np.minimum(free.sum(axis=0), left[days]).sum())
        people = int(free.any(axis=1).sum())
        if places:
            found.append(Help(miss, people, places))
    return tuple(sorted(found, key=lambda one: (-one.places, one.miss)))


def _tired(problem: Problem, at: Ints) -> Flags:
    """[W, T] days on which one more day of work would break rest or most days."""
    works = at >= 0
    found = np.zeros(works.shape, bool)
    found[works.sum(axis=1) >= problem.max_days] = True
    most = problem.params.max_run
    if most:
        before, after = _runs(works), _runs(works[:, ::-1])[:, ::-1]
        # The run that this day would join: worked days right before it and right after it.
        joined = np.ones(works.shape, np.int64)
        joined[:, 1:] += before[:, :-1]
        joined[:, :-1] += after[:, 1:]
        found |= joined > most
    return found


def _runs(works: Flags) -> Ints:
    """[W, T] days worked in a row up to and with each day."""
    found = np.zeros(works.shape, np.int64)
    run = np.zeros(len(works), np.int64)
    for d in range(works.shape[1]):
        run = np.where(works[:, d], run + 1, 0)
        found[:, d] = run
    return found


class Idle(StrEnum):
    """Why somebody has no work at all."""

    NOWHERE = "nowhere"  # no posting of this season fits
    NEVER_FREE = "never_free"  # not available on any day that fits
    TOO_SHORT = "too_short"  # free days are fewer than every fitting posting's least stay
    NO_PLACE = "no_place"  # others fill the places at more value


def without_work(problem: Problem, spells: Iterable[Spell]) -> list[tuple[int, Idle]]:
    """(worker, why) for everybody whom a plan gives no day."""
    busy = {spell.worker for spell in spells}
    return [(w, _idle(problem, w)) for w in range(len(problem.worker_ids)) if w not in busy]


def _idle(problem: Problem, worker: int) -> Idle:
    pairs = range(int(problem.first_pair[worker]), int(problem.first_pair[worker + 1]))
    if not len(pairs):
        return Idle.NOWHERE
    is_free = is_long = False
    for pair in pairs:
        posting = int(problem.pair_posting[pair])
        run = longest = 0
        for d in range(problem.days):
            is_open = problem.available[worker, d] and problem.headcount[posting, d] > 0
            run = run + 1 if is_open and problem.is_eligible(pair, d) else 0
            longest = max(longest, run)
        is_free |= longest > 0
        is_long |= longest >= problem.min_stay[posting] > 0
    if not is_free or not problem.max_days[worker]:
        return Idle.NEVER_FREE
    return Idle.NO_PLACE if is_long else Idle.TOO_SHORT
