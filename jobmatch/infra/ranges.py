"""Sets of whole numbers that lie mostly one after another."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence


def ranges_of(keys: Sequence[int]) -> list[list[int]]:
    """[[first, last], ...] of rising numbers."""
    found: list[list[int]] = []
    for key in keys:
        if found and key == found[-1][1] + 1:
            found[-1][1] = key
        else:
            found.append([key, key])
    return found


class Ranges:
    """Which of many ranges a number lies in; ranges do not overlap. Each may carry a tag."""

    def __init__(self, pairs: Iterable[Sequence[int]]) -> None:
        self._pairs = sorted(tuple(pair) for pair in pairs)
        self._firsts = [pair[0] for pair in self._pairs]

    def __iter__(self) -> Iterator[tuple[int, int]]:
        return ((pair[0], pair[1]) for pair in self._pairs)

    def __contains__(self, key: int) -> bool:
        return self._find(key) is not None

    def count_above(self, floor: int) -> int:
        """How many numbers above the floor lie in the ranges."""
        return sum(max(0, pair[1] - max(pair[0], floor + 1) + 1) for pair in self._pairs)

    def tag(self, key: int) -> int | None:
        """The tag of the range that holds the number."""
        found = self._find(key)
        return None if found is None else found[2]

    def _find(self, key: int) -> tuple[int, ...] | None:
        at = bisect_right(self._firsts, key) - 1
        if at < 0 or self._pairs[at][1] < key:
            return None
        return self._pairs[at]
