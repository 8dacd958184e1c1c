"""Looking a plan over: every hard rule and the value, written without a look at the solver.

Each hard rule is a function of the rule's name; docs/rules/season.md has an example of each.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise

from jobmatch.dispatch.rules.plans import Plan, Spell
from jobmatch.dispatch.rules.problem import Problem


@dataclass(frozen=True, slots=True)
class Violation:
    """rule: its name in docs/rules/season.md; what: who, where and when."""

    rule: str
    what: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """value: what the plan is worth, whatever it says of itself."""

    violations: tuple[Violation, ...]
    value: int
    filled: int


def check(problem: Problem, plan: Plan) -> Verdict:
    """Whether a plan keeps all hard rules, and what it is worth.

    Shares nothing with the solver but the problem. Also wrong: a value, a number of filled places
    or a bound that does not hold.
    """
    found = [*known(problem, plan.spells)]
    sound = [s for s in plan.spells if _is_known(problem, s)]
    worked = _worked(sound)
    for rule in (min_stay, rest, eligible, available, one_a_day, headcount):
        found += rule(problem, sound)
    for counted in (max_days, max_run, pin):
        found += counted(problem, worked)
    found += whole(problem, sound, worked)
    value = value_of(problem, sound)
    filled = sum(len(days) for days in worked.values())
    if value != plan.value:
        found.append(Violation("value", f"the plan says {plan.value}, it is worth {value}"))
    if filled != plan.filled:
        found.append(Violation("filled", f"the plan says {plan.filled}, it fills {filled}"))
    if plan.bound < value:
        found.append(Violation("bound", f"{plan.bound} is below the value {value}"))
    return Verdict(tuple(found), value, filled)


def value_of(problem: Problem, spells: list[Spell]) -> int:
    """Points of these stays: days, less stays, more for first days, less for split crews."""
    worked = _worked(spells)
    days, stays = days_and_stays(problem, spells)
    return days - stays + first_days(problem, worked) - split_crews(problem, worked)


def days_and_stays(problem: Problem, spells: list[Spell]) -> tuple[int, int]:
    """What the days worked are worth, and what the stays cost; pairs are looked up once."""
    days = stays = 0
    for spell in spells:
        pair = problem.pair_of(spell.worker, spell.posting)
        if pair >= 0:
            days += int(problem.pair_value[pair]) * len(spell.worked)
            stays += 0 if _goes_on(problem, spell) else int(problem.pair_cost[pair])
    return days, stays


def first_days(problem: Problem, worked: dict[int, dict[int, int]]) -> int:
    """Points more for each worker's first days."""
    total, params = 0, problem.params
    for worker, days in worked.items():
        had = int(problem.before.worked[worker]) if problem.before else 0
        total += params.fair_bonus * min(max(0, params.fair_days - had), len(days))
    return total


def split_crews(problem: Problem, worked: dict[int, dict[int, int]]) -> int:
    """Points for each posting beyond the first at which a crew that may split works on a day."""
    at: dict[tuple[int, int], set[int]] = defaultdict(set)
    for worker, days in worked.items():
        crew = int(problem.crew[worker])
        if crew >= 0 and not problem.whole[crew]:
            for day, posting in days.items():
                at[crew, day].add(posting)
    return problem.params.crew_split_cost * sum(len(posts) - 1 for posts in at.values())


def _is_known(problem: Problem, spell: Spell) -> bool:
    return (
        0 <= spell.worker < len(problem.worker_ids)
        and 0 <= spell.posting < len(problem.posting_ids)
        and 0 <= spell.first <= spell.last < problem.days
    )


def _goes_on(problem: Problem, spell: Spell) -> bool:
    """Whether the stay began before the first day: its length and cost are behind it."""
    before = problem.before
    return bool(before and spell.first == 0 and before.posting[spell.worker] == spell.posting)


def _worked(spells: list[Spell]) -> dict[int, dict[int, int]]:
    """worker -> day -> posting."""
    found: dict[int, dict[int, int]] = defaultdict(dict)
    for spell in spells:
        for day in spell.worked:
            found[spell.worker][day] = spell.posting
    return found


def _named(problem: Problem, spell: Spell) -> str:
    worker, posting = problem.worker_ids[spell.worker], problem.posting_ids[spell.posting]
    return f"{worker} at {posting}, days {spell.first} to {spell.last}"


def known(problem: Problem, spells: Iterable[Spell]) -> Iterator[Violation]:
    """Each stay names a worker, a posting and days that there are."""
    for spell in spells:
        if not _is_known(problem, spell):
            yield Violation("known", f"no such worker, posting or day: {tuple(spell)}")


