"""Who may say what about a day of work."""

from dataclasses import dataclass
from datetime import date, timedelta

from jobmatch.attendance.rules.presence import ALLOWED, Kind, Shift, Via
from jobmatch.kernel.actor import Actor, Role
from jobmatch.kernel.errors import Invalid, NotAllowed, NotFound
from jobmatch.kernel.text import text

# A forgotten tap may be made up for on the day after; it is marked as late.
LATE_TAP_DAYS = 1


@dataclass(frozen=True, slots=True)
class EngagedDay:
    """What is asked of an engagement day: whose it is, where, under whose eyes."""

    id: int
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


def require_time(via: Via, work_date: date, today: date) -> None:
    """Nothing is recorded ahead; a worker taps on the day or the day after. raises Invalid."""
    if work_date > today:
        raise Invalid(text("{day} 还没有到，不能提前记考勤。", day=work_date))
    if via is Via.SELF and today > work_date + timedelta(days=LATE_TAP_DAYS):
        raise Invalid(
            text("{day} 的签到只能在当天或第二天补记，请找班组长或用工方记录。", day=work_date)
        )
