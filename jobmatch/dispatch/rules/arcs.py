"""Every season that a unit can have, as the paths through one graph: what an exact solver reads.

A unit is idle before a day, or in a stay that may end. Arcs: idle for a day; begin a stay (its
least days at once); one more day; end the stay. With a rest rule stays are followed day by day, and
there are arcs for days of rest. Places, most days, days without rest, first days and split crews
tie arcs together: `program` writes them down.
"""

from dataclasses import dataclass
from typing import cast

import numpy as np

from jobmatch.dispatch.rules.paths import NEVER, SCALE, Ground
from jobmatch.dispatch.rules.problem import Flags, Ints
from jobmatch.matching.rules.index.jit import compiled


@dataclass(frozen=True, eq=False)
class Arcs:
    """A arcs, by unit and, within it, in the order in which a path can take them.

    unit, tail, head  [A] nodes are numbered through all units
    pair              [A] pair within the unit's own that is worked, -2 - pair at rest, -1 neither
    first, last       [A] the days of it
    points            [A] what the arc is worth
    start, end        [U] the node where a unit's paths begin, and where they end
    """

    unit: Ints
    tail: Ints
    head: Ints
    pair: Ints
    first: Ints
    last: Ints
    points: Ints
    start: Ints
    end: Ints

    def only(self, kept: Flags) -> "Arcs":
        """Some of the arcs."""
        return Arcs(
            self.unit[kept], self.tail[kept], self.head[kept], self.pair[kept], self.first[kept],
            self.last[kept], self.points[kept], self.start, self.end,
        )  # fmt: skip

    @property
    def is_whole(self) -> bool:
        """Whether every unit can still go somewhere from where it begins."""
        return bool(np.isin(self.start, self.tail).all())


def count_of(ground: Ground) -> int:
    """At most so many arcs there are, without making them."""
    if not len(ground.posting):
        return 0
    unit = np.repeat(np.arange(len(ground.size)), np.diff(ground.first_pair))
    days = ground.can[unit].sum(axis=1)
    each = 4 * ground.min_stay[ground.posting] + 1 if ground.max_run else 3
    return int((days * each).sum()) + ground.can.size


def arcs_of(ground: Ground) -> Arcs:
    """All arcs of all units."""
    rows: list[tuple[int, ...]] = []
    start, end = [], []
    nodes = 0
    for u in range(len(ground.size)):
        one = _Unit(ground, u, nodes, rows)
        start.append(one.begin())
        end.append(one.walk())
        nodes = one.nodes
    unit, tail, head, pair, first, last, points = np.array(rows, np.int64).reshape(-1, 7).T.copy()
    return Arcs(
        unit, tail, head, pair, first, last, points, np.array(start, np.int64),
        np.array(end, np.int64),
    )  # fmt: skip


class _Unit:
    """One unit's graph in the making. held: (pair, days of the stay, is at rest) -> node."""

    def __init__(self, ground: Ground, u: int, nodes: int, rows: list[tuple[int, ...]]) -> None:
        self.ground, self.u, self.nodes, self.rows = ground, u, nodes, rows
        first, last = ground.first_pair[u], ground.first_pair[u + 1]
        posting = ground.posting[first:last]
        self.stay = ground.min_stay[posting].tolist()
        self.value = ground.value[first:last].tolist()
        self.cost = ground.cost[first:last].tolist()
        self.open = _open(ground, u).tolist()
        self.pinned = ground.pinned[u].tolist() if len(ground.pinned) else []
        self.can = ground.can[u].tolist()
        self.held: dict[tuple[int, int, bool], int] = {}
        self.later: dict[int, list[tuple[int, int, int, int]]] = {}
        self.idle = -1

    def node(self) -> int:
        self.nodes += 1
        return self.nodes - 1

    def add(self, tail: int, head: int, pair: int, first: int, last: int, points: int) -> None:
        self.rows.append((self.u, tail, head, pair, first, last, points))

    def begin(self) -> int:
        """The node where paths begin: idle, or in a stay that goes on from before."""
        entry = int(self.ground.entry[self.u])
        if entry < 0:
            self.idle = self.node()
            return self.idle
        self.held[entry, self.stay[entry], False] = self.node()
        return self.nodes - 1

    def walk(self) -> int:
        """All days; the node where paths end."""
        for day in range(len(self.can)):
            self._leave(day)
            now, idle = self.held, self.idle
            self.held, self.idle = {}, -1
            if idle >= 0 and (not self.pinned or self.pinned[day] < 0):
                self.idle = self.node()
                self.add(idle, self.idle, -1, day, day, 0)
            if self.ground.max_run:
                self._by_day(day, idle, now)
            else:
                self._by_stay(day, idle, now)
        self._leave(len(self.can))
        return self.idle

    def _leave(self, day: int) -> None:
        """Stays that are long enough may end before a day."""
        for (k, length, is_rest), node in self.held.items():
            if length >= self.stay[k] and not is_rest:
                self.idle = self.node() if self.idle < 0 else self.idle
                self.add(node, self.idle, -1, day, day, 0)

    def _by_stay(self, day: int, idle: int, now: dict[tuple[int, int, bool], int]) -> None:
        """Stays whose days all are worked: the least days at once."""
        for (k, stay, _), node in now.items():
            if self.open[k][day]:
                self._to((k, stay, False), node, k, day, day, self.value[k])
        for k, stay in enumerate(self.stay):
            ends = day + stay
            if idle >= 0 and ends <= len(self.can) and all(self.open[k][day:ends]):
                arrives = self.later.setdefault(ends - 1, [])
                arrives.append((idle, k, day, self.value[k] * stay - self.cost[k]))
        for tail, k, first, points in self.later.pop(day, ()):
            self._to((k, self.stay[k], False), tail, k, first, day, points)

    def _by_day(self, day: int, idle: int, now: dict[tuple[int, int, bool], int]) -> None:
        """Stays within which one may rest."""
        may_rest = self.can[day] and (not self.pinned or self.pinned[day] < 0)
        for (k, length, _), node in now.items():
            longer = min(length + 1, self.stay[k])
            if self.open[k][day]:
                self._to((k, longer, False), node, k, day, day, self.value[k])
            if may_rest:
                self._to((k, longer, True), node, -2 - k, day, day, 0)
        if idle >= 0:
            for k in range(len(self.stay)):
                if self.open[k][day]:
                    points = self.value[k] - self.cost[k]
                    self._to((k, 1, False), idle, k, day, day, points)

    def _to(
        self, state: tuple[int, int, bool], tail: int, pair: int, first: int, last: int, points: int
    ) -> None:
        head = self.held.get(state)
        if head is None:
            head = self.held[state] = self.node()
        self.add(tail, head, pair, first, last, points)


