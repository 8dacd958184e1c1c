"""One shard of a season: some of the people, who answer prices without knowing the others.

What others hold comes in as numbers for each posting and day; what goes out is how many places the
shard's people take, what that is worth, and the shard's part of the bound. `joint` brings many
shards together; neither knows where a shard runs. A shard knows rows and numbers, no names.
"""

import zlib
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Any, cast

import numpy as np

from jobmatch.dispatch.rules.paths import Ground, Market, Scratch
from jobmatch.dispatch.rules.plans import Spell
from jobmatch.dispatch.rules.problem import Before, Flags, Ints, Params, Pin, Problem
from jobmatch.dispatch.rules.responses import (
    NO_STANDING,
    count,
    crowded,
    ground_of,
    relaxed,
    room_for,
    sweep,
    worth,
)
from jobmatch.dispatch.rules.units import Units, spells_of, units_of


@dataclass(frozen=True, eq=False)
class Part:
    """Some workers of a problem with all that they need to be planned.

    workers, postings  rows of the whole problem; those of the part count from 0
    places             [p, T] headcount without the places that anybody's pins take
    tables             the arrays of Problem, cut
    """

    workers: Ints
    postings: Ints
    places: Ints
    start: date
    days: int
    params: Params
    tables: dict[str, Any]
    pins: tuple[Pin, ...]
    before: Before | None

    @property
    def problem(self) -> Problem:
        """The part as a problem of its own, with numbers for names.

        Its tables are copies: what came over a wire can be read-only, for which loops would be
        compiled once more.
        """
        crews = len(self.tables["whole"])
        return Problem(
            start=self.start,
            days=self.days,
            params=self.params,
            worker_ids=tuple(map(str, range(len(self.workers)))),
            crew_ids=tuple(map(str, range(crews))),
            posting_ids=tuple(map(str, range(len(self.postings)))),
            pins=self.pins,
            before=self.before,
            **{name: np.array(table) for name, table in self.tables.items()},
        )


def part_of(problem: Problem, workers: Ints, places: Ints) -> Part:
    """The part of these workers (rows, rising). places: [P, T] `problem.unpinned`"""
    is_in = np.zeros(len(problem.worker_ids), bool)
    is_in[workers] = True
    pairs = np.flatnonzero(np.repeat(is_in, np.diff(problem.first_pair)))
    postings, posting = np.unique(problem.pair_posting[pairs], return_inverse=True)
    crews, crew = np.unique(problem.crew[workers], return_inverse=True)
    has_none = int(len(crews) > 0 and crews[0] < 0)
    row_of = np.full(len(problem.posting_ids) + 1, -1, np.int64)
    row_of[postings] = np.arange(len(postings))
    return Part(
        workers=workers,
        postings=postings,
        places=places[postings],
        start=problem.start,
        days=problem.days,
        params=problem.params,
        tables={
            "available": problem.available[workers],
            "max_days": problem.max_days[workers],
            "crew": crew.astype(np.int64) - has_none,
            "whole": problem.whole[crews[has_none:]],
            "headcount": problem.headcount[postings],
            "min_stay": problem.min_stay[postings],
            "first_pair": np.concatenate([[0], np.cumsum(np.diff(problem.first_pair)[workers])]),
            "pair_posting": posting.astype(np.int64),
            "pair_value": problem.pair_value[pairs],
            "pair_cost": problem.pair_cost[pairs],
            "pair_days": problem.pair_days[pairs],
        },
        pins=tuple(
            replace(
                pin,
                worker=int(np.searchsorted(workers, pin.worker)),
                posting=int(row_of[pin.posting]),
            )
            for pin in problem.pins
            if is_in[pin.worker]
        ),
        before=problem.before
        and Before(
            # The last row is -1, so -1 stays -1.
            posting=row_of[problem.before.posting[workers]],
            run=problem.before.run[workers],
            worked=problem.before.worked[workers],
        ),
    )


class Ask(StrEnum):
    """What a shard is asked to do.

    SWEEP   everybody answers once, at prices that move with the load
    SETTLE  the part of the bound; and, beside where the search stands, a plan within the places
            that are left: who stands too many answers again
    EVEN    everybody in that plan once more, at prices that move with the load
    FILL    everybody in that plan once more, at the true points
    PINNED  the same, but only who has pinned days
    BOUND   the part of the bound, no more
    """

    SWEEP = "sweep"
    SETTLE = "settle"
    EVEN = "even"
    FILL = "fill"
    PINNED = "pinned"
    BOUND = "bound"


@dataclass(frozen=True, eq=False)
class Order:
    """price, others: [p, T] of the shard's postings: scaled points for a place; places that count
    as taken by others (headcount less the shard's own and its share of what is free).

    choice  a plan, as told, from which the shard goes on; b"": from nothing
    piece   (which, of how many) of a sweep's people answer; all pieces of a sweep have one seed
    """

    ask: Ask
    price: Ints
    others: Ints
    rho: int
    seed: tuple[int, ...]
    choice: bytes | None = None
    piece: tuple[int, int] = (0, 1)


@dataclass(frozen=True, eq=False)
class Reply:
    """load: [p, T] places that the shard's people take, pinned ones left out.

    held     the same for where the search stands; load is then of the plan, if there is one
    changes  worker-days that changed
    total    scaled sum of the best paths at the prices alone: the shard's part of the bound
    value    points of the plan
    is_kept  whether all pins could be kept
    choice   the plan, packed
    """

    load: Ints
    held: Ints
    changes: int = 0
    total: int = 0
    value: int = 0
    is_kept: bool = True
    choice: bytes = b""


