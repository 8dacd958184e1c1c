"""Words for people, made where no catalogue is at hand and put into the reader's language at
the door.
"""

from dataclasses import dataclass
from datetime import date
from typing import Union

Param = Union[str, int, float, date, "Amount", "Text"]


@dataclass(frozen=True, slots=True)
class Amount:
    """An amount of money inside a text, in fen; the door writes it in the reader's form."""

    fen: int


@dataclass(frozen=True, slots=True)
class Text:
    """A sentence of the catalogue: the Chinese source with {named} places, and what fills them."""

    msgid: str
    params: tuple[tuple[str, Param], ...] = ()

    def __str__(self) -> str:
        """The Chinese sentence, for logs and tests; doors translate instead."""
        return self.msgid.format(**{name: _plain(value) for name, value in self.params})


def _plain(value: Param) -> str:
    if isinstance(value, Amount):
        return f"¥{value.fen / 100:.2f}"
    return str(value)


def text(msgid: str, **params: Param) -> Text:
    """A catalogue text. The first argument must be a literal, or it cannot be collected."""
    return Text(msgid, tuple(params.items()))


def as_hours(minutes: int) -> str:
    """ "8", "7.5": hours as a figure, to the tenth, without a unit."""
    return f"{minutes / 60:.1f}".removesuffix(".0")
