"""Recording who was there. Events are only ever added; the work day is kept in step with them."""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, delete, insert, select, update
from sqlalchemy.orm import Session

from jobmatch.attendance import policy
from jobmatch.attendance.models import AttendanceEvent, WorkDay
from jobmatch.attendance.policy import EngagedDay
from jobmatch.attendance.rules.presence import (
    MOST_MINUTES,
    MOST_PIECES,
    Kind,
    Presence,
    Seen,
    Shift,
    Via,
    check_value,
    presence,
)
from jobmatch.brands.models import Crew
from jobmatch.dispatch.models import Engagement, EngagementDay
from jobmatch.infra import audit, clock
from jobmatch.infra.db import retried, transaction
from jobmatch.kernel.actor import Actor
from jobmatch.kernel.errors import Conflict, Invalid, NotFound
from jobmatch.kernel.text import text
from jobmatch.postings.models import Posting

_NAMES = uuid.UUID("6f1d2f60-6d0c-4f86-8f0e-8f6f3f1b8a55")


class DaySettled(Conflict):
    """The day is on a pay slip: what was recorded stands until the settlement is reversed."""

    default = text("这一天的工钱已经结算，不能再改考勤；要改请先冲销工资条。")


@dataclass(frozen=True, slots=True)
class Mark:
    """What is to be recorded for one engagement day. value: minutes or pieces, else None."""

    engagement_day_id: int
    kind: Kind
    value: int | None = None


@retried
def record(
    engagement_day_id: int,
    kind: Kind | str,
    *,
    actor: Actor,
    uid: str,
    value: int | None = None,
    happened_at: datetime | None = None,
) -> None:
    """Record one event. The same uid again changes nothing.

    uid          made by the client, at most 36 signs, unique for ever
    happened_at  the instant that the client's clock says; now when left out
    raises       NotFound, NotAllowed, Invalid (field value), DaySettled
    """
    mark = Mark(engagement_day_id, Kind(kind), value)
    with transaction() as session:
        days = _locked(session, EngagementDay.id == engagement_day_id)
        if not days:
            raise NotFound
        _write(session, days, [(uid, mark)], actor, happened_at)


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
        days = _locked(session, EngagementDay.id.in_(ids))
        if len(days) != len(ids):
            raise NotFound
        named = [(_uid(uid, mark), mark) for mark in marks]
        written = _write(session, days, named, actor, None)
        _note(session, actor, days, written)
        return written


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
        days = _locked(session, where)
        if not days:
            raise NotFound
        witnessed = _witnessed(session, days)
        settled = _settled(session, days)
        marks = [
            (_uid(uid, mark), mark)
            for mark in (Mark(key, Kind.PRESENT) for key in sorted(days))
            if mark.engagement_day_id not in witnessed and mark.engagement_day_id not in settled
        ]
        if not marks:
            policy.via_of(actor, next(iter(days.values())), Kind.PRESENT)
        written = _write(session, days, marks, actor, None)
        _note(session, actor, days, written)
        return written


def _note(session: Session, actor: Actor, days: dict[int, EngagedDay], written: int) -> None:
    first = next(iter(days.values()))
    audit.record(
        session, actor, "roster.mark", "posting", first.posting_id,
        day=first.work_date.isoformat(), events=written,
    )  # fmt: skip


def _locked(session: Session, where: ColumnElement[bool]) -> dict[int, EngagedDay]:
    """The engagement days, held until the end: recording and settling go one after the other."""
    rows = session.execute(
        select(EngagementDay, Engagement, Posting, Crew.leader_id)
        .join(Engagement, Engagement.id == EngagementDay.engagement_id)
        .join(Posting, Posting.id == Engagement.posting_id)
        .outerjoin(Crew, Crew.id == Engagement.crew_id)
        .where(where)
        .order_by(EngagementDay.id)
        .with_for_update(of=EngagementDay, key_share=True)
    )
    return {
        day.id: EngagedDay(
            day.id, day.worker_id, day.work_date, posting.id, posting.employer_id,
            posting.place_code, engagement.brand_id, engagement.crew_id, leader_id,
            posting.crew_share and posting.pay_kind == "piece",
            Shift(posting.day_minutes, posting.starts_at, posting.ends_at),
        )
        for day, engagement, posting, leader_id in rows
    }  # fmt: skip


