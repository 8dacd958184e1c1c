"""The two sides of a match as the rules see them.

Household kind, sex and ethnicity are not among the fields: they cannot weigh. What a household
near the line adds comes as one number, `need`, and only within the bound of the weights.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, field
from datetime import date

from jobmatch.kernel.periods import Days
from jobmatch.matching.rules.people import Proof

# Steps of `need`: 0 none, 1 may fall short of the line (or lifted), 2 falls short (or monitored).
MOST_NEED = 2


@dataclass(frozen=True, slots=True)
class Seeker:
    """A person looking for work.

    skills        level (1 to 3) by skill id
    runs          days on which they can work; booked: days already taken
    max_km        how far they go, by road; home_by: minutes after midnight or None
    most_minutes  the longest working day that they want, or None
    kept, missed  agreed days on which they were there, or were not
    brands        brands whose member they are
    need          0 to 2; see MOST_NEED
    """

    born: date
    skills: Mapping[str, int]
    lon: float
    lat: float
    home_code: str
    max_km: int
    runs: tuple[Days, ...] = ()
    booked: Set[date] = frozenset()
    proofs: tuple[Proof, ...] = ()
    stays_away: bool = False
    home_by: int | None = None
    least_day_fen: int = 0
    no_heavy: bool = False
    most_minutes: int | None = None
    kept: int = 0
    missed: int = 0
    brands: Set[int] = frozenset()
    need: int = 0


@dataclass(frozen=True, slots=True)
class Offer:
    """A posting as a seeker sees it.

    days          days that still have a place, in order
    day_pay_fen   for an ordinary day; None when it depends on the pieces
    least_age     full years that law asks for this work
    day_minutes   working time a day; usual and most: what law calls a day, and allows on one
    brand_id      the brand whose posting it is, or None
    min_stay      who comes, comes for so many of the days at least; for all where fewer are left
    """

    skill_id: str
    days: tuple[date, ...]
    lon: float
    lat: float
    place_code: str
    starts_at: int
    ends_at: int
    day_pay_fen: int | None
    load: str
    least_age: int
    also_skills: Set[str] = field(default_factory=frozenset)
    needs_credential: bool = False
    min_level: int = 1
    lodging: bool = False
    transport: bool = False
    day_minutes: int = 480
    usual_minutes: int = 480
    law_minutes: int = 660
    brand_id: int | None = None
    min_stay: int = 1


def open_days(days: Sequence[date], runs: Sequence[Days], booked: Set[date]) -> tuple[int, int]:
    """How many of the days (in order) the runs hold, and how many of these are not booked."""
    held = 0  # one bit a day: thousands of people are weighed for one posting
    for run in runs:
        held |= (1 << bisect_right(days, run.last)) - (1 << bisect_left(days, run.first))
    free = held
    if booked:
        free &= ~sum(1 << n for n, day in enumerate(days) if day in booked)
    return held.bit_count(), free.bit_count()
