"""Planning a season: prices for places, best answers of units, and a bound that is a proof.

Multipliers with best responses: each unit answers prices that move with the places taken; the
prices themselves follow what is too much or too little; the movement (rho) grows until hardly a day
is over its headcount. Then full days close, who stands too many answers again, and what is left is
a plan. The prices bound every plan. docs/rules/season.md tells it in prose.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import cache, partial

import numpy as np

from jobmatch.dispatch.rules.finish import Finish
from jobmatch.dispatch.rules.flow import is_daily, plan_days
from jobmatch.dispatch.rules.mixing import STEPS, Mixed, Mixture
from jobmatch.dispatch.rules.packing import Floats, pack_bound
from jobmatch.dispatch.rules.paths import SCALE, Ground, Market, Scratch, Standing
from jobmatch.dispatch.rules.plans import Plan
from jobmatch.dispatch.rules.prices import AGAIN, FIRST, LEARN, PIECES, SWEEPS, followed
from jobmatch.dispatch.rules.problem import BadProblem, Ints, Problem
from jobmatch.dispatch.rules.progress import Progress, Stop
from jobmatch.dispatch.rules.responses import (
    NO_STANDING,
    count,
    crowded,
    ground_of,
    kept,
    move,
    relaxed,
    room_for,
    sweep,
    unsound,
    worth,
)
from jobmatch.dispatch.rules.shaking import by_posting, shake
from jobmatch.dispatch.rules.units import Units, spells_of, units_of

# Shaking: units taken out at once; rounds between two looks at the clock, and for each unit at
# first, with crews and without (each time twice as many); the heat falls from the first to the last
# share of what a unit earns in a day. small: so few units are shaken where there are no crews.
SHAKEN, SHAKES, SMALL = 6, 1_000, 3_000
ROUNDS, MOST_ROUNDS, HEAT = (200, 2_000), 400_000, (0.3, 0.005)
PACK_SECONDS = 10.0


@dataclass(eq=False)
class Search:
    """A plan in the making. chosen [U, T]: pair of the unit, -1 idle, -2 - pair at rest.

    crew_price  of the crews' own bound, see packing; longer: times that shaking takes next
    """

    problem: Problem
    units: Units
    ground: Ground
    scratch: Scratch
    rng: np.random.Generator
    stop: Stop
    told: Callable[[Progress], None]
    standing: Standing
    price: Ints
    chosen: Ints
    best: Ints
    value: int = -(1 << 62)
    score: int = -(1 << 62)
    bound: int = 1 << 62
    load: Ints = field(default_factory=lambda: np.zeros((0, 0), np.int64))
    bound_price: Ints = field(default_factory=lambda: np.zeros((0, 0), np.int64))
    crew_price: Floats | None = None
    longer: int = 1
    finish: Finish = field(init=False)
    mixture: Mixture = field(init=False)
    began: float = field(default_factory=time.perf_counter)

    def __post_init__(self) -> None:
        self.finish = Finish(self.ground)
        self.mixture = Mixture(self.ground, self.scratch)

    @property
    def progress(self) -> Progress:
        return Progress(time.perf_counter() - self.began, self.value, self.bound)

    def is_over(self) -> bool:  # what is proven cannot get better, whatever `stop` says
        return self.value >= self.bound or self.stop(self.progress)

    def start_from(self, standing: Standing, chosen: Ints) -> None:
        """Begin with a plan that one would rather keep."""
        self.standing, self.chosen = standing, chosen

    def run(self, rounds: tuple[float, ...] = ()) -> None:
        """Search until `stop`; rounds: steps of the first round, if not FIRST."""
        self._count()
        self._first_plan()
        self._bound(self.price)
        if rounds and not self.is_over():
            self._learn()
        steps = rounds or FIRST
        while not self.is_over():
            self._round(steps)
            steps = rounds or AGAIN
            self._mix()
            self._finish()
            self._shake()
            if not self.is_over():
                self.chosen = self.best.copy()
                self._count()

    def plan(self, seed: int) -> Plan:
        """The best plan so far, in words of the problem."""
        spells = spells_of(self.problem, self.units, self.best)
        filled = sum(len(spell.worked) for spell in spells)
        return Plan(
            tuple(spells), self.value, max(self.bound, self.value), filled,
            int(self.problem.headcount.sum()), self.progress.seconds, seed, self.price,
        )  # fmt: skip

    def _round(self, steps: tuple[float, ...]) -> None:
        for points in steps:
            rho = max(1, int(points * SCALE))
            for _ in range(SWEEPS):
                changes = self._sweep(rho)
                if self.is_over():
                    return
                if not changes:
                    break
            self._bound(self.price)
            self._take(rho)
            if self.is_over():
                return

    def _learn(self) -> None:
        """Prices and a bound after news: all answer as if nothing stood, and go back."""
        standing, chosen, load = self.standing, self.chosen.copy(), self.load.copy()
        self.standing = NO_STANDING
        for points in LEARN:
            self._sweep(int(points * SCALE))
        self._bound(self.price)
        self.standing, self.chosen, self.load = standing, chosen, load

    def _shake(self) -> None:
        """Crews do not move by small steps, and small seasons have time: try other orders too."""
        has_crews = bool((self.ground.size > 1).any())
        if len(self.standing.pair) or self.ground.split_cost or not len(self.ground.value):
            return
        if not has_crews and self.units.count > SMALL:
            return
        self.chosen = self.best.copy()
        self._count()
        looks = min(MOST_ROUNDS, ROUNDS[has_crews] * self.units.count) * self.longer // SHAKES + 1
        self.longer *= 2
        first, near = by_posting(self.ground)
        if has_crews:
            self._pack()
        asked = self._asked()
        day, best, behind = float(np.abs(self.ground.value).mean()), self.best.copy(), 0
        for n in range(looks):
            if self.is_over():
                return
            heat = day * HEAT[0] * (HEAT[1] / HEAT[0]) ** (n / looks)
            behind = shake(
                SHAKES, SHAKEN, heat, int(self.rng.integers(1 << 31)), behind, first, near,
                self.ground, asked, self.load, self.chosen, best, self.scratch,
            )  # fmt: skip
            self._keep(best)

    def _mix(self) -> None:
        """Whole seasons of all units, mixed and priced in turn: docs/rules/season.md, "Mixing"."""
        if len(self.standing.pair) or not self.mixture.is_small():
            return
        more = 1
        while more and not self.is_over():
            mixed = self.mixture.best(self.is_over)
            if mixed is None:
                return
            self._keep_mixed(mixed)
            for step in STEPS:
                price = (step * self.bound_price + (1 - step) * mixed.price).astype(np.int64)
                self._bound(price)
                more = self.mixture.take(self.mixture.answers(price), mixed)
                if more:
                    break
            self.told(self.progress)

    def _keep_mixed(self, mixed: Mixed) -> None:
        """Who has a whole season keeps it; the others answer what is left."""
        self.chosen = mixed.row.copy()
        self._count()
        self._hard(np.flatnonzero(~mixed.is_whole), 0, self.price * 0)
        self._keep(self.chosen)

    def _finish(self) -> None:
        """Small seasons to the proven end: docs/rules/season.md, "The finish"."""
        if len(self.standing.pair) or self.is_over() or not self.finish.is_small():
            return
        relaxed = self.finish.price(self.bound_price, self.value, self.progress.gap, self.is_over)
        if relaxed is not None:
            self._bound(relaxed[0])
            self._keep_sound(relaxed[1])
        # No plan within one point of the bound? Within two, four: few arcs are that good.
        spare = 1
        while not self.is_over():
            least = max(self.value, self.bound - spare)
            top, chosen = self.finish.look(self.bound_price, least, self.progress.gap, self.is_over)
            self._keep_sound(chosen)
            if top is None:
                break
            self.bound, spare = min(self.bound, top), 2 * spare
        self.finish.effort *= 2
        self.told(self.progress)

    def _keep_sound(self, chosen: Ints | None) -> None:
        """Keep a choice that another solver made, if there is one and it is a plan."""
        if chosen is None:
            return
        self.chosen = chosen
        self._count()
        if not unsound(self.ground, chosen).any() and not len(self._crowded()):
            self._keep(chosen)

    def _asked(self) -> Ints:
        """[N, K, T] what a unit's days are worth to others, by the prices of the best bounds."""
        size = np.repeat(self.ground.size, np.diff(self.ground.first_pair))[:, None]
        plain = self.bound_price[self.ground.posting] * size
        if self.crew_price is None:
            return plain[None]
        own = np.where(size > 1, np.rint(self.crew_price).astype(np.int64), plain)
        return np.stack([plain, own])

    def _pack(self) -> None:
        """A tighter bound where crews share places."""
        began = time.perf_counter()
        bound, self.crew_price = pack_bound(
            self.ground, self.bound_price, self.value, self.scratch,
            lambda: self.is_over() or time.perf_counter() - began > PACK_SECONDS, self.crew_price,
        )  # fmt: skip
        self.bound = min(self.bound, bound)
        self.told(self.progress)

    def _first_plan(self) -> None:
        if not len(self.standing.pair):
            self._hard(np.arange(self.units.count), 0, self.price * 0)
        else:
            # Who can stay stays; the others answer what is left, at what places are worth.
            self._hard(self._misplaced(), 0, self.price)
        self._keep(self.chosen)

    def _sweep(self, rho: int) -> int:
        """All units answer once, and prices follow; days that changed."""
        changes = 0
        for some in np.array_split(self.rng.permutation(self.units.count), PIECES):
            market = Market(self.price, self.load, rho, False)
            changes += sweep(some, self.ground, market, self.standing, self.chosen, self.scratch)
            self.price = followed(self.price, rho, self.load, self.ground.places)
        return changes

    def _hard(self, order: Ints, rho: int, price: Ints) -> None:
        """Answers with full days closed. raises BadProblem where pins cannot be kept"""
        if self._answered(order, rho, price):
            return
        # Somebody stands where a pinned stay must go on: all again, the pinned first.
        self.chosen[:] = -1
        self._count()
        everybody = self.rng.permutation(self.units.count)
        is_pinned = (self.units.pinned[everybody] >= 0).any(axis=1)
        pinned_first = np.concatenate([everybody[is_pinned], everybody[~is_pinned]])
        if not self._answered(pinned_first, rho, price):
            raise BadProblem("pins", "cannot all be kept within the hard rules")

    def _answered(self, order: Ints, rho: int, price: Ints) -> bool:
        market = Market(price, self.load, rho, True)
        return sweep(order, self.ground, market, self.standing, self.chosen, self.scratch) >= 0

    def _take(self, rho: int) -> None:
        """Make a plan of where the search stands, and keep it if it is the best so far."""
        held, load = self.chosen.copy(), self.load.copy()
        self._hard(self._crowded(), rho, self.price)
        self._keep(self.chosen)
        everybody = self.rng.permutation(self.units.count)
        # What stands now is a plan already; in a large season each of these takes seconds.
        for step, price in ((rho, self.price), (0, self.price * 0)):
            if not self.is_over():
                self._hard(everybody, step, price)
                self._keep(self.chosen)
        self.chosen, self.load = held, load

    def _misplaced(self) -> Ints:
        """Units that cannot stay where they stand, the pinned first; they let go of it."""
        wrong = unsound(self.ground, self.chosen)
        wrong[self._crowded()] = True
        units = np.flatnonzero(wrong)
        for u in units:
            move(int(u), self.ground, self.load, self.chosen[u], -1)
            self.chosen[u] = -1
        if not len(self.units.pinned):
            return units
        is_pinned = (self.units.pinned[units] >= 0).any(axis=1)
        return np.concatenate([units[is_pinned], units[~is_pinned]])

    def _crowded(self) -> Ints:
        return self.rng.permutation(crowded(self.ground, self.load, self.chosen))

    def _keep(self, chosen: Ints) -> None:
        """Keep a plan if it is the best so far."""
        if self.mixture.is_small():
            self.mixture.take(chosen)
        value = int(worth(self.ground, chosen))
        score = value * SCALE + kept(self.standing, chosen)
        if score > self.score:
            self.score, self.value, self.best = score, value, chosen.copy()
        self.told(self.progress)

    def _bound(self, price: Ints) -> None:
        """Prove a bound by these prices."""
        load = np.zeros_like(price)
        market = Market(price, load, 0, False)
        total = relaxed(0, self.units.count, self.ground, market, NO_STANDING, load, self.scratch)
        total = int(total) + int((price * np.maximum(self.ground.places, 0)).sum())
        # Values are whole points, so the bound may be cut down to one.
        if total // SCALE < self.bound:
            self.bound, self.bound_price = total // SCALE, price.copy()

    def _count(self) -> None:
        """The load of what is chosen, from nothing."""
        self.load = np.zeros_like(self.ground.places)
        count(self.ground, self.chosen, self.load)


