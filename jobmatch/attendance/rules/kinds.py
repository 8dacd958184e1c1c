"""What can be recorded, by whom, and the bounds of its measure."""

from enum import StrEnum

MOST_MINUTES = 1440
MOST_PIECES = 1_000_000


class Kind(StrEnum):
    CHECK_IN = "check_in"
    CHECK_OUT = "check_out"
    PRESENT = "present"
    ABSENT = "absent"
    MINUTES = "minutes"
    PIECES = "pieces"
    # Answers to a record that waited for a look.
    GRANTED = "granted"
    DENIED = "denied"


class Via(StrEnum):
    """Who said it: the worker, the crew's leader, the employer, a station's desk."""

    SELF = "self"
    LEADER = "leader"
    EMPLOYER = "employer"
    DESK = "desk"


class How(StrEnum):
    """By what: a tap on a phone, the roster, a code scanned, a code on paper, an answer given."""

    TAP = "tap"
    ROSTER = "roster"
    QR = "qr"
    PAPER = "paper"
    ANSWER = "answer"


TAPS = frozenset({Kind.CHECK_IN, Kind.CHECK_OUT})
ANSWERS = frozenset({Kind.GRANTED, Kind.DENIED})
STATED = frozenset(Kind) - TAPS - ANSWERS
# A tap is the worker's own (or the desk's for them); the rest is for witnesses.
ALLOWED: dict[Via, frozenset[Kind]] = {
    Via.SELF: TAPS,
    Via.LEADER: STATED,
    Via.EMPLOYER: STATED | ANSWERS,
    Via.DESK: TAPS | STATED | ANSWERS,
}


def check_value(kind: Kind, value: int | None) -> None:
    """raises ValueError for a measure out of bounds, or a value where none belongs."""
    if kind is Kind.MINUTES:
        good = value is not None and 1 <= value <= MOST_MINUTES
    elif kind is Kind.PIECES:
        good = value is not None and 0 <= value <= MOST_PIECES
    else:
        good = value is None
    if not good:
        raise ValueError(f"{kind.value}: {value}")
