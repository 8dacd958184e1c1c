"""What one asks an index and what it answers; without its machinery, which takes long to load."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Match:
    """A person or posting by its id; km whole, by road."""

    id: int
    value: int
    km: int


@dataclass(frozen=True, slots=True)
class Judged:
    """A person whom a posting fits.

    value      as in Match; percent 0 to 100, without what the household's kind gives
    kin        how near their skill is; proved: whether they hold a credential for it
    free, days how many of the posting's days they are free, and how many it has
    """

    id: int
    value: int
    free: int
    km: int
    kin: int
    proved: bool
    percent: int
    days: int


@dataclass(frozen=True, slots=True)
class Wanted:
    """What narrows a search. See layout.Asked.

    place     a place code; skill: a skill id; first, last: days, both together
    brand     members of this brand only; members: members of any brand only
    only      the posting as if it had this day alone: this one does change values
    """

    place: str = ""
    skill: str | None = None
    first: date | None = None
    last: date | None = None
    brand: int | None = None
    members: bool = False
    only: date | None = None


ANYTHING = Wanted()


class Full(RuntimeError):
    """No room is left for new rows: the index is to be built anew."""


class OutOfSpan(ValueError):
    """A day or a skill for which this index has no room: it is to be built anew."""
