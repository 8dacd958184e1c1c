"""A new plan from a standing one after the world has changed, with as little change as pays.

Each worker-day that differs from the standing plan costs points, more where it was promised
already; the days before `frozen` stay as they are.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import groupby

import numpy as np

from jobmatch.dispatch.rules.check import value_of
from jobmatch.dispatch.rules.paths import SCALE, Standing
from jobmatch.dispatch.rules.plans import Change, Plan, Spell, compare, where
from jobmatch.dispatch.rules.problem import Before, Flags, Ints, Masks, Pin, Problem, ranges
from jobmatch.dispatch.rules.progress import Progress, Stop
from jobmatch.dispatch.rules.solve import search_of
from jobmatch.dispatch.rules.units import Units

# Rounds of a replan: the prices are known, little has to move.
STEPS = (2.0, 8.0, 16.0)
# Prices are good enough to start from when they prove this gap.
KNOWN = 0.003


@dataclass(frozen=True, slots=True)
class Closed:
    """Rain, a machine that broke: no work at a posting from first to last."""

    posting: int
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Absent:
    """A worker who does not come, ill or gone, from first to last."""

    worker: int
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Demand:
    """Another headcount from first to last."""

    posting: int
    first: int
    last: int
    headcount: int


News = Closed | Absent | Demand


@dataclass(frozen=True, slots=True)
class Costs:
    """Points for each worker-day that changes; promised: where `promised` says so.

    frozen  first day that may change: what stands before it stays
    """

    change: int = 20
    promised: int = 60
    frozen: int = 0


@dataclass(frozen=True, eq=False)
class Replanned:
    """problem: as it is now; changes: worker-days that differ from the standing plan.

    coming  what could still be planned, and its plan: it keeps all hard rules. In the whole plan a
            stay that the news broke off may be shorter than its least.
    """

    problem: Problem
    plan: Plan
    changes: tuple[Change, ...]
    coming: tuple[Problem, Plan]

    @property
    def affected(self) -> Mapping[int, tuple[Change, ...]]:
        """worker -> what changes for them."""
        return {w: tuple(rows) for w, rows in groupby(self.changes, key=lambda c: c.worker)}


def changed(problem: Problem, news: Iterable[News]) -> Problem:
    """The problem after the news; pins stay where they can. raises IndexError on unknown rows"""
    headcount, available = problem.headcount.copy(), problem.available.copy()
    for one in news:
        days = slice(one.first, one.last + 1)
        if isinstance(one, Absent):
            available[one.worker, days] = False
        else:
            headcount[one.posting, days] = one.headcount if isinstance(one, Demand) else 0
    pins = [piece for pin in problem.pins for piece in _kept(pin, available)]
    return replace(
        problem, headcount=headcount, available=available, pins=tuple(_that_fit(headcount, pins))
    )


def _kept(pin: Pin, available: Flags) -> list[Pin]:
    """The days of a pin on which the worker still comes."""
    days = [d for d in range(pin.first, pin.last + 1) if available[pin.worker, d]]
    return _pins(pin.worker, pin.posting, days)


def _that_fit(headcount: Ints, pins: Iterable[Pin]) -> list[Pin]:
    """Pins, day by day, as long as there are places."""
    left, found = headcount.copy(), []
    for pin in pins:
        days = [d for d in range(pin.first, pin.last + 1) if left[pin.posting, d] > 0]
        left[pin.posting, days] -= 1
        found += _pins(pin.worker, pin.posting, days)
    return found


def _pins(worker: int, posting: int, days: list[int]) -> list[Pin]:
    return [Pin(worker, posting, first, last) for first, last in ranges(days)]


def replan(
    problem: Problem,
    plan: Plan,
    news: Iterable[News],
    *,
    seed: int,
    stop: Stop,
    costs: Costs = Costs(),
    promised: Flags | None = None,
    progress: Callable[[Progress], None] = lambda _: None,
) -> Replanned:
    """The standing plan made right with least change.

    promised  [W, T] worker-days that were told to people
    returns   a plan of the changed problem; its value and bound do not count the price of change
    """
    now = changed(problem, news)
    rest = cut(now, plan.spells, costs.frozen)
    coming = [_later(s, costs.frozen) for s in plan.spells if s.last >= costs.frozen]
    if plan.prices is None:
        prices = _prices(rest, seed, stop)
    else:
        prices = plan.prices[:, costs.frozen :].copy()
    search = search_of(rest, seed=seed, stop=stop, progress=progress, prices=prices)
    told = np.zeros((len(rest.worker_ids), rest.days), bool)
    if promised is not None:
        told = promised[:, costs.frozen :]
    search.start_from(*_standing(rest, search.units, coming, costs, told))
    search.run(STEPS)
    later = search.plan(seed)
    made = _whole(now, plan, later, costs.frozen)
    changes = tuple(compare(now, plan.spells, made.spells))
    return Replanned(now, made, changes, (rest, later))


def _prices(problem: Problem, seed: int, stop: Stop) -> Ints:
    """What places are worth, of a plan that nobody kept the prices of."""
    search = search_of(
        problem,
        seed=seed,
        stop=lambda progress: progress.gap < KNOWN or stop(progress),
        progress=lambda _: None,
    )
    search.run()
    return search.price


def cut(problem: Problem, spells: Iterable[Spell], first: int) -> Problem:
    """What is left of a problem from day `first` on, with what the plan did before."""
    if first <= 0:
        return problem
    at = where(problem, spells)[:, :first]
    stay = np.full(len(problem.worker_ids), -1, np.int64)
    for spell in spells:
        if spell.first < first <= spell.last:
            stay[spell.worker] = spell.posting
    works = at >= 0
    run = np.where(works.all(axis=1), first, np.argmin(works[:, ::-1], axis=1))
    worked = works.sum(axis=1)
    pins = [
        replace(pin, first=max(0, pin.first - first), last=pin.last - first)
        for pin in (*problem.pins, *_owed(problem, spells, first))
        if pin.last >= first
    ]
    return replace(
        problem,
        start=problem.start + timedelta(days=first),
        days=problem.days - first,
        available=np.ascontiguousarray(problem.available[:, first:]),
        headcount=np.ascontiguousarray(problem.headcount[:, first:]),
        max_days=np.clip(problem.max_days - worked, 0, problem.days - first),
        min_stay=np.minimum(problem.min_stay, problem.days - first),
        pair_days=_shifted(problem.pair_days, first, problem.days),
        pins=tuple(pins),
        before=Before(stay, run, worked),
    )


def _owed(problem: Problem, spells: Iterable[Spell], first: int) -> list[Pin]:
    """Days that a stay still needs to last long enough, where nothing speaks against them now."""
    pinned = {(pin.worker, d) for pin in problem.pins for d in range(pin.first, pin.last + 1)}
    left = problem.unpinned
    found: list[Pin] = []
    for spell in spells:
        end = spell.first + int(problem.min_stay[spell.posting])
        if not spell.first < first < end:
            continue
        days = [d for d in spell.worked if first <= d < end and (spell.worker, d) not in pinned]
        stands = problem.available[spell.worker, first:end].all()
        if stands and (left[spell.posting, days] > 0).all():
            left[spell.posting, days] -= 1
            found += _pins(spell.worker, spell.posting, days)
    return found


def _shifted(days: Masks, first: int, length: int) -> Masks:
    """Day masks whose bit 0 is day `first`."""
    bits = np.unpackbits(days.astype("<u8").view(np.uint8), axis=1, bitorder="little")
    kept = bits[:, first:length]
    words = (length - first + 63) // 64
    padded = np.zeros((len(days), words * 64), np.uint8)
    padded[:, : length - first] = kept
    return np.packbits(padded, axis=1, bitorder="little").view("<u8").astype(np.uint64)


def _later(spell: Spell, first: int) -> Spell:
    """What is left of a stay from day `first` on, days counted from there."""
    rest = tuple(day - first for day in spell.rest if day >= first)
    return Spell(spell.worker, spell.posting, max(0, spell.first - first), spell.last - first, rest)


def _whole(problem: Problem, standing: Plan, made: Plan, frozen: int) -> Plan:
    """The days that could not change, and then the new plan; value and bound of all of it."""
    going: dict[tuple[int, int], Spell] = {}
    spells: list[Spell] = []
    for spell in standing.spells:
        if spell.last < frozen:
            spells.append(spell)
        elif spell.first < frozen:
            going[spell.worker, spell.posting] = spell
    for new in made.spells:
        later = Spell(
            new.worker, new.posting, new.first + frozen, new.last + frozen,
            tuple(day + frozen for day in new.rest),
        )  # fmt: skip
        old = going.pop((new.worker, new.posting), None) if new.first == 0 else None
        if old is not None:
            past = tuple(day for day in old.rest if day < frozen)
            later = later._replace(first=old.first, rest=past + later.rest)
        spells.append(later)
    for old in going.values():
        worked = [day for day in old.worked if day < frozen]
        spells.append(
            old._replace(last=worked[-1], rest=tuple(d for d in old.rest if d < worked[-1]))
        )
    spells.sort(key=lambda spell: (spell.worker, spell.first))
    value = value_of(problem, spells)
    filled = sum(len(spell.worked) for spell in spells)
    # What is behind is the same in every plan: it moves value and bound alike.
    return replace(
        made, spells=tuple(spells), value=value, bound=made.bound + value - made.value,
        filled=filled, demanded=int(problem.headcount.sum()),
        prices=None if made.prices is None else _wide(made.prices, problem, frozen),
    )  # fmt: skip


def _wide(prices: Ints, problem: Problem, frozen: int) -> Ints:
    found = np.zeros_like(problem.headcount)
    found[:, frozen:] = prices
    return found


def _standing(
    problem: Problem, units: Units, spells: list[Spell], costs: Costs, told: Flags
) -> tuple[Standing, Ints]:
    """What each unit stands for: as a wish, and as a beginning (with rest days)."""
    at = where(problem, spells)
    pair = np.full((units.count, problem.days), -1, np.int64)
    begin = pair.astype(np.int32)
    row_of = np.zeros(len(problem.worker_ids), np.int64)
    row_of[units.member] = np.repeat(np.arange(units.count), units.size)
    for spell in spells:
        u = int(row_of[spell.worker])
        a, b = units.first_pair[u], units.first_pair[u + 1]
        found = np.flatnonzero(units.pair_posting[a:b] == spell.posting)
        if len(found):
            begin[u, spell.first : spell.last + 1] = found[0]
            pair[u, spell.first : spell.last + 1] = found[0]
            begin[u, list(spell.rest)] = -2 - found[0]
            pair[u, list(spell.rest)] = -1
    price = np.where(told & (at >= 0), costs.promised, costs.change)
    keep = np.zeros((units.count, problem.days), np.int64)
    np.add.at(keep, row_of, price * SCALE)
    return Standing(pair, keep), begin
