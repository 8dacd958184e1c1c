"""What is planned: a unit is one worker, or a whole crew that takes several places at once."""

from dataclasses import dataclass
from typing import cast

import numpy as np

from jobmatch.dispatch.rules.plans import Spell
from jobmatch.dispatch.rules.problem import BadProblem, Flags, Ints, Masks, Problem


@dataclass(frozen=True, eq=False)
class Units:
    """U units; pairs sorted by unit. members: rows of the workers of each unit, one after another.

    size         [U] places that the unit takes
    first_member [U + 1]; member [W]
    can          [U, T] 1 where the unit can work
    most         [U] most days worked; T where it cannot bind
    bonus        [U] points for each of the first fair days
    pinned       [U, T] pair within the unit's own that is pinned on a day, or -1; [0, 0] without
    entry        [U] pair of a stay that may go on from before the first day, or -1
    run          [U] days worked without a day off before the first day
    fair         [U] first days that still count extra
    team         [U] row of a crew that may split, at a cost; -1 for others
    max_pairs    most pairs of a unit
    """

    size: Ints
    first_member: Ints
    member: Ints
    can: Flags
    most: Ints
    bonus: Ints
    first_pair: Ints
    pair_posting: Ints
    pair_value: Ints
    pair_cost: Ints
    pair_days: Masks
    pinned: Ints
    entry: Ints
    run: Ints
    fair: Ints
    team: Ints

    @property
    def count(self) -> int:
        return len(self.size)

    @property
    def max_pairs(self) -> int:
        return int(np.diff(self.first_pair).max(initial=0))


def units_of(problem: Problem) -> Units:
    """Workers by themselves as they stand; the members of a whole crew as one.

    raises BadProblem where pins of a whole crew do not go together
    """
    of_crew: dict[int, list[int]] = {}
    in_whole = np.zeros(len(problem.worker_ids), bool)
    if len(problem.whole):
        in_whole = (problem.crew >= 0) & problem.whole[problem.crew]
    for worker in np.flatnonzero(in_whole):
        of_crew.setdefault(int(problem.crew[worker]), []).append(int(worker))
    alone = np.flatnonzero(~in_whole)
    crews = list(of_crew.values())
    merged = [_merge(problem, members) for members in crews]
    member = np.concatenate([alone, *(np.array(m, np.int64) for m in crews)]).astype(np.int64)
    size = np.array([1] * len(alone) + [len(m) for m in crews], np.int64)
    can = np.concatenate([problem.available[alone], *(m.can[None] for m in merged)])
    days = can.sum(axis=1)
    most = np.concatenate([problem.max_days[alone], [m.most for m in merged]]).astype(np.int64)
    taken = _taken_pairs(problem, alone)
    pinned = np.full((len(size) if problem.pins else 0, problem.days), -1, np.int64)
    row_of = {int(w): row for row, w in enumerate(alone)}
    for pin in problem.pins:
        row = row_of.get(pin.worker)
        if row is not None:
            pair = problem.pair_of(pin.worker, pin.posting) - problem.first_pair[pin.worker]
            pinned[row, pin.first : pin.last + 1] = pair
    for n, (one, members) in enumerate(zip(merged, crews, strict=True)):
        _pin_crew(problem, members, one, pinned, len(alone) + n)
    teams = problem.crew[alone] if problem.params.crew_split_cost else np.full(len(alone), -1)
    # A whole crew went together before, so any of its members speaks for it.
    speaker = np.concatenate([alone, [m[0] for m in crews]]).astype(np.int64)
    counts = np.concatenate([np.diff(problem.first_pair)[alone], [len(m.posting) for m in merged]])
    first_pair = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
    posting = _join(problem.pair_posting[taken], [m.posting for m in merged])
    fair = np.full(len(size), problem.params.fair_days)
    run = np.zeros(len(size), np.int64)
    if problem.before:
        fair = np.maximum(0, fair - problem.before.worked[speaker])
        run = problem.before.run[speaker]
    return Units(
        size=size,
        first_member=np.concatenate([[0], np.cumsum(size)]).astype(np.int64),
        member=member,
        can=np.ascontiguousarray(can),
        most=np.where(most >= days, problem.days, most),
        bonus=size * problem.params.fair_bonus,
        first_pair=first_pair,
        pair_posting=posting,
        pair_value=_join(problem.pair_value[taken], [m.value for m in merged]),
        pair_cost=_join(problem.pair_cost[taken], [m.cost for m in merged]),
        pair_days=np.concatenate([problem.pair_days[taken], *(m.days for m in merged)]),
        pinned=pinned,
        entry=_entries(problem, speaker, first_pair, posting),
        run=run,
        fair=fair,
        team=np.concatenate([teams, np.full(len(crews), -1)]).astype(np.int64),
    )


