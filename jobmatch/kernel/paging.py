"""A page of a long list."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

Row = TypeVar("Row")
Other = TypeVar("Other")
PAGE_SIZE = 50
# Of people with figures, each a card on a phone.
PEOPLE_SIZE = 25


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    """rows of page `number` (from 1) out of `total` rows, `size` a page."""

    rows: Sequence[Row]
    number: int
    total: int
    size: int = PAGE_SIZE

    def holding(self, rows: Sequence[Other]) -> "Page[Other]":
        """The same page, of what was made of its rows."""
        return Page(rows, self.number, self.total, self.size)

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // self.size))

    @property
    def has_next(self) -> bool:
        return self.number < self.pages

    @property
    def has_previous(self) -> bool:
        return self.number > 1


def cut(rows: Sequence[Row], number: int, size: int = PEOPLE_SIZE) -> Page[Row]:
    """A page of rows that are all there; a number past the end is the last page's."""
    number = min(number, Page(rows, 1, len(rows), size).pages)
    return Page(rows[(number - 1) * size : number * size], number, len(rows), size)
