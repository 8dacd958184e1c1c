"""What houses above know of people and matching weighs; they register it when the product starts.

Dispatch knows the days already taken, attendance which agreed days were kept, training which
courses can still be joined. All stand above matching, so matching cannot ask them itself.
"""

from collections.abc import Callable, Collection, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import date

from jobmatch.matching.rules.change import Course

# Worker ids, first and last day -> days taken, by worker; who has none may be left out.
Booked = Callable[[Collection[int], date, date], Mapping[int, Set[date]]]
# Worker ids (None: everybody) -> agreed days kept and missed, by worker.
Kept = Callable[[Collection[int] | None], Mapping[int, tuple[int, int]]]
# Skill ids and the day -> courses that can still be joined, the soonest first.
Courses = Callable[[Collection[str], date], Sequence[Course]]


def _nothing_booked(ids: Collection[int], first: date, last: date) -> Mapping[int, Set[date]]:
    return {}


def _nothing_kept(ids: Collection[int] | None) -> Mapping[int, tuple[int, int]]:
    return {}


def _no_courses(skill_ids: Collection[str], today: date) -> Sequence[Course]:
    return ()


@dataclass
class Known:
    """The answers of the houses above; nothing is known until they register."""

    booked: Booked = _nothing_booked
    kept: Kept = _nothing_kept
    courses: Courses = _no_courses


known = Known()