def _open(ground: Ground, u: int) -> Flags:
    """[K, T] where the unit can work on which day."""
    first, last = ground.first_pair[u], ground.first_pair[u + 1]
    days = np.arange(ground.can.shape[1])
    shift = (days & 63).astype(np.uint64)
    is_open = (ground.days[first:last][:, days >> 6] >> shift) & np.uint64(1) > 0
    is_open &= ground.can[u]
    fits = ground.places[ground.posting[first:last]] >= ground.size[u]
    if len(ground.pinned):
        here = ground.pinned[u] == np.arange(last - first)[:, None]
        fits = here | (fits & (ground.pinned[u] < 0))
    return cast(Flags, is_open & fits)


def worked(arcs: Arcs, chosen: Ints | None = None) -> tuple[Ints, Ints]:
    """(arc, day) of every day that an arc works; chosen: of these arcs only."""
    rows = np.flatnonzero(arcs.pair >= 0) if chosen is None else chosen[arcs.pair[chosen] >= 0]
    length = arcs.last[rows] - arcs.first[rows] + 1
    arc = np.repeat(rows, length)
    begin = np.cumsum(length) - length
    day = np.arange(len(arc)) - np.repeat(begin, length) + arcs.first[arc]
    return arc, day


def takes_place(ground: Ground, arcs: Arcs, arc: Ints, day: Ints) -> tuple[Ints, Flags]:
    """The posting of each day worked, and whether it takes places: pinned days have theirs."""
    unit = arcs.unit[arc]
    posting = ground.posting[ground.first_pair[unit] + arcs.pair[arc]]
    if not len(ground.pinned):
        return posting, np.ones(len(arc), bool)
    return posting, ground.pinned[unit, day] < 0


def worth_keeping(ground: Ground, arcs: Arcs, price: Ints, value: int) -> Flags:
    """The arcs that a plan of more than `value` may take: the others are too dear at these prices.

    With the prices of all places, the best paths of all units bound every plan; with one unit on
    its best path through an arc, every plan that takes it.
    """
    arc, day = worked(arcs)
    posting, is_taken = takes_place(ground, arcs, arc, day)
    asked = np.where(is_taken, price[posting, day] * ground.size[arcs.unit[arc]], 0)
    gain = arcs.points * SCALE
    np.subtract.at(gain, arc, asked)
    through, best = _through(
        arcs.unit, arcs.tail, arcs.head, gain, arcs.start, arcs.end,
        int(arcs.head.max(initial=0)) + int(arcs.start.max(initial=0)) + 2,
    )  # fmt: skip
    bound = int(best.sum()) + int((price * np.maximum(ground.places, 0)).sum())
    bound += SCALE * int((ground.bonus * ground.fair).sum())
    spare = bound - SCALE * (value + 1)
    return best[arcs.unit] - through <= spare


@compiled
def _through(
    unit: Ints, tail: Ints, head: Ints, gain: Ints, start: Ints, end: Ints, nodes: int
) -> tuple[Ints, Ints]:
    """[A] the best path through each arc; [U] the best path at all. Scaled points."""
    to = np.full(nodes, NEVER, np.int64)
    back = np.full(nodes, NEVER, np.int64)
    for u in range(len(start)):
        to[start[u]] = 0
        back[end[u]] = 0
    for i in range(len(tail)):
        if to[tail[i]] > NEVER and to[tail[i]] + gain[i] > to[head[i]]:
            to[head[i]] = to[tail[i]] + gain[i]
    for i in range(len(tail) - 1, -1, -1):
        if back[head[i]] > NEVER and back[head[i]] + gain[i] > back[tail[i]]:
            back[tail[i]] = back[head[i]] + gain[i]
    best = np.zeros(len(start), np.int64)
    for u in range(len(start)):
        best[u] = to[end[u]]
    through = np.full(len(tail), NEVER, np.int64)
    for i in range(len(tail)):
        if to[tail[i]] > NEVER and back[head[i]] > NEVER:
            through[i] = to[tail[i]] + gain[i] + back[head[i]]
    return through, best
