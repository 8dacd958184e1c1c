"""Adding events and keeping the work days in step: what all ways of recording share."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, bindparam, delete, insert, select, update
from sqlalchemy.orm import Session

from jobmatch.attendance import policy
from jobmatch.attendance.asking import ask_anew
from jobmatch.attendance.models import AttendanceEvent, WorkDay
from jobmatch.attendance.policy import EngagedDay
from jobmatch.attendance.rules import review as rule
from jobmatch.attendance.rules.kinds import (
    ANSWERS,
    MOST_MINUTES,
    MOST_PIECES,
    TAPS,
    How,
    Kind,
    Via,
    check_value,
)
from jobmatch.attendance.rules.minutes import Shift
from jobmatch.attendance.rules.presence import Presence, Recorded, in_order, presence
from jobmatch.attendance.rules.review import Limits, Reason
from jobmatch.brands.models import Crew
from jobmatch.dispatch.models import Engagement, EngagementDay
from jobmatch.infra import clock, dated
from jobmatch.infra.db import fetch
from jobmatch.kernel.actor import Actor
from jobmatch.kernel.errors import Conflict, Invalid
from jobmatch.kernel.text import text
from jobmatch.postings.models import Posting


class DaySettled(Conflict):
    """The day is on a pay slip: what was recorded stands until the settlement is reversed."""

    default = text("这一天的工钱已经结算，不能再改考勤；要改请先冲销工资条。")


@dataclass(frozen=True, slots=True)
class Mark:
    """What is to be recorded for one engagement day. value: minutes or pieces, else None."""

    engagement_day_id: int
    kind: Kind
    value: int | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """One event to be added; happened and device_time as in the table, None: now, no device."""

    uid: str
    day: EngagedDay
    kind: Kind
    value: int | None = None
    how: How = How.ROSTER
    happened: datetime | None = None
    device_time: datetime | None = None
    is_skewed: bool = False
    witness_id: int | None = None
    point: tuple[float, float] | None = None
    corrects: int | None = None
    via: Via | None = None


@dataclass(frozen=True, slots=True)
class Written:
    """What became of an entry. is_new: it was not there before."""

    is_new: bool
    via: Via
    review: frozenset[Reason] = frozenset()

    @property
    def waits(self) -> bool:
        return rule.waits(self.via, self.review)


_PARAMETERS = ("skew_minutes", "claim_days", "arrival_days", "silence_days")
_LONGEST = ("work.day_minutes", "work.overtime_day_minutes")


def limits(session: Session, on: date, place: str) -> Limits:
    """The dated limits that hold at a place; one that no table has is as the rule has it."""
    book = dated.book(session, ("attendance.", *_LONGEST), place)
    found = {}
    for field in _PARAMETERS:
        with suppress(dated.NoRule):
            found[field] = int(book.value(f"attendance.{field}", on))
    with suppress(dated.NoRule):
        found["long_minutes"] = sum(int(book.value(name, on)) for name in _LONGEST)
    return Limits(**found)


def locked(session: Session, where: ColumnElement[bool]) -> dict[int, EngagedDay]:
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
        day.id: engaged(day.id, day.work_date, engagement, posting, leader_id)
        for day, engagement, posting, leader_id in rows
    }


def engaged(
    key: int | None,
    work_date: date,
    engagement: Engagement,
    posting: Posting,
    leader_id: int | None,
) -> EngagedDay:
    return EngagedDay(
        key, engagement.id, engagement.worker_id, work_date, posting.id, posting.employer_id,
        posting.place_code, engagement.brand_id, engagement.crew_id, leader_id,
        posting.crew_share and posting.pay_kind == "piece",
        Shift(posting.day_minutes, posting.starts_at, posting.ends_at),
    )  # fmt: skip


def write(
    session: Session, entries: Sequence[Entry], actor: Actor, *, late_is_kept: bool = False
) -> list[Written]:
    """Add what is new and bring the work days in step; the outcome of each entry, in order.

    late_is_kept  a record of a settled day is kept for review; else DaySettled, and nothing is
    raises        NotFound, NotAllowed, Invalid, DaySettled
    """
    now, today = clock.now(), clock.today()
    vias = []
    for entry in entries:
        policy.require_time(entry.day.work_date, today)
        vias.append(entry.via or policy.via_of(actor, entry.day, entry.kind))
        check(entry.kind, entry.value)
    known = known_uids(session, [entry.uid for entry in entries])
    new = [entry.uid not in known for entry in entries]
    fresh = {e.day.id: e.day for e, is_new in zip(entries, new, strict=True) if is_new and e.day.id}
    closed = settled(session, fresh)
    if closed and not late_is_kept:
        raise DaySettled
    at_place: dict[str, Limits] = {}
    last = _last_own(session, fresh, actor)
    rows: list[dict[str, Any]] = []
    found = []
    for entry, via, is_new in zip(entries, vias, new, strict=True):
        if not is_new:
            found.append(Written(False, via))
            continue
        day = entry.day
        if day.place_code not in at_place:
            at_place[day.place_code] = limits(session, today, day.place_code)
        happened = min(entry.happened or now, now)
        why = rule.reasons(
            kind=entry.kind, value=entry.value, happened=happened, received=now,
            day=day.work_date, is_skewed=entry.is_skewed, is_outside=day.id is None,
            is_settled=day.id in closed, limits=at_place[day.place_code],
        )  # fmt: skip
        if entry.kind in ANSWERS or entry.how is How.ANSWER:
            why = frozenset()
        corrects = entry.corrects or last.get((day.id, _about(entry.kind)))
        rows.append(
            {
                "uid": entry.uid,
                "engagement_day_id": day.id,
                "posting_id": None if day.id else day.posting_id,
                "worker_id": day.worker_id,
                "work_date": day.work_date,
                "kind": entry.kind.value,
                "value": entry.value,
                "via": via.value,
                "how": entry.how.value,
                "recorded_by": actor.user_id,
                "witness_id": entry.witness_id,
                "happened_at": happened,
                "device_time": entry.device_time,
                "recorded_at": now,
                "lat": entry.point[0] if entry.point else None,
                "lon": entry.point[1] if entry.point else None,
                "corrects_id": corrects,
                "review": rule.written(why),
            }
        )
        found.append(Written(True, via, why))
    if rows:
        session.execute(insert(AttendanceEvent), rows)
        moved = keep_in_step(session, {k: day for k, day in fresh.items() if k not in closed})
        ask_anew(session, moved, actor)
    return found


def known_uids(session: Session, uids: Collection[str]) -> set[str]:
    return set(session.scalars(select(AttendanceEvent.uid).where(AttendanceEvent.uid.in_(uids))))


def check(kind: Kind, value: int | None) -> None:
    """raises Invalid (field value) for a measure out of bounds."""
    try:
        check_value(kind, value)
    except ValueError:
        if kind is Kind.PIECES:
            said = text("件数要在 0 到 {most} 之间。", most=MOST_PIECES)
        else:
            said = text("工时要在 1 到 {most} 分钟之间。", most=MOST_MINUTES)
        raise Invalid(said, field="value") from None


def _about(kind: Kind) -> str:
    """What a statement is about: a later one about the same thing replaces it."""
    return "present" if kind in (Kind.PRESENT, Kind.ABSENT) else kind.value


def _last_own(
    session: Session, days: Collection[int], actor: Actor
) -> dict[tuple[int | None, str], int]:
    """The recorder's own last statement by day and matter; taps replace nothing."""
    rows = session.execute(
        select(AttendanceEvent.id, AttendanceEvent.engagement_day_id, AttendanceEvent.kind)
        .where(
            AttendanceEvent.engagement_day_id.in_(days),
            AttendanceEvent.recorded_by == actor.user_id,
            AttendanceEvent.kind.not_in([kind.value for kind in TAPS | ANSWERS]),
        )
        .order_by(AttendanceEvent.id)
    )
    return {(day, _about(Kind(kind))): key for key, day, kind in rows}


