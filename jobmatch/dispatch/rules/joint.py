"""One plan by many shards: common prices, shared places, one bound.

The same search as `solve`, with people answering in turn within a shard and shards answering side
by side. So that not all rush to the same free place, each shard sees only its share of what is over
or under. Shares are cut anew each time, at random where they do not come out even, and places left
over go to another shard each time: what one cut loses the next may win.

The bound is a sum over people, so it is the same, to the last unit, however they are cut.
"""

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from jobmatch.dispatch.rules.paths import SCALE
from jobmatch.dispatch.rules.plans import Plan, Spell
from jobmatch.dispatch.rules.prices import AGAIN, FIRST, PIECES, SWEEPS, followed
from jobmatch.dispatch.rules.problem import BadProblem, Ints, Problem
from jobmatch.dispatch.rules.progress import Progress, Stop
from jobmatch.dispatch.rules.shards import Ask, Order, Part, Reply, Shard, part_of

Floats = NDArray[np.floating[Any]]
# Up to so many shards at one posting prices follow as in one process.
PACE = 1.5


class Lost(Exception):
    """No process is left that could answer."""


class Engine(Protocol):
    """Where shards run. Shards are numbered from 0; an engine that lost one gets it again.

    A shard that was lost goes on from the plan in `resume`, b"": from nothing.
    """

    def ask(self, orders: dict[int, Order], resume: Sequence[bytes]) -> dict[int, Reply]:
        """The replies of these shards. raises Lost"""

    def spells(self, choices: Sequence[bytes]) -> Iterable[Spell]:
        """The stays of all shards' plans. raises Lost"""


class Here:
    """All shards in this process, one after another."""

    def __init__(self, part: Callable[[int], Part]) -> None:
        self._part = part
        self._shards: dict[int, Shard] = {}

    def ask(self, orders: dict[int, Order], resume: Sequence[bytes]) -> dict[int, Reply]:
        return {n: self._shard(n).answer(order) for n, order in orders.items()}

    def spells(self, choices: Sequence[bytes]) -> Iterable[Spell]:
        for n, choice in enumerate(choices):
            yield from self._shard(n).spells(choice)

    def _shard(self, n: int) -> Shard:
        if n not in self._shards:
            self._shards[n] = Shard.of(self._part(n))
        return self._shards[n]


