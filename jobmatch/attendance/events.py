"""What attendance tells the houses above."""

from dataclasses import dataclass

from jobmatch.infra.events import Event


@dataclass(frozen=True, slots=True)
class DayDisputed(Event):
    """Two versions of a day stand side by side. by_user: none when the evening's run found it."""

    dispute_id: int
    by_user: int | None


@dataclass(frozen=True, slots=True)
class DayAgreed(Event):
    """One side took the other's version. side: whose it became."""

    dispute_id: int
    side: str
    by_user: int | None