def _write(
    session: Session,
    days: dict[int, EngagedDay],
    named: Sequence[tuple[str, Mark]],
    actor: Actor,
    happened_at: datetime | None,
) -> int:
    now, today = clock.now(), clock.today()
    rows = []
    for uid, mark in named:
        day = days[mark.engagement_day_id]
        via = policy.via_of(actor, day, mark.kind)
        policy.require_time(via, day.work_date, today)
        _check(mark)
        rows.append(
            {
                "uid": uid,
                "engagement_day_id": day.id,
                "worker_id": day.worker_id,
                "work_date": day.work_date,
                "kind": mark.kind.value,
                "value": mark.value,
                "via": via.value,
                "recorded_by": actor.user_id,
                "happened_at": _plausible(happened_at, now),
                "recorded_at": now,
            }
        )
    known = set(
        session.scalars(
            select(AttendanceEvent.uid).where(AttendanceEvent.uid.in_([r["uid"] for r in rows]))
        )
    )
    rows = [row for row in rows if row["uid"] not in known]
    if not rows:
        return 0
    fresh = {
        mark.engagement_day_id: days[mark.engagement_day_id]
        for uid, mark in named
        if uid not in known
    }
    if _settled(session, fresh):
        raise DaySettled
    session.execute(insert(AttendanceEvent), rows)
    _keep_in_step(session, fresh)
    return len(rows)


def _check(mark: Mark) -> None:
    try:
        check_value(mark.kind, mark.value)
    except ValueError:
        if mark.kind is Kind.PIECES:
            raise Invalid(
                text("件数要在 0 到 {most} 之间。", most=MOST_PIECES), field="value"
            ) from None
        raise Invalid(
            text("工时要在 1 到 {most} 分钟之间。", most=MOST_MINUTES), field="value"
        ) from None


def _plausible(happened_at: datetime | None, now: datetime) -> datetime:
    """The client's instant, unless it lies ahead: then the server's."""
    return now if happened_at is None or happened_at > now else happened_at


def _witnessed(session: Session, days: Iterable[int]) -> set[int]:
    """Days of which somebody besides the worker has said something."""
    return set(
        session.scalars(
            select(AttendanceEvent.engagement_day_id)
            .where(
                AttendanceEvent.engagement_day_id.in_(list(days)),
                AttendanceEvent.via != Via.SELF.value,
            )
            .distinct()
        )
    )


def _settled(session: Session, days: dict[int, EngagedDay]) -> set[int]:
    """Those of the days that are on a slip; with crew pay, where the crew's day is on one."""
    own = set(
        session.scalars(
            select(WorkDay.engagement_day_id).where(
                WorkDay.engagement_day_id.in_(days), WorkDay.state == "settled"
            )
        )
    )
    shared = {
        (day.posting_id, day.crew_id, day.work_date)
        for day in days.values()
        if day.crew_share and day.crew_id is not None
    }
    if shared:
        closed = {
            tuple(row)
            for row in session.execute(
                select(WorkDay.posting_id, WorkDay.crew_id, WorkDay.work_date)
                .where(
                    WorkDay.posting_id.in_({posting for posting, _, _ in shared}),
                    WorkDay.work_date.in_({work_date for _, _, work_date in shared}),
                    WorkDay.state == "settled",
                )
                .distinct()
            )
        }
        own |= {
            day.id
            for day in days.values()
            if day.crew_share and (day.posting_id, day.crew_id, day.work_date) in closed
        }
    return own


def _keep_in_step(session: Session, days: dict[int, EngagedDay]) -> None:
    """A work day stands exactly while its events say 'present', with their measures."""
    seen: dict[int, list[Seen]] = {key: [] for key in days}
    for event in session.scalars(
        select(AttendanceEvent)
        .where(AttendanceEvent.engagement_day_id.in_(days))
        .order_by(AttendanceEvent.id)
    ):
        seen[event.engagement_day_id].append(
            Seen(Kind(event.kind), Via(event.via), event.happened_at, event.value)
        )
    found = {key: presence(seen[key], days[key].shift, days[key].work_date) for key in days}
    standing = {  # noqa: C416 (dict() loses the types)
        key: row
        for key, row in session.execute(
            select(WorkDay.engagement_day_id, WorkDay.id).where(WorkDay.engagement_day_id.in_(days))
        )
    }
    gone = [standing[key] for key in days if key in standing and not found[key].present]
    if gone:
        session.execute(delete(WorkDay).where(WorkDay.id.in_(gone)))
    changed = [
        {"id": standing[key], **_measures(found[key])}
        for key in days
        if key in standing and found[key].present
    ]
    if changed:
        session.execute(update(WorkDay), changed)
    new = [
        {**_copied(days[key]), **_measures(found[key])}
        for key in days
        if key not in standing and found[key].present
    ]
    if new:
        session.execute(insert(WorkDay), new)


def _measures(found: Presence) -> dict[str, object]:
    return {"minutes": found.minutes, "pieces": found.pieces, "updated_at": clock.now()}


def _copied(day: EngagedDay) -> dict[str, object]:
    return {
        "engagement_day_id": day.id,
        "worker_id": day.worker_id,
        "work_date": day.work_date,
        "posting_id": day.posting_id,
        "employer_id": day.employer_id,
        "brand_id": day.brand_id,
        "crew_id": day.crew_id,
        "state": "open",
    }


def _uid(action: str, mark: Mark) -> str:
    return str(uuid.uuid5(_NAMES, f"{action}:{mark.engagement_day_id}:{mark.kind.value}"))
