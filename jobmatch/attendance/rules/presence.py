"""From what was recorded on one person's day to what counts: there or not, minutes, pieces.

Events are folded in the order in which they were recorded; a later one corrects an earlier one. One
exception: the worker's own tap never overrules what the leader, the employer or the desk has said.
It is kept, and the day is shown as contested until somebody clears it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from jobmatch.kernel.periods import SHANGHAI, business_day

MOST_MINUTES = 1440
MOST_PIECES = 1_000_000
# Who taps a little after the start or before the end was on time.
GRACE_MINUTES = 15


class Kind(StrEnum):
    CHECK_IN = "check_in"
    CHECK_OUT = "check_out"
    PRESENT = "present"
    ABSENT = "absent"
    MINUTES = "minutes"
    PIECES = "pieces"


class Via(StrEnum):
    """Who said it: the worker, the crew's leader, the employer, a station's desk."""

    SELF = "self"
    LEADER = "leader"
    EMPLOYER = "employer"
    DESK = "desk"


TAPS = frozenset({Kind.CHECK_IN, Kind.CHECK_OUT})
# A tap is the worker's own (or the desk's for them); the rest is for witnesses.
ALLOWED: dict[Via, frozenset[Kind]] = {
    Via.SELF: TAPS,
    Via.LEADER: frozenset(Kind) - TAPS,
    Via.EMPLOYER: frozenset(Kind) - TAPS,
    Via.DESK: frozenset(Kind),
}


@dataclass(frozen=True, slots=True)
class Shift:
    """The day as the posting offers it; starts_at and ends_at in minutes after midnight."""

    day_minutes: int
    starts_at: int
    ends_at: int


@dataclass(frozen=True, slots=True)
class Seen:
    """One event. value: minutes or pieces, else None. at: the instant that it tells of."""

    kind: Kind
    via: Via
    at: datetime
    value: int | None = None


@dataclass(frozen=True, slots=True)
class Presence:
    """What counts. present None: nothing was recorded yet. minutes is 0 while not present.

    is_given   somebody stated the minutes; else they come from the taps or the posting's day
    is_late    the worker's tap came after the day
    contested  the worker taps, others say absent
    """

    present: bool | None = None
    minutes: int = 0
    pieces: int = 0
    checked_in: datetime | None = None
    checked_out: datetime | None = None
    is_given: bool = False
    is_late: bool = False
    contested: bool = False


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


def presence(events: Sequence[Seen], shift: Shift, day: date) -> Presence:
    """What the events of one engagement day come to.

    events   in the order in which they were recorded
    returns  minutes between 1 and 1440 for one who is present: the stated ones, else those between
             check-in and check-out, else the posting's day; pieces as stated last, else 0
    """
    said: bool | None = None
    minutes: int | None = None
    pieces = 0
    taps: dict[Kind, datetime] = {}
    for event in events:
        if event.kind is Kind.CHECK_IN:
            taps.setdefault(Kind.CHECK_IN, event.at)
        elif event.kind is Kind.CHECK_OUT:
            taps[Kind.CHECK_OUT] = event.at
        elif event.kind is Kind.ABSENT:
            said = False
        else:
            said = True
            minutes = event.value if event.kind is Kind.MINUTES else minutes
            pieces = event.value or 0 if event.kind is Kind.PIECES else pieces
        if event.kind in TAPS and event.via is Via.DESK:
            said = True
    present = said if said is not None else (True if taps else None)
    first, last = taps.get(Kind.CHECK_IN), taps.get(Kind.CHECK_OUT)
    counted = 0
    if present:
        counted = minutes or tapped_minutes(first, last, shift, day) or shift.day_minutes
    return Presence(
        present=present,
        minutes=counted,
        pieces=pieces if present else 0,
        checked_in=first,
        checked_out=last,
        is_given=bool(present and minutes is not None),
        is_late=any(business_day(at) > day for at in taps.values()),
        contested=bool(taps) and said is False,
    )


def tapped_minutes(
    first: datetime | None, last: datetime | None, shift: Shift, day: date
) -> int | None:
    """Working minutes between two taps of the day, or None where the taps cannot tell.

    Only time inside the posting's hours counts (overtime has to be stated by a witness), and the
    break is taken off in proportion: 7:30-17:00 for 480 minutes counts 480, half of it 240.
    """
    span = shift.ends_at - shift.starts_at
    if first is None or last is None or span <= 0 or last <= first:
        return None
    if business_day(first) != day or business_day(last) != day:
        return None
    begun, ended = _minute(first), _minute(last)
    begun = shift.starts_at if begun <= shift.starts_at + GRACE_MINUTES else begun
    ended = shift.ends_at if ended >= shift.ends_at - GRACE_MINUTES else ended
    worked = ended - begun
    if worked <= 0:
        return None
    return max(1, (worked * shift.day_minutes * 2 + span) // (span * 2))


def _minute(instant: datetime) -> int:
    local = instant.astimezone(SHANGHAI)
    return local.hour * 60 + local.minute
