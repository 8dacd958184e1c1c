"""From the database to the planning problem of a season.

What is engaged already is pinned, so that a plan builds on it. Days that cannot be pinned (work
without the days off that the rule asks for, or only part of a whole crew) are closed to the plan
instead, with a day off on either side. New work begins tomorrow at the earliest.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from jobmatch.dispatch import season_judge
from jobmatch.dispatch.rules import problem as rule
from jobmatch.dispatch.rules.problem import Pin, Problem
from jobmatch.dispatch.season_pairs import Pairs
from jobmatch.dispatch.season_pins import Held, held_of, least_stays, pins_of
from jobmatch.dispatch.season_reading import World, world
from jobmatch.dispatch.season_rows import Absent, Closed, News, Scope
from jobmatch.infra.db import reading
from jobmatch.kernel.text import Text, text
from jobmatch.matching.rules.parties import Offer, Seeker
from jobmatch.matching.rules.weights import Weights

DAY = timedelta(days=1)
# Where each person's best postings are looked at, a posting keeps so many people for each place.
FOR_EACH_PLACE = 3


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Somebody who is not planned, or a pin that is not kept, and why. pin_id: of a pin."""

    worker_id: int
    said: Text
    pin_id: int | None = None


@dataclass(frozen=True, eq=False)
class Ground:
    """The problem and what it is made of.

    engaged   worker -> day -> posting, from the first to the last day
    ours      those of them that stand in the problem and that a brand of the scope arranged: a
              plan made anew may take them back
    left_out  who and what is not in it
    pin_ids   the pins (season_pin) that are kept
    people, offers, weights   what was judged, by key; people in the order of the problem
    best_of   so many postings of each person are in it, where there are too many; 0: all
    """

    scope: Scope
    problem: Problem
    first: date
    last: date
    engaged: Mapping[int, Mapping[date, int]]
    ours: Mapping[int, Mapping[date, int]]
    crew_of: Mapping[int, int]
    left_out: tuple[LeftOut, ...]
    pin_ids: frozenset[int]
    today: date
    people: Mapping[int, Seeker]
    offers: Mapping[int, Offer]
    weights: Weights
    best_of: int = 0

    @property
    def worker_rows(self) -> dict[int, int]:
        """Rows of the problem by worker."""
        return {int(key): row for row, key in enumerate(self.problem.worker_ids)}

    @property
    def posting_rows(self) -> dict[int, int]:
        """Rows of the problem by posting."""
        return {int(key): row for row, key in enumerate(self.problem.posting_ids)}


def ground(
    scope: Scope,
    first: date,
    last: date,
    today: date,
    *,
    workers: Collection[int] | None = None,
    postings: Collection[int] = (),
    loose_from: date | None = None,
    news: Sequence[News] = (),
) -> Ground:
    """The season from first to last as it stands today.

    loose_from   from this day on, what brands of the scope arranged is not pinned: a plan made anew
                 may take it back, at a price
    news         engaged days that it ends are not pinned, whoever arranged them
    workers   only these and the members of their crews (for a change by hand)
    postings  also with these postings, if nobody fits them: then they say who is missing
    """
    found = world(reading(), scope, first, last, today, workers)
    return _Making(scope, found, first, last, today, loose_from, news).ground(postings)


