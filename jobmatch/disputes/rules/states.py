"""The life of a dispute.

open > answered > mediation > agreed; from each of them also to arbitration, to inspection (and from
there to arbitration), withdrawn; what a court, an arbitrator or the inspection decided closes it.
"""

from enum import StrEnum

from jobmatch.kernel.errors import Conflict
from jobmatch.kernel.text import text


class Kind(StrEnum):
    """What it is about: a day's hours or pieces, a slip, pay that did not come, a deduction."""

    DAY = "day"
    SLIP = "slip"
    UNPAID = "unpaid"
    DEDUCTION = "deduction"
    OTHER = "other"


class State(StrEnum):
    OPEN = "open"
    ANSWERED = "answered"
    MEDIATION = "mediation"
    AGREED = "agreed"
    ARBITRATION = "arbitration"
    INSPECTION = "inspection"
    WITHDRAWN = "withdrawn"
    CLOSED = "closed"


class Side(StrEnum):
    """Who speaks: desk is a station's clerk in the worker's name."""

    WORKER = "worker"
    DESK = "desk"
    EMPLOYER = "employer"
    OFFICER = "officer"
    SYSTEM = "system"


class Deed(StrEnum):
    """What a step does; the last row only notes what happened elsewhere."""

    OPEN = "open"
    SAY = "say"
    ANSWER = "answer"
    OFFER = "offer"
    ACCEPT = "accept"
    MEDIATE = "mediate"
    ARBITRATION = "arbitration"
    INSPECTION = "inspection"
    WITHDRAW = "withdraw"
    CLOSE = "close"
    FILE = "file"
    JOIN = "join"
    NAME = "name"
    PAID = "paid"
    REMIND = "remind"


LIVE = frozenset({State.OPEN, State.ANSWERED, State.MEDIATION, State.ARBITRATION, State.INSPECTION})
TALKING = frozenset({State.OPEN, State.ANSWERED, State.MEDIATION})
REFERRED = frozenset({State.ARBITRATION, State.INSPECTION})
OURS = frozenset({Side.WORKER, Side.DESK})

# Where a deed may be done, and what the state is afterwards (none: it stays).
_MOVES: dict[Deed, tuple[frozenset[State], State | None]] = {
    Deed.SAY: (LIVE, None),
    Deed.ANSWER: (LIVE, None),
    Deed.OFFER: (TALKING, None),
    Deed.ACCEPT: (TALKING, State.AGREED),
    Deed.MEDIATE: (frozenset({State.OPEN, State.ANSWERED}), State.MEDIATION),
    Deed.ARBITRATION: (TALKING | {State.INSPECTION}, State.ARBITRATION),
    Deed.INSPECTION: (TALKING, State.INSPECTION),
    Deed.WITHDRAW: (LIVE, State.WITHDRAWN),
    Deed.CLOSE: (REFERRED, State.CLOSED),
    Deed.FILE: (LIVE, None),
    Deed.JOIN: (LIVE, None),
    Deed.NAME: (LIVE, None),
    Deed.PAID: (LIVE, None),
    Deed.REMIND: (LIVE, None),
}
MAY: dict[Deed, frozenset[Side]] = {
    Deed.SAY: OURS | {Side.OFFICER},
    Deed.ANSWER: frozenset({Side.EMPLOYER}),
    Deed.OFFER: OURS | {Side.EMPLOYER},
    Deed.ACCEPT: OURS | {Side.EMPLOYER},
    Deed.MEDIATE: frozenset({Side.OFFICER}),
    Deed.ARBITRATION: OURS,
    Deed.INSPECTION: OURS,
    Deed.WITHDRAW: OURS,
    Deed.CLOSE: OURS | {Side.OFFICER},
    Deed.FILE: OURS | {Side.EMPLOYER, Side.OFFICER},
}


class CaseClosed(Conflict):
    default = text("这件事的状态已经变了，请看清楚再办。")


def after(state: State, deed: Deed, side: Side) -> State:
    """The state after a deed. raises CaseClosed where it can no longer be done."""
    where, becomes = _MOVES[deed]
    if state not in where:
        raise CaseClosed
    if deed in (Deed.ANSWER, Deed.OFFER) and side is Side.EMPLOYER and state is State.OPEN:
        return State.ANSWERED
    return becomes or state


def deeds(state: State, side: Side, *, offered_by: Side | None = None) -> tuple[Deed, ...]:
    """What this side may do now, in the order of the list above. Only the other side's offer can
    be accepted.
    """
    found = []
    for deed, sides in MAY.items():
        if side not in sides or state not in _MOVES[deed][0]:
            continue
        if deed is Deed.ACCEPT and not _is_other(side, offered_by):
            continue
        found.append(deed)
    return tuple(found)


def _is_other(side: Side, offered_by: Side | None) -> bool:
    if offered_by is None:
        return False
    return (side in OURS) != (offered_by in OURS)