def _entries(problem: Problem, speaker: Ints, first_pair: Ints, posting: Ints) -> Ints:
    """[U] pair, within the unit's own, of the stay that may go on; -1: none."""
    entry = np.full(len(speaker), -1, np.int64)
    if not problem.before:
        return entry
    at = problem.before.posting[speaker]
    for u in np.flatnonzero(at >= 0):
        found = np.flatnonzero(posting[first_pair[u] : first_pair[u + 1]] == at[u])
        entry[u] = found[0] if len(found) else -1
    return entry


def _join(first: Ints, others: list[Ints]) -> Ints:
    return np.concatenate([first, *others]).astype(np.int64)


def _taken_pairs(problem: Problem, workers: Ints) -> Ints:
    """Rows of the pairs of these workers, in their order."""
    if len(workers) == len(problem.worker_ids):
        return np.arange(len(problem.pair_posting))
    keep = np.zeros(len(problem.worker_ids), bool)
    keep[workers] = True
    return np.flatnonzero(keep[problem.pair_worker])


@dataclass(frozen=True, eq=False)
class _Merged:
    can: Flags
    most: int
    posting: Ints
    value: Ints
    cost: Ints
    days: Masks


def _merge(problem: Problem, members: list[int]) -> _Merged:
    """A whole crew: days that all share, postings at which all are eligible, sums of points."""
    can = cast(Flags, problem.available[members].all(axis=0))
    shared: dict[int, list[int]] = {}
    for worker in members:
        for pair in range(problem.first_pair[worker], problem.first_pair[worker + 1]):
            shared.setdefault(int(problem.pair_posting[pair]), []).append(pair)
    rows = [(post, pairs) for post, pairs in sorted(shared.items()) if len(pairs) == len(members)]
    words = problem.pair_days.shape[1]
    return _Merged(
        can=can,
        most=int(problem.max_days[members].min()),
        posting=np.array([post for post, _ in rows], np.int64),
        value=np.array([problem.pair_value[pairs].sum() for _, pairs in rows], np.int64),
        cost=np.array([problem.pair_cost[pairs].sum() for _, pairs in rows], np.int64),
        days=np.array(
            [np.bitwise_and.reduce(problem.pair_days[pairs]) for _, pairs in rows], np.uint64
        ).reshape(len(rows), words),
    )


def _pin_crew(
    problem: Problem, members: list[int], merged: _Merged, pinned: Ints, row: int
) -> None:
    """A pin of one member pins the whole crew."""
    for n, pin in enumerate(problem.pins):
        if pin.worker not in members:
            continue
        found = np.flatnonzero(merged.posting == pin.posting)
        if not len(found) or not merged.can[pin.first : pin.last + 1].all():
            raise BadProblem(f"pins[{n}]", "whole crew: not all of the crew can work there then")
        here = pinned[row, pin.first : pin.last + 1]
        if ((here >= 0) & (here != found[0])).any():
            raise BadProblem(f"pins[{n}]", "whole crew: members are pinned at different postings")
        pinned[row, pin.first : pin.last + 1] = found[0]


def spells_of(problem: Problem, units: Units, chosen: Ints) -> list[Spell]:
    """The stays behind a choice, by worker and day."""
    found: list[Spell] = []
    for u in np.flatnonzero((chosen >= 0).any(axis=1)):
        for k, first, last, rest in _stays(chosen[u].tolist(), int(units.entry[u])):
            posting = int(units.pair_posting[units.first_pair[u] + k])
            members = units.member[units.first_member[u] : units.first_member[u + 1]]
            found += [Spell(int(w), posting, first, last, rest) for w in members]
    return sorted(found, key=lambda spell: (spell.worker, spell.first))


def _stays(row: list[int], entry: int) -> list[tuple[int, int, int, tuple[int, ...]]]:
    """(pair, first, last, rest days) of one unit; entry: pair of a stay that may go on."""
    found: list[tuple[int, int, int, tuple[int, ...]]] = []
    d = 0
    while d < len(row):
        k = row[d]
        if d == 0 and entry >= 0 and k == -2 - entry:
            k = entry
        if k < 0:
            d += 1
            continue
        first, rest = d, []
        while d < len(row) and row[d] in (k, -2 - k):
            if row[d] < 0:
                rest.append(d)
            d += 1
        found.append((k, first, d - 1, tuple(rest)))
    return found
