"""Who stands on which side of a dispute. For all others it is not there."""

from collections.abc import Sequence
from dataclasses import dataclass

from jobmatch.disputes.errors import ForRepresentative
from jobmatch.disputes.models import DisputeCase
from jobmatch.disputes.rules.states import OURS, Deed, Side
from jobmatch.kernel.actor import Actor, Role
from jobmatch.kernel.errors import NotFound

# What any member of a group may do; the rest is the representative's.
OF_ANY_MEMBER = frozenset({Deed.SAY, Deed.FILE})


@dataclass(frozen=True, slots=True)
class Person:
    """A worker of the dispute. state: asked, joined or declined."""

    worker_id: int
    home_code: str
    state: str


def require(actor: Actor, case: DisputeCase, people: Sequence[Person], side: Side) -> None:
    """The actor stands on this side. raises NotFound."""
    if not _stands(actor, case, people, side):
        raise NotFound


def acting_for(actor: Actor, people: Sequence[Person], side: Side) -> frozenset[int]:
    """The workers of the dispute for whom the actor speaks: oneself, or those of the desk."""
    joined = [one for one in people if one.state == "joined"]
    if side is Side.WORKER:
        return frozenset(one.worker_id for one in joined if one.worker_id == actor.worker_id)
    if side is Side.DESK:
        return frozenset(
            one.worker_id for one in joined if actor.covers(Role.STATION, one.home_code)
        )
    return frozenset()


def is_for_representative(
    case: DisputeCase, side: Side, deed: Deed, spoken_for: frozenset[int]
) -> bool:
    """Whether only the representative (before one is named: who began it) may do this."""
    if not case.is_group or side not in OURS or deed in OF_ANY_MEMBER:
        return False
    return (case.representative_id or case.starter_id) not in spoken_for


def require_deed(
    actor: Actor, case: DisputeCase, people: Sequence[Person], side: Side, deed: Deed
) -> None:
    """raises NotFound, ForRepresentative."""
    require(actor, case, people, side)
    if side in OURS:
        spoken_for = acting_for(actor, people, side)
        if not spoken_for:
            raise NotFound
        if is_for_representative(case, side, deed, spoken_for):
            raise ForRepresentative


def _stands(actor: Actor, case: DisputeCase, people: Sequence[Person], side: Side) -> bool:
    inside = [one for one in people if one.state != "declined"]
    if side is Side.WORKER:
        return any(one.worker_id == actor.worker_id for one in inside)
    if side is Side.EMPLOYER:
        return case.employer_id in actor.employer_ids
    if side is Side.DESK:
        return any(actor.covers(Role.STATION, one.home_code) for one in inside)
    if side is Side.OFFICER:
        return actor.covers(Role.OFFICER, case.place_code) or any(
            actor.covers(Role.OFFICER, one.home_code) for one in inside
        )
    return False
