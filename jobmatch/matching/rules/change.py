"""What a person could change so that a posting fits; each change can be tried on the rule."""

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import combinations

from jobmatch.kernel.periods import Days
from jobmatch.matching.rules.parties import Offer, Seeker
from jobmatch.matching.rules.people import Proof
from jobmatch.matching.rules.score import Facts, Miss, Score, score
from jobmatch.matching.rules.weights import Weights
from jobmatch.workers.rules.limits import MOST_KM

MIDNIGHT = 24 * 60
# With more than three things to change, a posting is simply another one.
MOST_CHANGES = 3


class Change(ABC):
    """One thing that a person could do or say otherwise."""

    __slots__ = ()

    @abstractmethod
    def on(self, worker: Seeker) -> Seeker:
        """The person after it."""


@dataclass(frozen=True, slots=True)
class FreeDay(Change):
    """This day marked free; days: how many of the posting's days could be."""

    day: date
    days: int

    def on(self, worker: Seeker) -> Seeker:
        return replace(worker, runs=(*worker.runs, Days(self.day, self.day)))


@dataclass(frozen=True, slots=True)
class FreeDays(Change):
    """Several days marked free, in order: a stay asks for them."""

    days: tuple[date, ...]

    def on(self, worker: Seeker) -> Seeker:
        return replace(worker, runs=(*worker.runs, *(Days(day, day) for day in self.days)))


@dataclass(frozen=True, slots=True)
class GiveUp(Change):
    """Other work given back on this day."""

    day: date

    def on(self, worker: Seeker) -> Seeker:
        return replace(worker, booked=frozenset(worker.booked) - {self.day})


@dataclass(frozen=True, slots=True)
class AddSkill(Change):
    skill_id: str

    def on(self, worker: Seeker) -> Seeker:
        return replace(worker, skills={**worker.skills, self.skill_id: 1})


@dataclass(frozen=True, slots=True)
class Prove(Change):
    """A credential brought to the desk. level 1 to 3."""

    skill_id: str
    level: int

    def on(self, worker: Seeker) -> Seeker:
        return _proved(worker, self.skill_id, self.level, date.min)


@dataclass(frozen=True, slots=True)
class Course(Change):
    """A training that can still be joined and passed: the skill is proved from its last day on.

    ref   the key of the session, for links
    """

    skill_id: str
    level: int
    first_day: date
    last_day: date
    ref: int = 0

    def on(self, worker: Seeker) -> Seeker:
        return _proved(worker, self.skill_id, self.level, self.last_day)


def _proved(worker: Seeker, skill_id: str, level: int, day: date) -> Seeker:
    """A credential enters its skill too, at least at its level."""
    held = max(worker.skills.get(skill_id, 1), level)
    proofs = (*worker.proofs, Proof(skill_id, level, day))
    return replace(worker, proofs=proofs, skills={**worker.skills, skill_id: held})


@dataclass(frozen=True, slots=True)
class GoFarther(Change):
    km: int

    def on(self, worker: Seeker) -> Seeker:
        return replace(worker, max_km=self.km)


@dataclass(frozen=True, slots=True)
class ComeLater(Change):
    """Home at this minute after midnight; None past midnight: then no hour may be fixed."""

    minute: int | None

    def on(self, worker: Seeker) -> Seeker:
        return replace(worker, home_by=self.minute)


@dataclass(frozen=True, slots=True)
class StayAway(Change):
    """Sleeping at the work, as it offers; no hour at home then."""

    def on(self, worker: Seeker) -> Seeker:
        return replace(worker, stays_away=True, home_by=None)


@dataclass(frozen=True, slots=True)
class WorkLonger(Change):
    minutes: int

    def on(self, worker: Seeker) -> Seeker:
        return replace(worker, most_minutes=self.minutes)


@dataclass(frozen=True, slots=True)
class TakeLess(Change):
    """A lower day's pay; fen."""

    fen: int

    def on(self, worker: Seeker) -> Seeker:
        return replace(worker, least_day_fen=self.fen)


@dataclass(frozen=True, slots=True)
class LiftHeavy(Change):
    def on(self, worker: Seeker) -> Seeker:
        return replace(worker, no_heavy=False)


def flip(
    worker: Seeker,
    posting: Offer,
    found: Score,
    weights: Weights,
    *,
    today: date,
    courses: Sequence[Course] = (),
) -> tuple[Change, ...]:
    """The fewest changes of the person's that make the posting fit, tried on the rule itself.

    courses   that can still be joined, the soonest first
    returns   one change where one does it, else two or three; empty when it fits already, when
              more than three would be needed, or when nothing of the person's does it
    """
    if found.is_fit:
        return ()
    choices = list(_changes(worker, posting, found, today, courses))
    for n in range(1, MOST_CHANGES + 1):
        for chosen in combinations(choices, n):
            after = worker
            for change in chosen:
                after = change.on(after)
            if score(after, posting, weights, today=today).is_fit:
                return chosen
    return ()


def _changes(
    worker: Seeker, posting: Offer, found: Score, today: date, courses: Sequence[Course]
) -> Iterator[Change]:
    """What could take a miss away, the easiest first."""
    f, against = found.facts, found.against
    if Miss.DAYS in against:
        yield from _days(worker, [day for day in posting.days if day >= today], f)
    if Miss.CREDENTIAL in against:
        yield _credential(posting, courses)
    if Miss.SKILL in against:
        yield AddSkill(posting.skill_id)
    if Miss.FAR in against and f.km <= MOST_KM:
        yield GoFarther(f.km)
    if Miss.HOME in against:
        yield ComeLater(f.home if f.home <= MIDNIGHT else None)
    if posting.lodging and not worker.stays_away and against & (Miss.STAY | Miss.HOME):
        yield StayAway()
    if Miss.HOURS in against:
        yield WorkLonger(f.minutes)
    if Miss.PAY in against:
        yield TakeLess(f.pay)
    if Miss.LOAD in against:
        yield LiftHeavy()


def _days(worker: Seeker, days: Sequence[date], f: Facts) -> Iterator[Change]:
    """As many more free days as are wanting: those nearest to days that are free anyway, the
    earliest of these; then days that are taken by other work.
    """
    wanting = max(1, min(f.stay, f.days)) - f.free
    held = [day for day in days if any(day in run for run in worker.runs)]
    open_ = [day for day in days if day not in worker.booked and day not in held]
    edges = [edge for run in worker.runs for edge in (run.first, run.last)]

    def way(day: date) -> tuple[int, date]:
        return min((abs((day - edge).days) for edge in edges), default=0), day

    nearest = sorted(open_, key=way)[:wanting]
    if len(nearest) == 1:
        yield FreeDay(nearest[0], len(open_))
    elif nearest:
        yield FreeDays(tuple(sorted(nearest)))
    # Given back a day may still have to be marked free: then the two go together.
    taken = [day for day in days if day in worker.booked]
    for day in sorted(taken, key=lambda day: (day not in held, day))[: wanting - len(nearest)]:
        yield GiveUp(day)
        if day not in held:
            yield FreeDay(day, 1)


def _credential(posting: Offer, courses: Sequence[Course]) -> Change:
    """The first course that is over before the work is; else the paper itself."""
    for course in courses:
        in_time = not posting.days or course.last_day <= posting.days[-1]
        if course.skill_id == posting.skill_id and course.level >= posting.min_level and in_time:
            return course
    return Prove(posting.skill_id, posting.min_level)
