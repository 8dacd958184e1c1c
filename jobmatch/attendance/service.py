"""Recording who was there. Events are only ever added; the work day is kept in step with them."""

import uuid
from collections.abc import Iterable, Sequence
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from jobmatch.attendance import policy, writing
from jobmatch.attendance.models import AttendanceEvent
from jobmatch.attendance.policy import EngagedDay
from jobmatch.attendance.rules.kinds import How, Kind, Via
from jobmatch.attendance.writing import DaySettled, Entry, Mark, Written, write
from jobmatch.dispatch.models import Engagement, EngagementDay
from jobmatch.infra import audit
from jobmatch.infra.db import retried, transaction
from jobmatch.kernel.actor import Actor
from jobmatch.kernel.errors import NotFound

__all__ = ["DaySettled", "Mark", "mark_all_present", "record", "record_crew"]

_NAMES = uuid.UUID("6f1d2f60-6d0c-4f86-8f0e-8f6f3f1b8a55")


@retried
def record(
    engagement_day_id: int,
    kind: Kind | str,
    *,
    actor: Actor,
    uid: str,
    value: int | None = None,
    happened_at: datetime | None = None,
    how: How = How.TAP,
    witness_id: int | None = None,
    point: tuple[float, float] | None = None,
) -> Written:
    """Record one event. The same uid again changes nothing.

    uid          made by the client, at most 36 signs, unique for ever
    happened_at  the instant that the client's clock says; now when left out
    point        latitude and longitude where the person gave them
    returns      whether it is new, and why somebody should look at it
    raises       NotFound, NotAllowed, Invalid (field value), DaySettled
    """
    with transaction() as session:
        days = writing.locked(session, EngagementDay.id == engagement_day_id)
        if not days:
            raise NotFound
        entry = Entry(
            uid, days[engagement_day_id], Kind(kind), value, how, happened_at,
            witness_id=witness_id, point=point,
        )  # fmt: skip
        return write(session, [entry], actor)[0]


@retried
def record_crew(marks: Sequence[Mark], *, actor: Actor, uid: str) -> int:
    """Record many marks in one action: all of them or none.

    uid      of the whole action; each mark's own is derived from it: sent twice, it counts once
    returns  how many were new
    raises   NotFound, NotAllowed, Invalid, DaySettled
    """
    if not marks:
        return 0
    with transaction() as session:
        ids = {mark.engagement_day_id for mark in marks}
        days = writing.locked(session, EngagementDay.id.in_(ids))
        if len(days) != len(ids):
            raise NotFound
        return _roster(session, days, marks, actor, uid)


@retried
def mark_all_present(
    posting_id: int, day: date, *, actor: Actor, uid: str, crew_id: int | None = None
) -> int:
    """Everybody of whom nothing was said yet, or who only tapped, is marked present by a witness.

    crew_id  only this crew's people
    returns  how many were marked
    raises   NotFound (nobody is engaged that day, or not the actor's to see), NotAllowed, Invalid
    """
    with transaction() as session:
        where = (Engagement.posting_id == posting_id) & (EngagementDay.work_date == day)
        if crew_id is not None:
            where &= Engagement.crew_id == crew_id
        days = writing.locked(session, where)
        if not days:
            raise NotFound
        done = _witnessed(session, days) | writing.settled(session, days)
        marks = [Mark(key, Kind.PRESENT) for key in sorted(days) if key not in done]
        if not marks:
            policy.via_of(actor, next(iter(days.values())), Kind.PRESENT)
        return _roster(session, days, marks, actor, uid)


def _roster(
    session: Session, days: dict[int, EngagedDay], marks: Sequence[Mark], actor: Actor, uid: str
) -> int:
    entries = [
        Entry(_uid(uid, mark), days[mark.engagement_day_id], mark.kind, mark.value)
        for mark in marks
    ]
    written = sum(found.is_new for found in write(session, entries, actor))
    first = next(iter(days.values()))
    audit.record(
        session, actor, "roster.mark", "posting", first.posting_id,
        day=first.work_date.isoformat(), events=written,
    )  # fmt: skip
    return written


def _witnessed(session: Session, days: Iterable[int]) -> set[int]:
    """Days of which somebody besides the worker has said something."""
    return {
        key
        for key in session.scalars(
            select(AttendanceEvent.engagement_day_id)
            .where(
                AttendanceEvent.engagement_day_id.in_(list(days)),
                AttendanceEvent.via != Via.SELF.value,
            )
            .distinct()
        )
        if key is not None
    }


def _uid(action: str, mark: Mark) -> str:
    return str(uuid.uuid5(_NAMES, f"{action}:{mark.engagement_day_id}:{mark.kind.value}"))
