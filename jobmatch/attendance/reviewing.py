"""Records that wait for a look, and the answer to them. A claim is answered, never taken away."""

import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session, aliased

from jobmatch.attendance import policy, writing
from jobmatch.attendance.models import AttendanceEvent
from jobmatch.attendance.policy import EngagedDay
from jobmatch.attendance.rules import review as rule
from jobmatch.attendance.rules.kinds import ANSWERS, How, Kind, Via
from jobmatch.attendance.rules.review import Reason
from jobmatch.attendance.writing import Entry
from jobmatch.brands.models import Crew
from jobmatch.dispatch import seats
from jobmatch.dispatch.models import Engagement, EngagementDay
from jobmatch.infra import audit, clock
from jobmatch.infra.db import reading, retried, transaction
from jobmatch.kernel.actor import SYSTEM, Actor
from jobmatch.kernel.errors import Conflict, NotFound
from jobmatch.kernel.text import text
from jobmatch.postings.models import Posting
from jobmatch.workers.models import Worker

LOOK_BACK = 60
_NAMES = uuid.UUID("b6b0ce8e-9f0b-4a35-9e3e-2f8a3b6f5d19")


class Answered(Conflict):
    default = text("这一条已经有人核对过了。")


class BookedElsewhere(Conflict):
    default = text("那一天他已经约了别的活，不能再记一份。请打电话问清楚。")


@dataclass(frozen=True, slots=True)
class ReviewRow:
    """One record that waits. waits: it counts only once it is granted."""

    id: int
    worker_id: int
    worker_name: str
    posting_id: int
    title: str
    work_date: date
    kind: Kind
    value: int | None
    via: Via
    how: How
    happened_at: datetime
    recorded_at: datetime
    reasons: frozenset[Reason]
    waits: bool


def _fresh(today: date) -> ColumnElement[bool]:
    """Of the last LOOK_BACK days, or come in since then: a phone may be found months later."""
    e, since = AttendanceEvent, timedelta(days=LOOK_BACK)
    recent = e.work_date.between(today - since, today)
    return or_(recent, e.recorded_at >= clock.now() - since)


def open_reviews(employer_ids: Collection[int], today: date) -> list[ReviewRow]:
    """What waits for a look at the postings of these employers, the oldest first; two queries.

    What is odd leaves the list LOOK_BACK days after it came in, however old its day is; a claim
    outside the engagement's days waits until somebody answers.
    """
    e, answer = AttendanceEvent, aliased(AttendanceEvent)
    unanswered = ~(
        select(answer.id)
        .where(answer.corrects_id == e.id, answer.kind.in_([kind.value for kind in ANSWERS]))
        .exists()
    )
    inside = (
        select(e, Posting.id, Posting.title, Worker.name)
        .join(EngagementDay, EngagementDay.id == e.engagement_day_id)
        .join(Engagement, Engagement.id == EngagementDay.engagement_id)
        .join(Posting, Posting.id == Engagement.posting_id)
        .join(Worker, Worker.id == e.worker_id)
        .where(Posting.employer_id.in_(employer_ids), e.review != "", _fresh(today), unanswered)
    )
    outside = (
        select(e, Posting.id, Posting.title, Worker.name)
        .join(Posting, Posting.id == e.posting_id)
        .join(Worker, Worker.id == e.worker_id)
        .where(Posting.employer_id.in_(employer_ids), unanswered)
        .where(e.engagement_day_id.is_(None), e.kind.not_in([k.value for k in ANSWERS]))
    )
    rows = []
    for query in (inside, outside):
        for event, posting_id, title, name in reading().execute(query):
            reasons = rule.read(event.review)
            via = Via(event.via)
            waits = rule.waits(via, reasons) or Reason.OUTSIDE in reasons
            rows.append(
                ReviewRow(
                    event.id, event.worker_id, name, posting_id, title, event.work_date,
                    Kind(event.kind), event.value, via, How(event.how), event.happened_at,
                    event.recorded_at, reasons, waits,
                )
            )  # fmt: skip
    return sorted(rows, key=lambda row: (row.work_date, row.id))


