"""From what was recorded on one person's day to what counts: there or not, minutes, pieces.

Events are folded in the order in which they happened; a later one corrects an earlier one. Two
things are never dropped: the worker's own tap, which does not overrule what the leader, the
employer or the desk has said, and what two recorders said differently. Both are shown until
somebody clears them.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from jobmatch.attendance.rules.kinds import ANSWERS, TAPS, How, Kind, Via
from jobmatch.attendance.rules.minutes import LONGEST_STRETCH, Shift, tapped_minutes
from jobmatch.attendance.rules.review import Reason, waits
from jobmatch.kernel.periods import SHANGHAI, business_day


@dataclass(frozen=True, slots=True)
class Recorded:
    """One event as it is stored. key: its order of arrival, for events of the same instant."""

    key: int
    kind: Kind
    via: Via
    at: datetime
    value: int | None = None
    how: How = How.ROSTER
    corrects: int | None = None
    review: frozenset[Reason] = frozenset()


@dataclass(frozen=True, slots=True)
class Seen:
    """One event. value: minutes or pieces, else None. at: the instant that it tells of.

    waits      it counts only once somebody has granted it
    denied     somebody looked and did not grant it
    is_answer  both sides agreed on this: what was said before is settled
    """

    kind: Kind
    via: Via
    at: datetime
    value: int | None = None
    waits: bool = False
    denied: bool = False
    is_answer: bool = False
    review: frozenset[Reason] = frozenset()


@dataclass(slots=True)
class Said:
    """What one recorder said last; None: nothing."""

    present: bool | None = None
    minutes: int | None = None
    pieces: int | None = None


@dataclass(frozen=True, slots=True)
class Presence:
    """What counts. present None: nothing was recorded yet. minutes is 0 while not present.

    is_given   somebody stated the minutes; else they come from the taps or the posting's day
    is_late    the worker's tap came after the day
    contested  the worker taps, others say absent; or two recorders said different things
    waiting    the worker claims the day and nobody has looked at it yet
    review     why somebody should look at what was recorded
    said       by recorder, what each said last, where they differ
    """

    present: bool | None = None
    minutes: int = 0
    pieces: int = 0
    checked_in: datetime | None = None
    checked_out: datetime | None = None
    is_given: bool = False
    is_late: bool = False
    contested: bool = False
    waiting: bool = False
    review: frozenset[Reason] = frozenset()
    said: tuple[tuple[Via, bool | None, int | None, int | None], ...] = ()


@dataclass(slots=True)
class _Fold:
    """The state between two events."""

    said: bool | None = None
    minutes: int | None = None
    pieces: int = 0
    taps: dict[Kind, datetime] = field(default_factory=dict)
    by: dict[Via, Said] = field(default_factory=dict)

    def tap(self, event: Seen) -> None:
        if event.kind is Kind.CHECK_IN:
            self.taps.setdefault(Kind.CHECK_IN, event.at)
        else:
            self.taps[Kind.CHECK_OUT] = event.at
        if event.via is Via.DESK:
            self.said = True
        self.by.setdefault(event.via, Said()).present = True

    def state(self, event: Seen) -> None:
        if event.is_answer:
            # Agreed words stand alone; taps of before only measure.
            self.by = {event.via: self.by.get(event.via, Said())}
        own = self.by.setdefault(event.via, Said())
        self.said = own.present = event.kind is not Kind.ABSENT
        if event.kind is Kind.MINUTES:
            self.minutes = own.minutes = event.value
        elif event.kind is Kind.PIECES:
            self.pieces = own.pieces = event.value or 0


def in_order(events: Iterable[Recorded]) -> list[Seen]:
    """The events as they happened, with the answers to those that waited.

    Whatever the order of arrival, the outcome is the same; only of two events of the same instant
    the one that came later counts as the later.
    """
    given = list(events)
    answers = {
        event.corrects: event.kind
        for event in sorted(given, key=lambda event: event.key)
        if event.kind in ANSWERS
    }
    found = []
    for event in sorted(given, key=lambda event: (event.at, event.key)):
        if event.kind in ANSWERS:
            continue
        answer = answers.get(event.key)
        found.append(
            Seen(
                event.kind, event.via, event.at, event.value,
                waits=answer is None and waits(event.via, event.review),
                denied=answer is Kind.DENIED,
                is_answer=event.how is How.ANSWER,
                review=event.review if answer is None else frozenset(),
            )
        )  # fmt: skip
    return found


def presence(events: Sequence[Seen], shift: Shift, day: date) -> Presence:
    """What the events of one engagement day come to.

    events   in the order in which they happened
    returns  minutes between 1 and 1440 for one who is present: the stated ones, else those between
             check-in and check-out, else the posting's day; pieces as stated last, else 0
    """
    fold = _Fold()
    waiting = denied = False
    for event in events:
        waiting |= event.waits
        denied |= event.denied
        if event.waits or event.denied:
            continue
        if event.kind in TAPS:
            fold.tap(event)
        else:
            fold.state(event)
    own = fold.by.get(Via.SELF, Said()).present
    present = fold.said if fold.said is not None else own
    first, last = fold.taps.get(Kind.CHECK_IN), fold.taps.get(Kind.CHECK_OUT)
    counted = 0
    if present:
        counted = fold.minutes or tapped_minutes(first, last, shift, day) or shift.day_minutes
    differing = _differ(fold.by)
    return Presence(
        present=present,
        minutes=counted,
        pieces=fold.pieces if present else 0,
        checked_in=first,
        checked_out=last,
        is_given=bool(present and fold.minutes is not None),
        is_late=any(_came_late(at, shift, day) for at in fold.taps.values()),
        contested=differing or (denied and not present),
        waiting=waiting,
        review=frozenset[Reason]().union(*(event.review for event in events)),
        said=_each(fold.by) if differing else (),
    )


def _differ(by: dict[Via, Said]) -> bool:
    """Whether two recorders stated the same thing differently."""
    for what in ("present", "minutes", "pieces"):
        stated = {getattr(said, what) for said in by.values()} - {None}
        if len(stated) > 1:
            return True
    return False


def _each(by: dict[Via, Said]) -> tuple[tuple[Via, bool | None, int | None, int | None], ...]:
    return tuple((via, said.present, said.minutes, said.pieces) for via, said in sorted(by.items()))


def _came_late(at: datetime, shift: Shift, day: date) -> bool:
    """After the day; a shift over midnight, or overtime, ends in the night that follows."""
    if business_day(at) <= day:
        return False
    begun = datetime(day.year, day.month, day.day, tzinfo=SHANGHAI) + timedelta(
        minutes=shift.starts_at
    )
    return not (shift.over_midnight and at <= begun + timedelta(minutes=LONGEST_STRETCH))
