"""How many people on which day, when work swells and ebbs."""

from collections.abc import Mapping
from datetime import date

from jobmatch.kernel.periods import Days


def spread(
    days: Days, people: int, *, first: int | None = None, rise: int = 0, last: int | None = None,
    fall: int = 0
) -> Mapping[date, int]:  # fmt: skip
    """People wanted on each day of a run.

    people   on an ordinary day
    first    on the first day; from there it grows evenly and is full after `rise` days
    last     on the last day; it shrinks evenly over the last `fall` days
    returns  a whole number for each day, halves rounded up; where both ramps meet, the smaller
             holds
    """
    n = len(days)
    up = [_step(first, people, at, rise) for at in range(n)]
    down = [_step(last, people, n - 1 - at, fall) for at in range(n)]
    return {
        day: min(a, b) if max(a, b) <= people else max(a, b)
        for day, a, b in zip(days, up, down, strict=True)
    }


def _step(end: int | None, people: int, at: int, width: int) -> int:
    """The people `at` days from an end, where the ramp is `width` days wide."""
    if end is None or at >= width:
        return people
    return (2 * (end * (width - at) + people * at) + width) // (2 * width)