def solve(
    problem: Problem,
    *,
    seed: int,
    stop: Stop,
    progress: Callable[[Progress], None] = lambda _: None,
    prices: Ints | None = None,
) -> Plan:
    """The best plan that is found until `stop` says so, with a bound on all plans.

    prices  [P, T] of an earlier plan of nearly the same problem
    raises BadProblem where pins cannot be kept
    """
    if is_daily(problem):
        return plan_days(problem, seed)
    search = search_of(problem, seed=seed, stop=stop, progress=progress, prices=prices)
    search.run()
    return search.plan(seed)


def search_of(
    problem: Problem,
    *,
    seed: int,
    stop: Stop,
    progress: Callable[[Progress], None],
    prices: Ints | None = None,
) -> Search:
    """A search that has not begun."""
    warm()
    return _search(problem, seed, stop, progress, prices)


def _search(
    problem: Problem,
    seed: int,
    stop: Stop,
    progress: Callable[[Progress], None],
    prices: Ints | None = None,
) -> Search:
    units = units_of(problem)
    ground = ground_of(problem, units)
    nothing: Ints = np.full((units.count, problem.days), -1, np.int32)
    return Search(
        problem, units, ground, room_for(ground, units), np.random.default_rng(seed), stop,
        progress, NO_STANDING,
        price=np.zeros_like(problem.headcount) if prices is None else prices.copy(),
        chosen=nothing, best=nothing.copy(),
    )  # fmt: skip


@cache
def warm() -> None:
    """Compile, or read what was compiled before, so that no plan's seconds go into it."""
    from jobmatch.dispatch.rules.generate import Size, generate

    tiny = generate(Size(12, 3, days=6, max_run=2, split_cost=1), [(0.0, 0.0)], 1)
    for params in (tiny.params, replace(tiny.params, max_run=0)):
        problem = replace(tiny, params=params)
        search = _search(problem, 1, lambda progress: progress.bound < 1 << 61, lambda _: None)
        search.run()
        unsound(search.ground, search.best)
        first, near = by_posting(search.ground)
        shake(
            0, SHAKEN, 1.0, 1, 0, first, near, search.ground, search._asked(), search.load,
            search.chosen, search.best, search.scratch,
        )  # fmt: skip
        once = partial(next, iter((False,)), True)
        pack_bound(search.ground, search.price, 0, search.scratch, once)
