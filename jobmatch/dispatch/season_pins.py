"""What stands already in a season: engaged days, which are pinned, and pins made by hand."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from jobmatch.dispatch.models import SeasonPin
from jobmatch.dispatch.rules.problem import Pin, Problem
from jobmatch.kernel.text import Text, text

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Held:
    """pinned: worker -> day -> posting; closed: worker -> days on which nothing may be planned.

    before  days worked without a day off up to the day before the first, by worker
    """

    pinned: dict[int, dict[date, int]]
    closed: dict[int, set[date]]
    before: dict[int, int]

    @property
    def postings(self) -> set[int]:
        return {posting for at in self.pinned.values() for posting in at.values()}


def held_of(
    people: Collection[int],
    whole: Mapping[int, Sequence[int]],
    engaged: Mapping[int, Mapping[date, int]],
    first: date,
    last: date,
    max_run: int,
    least: Mapping[int, int],
) -> Held:
    """Engaged days as they can be kept.

    whole  members of whole crews; least: days that a stay lasts at least, by posting
    """
    pinned: dict[int, dict[date, int]] = {}
    closed: dict[int, set[date]] = defaultdict(set)
    before: dict[int, int] = {}
    together = {w for members in whole.values() for w in members}
    apart_of: dict[int, set[date]] = {}
    for members in (*whole.values(), *([w] for w in people if w not in together)):
        days_of = {w: engaged.get(w, {}) for w in members}
        apart_of |= _apart(days_of, first, last, max_run, least)
    for worker in people:
        days = engaged.get(worker)
        if not days:
            continue
        apart = apart_of[worker]
        for day in apart:
            closed[worker] |= {day - DAY, day, day + DAY} if max_run else {day}
        inside = {d: p for d, p in days.items() if first <= d <= last and d not in apart}
        if inside:
            pinned[worker] = inside
        run_before, run_after = _reach(days, first, -DAY), _reach(days, last, DAY)
        if run_before:
            before[worker] = min(run_before, max_run)
        if run_after and max_run:
            # Work that begins right after the horizon: a day off in time before it.
            closed[worker].add(last - (max_run - min(run_after, max_run)) * DAY)
    for members in whole.values():
        # Whose days off are due first says when the whole crew has them.
        longest = max(before.get(w, 0) for w in members)
        before |= dict.fromkeys(members, longest) if longest else {}
    return Held(pinned, {w: days - set(pinned.get(w, ())) for w, days in closed.items()}, before)


def _apart(
    days_of: Mapping[int, Mapping[date, int]],
    first: date,
    last: date,
    max_run: int,
    least: Mapping[int, int],
) -> dict[int, set[date]]:
    """Engaged days that cannot be pinned, by person. days_of: of one person, or of a whole crew.

    A whole crew keeps a day only if all of it is at one posting then and nobody's is apart: the
    same days are pinned for each.
    """
    shared = {day for day, _ in set.intersection(*(set(at.items()) for at in days_of.values()))}
    apart: set[date] = set()
    for days in days_of.values():
        for run in _in_a_row(days):
            if max_run and len(run) > max_run:
                apart |= set(run)
    one = next(iter(days_of.values()))
    while True:
        # What is left of a stay may be too short by itself.
        kept = {day: one[day] for day in shared - apart}
        short = _too_short(kept, least, first, last, 2 if max_run else 1)
        if not short:
            return {w: set(days) - set(kept) for w, days in days_of.items()}
        apart |= short


def least_stays(
    places: Mapping[int, Mapping[date, tuple[int, int]]], wanted: Mapping[int, int]
) -> dict[int, int]:
    """The least stay of each posting: where less is left of it, all that is left.

    places  of each day of the horizon (all, taken)
    """
    found = {}
    for key, days in places.items():
        runs = _in_a_row(day for day, (headcount, _) in days.items() if headcount)
        found[key] = min(wanted[key], max(map(len, runs), default=1))
    return found


def _too_short(
    days: Mapping[date, int], least: Mapping[int, int], first: date, last: date, gap: int
) -> set[date]:
    """Engaged days of stays that are shorter than the posting's least: no plan could keep them.

    gap  days from one to the next of a stay, at most
    """
    found: set[date] = set()
    for posting in set(days.values()):
        if least.get(posting, 1) <= 1:
            continue
        stay: list[date] = []
        there = sorted(d for d, p in days.items() if p == posting and first <= d <= last)
        for day in [*there, date.max]:
            if stay and (day - stay[-1]).days > gap:
                if (stay[-1] - stay[0]).days + 1 < least[posting]:
                    found |= set(stay)
                stay = []
            stay.append(day)
    return found


def _in_a_row(days: Iterable[date]) -> list[list[date]]:
    found: list[list[date]] = []
    for day in sorted(days):
        if found and found[-1][-1] == day - DAY:
            found[-1].append(day)
        else:
            found.append([day])
    return found


def _reach(days: Collection[date], edge: date, step: timedelta) -> int:
    """Engaged days in a row beyond an edge of the horizon."""
    n, day = 0, edge + step
    while day in days:
        n, day = n + 1, day + step
    return n


def pins_of(
    problem: Problem,
    own: list[Pin],
    wanted: Iterable[SeasonPin],
    worker_row: Mapping[int, int],
    posting_row: Mapping[int, int],
    whole: Mapping[int, Sequence[int]],
    crew_of: Mapping[int, int],
    earliest: int,
) -> tuple[list[Pin], list[int], list[tuple[SeasonPin, Text]]]:
    """Engaged days and those of the pins made by hand that can be kept.

    earliest  first day (from the start) on which new work can begin
    returns   pins; keys of the kept ones; those not kept, and why
    """
    at = np.full((len(problem.worker_ids), problem.days), -1, np.int64)
    left = problem.headcount.copy()
    for pin in own:
        at[pin.worker, pin.first : pin.last + 1] = pin.posting
        left[pin.posting, pin.first : pin.last + 1] -= 1
    kept: list[int] = []
    dropped: list[tuple[SeasonPin, Text]] = []
    pins = list(own)
    for hand in wanted:
        crew = crew_of.get(hand.worker_id, -1)
        mates = whole.get(crew, (hand.worker_id,))
        rows = [worker_row[w] for w in mates if w in worker_row]
        posting = posting_row.get(hand.posting_id)
        low = max(earliest, (hand.first_day - problem.start).days)
        high = min(problem.days - 1, (hand.last_day - problem.start).days)
        if low > high:
            continue
        if len(rows) < len(mates) or posting is None:
            dropped.append((hand, text("不在这次的安排里")))
            continue
        days = {row: [d for d in range(low, high + 1) if at[row, d] != posting] for row in rows}
        said = next((s for row in rows if (s := _why(problem, row, posting, days[row], at))), None)
        need = np.zeros(problem.days, np.int64)
        for each in days.values():
            need[each] += 1
        if said is None and (left[posting] < need).any():
            said = text("名额不够")
        if said is not None:
            dropped.append((hand, said))
            continue
        kept.append(hand.id)
        left[posting] -= need
        for row, each in days.items():
            at[row, each] = posting
            pins += [Pin(row, posting, d, d) for d in each]
    return pins, kept, dropped


def _why(problem: Problem, row: int, posting: int, days: list[int], at: np.ndarray) -> Text | None:
    """What stands against pinning these days, or None."""
    pair = problem.pair_of(row, posting)
    if days and (pair < 0 or not all(problem.is_eligible(pair, d) for d in days)):
        return text("不适合这份活")
    if any(at[row, d] >= 0 for d in days):
        return text("那几天已经有别的活")
    if not all(problem.available[row, d] for d in days):
        return text("那几天没空")
    least = int(problem.min_stay[posting])
    if days and least > 1 and _longest(problem, row, posting, pair, at, days[0]) < least:
        return text("这份活至少要干 {n} 天", n=least)
    most = problem.params.max_run
    if most:
        run = 0 if problem.before is None else int(problem.before.run[row])
        for d in range(problem.days):
            run = run + 1 if at[row, d] >= 0 or d in days else 0
            if run > most:
                return text("连着干的天数超过 {n} 天", n=most)
    return None


def _longest(problem: Problem, row: int, posting: int, pair: int, at: np.ndarray, day: int) -> int:
    """How long a stay around this day could be."""
    fine = [
        bool(problem.available[row, d])
        and at[row, d] in (-1, posting)
        and problem.is_eligible(pair, d)
        and (problem.headcount[posting, d] > 0 or at[row, d] == posting)
        for d in range(problem.days)
    ]
    begin = end = day
    while begin > 0 and fine[begin - 1]:
        begin -= 1
    while end + 1 < problem.days and fine[end + 1]:
        end += 1
    return end - begin + 1