class _Making:
    def __init__(
        self,
        scope: Scope,
        found: World,
        first: date,
        last: date,
        today: date,
        loose_from: date | None,
        news: Sequence[News],
    ) -> None:
        self.scope, self.world = scope, found
        self.first, self.last, self.today = first, last, today
        self.loose_from = date.max if loose_from is None else loose_from
        self.stands, self.gone = _after(found.engaged, news, self.loose_from)
        self.least = least_stays(
            {key: work.places for key, work in found.work.items()},
            {key: work.min_stay for key, work in found.work.items()},
        )
        self.days = (last - first).days + 1
        self.left_out: list[LeftOut] = []
        self.crew_of: dict[int, int] = {}
        self.whole: dict[int, tuple[int, ...]] = {}
        self.best_of = 0
        self._choose_people()

    def _choose_people(self) -> None:
        """A whole crew of which somebody takes no part is not planned."""
        people = dict(self.world.people)
        for crew in self.world.crews:
            there = [w for w in crew.members if w in people]
            if not there:
                continue
            if crew.is_whole and len(there) < len(crew.members):
                for w in there:
                    del people[w]
                    said = text("班组要整班去，但有人不参加安排")
                    self.left_out.append(LeftOut(w, said))
                continue
            for w in there:
                self.crew_of[w] = crew.id
            if crew.is_whole:
                self.whole[crew.id] = crew.members
        self.people = people

    def ground(self, postings: Collection[int]) -> Ground:
        found = self.world
        held = held_of(
            self.people, self.whole, self.stands, self.first, self.last, found.params.max_run,
            self.least,
        )  # fmt: skip
        self.ours = {
            w: {
                day: p
                for day, p in (held.pinned.get(w, {}) | self.gone.get(w, {})).items()
                if day in days and self.first <= day <= self.last
            }
            for w, days in found.ours.items()
            if w in self.people
        }
        fits = season_judge.fits(
            self.people, {key: work.offer for key, work in found.work.items()}, found.weights,
            today=self.today, last=self.last,
        )  # fmt: skip
        worker_row = {key: row for row, key in enumerate(self.people)}
        work_row = {key: row for row, key in enumerate(found.work)}
        pairs = Pairs(fits, len(work_row))
        pairs.drop(
            (worker_row[w], work_row[p])
            for w, p in found.refused
            if w in worker_row and p in work_row
        )
        pairs.add(
            (worker_row[w], work_row[p])
            for part in (held.pinned, self.ours)
            for w, at in part.items()
            for p in at.values()
        )
        if len(pairs.worker) > found.params.all_up_to:
            need = [
                max((headcount for headcount, _ in work.places.values()), default=0)
                for work in found.work.values()
            ]
            stands = {(w, p) for w, at in held.pinned.items() for p in at.values()}
            stands |= {(pin.worker_id, pin.posting_id) for pin in found.pins}
            together = {w for members in self.whole.values() for w in members}
            pairs.keep_best(
                found.params.best_of, np.array(need, np.int64) * FOR_EACH_PLACE,
                (
                    (worker_row[w], work_row[p])
                    for w, p in stands
                    if w in worker_row and p in work_row
                ),
                np.array([w in together for w in self.people], bool),
            )  # fmt: skip
            self.best_of = found.params.best_of
        wanted = pairs.postings()
        for key, row in work_row.items():
            of_ours = found.work[key].brand_id in found.brand_ids and found.work[key].is_open
            wanted[row] |= of_ours or key in postings
        kept = [key for key, row in work_row.items() if wanted[row]]
        pairs.renumber(np.cumsum(wanted) - 1)
        return self._made(worker_row, {key: row for row, key in enumerate(kept)}, pairs, held)

    def _made(
        self,
        worker_row: dict[int, int],
        posting_row: dict[int, int],
        pairs: "Pairs",
        held: Held,
    ) -> Ground:
        found, days = self.world, self.days
        workers, postings = list(worker_row), list(posting_row)
        available = self._available(held)
        headcount = self._headcount(postings, held)
        own_days: dict[tuple[int, int], list[int]] = defaultdict(list)
        for part in (held.pinned, self.ours):
            for worker, at in part.items():
                for day, posting in at.items():
                    key = (worker_row[worker], posting_row[posting])
                    own_days[key].append((day - self.first).days)
        masks = np.tile(_mask(range(days), days), (len(pairs.worker), 1))
        for n in np.flatnonzero(pairs.points < 0):
            # A pair that no longer fits: only the days that are engaged.
            masks[n] = _mask(own_days[int(pairs.worker[n]), int(pairs.posting[n])], days)
        crews = sorted(set(self.crew_of.values()))
        crew_row = {key: row for row, key in enumerate(crews)}
        draft = Problem(
            start=self.first, days=days,
            params=rule.Params(
                found.params.max_run, found.params.fair_days, found.params.fair_bonus,
                found.params.crew_split_cost,
            ),
            worker_ids=tuple(map(str, workers)), crew_ids=tuple(map(str, crews)),
            posting_ids=tuple(map(str, postings)), available=available,
            max_days=np.full(len(workers), days, np.int64),
            crew=np.array(
                [crew_row[self.crew_of[w]] if w in self.crew_of else -1 for w in workers], np.int64
            ),
            whole=np.array([c in self.whole for c in crews], bool), headcount=headcount,
            min_stay=np.array(
                [max(1, min(self.least[p], days)) for p in postings], np.int64
            ).reshape(len(postings)),
            first_pair=np.searchsorted(pairs.worker, np.arange(len(workers) + 1)).astype(np.int64),
            pair_posting=pairs.posting, pair_value=np.maximum(pairs.points, 0),
            pair_cost=np.where(pairs.points < 0, 0, found.params.spell_cost), pair_days=masks,
            before=rule.Before(
                posting=np.full(len(workers), -1, np.int64),
                run=np.array([held.before.get(w, 0) for w in workers], np.int64),
                worked=np.zeros(len(workers), np.int64),
            ),
        )  # fmt: skip
        return self._pinned(draft, worker_row, posting_row, held)

    def _pinned(
        self, draft: Problem, worker_row: dict[int, int], posting_row: dict[int, int], held: Held
    ) -> Ground:
        own = [
            Pin(worker_row[w], posting_row[p], first, last)
            for w, at in held.pinned.items()
            for p, first, last in _runs(
                {
                    day: p
                    for day, p in at.items()
                    if day < self.loose_from
                    or day not in self.ours.get(w, {})
                    # What matching would not give any more stands by the engagement alone.
                    or not draft.pair_value[draft.pair_of(worker_row[w], posting_row[p])]
                },
                self.first,
            )
        ]
        pins, kept, dropped = pins_of(
            draft, own, self.world.pins, worker_row, posting_row, self.whole, self.crew_of,
            (max(self.first, self.today + DAY) - self.first).days,
        )  # fmt: skip
        self.left_out += [LeftOut(pin.worker_id, said, pin.id) for pin, said in dropped]
        inside = {
            w: {day: p for day, p in at.items() if self.first <= day <= self.last}
            for w, at in self.world.engaged.items()
        }
        return Ground(
            self.scope, replace(draft, pins=tuple(pins)), self.first, self.last, inside, self.ours,
            self.crew_of, tuple(self.left_out), frozenset(kept), self.today, self.people,
            {key: work.offer for key, work in self.world.work.items()}, self.world.weights,
            self.best_of,
        )  # fmt: skip

    def _available(self, held: Held) -> NDArray[np.bool_]:
        found = np.zeros((len(self.people), self.days), bool)
        tomorrow = max(0, (self.today - self.first).days + 1)
        for row, (worker, who) in enumerate(self.people.items()):
            for run in who.runs:
                begins = max(tomorrow, (run.first - self.first).days)
                ends = (run.last - self.first).days
                if ends >= begins:
                    found[row, begins : ends + 1] = True
            for day in held.closed.get(worker, ()):
                n = (day - self.first).days
                if 0 <= n < self.days:
                    found[row, n] = False
            for day in held.pinned.get(worker, ()):
                found[row, (day - self.first).days] = True
            for day in self.gone.get(worker, ()):
                # What they found on their own is theirs to give back, not the plan's.
                if day not in self.ours.get(worker, {}) and self.first <= day <= self.last:
                    found[row, (day - self.first).days] = False
        return found

    def _headcount(self, postings: list[int], held: Held) -> NDArray[np.int64]:
        """Places that others have not taken: our own pinned ones are among them."""
        found = np.zeros((len(postings), self.days), np.int64)
        row_of = {key: row for row, key in enumerate(postings)}
        for key, row in row_of.items():
            work = self.world.work[key]
            if not work.is_open:
                continue
            for day, (headcount, taken) in work.places.items():
                if day > self.today:
                    found[row, (day - self.first).days] = max(0, headcount - taken)
        for worker, at in held.pinned.items():
            for day, posting in (at | self.ours.get(worker, {})).items():
                found[row_of[posting], (day - self.first).days] += 1
        for worker, at in self.ours.items():
            for day, posting in at.items() if worker not in held.pinned else ():
                found[row_of[posting], (day - self.first).days] += 1
        return found