@dataclass(eq=False)
class Cut:
    """A problem in parts. area: [W] the part of each worker.

    workers, postings  rows of each part
    weight             [p] of each part: how many of its people could work at each posting
    pace               [P] how far prices follow, 1: as in one process
    """

    problem: Problem
    area: Ints
    places: Ints = field(init=False)
    workers: list[Ints] = field(init=False)
    postings: list[Ints] = field(init=False)
    weight: list[Ints] = field(init=False)
    pace: Floats = field(init=False)

    def __post_init__(self) -> None:
        problem = self.problem
        self.places = problem.unpinned
        parts = int(self.area.max(initial=0)) + 1
        self.workers = [np.flatnonzero(self.area == n) for n in range(parts)]
        of_pair = np.repeat(self.area, np.diff(problem.first_pair))
        self.postings, self.weight = [], []
        for n in range(parts):
            known = np.bincount(
                problem.pair_posting[of_pair == n], minlength=len(problem.posting_ids)
            )
            self.postings.append(np.flatnonzero(known))
            self.weight.append(known[self.postings[n]])
        self.pace = self._pace()

    def _pace(self) -> Floats:
        """Shards that answer at once go too far together: the more of them, the shorter steps.

        Measured with 8,000 people in 4 and 8 shards: with full steps the bound is 20 % off before
        it comes back; with steps by the number of shards plans get better more slowly.
        """
        known, squares = np.zeros(len(self.places)), np.zeros(len(self.places))
        for rows, weight in zip(self.postings, self.weight, strict=True):
            known[rows] += weight
            squares[rows] += weight.astype(float) ** 2
        # As many shards of equal weight as these are worth.
        shards = known**2 / np.maximum(squares, 1)
        return np.minimum(1.0, PACE / np.maximum(shards, 1))

    def part(self, n: int) -> Part:
        return part_of(self.problem, self.workers[n], self.places)

    def total(self, loads: Sequence[Ints]) -> Ints:
        """[P, T] places that all shards take."""
        total = np.zeros_like(self.places)
        for rows, load in zip(self.postings, loads, strict=True):
            total[rows] += load
        return total

    def shared(self, loads: Sequence[Ints], rng: np.random.Generator) -> dict[int, Ints]:
        """What each shard takes as others' places, so that it sees its share of what is over."""
        over = self.total(loads) - self.places
        shares = self._split(over, [weight[:, None] for weight in self.weight], rng)
        return {
            n: self.places[self.postings[n]] - load + share
            for n, (load, share) in enumerate(zip(loads, shares, strict=True))
        }

    def within(self, loads: Sequence[Ints], rng: np.random.Generator) -> dict[int, Ints]:
        """The same, so that all shards together keep to the headcounts: free places by weight, and
        what is over is taken from each by what it holds."""
        free = self.places - self.total(loads)
        more = self._split(np.maximum(free, 0), [weight[:, None] for weight in self.weight], rng)
        less = self._split(np.maximum(-free, 0), loads, rng)
        return {
            n: self.places[self.postings[n]] - loads[n] - more[n] + less[n]
            for n in range(len(self))
        }

    def left_over(self, loads: Sequence[Ints], rng: np.random.Generator) -> dict[int, Ints]:
        """The same, where nothing is over: all free places of a posting to one shard by chance."""
        free = self.places - self.total(loads)
        known = np.zeros(len(free))
        for rows, weight in zip(self.postings, self.weight, strict=True):
            known[rows] += weight
        at = rng.random(len(free)) * known
        others = {}
        for n, (rows, weight) in enumerate(zip(self.postings, self.weight, strict=True)):
            is_mine = (at[rows] >= 0) & (at[rows] < weight)
            at[rows] -= weight
            others[n] = self.places[rows] - loads[n] - np.where(is_mine[:, None], free[rows], 0)
        return others

    def _split(self, amount: Ints, weights: Sequence[Ints], rng: np.random.Generator) -> list[Ints]:
        """Cut whole numbers [P, T] into one share for each shard, by weight: [p, T] or [p, 1].

        What does not come out even goes here or there by chance; the shares sum to the amount.
        """
        known = np.zeros((len(amount), weights[0].shape[1] if weights else 1))
        for rows, weight in zip(self.postings, weights, strict=True):
            known[rows] += weight
        known = np.maximum(known, 1)
        # Below 1 by more than sums are rounded by.
        chance = rng.random(amount.shape) * 0.999
        done, shares = np.zeros_like(known), []
        for rows, weight in zip(self.postings, weights, strict=True):
            before = np.floor(amount[rows] * done[rows] / known[rows] + chance[rows])
            done[rows] += weight
            after = np.floor(amount[rows] * done[rows] / known[rows] + chance[rows])
            shares.append((after - before).astype(np.int64))
        return shares

    def __len__(self) -> int:
        return len(self.workers)


