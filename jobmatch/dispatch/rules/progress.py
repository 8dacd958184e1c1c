"""How far a plan has come, and when to stop."""

from collections.abc import Callable
from dataclasses import dataclass

from jobmatch.dispatch.rules.plans import gap_of


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a plan has come. gap: 0 to 1."""

    seconds: float
    value: int
    bound: int

    @property
    def gap(self) -> float:
        return gap_of(self.value, self.bound)


Stop = Callable[[Progress], bool]


def after(seconds: float, gap: float = 0.0) -> Stop:
    """Stop after so many seconds, or as soon as the gap is small enough."""
    return lambda progress: progress.seconds >= seconds or progress.gap <= gap