def _after(
    engaged: Mapping[int, Mapping[date, int]], news: Sequence[News], since: date
) -> tuple[Mapping[int, Mapping[date, int]], dict[int, dict[date, int]]]:
    """Engaged days that the news leaves, and those that it ends (not before `since`)."""
    gone: dict[int, dict[date, int]] = {}
    ends = [one for one in news if isinstance(one, (Absent, Closed))]
    for worker, at in engaged.items() if ends else ():
        lost = {
            day: p
            for day, p in at.items()
            if day >= since
            and any(
                one.first <= day <= one.last
                and (one.worker_id == worker if isinstance(one, Absent) else one.posting_id == p)
                for one in ends
            )
        }
        if lost:
            gone[worker] = lost
    left = dict(engaged)
    for worker, lost in gone.items():
        left[worker] = {day: p for day, p in engaged[worker].items() if day not in lost}
    return left, gone


def _mask(days: Iterable[int], of: int) -> NDArray[np.uint64]:
    words = [0] * ((of + 63) // 64)
    for day in days:
        words[day >> 6] |= 1 << (day & 63)
    return np.array(words, np.uint64)


def _runs(at: Mapping[date, int], start: date) -> list[tuple[int, int, int]]:
    """(posting, first, last) of days in a row at one posting, counted from the start."""
    found: list[tuple[int, int, int]] = []
    for day in sorted(at):
        n, posting = (day - start).days, at[day]
        if found and found[-1][0] == posting and found[-1][2] == n - 1:
            found[-1] = (posting, found[-1][1], n)
        else:
            found.append((posting, n, n))
    return found