@dataclass(eq=False)
class Joint:
    """A plan in the making by many shards.

    price  [P, T] scaled points for a place
    held   by shard: [p, T] places that its people take where the search stands
    best   by shard: its part of the best plan, packed; best_loads: the places that it takes
    """

    cut: Cut
    engine: Engine
    seed: int
    stop: Stop
    told: Callable[[Progress], None]
    price: Ints
    rng: np.random.Generator
    held: list[Ints] = field(default_factory=list)
    best: list[bytes] = field(default_factory=list)
    best_loads: list[Ints] = field(default_factory=list)
    value: int = -(1 << 62)
    bound: int = 1 << 62
    asked: int = 0
    is_lost: bool = False
    began: float = field(default_factory=time.perf_counter)

    @property
    def progress(self) -> Progress:
        return Progress(time.perf_counter() - self.began, self.value, self.bound)

    def is_over(self) -> bool:
        return self.value >= self.bound or self.stop(self.progress)

    def run(self) -> None:
        """Search until `stop`, or until all shards are lost."""
        try:
            self._first_plan()
            steps: tuple[float, ...] = FIRST
            while not self.is_over():
                self._round(steps)
                steps = AGAIN
        except Lost:
            self.is_lost = True

    def plan(self) -> Plan:
        """The best plan so far, in words of the problem."""
        try:
            spells = list(self.engine.spells(self.best)) if not self.is_lost else []
        except Lost:
            self.is_lost = True
        if self.is_lost:
            spells = list(Here(self.cut.part).spells(self.best))
        spells.sort(key=lambda spell: (spell.worker, spell.first))
        filled = sum(len(spell.worked) for spell in spells)
        demanded = int(self.cut.problem.headcount.sum())
        return Plan(
            tuple(spells), self.value, max(self.bound, self.value), filled, demanded,
            self.progress.seconds, self.seed, self.price,
        )  # fmt: skip

    def _first_plan(self) -> None:
        count = len(self.cut)
        self.held = [np.zeros_like(self.cut.places[rows]) for rows in self.cut.postings]
        begin = [b""] * count
        if self.cut.problem.pins:
            # Who is pinned must find room for the whole stay, so one shard after another.
            for n in range(count):
                taken = self.cut.total(self.held)[self.cut.postings[n]]
                reply = self._ask(Ask.PINNED, 0, {n: taken}, begin)[n]
                _require(reply.is_kept)
                self.held[n], begin[n] = reply.load, reply.choice
        others = self.cut.within(self.held, self.rng)
        replies = self._ask(Ask.FILL, 0, others, begin)
        _require(self._keep(replies))
        loads = [reply.load for reply in replies.values()]
        self._prove(self._ask(Ask.BOUND, 0, dict(enumerate(loads))))

    def _round(self, steps: tuple[float, ...]) -> None:
        begin: list[bytes] | None = self.best
        self.held = list(self.best_loads)
        for points in steps:
            rho = max(1, int(points * SCALE))
            for _ in range(SWEEPS):
                changes = 0
                for piece in range(PIECES):
                    changes += self._sweep(rho, begin, piece)
                    begin = None
                    if self.is_over():
                        return
                if not changes:
                    break
            self._settle(rho)
            if self.is_over():
                return

    def _sweep(self, rho: int, begin: list[bytes] | None, piece: int) -> int:
        """A part of everybody answers, and prices follow by so much; worker-days that changed."""
        others = self.cut.shared(self.held, self.rng)
        replies = self._ask(Ask.SWEEP, rho, others, begin, (piece, PIECES))
        load, pace = self.cut.total(self.held), self.cut.pace[:, None]
        self.price = followed(self.price, rho, load, self.cut.places, pace)
        return sum(reply.changes for reply in replies.values())

    def _settle(self, rho: int) -> None:
        """Prove a bound, make a plan of where the search stands, keep it if it is the best."""
        replies = self._ask(Ask.SETTLE, rho, self.cut.within(self.held, self.rng))
        self._prove(replies)
        self._keep(replies)
        # What is told is a plan already; in a region each of these takes seconds.
        for ask, step in ((Ask.EVEN, rho), (Ask.FILL, 0)):
            if self.is_over():
                return
            loads = [reply.load for reply in replies.values()]
            replies = self._ask(ask, step, self.cut.left_over(loads, self.rng))
            self._keep(replies)

    def _ask(
        self,
        ask: Ask,
        rho: int,
        others: dict[int, Ints],
        begin: list[bytes] | None = None,
        piece: tuple[int, int] = (0, 1),
    ) -> dict[int, Reply]:
        """Ask those shards for which `others` says what others hold. begin: plans to go on from"""
        self.asked += 1
        orders = {
            n: Order(
                ask, self.price[self.cut.postings[n]], held.astype(np.int32), rho,
                (self.seed, self.asked - piece[0], n), begin[n] if begin else None, piece,
            )
            for n, held in others.items()
        }  # fmt: skip
        replies = self.engine.ask(orders, self.best)
        for n, reply in replies.items():
            self.held[n] = reply.held
        return {n: replies[n] for n in sorted(replies)}

    def _prove(self, replies: dict[int, Reply]) -> None:
        """The bound at these prices: a sum over people, whoever counts them."""
        total = sum(reply.total for reply in replies.values())
        total += int((self.price * np.maximum(self.cut.places, 0)).sum())
        self.bound = min(self.bound, total // SCALE)
        self.told(self.progress)

    def _keep(self, replies: dict[int, Reply]) -> bool:
        """Keep the plans in these replies if together they are the best; False: are no plan."""
        loads = [reply.load for reply in replies.values()]
        if not all(reply.is_kept for reply in replies.values()):
            return False
        value = sum(reply.value for reply in replies.values())
        if value > self.value:
            self.value, self.best_loads = value, loads
            self.best = [reply.choice for reply in replies.values()]
        self.told(self.progress)
        return True


def _require(is_kept: bool) -> None:
    if not is_kept:
        raise BadProblem("pins", "cannot all be kept within the hard rules")


def solve_in_shards(
    cut: Cut,
    engine: Engine,
    *,
    seed: int,
    stop: Stop,
    progress: Callable[[Progress], None] = lambda _: None,
) -> Joint:
    """A finished search: `plan` tells the best plan, with a bound on all plans.

    raises BadProblem where pins cannot be kept
    """
    joint = Joint(
        cut, engine, seed, stop, progress,
        price=np.zeros_like(cut.problem.headcount), rng=np.random.default_rng(seed),
        best=[b""] * len(cut),
    )  # fmt: skip
    joint.run()
    return joint