def settled(session: Session, days: dict[int, EngagedDay]) -> set[int]:
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
            key
            for key, day in days.items()
            if day.crew_share and (day.posting_id, day.crew_id, day.work_date) in closed
        }
    return own


_E = AttendanceEvent
_RECORDED = (
    select(
        _E.engagement_day_id, _E.id, _E.kind, _E.via, _E.happened_at, _E.value, _E.how,
        _E.corrects_id, _E.review,
    )
    .where(_E.engagement_day_id.in_(bindparam("days", expanding=True)))
    .order_by(_E.id)
)  # fmt: skip


def recorded(session: Session, days: Iterable[int]) -> dict[int, list[Recorded]]:
    """The events of engagement days, in the order of their arrival."""
    found: dict[int, list[Recorded]] = defaultdict(list)
    keys = list(days)
    if not keys:
        return found
    for row in fetch(_RECORDED, session, days=keys):
        day, key, kind, via, at, value, how, corrects, review = row
        assert day is not None  # it is one of those asked for
        found[day].append(
            Recorded(key, Kind(kind), Via(via), at, value, How(how), corrects, rule.read(review))
        )
    return found


def keep_in_step(session: Session, days: dict[int, EngagedDay]) -> list[int]:
    """A work day stands exactly while its events say 'present', with their measures.

    returns  those whose figures changed, or that stand no more
    """
    seen = recorded(session, days)
    found = {
        key: presence(in_order(seen.get(key, [])), day.shift, day.work_date)
        for key, day in days.items()
    }
    rows = session.execute(
        select(WorkDay.engagement_day_id, WorkDay.id, WorkDay.minutes, WorkDay.pieces).where(
            WorkDay.engagement_day_id.in_(days)
        )
    )
    standing = {row.engagement_day_id: row for row in rows}
    gone = [standing[key].id for key in days if key in standing and not found[key].present]
    if gone:
        session.execute(delete(WorkDay).where(WorkDay.id.in_(gone)))
    changed = [
        {"id": standing[key].id, **_measures(found[key])}
        for key in days
        if key in standing and found[key].present
    ]
    if changed:
        session.execute(update(WorkDay), changed)
    new = [
        {"engagement_day_id": key, **_copied(day), **_measures(found[key])}
        for key, day in days.items()
        if key not in standing and found[key].present
    ]
    if new:
        session.execute(insert(WorkDay), new)
    return [
        key
        for key, row in standing.items()
        if not found[key].present
        or (found[key].minutes, found[key].pieces) != (row.minutes, row.pieces)
    ]


def _measures(found: Presence) -> dict[str, object]:
    return {"minutes": found.minutes, "pieces": found.pieces, "updated_at": clock.now()}


def _copied(day: EngagedDay) -> dict[str, object]:
    return {
        "worker_id": day.worker_id,
        "work_date": day.work_date,
        "posting_id": day.posting_id,
        "employer_id": day.employer_id,
        "brand_id": day.brand_id,
        "crew_id": day.crew_id,
        "state": "open",
    }
