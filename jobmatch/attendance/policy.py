"""Who may say what about a day of work."""

from dataclasses import dataclass
from datetime import date

from jobmatch.attendance.rules.kinds import ALLOWED, Kind, Via
from jobmatch.attendance.rules.minutes import Shift
from jobmatch.kernel.actor import Actor, Role
from jobmatch.kernel.errors import Invalid, NotAllowed, NotFound
from jobmatch.kernel.text import text


@dataclass(frozen=True, slots=True)
class EngagedDay:
    """What is asked of an engagement day: whose it is, where, under whose eyes.

    id   none for a claim outside the engagement's days; engagement_id: of the day, or of the claim
    """

    id: int | None
    engagement_id: int
    worker_id: int
    work_date: date
    posting_id: int
    employer_id: int
    place_code: str
    brand_id: int | None
    crew_id: int | None
    leader_id: int | None
    crew_share: bool
    shift: Shift


def via_of(actor: Actor, day: EngagedDay, kind: Kind) -> Via:
    """In which capacity the actor may record this kind of event for this day.

    raises   NotFound for a stranger; NotAllowed for one who may see the day, but not record this
    """
    capacities = _capacities(actor, day)
    if not capacities:
        if day.brand_id in actor.brand_ids:
            raise NotAllowed
        raise NotFound
    for via in capacities:
        if kind in ALLOWED[via]:
            return via
    raise NotAllowed


def _capacities(actor: Actor, day: EngagedDay) -> list[Via]:
    held = []
    if day.employer_id in actor.employer_ids:
        held.append(Via.EMPLOYER)
    if actor.worker_id is not None and actor.worker_id == day.leader_id:
        held.append(Via.LEADER)
    if actor.covers(Role.STATION, day.place_code):
        held.append(Via.DESK)
    if actor.worker_id is not None and actor.worker_id == day.worker_id:
        held.append(Via.SELF)
    return held


def may_decide(actor: Actor, day: EngagedDay) -> bool:
    """Whether the actor may answer a record that waits: the employer, a station of the place."""
    return any(via in (Via.EMPLOYER, Via.DESK) for via in _capacities(actor, day))


def require_time(work_date: date, today: date) -> None:
    """Nothing is recorded ahead. raises Invalid."""
    if work_date > today:
        raise Invalid(text("{day} 还没有到，不能提前记考勤。", day=work_date))
