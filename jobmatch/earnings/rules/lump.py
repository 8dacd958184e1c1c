"""A whole agreed for a piece of work (包工), paid when the employer says that it is done.

The agreement covers the days of a crew, or of everybody, at a posting; it may be done in parts,
each for a run of those days. A part's amount is shared among those who worked on its days, by all
their minutes or by agreed shares, and each one's share over their days by minutes: it adds up to
the part exactly. Days that no finished part covers wait.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from jobmatch.earnings.rules.sharing import BY_MINUTES, Sharing, weights
from jobmatch.kernel.money import split_fen
from jobmatch.kernel.periods import Days


@dataclass(frozen=True, slots=True)
class Part:
    """What is done: its days, and fen for all of them."""

    days: Days
    amount_fen: int


@dataclass(frozen=True, slots=True)
class Lump:
    """crew_id: whose days it covers; None: everybody's at the posting."""

    days: Days
    crew_id: int | None = None
    sharing: Sharing = BY_MINUTES
    parts: tuple[Part, ...] = ()

    def covers(self, crew_id: int | None, day: date) -> bool:
        return day in self.days and self.crew_id in (None, crew_id)


@dataclass(frozen=True, slots=True)
class Day:
    """A day worked under a lump sum."""

    key: int
    worker_id: int
    day: date
    minutes: int


@dataclass(frozen=True, slots=True)
class Share:
    """Fen of one day, and what it is a share of; own, all: the person's and everybody's weight."""

    fen: int
    whole_fen: int
    own: int
    all: int


def part_of(lump: Lump, day: date) -> Part | None:
    """The finished part that a day belongs to, or None while it waits."""
    return next((part for part in lump.parts if day in part.days), None)


def shares(part: Part, sharing: Sharing, days: Sequence[Day]) -> dict[int, Share]:
    """The share of each day by its key; `days` are all that were worked on the part's days."""
    of_worker: dict[int, list[Day]] = defaultdict(list)
    for day in days:
        of_worker[day.worker_id].append(day)
    people = [(w, sum(max(1, d.minutes) for d in worked)) for w, worked in of_worker.items()]
    weight = weights(sharing, people)
    found = {}
    for (worker, _minutes), own, fen in zip(
        people, weight, split_fen(part.amount_fen, weight), strict=True
    ):
        worked = of_worker[worker]
        for day, share in zip(
            worked, split_fen(fen, [max(1, d.minutes) for d in worked]), strict=True
        ):
            found[day.key] = Share(share, part.amount_fen, own, sum(weight))
    return found


def rest_of(amount_fen: int, parts: Sequence[Part]) -> int:
    """Fen of the whole that no part has been declared for yet."""
    return amount_fen - sum(part.amount_fen for part in parts)