@retried
def decide(event_id: int, granted: bool, *, actor: Actor) -> None:
    """The employer, or a station of the place, grants a record that waits, or does not.

    A claim outside the engagement's days gets its day when it is granted.
    raises   NotFound, Answered, BookedElsewhere, DaySettled
    """
    with transaction() as session:
        event = session.get(AttendanceEvent, event_id)
        if event is None or (not event.review and event.engagement_day_id is not None):
            raise NotFound
        day = _day(session, event)
        if day is None or not policy.may_decide(actor, day):
            raise NotFound
        _decide(session, event, day, granted, actor)


def grant_silent(today: date) -> int:
    """Claims that nobody answered in time stand: silence confirms, here as everywhere.

    Outside the engagement's days there is nothing to stand on: those wait on.
    """
    with transaction() as session:
        e, answer = AttendanceEvent, aliased(AttendanceEvent)
        rows = session.scalars(
            select(e)
            .where(
                e.review != "",
                e.via == Via.SELF.value,
                e.engagement_day_id.is_not(None),
                _fresh(today),
                ~select(answer.id)
                .where(answer.corrects_id == e.id, answer.kind.in_([k.value for k in ANSWERS]))
                .exists(),
            )
            .order_by(e.id)
        ).all()
        waiting = [row for row in rows if rule.waits(Via.SELF, rule.read(row.review))]
        granted = 0
        for event in waiting:
            day = _day(session, event)
            assert day is not None
            silence = writing.limits(session, today, day.place_code).silence_days
            is_due = event.recorded_at <= clock.now() - timedelta(days=silence)
            if is_due and day.id not in writing.settled(session, {day.id or 0: day}):
                _decide(session, event, day, True, SYSTEM)
                granted += 1
        return granted


def _decide(
    session: Session, event: AttendanceEvent, day: EngagedDay, granted: bool, actor: Actor
) -> None:
    via = Via.DESK
    if actor != SYSTEM:
        via = policy.via_of(actor, day, Kind.GRANTED)
    done = session.scalar(
        select(AttendanceEvent.id).where(
            AttendanceEvent.corrects_id == event.id,
            AttendanceEvent.kind.in_([kind.value for kind in ANSWERS]),
        )
    )
    if done is not None:
        raise Answered
    entries = []
    if day.id is None and granted:
        day = _with_a_seat(session, event, day)
        entries.append(
            Entry(str(uuid.uuid4()), day, Kind.PRESENT, how=How.ANSWER, corrects=event.id, via=via)
        )
        if event.value is not None:
            entries.append(
                Entry(
                    str(uuid.uuid4()), day, Kind(event.kind), event.value, How.ANSWER,
                    corrects=event.id, via=via,
                )
            )  # fmt: skip
    kind = Kind.GRANTED if granted else Kind.DENIED
    # One answer for ever: of two at once the second has the same uid.
    uid = str(uuid.uuid5(_NAMES, f"answer:{event.id}"))
    entries.append(Entry(uid, day, kind, corrects=event.id, via=via))
    writing.write(session, entries, actor)
    audit.record(session, actor, "attendance.decide", "attendance_event", event.id, granted=granted)


def _with_a_seat(session: Session, event: AttendanceEvent, day: EngagedDay) -> EngagedDay:
    key = seats.seat_after_all(
        session, day.posting_id, day.engagement_id, day.worker_id, event.work_date
    )
    if key is None:
        raise BookedElsewhere
    return writing.locked(session, EngagementDay.id == key)[key]


def _day(session: Session, event: AttendanceEvent) -> EngagedDay | None:
    """The day that a record is about, held; without one, the worker's engagement there."""
    if event.engagement_day_id is not None:
        held = writing.locked(session, EngagementDay.id == event.engagement_day_id)
        return held[event.engagement_day_id]
    row = session.execute(
        select(Engagement, Posting, Crew.leader_id)
        .join(Posting, Posting.id == Engagement.posting_id)
        .outerjoin(Crew, Crew.id == Engagement.crew_id)
        .where(Engagement.worker_id == event.worker_id, Engagement.posting_id == event.posting_id)
        .order_by(Engagement.state, Engagement.id.desc())
        .with_for_update(of=Engagement, key_share=True)
    ).first()
    if row is None:
        return None
    engagement, posting, leader_id = row
    return writing.engaged(None, event.work_date, engagement, posting, leader_id)