def min_stay(problem: Problem, spells: list[Spell]) -> Iterator[Violation]:
    """From its first to its last day a stay has the least days, unless it began before."""
    for spell in spells:
        least = int(problem.min_stay[spell.posting])
        if spell.last - spell.first + 1 < least and not _goes_on(problem, spell):
            yield Violation("min_stay", f"{_named(problem, spell)}: shorter than {least} days")


def rest(problem: Problem, spells: list[Spell]) -> Iterator[Violation]:
    """Days off lie inside a stay, on days when the worker is available, where there is a rule."""
    for spell in spells:
        if not spell.rest:
            continue
        name = _named(problem, spell)
        begins = spell.first - (1 if _goes_on(problem, spell) else 0)
        for day in spell.rest:
            if not begins < day < spell.last:
                yield Violation("rest", f"{name}: rest on day {day} is not inside the stay")
            elif not problem.available[spell.worker, day]:
                yield Violation("rest", f"{name}: rest on day {day}, which is not available")
        if not problem.params.max_run:
            yield Violation("rest", f"{name}: rest days where there is no rest rule")
        if len(set(spell.rest)) != len(spell.rest):
            yield Violation("rest", f"{name}: a rest day stands twice")


def eligible(problem: Problem, spells: list[Spell]) -> Iterator[Violation]:
    """The pair stands in the problem, with these days."""
    for spell in spells:
        pair = problem.pair_of(spell.worker, spell.posting)
        if pair < 0:
            yield Violation("eligible", f"{_named(problem, spell)}: not eligible")
            continue
        for day in spell.worked:
            if not problem.is_eligible(pair, day):
                yield Violation("eligible", f"{_named(problem, spell)}: not on day {day}")


def available(problem: Problem, spells: list[Spell]) -> Iterator[Violation]:
    """The worker can work on these days."""
    for spell in spells:
        for day in spell.worked:
            if not problem.available[spell.worker, day]:
                yield Violation("available", f"{_named(problem, spell)}: not on day {day}")


def one_a_day(problem: Problem, spells: list[Spell]) -> Iterator[Violation]:
    """Nobody's stays overlap."""
    for one, other in pairwise(sorted(spells, key=lambda spell: (spell.worker, spell.first))):
        if one.worker == other.worker and other.first <= one.last:
            yield Violation("one_a_day", f"{_named(problem, other)}: overlaps another stay")


def max_days(problem: Problem, worked: dict[int, dict[int, int]]) -> Iterator[Violation]:
    """Nobody works more days than wanted."""
    for worker, days in worked.items():
        if len(days) > problem.max_days[worker]:
            yield Violation("max_days", f"{problem.worker_ids[worker]}: {len(days)} days worked")


def headcount(problem: Problem, spells: list[Spell]) -> Iterator[Violation]:
    """No more people than places."""
    taken: dict[tuple[int, int], int] = defaultdict(int)
    for spell in spells:
        for day in spell.worked:
            taken[spell.posting, day] += 1
    for (posting, day), count in sorted(taken.items()):
        places = int(problem.headcount[posting, day])
        if count > places:
            name = problem.posting_ids[posting]
            yield Violation("headcount", f"{name}, day {day}: {count} of {places} places taken")


def max_run(problem: Problem, worked: dict[int, dict[int, int]]) -> Iterator[Violation]:
    """No more days worked without a day off than the rule allows."""
    most = problem.params.max_run
    if not most:
        return
    for worker, days in worked.items():
        run, before = (int(problem.before.run[worker]), -1) if problem.before else (0, -2)
        for day in sorted(days):
            run = run + 1 if day == before + 1 else 1
            before = day
            if run > most:
                name = problem.worker_ids[worker]
                yield Violation("max_run", f"{name}: day {day} is the {run}th without a day off")
                break


def whole(
    problem: Problem, spells: list[Spell], worked: dict[int, dict[int, int]]
) -> Iterator[Violation]:
    """A whole crew: all of it at one posting, at work or at rest, or none of it."""
    members: dict[int, list[int]] = defaultdict(list)
    for worker, crew in enumerate(problem.crew.tolist()):
        if crew >= 0 and problem.whole[crew]:
            members[crew].append(worker)
    rests = {(s.worker, day): s.posting for s in spells for day in s.rest}
    for crew, workers in members.items():
        for day in range(problem.days):
            at = {(worked.get(w, {}).get(day, -1), rests.get((w, day), -1)) for w in workers}
            if len(at) > 1:
                yield Violation("whole", f"{problem.crew_ids[crew]}: split on day {day}")
                break


def pin(problem: Problem, worked: dict[int, dict[int, int]]) -> Iterator[Violation]:
    """Pinned days are worked where they were pinned."""
    for fixed in problem.pins:
        days = worked.get(fixed.worker, {})
        for day in range(fixed.first, fixed.last + 1):
            if days.get(day, -1) != fixed.posting:
                name = problem.worker_ids[fixed.worker]
                yield Violation("pin", f"{name}: day {day} is not as pinned")
                break