@dataclass(eq=False)
class Shard:
    """A part in the making. chosen: where the search stands; plan: a plan; both [U, T].

    held, taken  [p, T] places that they take: counted once, and followed since
    """

    part: Part
    problem: Problem
    units: Units
    ground: Ground
    room: Scratch
    chosen: Ints
    plan: Ints
    held: Ints
    taken: Ints

    @classmethod
    def of(cls, part: Part) -> "Shard":
        """raises BadProblem where pins of a whole crew do not go together"""
        problem = part.problem
        units = units_of(problem)
        ground = ground_of(problem, units)._replace(places=np.array(part.places, np.int64))
        chosen: Ints = np.full((units.count, part.days), -1, np.int32)
        nothing = np.zeros_like(ground.places)
        room = room_for(ground, units)
        return cls(part, problem, units, ground, room, chosen, chosen.copy(), nothing, nothing)

    def answer(self, order: Order) -> Reply:
        """Do what is asked; the same order in the same state gives the same reply."""
        if order.choice is not None:
            self.chosen = self.unpacked(order.choice)
            self.held = self._load(self.chosen)
            self.plan, self.taken = self.chosen.copy(), self.held
        rng = np.random.default_rng(list(order.seed))
        if order.ask is Ask.SWEEP:
            return self._sweep(order, rng)
        if order.ask is Ask.SETTLE:
            return self._settle(order, rng)
        if order.ask is Ask.BOUND:
            held = _slim(self.held)
            return Reply(held, held, total=self.total(order.price))
        return self._again(order, rng)

    def spells(self, choice: bytes) -> list[Spell]:
        """The stays of a plan, in rows of the whole problem."""
        workers, postings = self.part.workers, self.part.postings
        return [
            spell._replace(worker=int(workers[spell.worker]), posting=int(postings[spell.posting]))
            for spell in spells_of(self.problem, self.units, self.unpacked(choice))
        ]

    def total(self, price: Ints) -> int:
        """Scaled sum of the best paths at prices: a sum over shards is the sum over all."""
        load = np.zeros_like(self.ground.places)
        market = Market(np.array(price, np.int64), load, 0, False)
        count = self.units.count
        return int(relaxed(0, count, self.ground, market, NO_STANDING, load, self.room))

    def unpacked(self, choice: bytes) -> Ints:
        if not choice:
            return np.full_like(self.chosen, -1)
        flat = np.frombuffer(zlib.decompress(choice), np.int16)
        return flat.astype(np.int32).reshape(self.chosen.shape)

    def _sweep(self, order: Order, rng: np.random.Generator) -> Reply:
        load = self.held + order.others
        market = Market(np.array(order.price, np.int64), load, order.rho, False)
        which, pieces = order.piece
        some = np.array_split(rng.permutation(self.units.count), pieces)[which]
        changes = sweep(some, self.ground, market, NO_STANDING, self.chosen, self.room)
        self.held = load - order.others
        held = _slim(self.held)
        return Reply(held, held, changes=int(changes))

    def _settle(self, order: Order, rng: np.random.Generator) -> Reply:
        """A plan beside where the search stands, at the prices of the search."""
        total = self.total(order.price)
        self.plan = self.chosen.copy()
        load = self.held + order.others
        market = Market(np.array(order.price, np.int64), load, order.rho, True)
        is_kept = self._hard(rng.permutation(crowded(self.ground, load, self.plan)), market)
        return self._told(load - order.others, is_kept, total)

    def _again(self, order: Order, rng: np.random.Generator) -> Reply:
        """The plan once more: EVEN at the prices of the search, the others at the true points."""
        load = self.taken + order.others
        market = Market(np.zeros_like(load), load, 0, True)
        if order.ask is Ask.EVEN:
            market = Market(np.array(order.price, np.int64), load, order.rho, True)
        everybody = rng.permutation(self.units.count)
        if order.ask is Ask.PINNED:
            everybody = everybody[self._is_pinned[everybody]]
        is_kept = self._hard(crowded(self.ground, load, self.plan), market) and self._hard(
            everybody, market
        )
        return self._told(load - order.others, is_kept)

    def _told(self, load: Ints, is_kept: bool, total: int = 0) -> Reply:
        self.taken = load
        value = int(worth(self.ground, self.plan))
        return Reply(_slim(load), _slim(self.held), 0, total, value, is_kept, pack(self.plan))

    def _hard(self, order: Ints, market: Market) -> bool:
        """Answers with full days closed, into the plan; False where pins could not be kept."""
        if sweep(order, self.ground, market, NO_STANDING, self.plan, self.room) >= 0:
            return True
        # Somebody stands where a pinned stay must go on: all again, the pinned first.
        market.load[:] -= self._load(self.plan)
        self.plan[:] = -1
        everybody = np.argsort(~self._is_pinned, kind="stable")
        return sweep(everybody, self.ground, market, NO_STANDING, self.plan, self.room) >= 0

    def _load(self, chosen: Ints) -> Ints:
        """[p, T] places that a choice takes."""
        load = np.zeros_like(self.ground.places)
        count(self.ground, chosen, load)
        return load

    @property
    def _is_pinned(self) -> Flags:
        """[U] who has pinned days."""
        if not len(self.units.pinned):
            return np.zeros(self.units.count, bool)
        return cast(Flags, (self.units.pinned >= 0).any(axis=1))


def _slim(places: Ints) -> Ints:
    """Numbers of places as they go over a wire."""
    return places.astype(np.int32)


def pack(choice: Ints) -> bytes:
    """A choice in few bytes."""
    return zlib.compress(choice.astype(np.int16).tobytes(), 1)
