"""Attendance as frozen rows: rosters of a day, a worker's days, work days by filter."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Date, bindparam, case, func, select

from jobmatch.attendance.models import AttendanceEvent, WorkDay
from jobmatch.attendance.rules.kinds import Via
from jobmatch.attendance.rules.minutes import Shift
from jobmatch.attendance.rules.presence import Presence, Seen, in_order, presence
from jobmatch.attendance.writing import recorded
from jobmatch.brands.models import Crew
from jobmatch.dispatch.models import Engagement, EngagementDay
from jobmatch.employers.models import Employer, Site
from jobmatch.infra.db import fetch, reading
from jobmatch.infra.scopes import within
from jobmatch.kernel.actor import Actor
from jobmatch.kernel.errors import NotFound
from jobmatch.places import queries as places
from jobmatch.postings.models import Posting
from jobmatch.workers.models import Worker


@dataclass(frozen=True, slots=True)
class PostingHead:
    """What a roster or a pay page says of its posting."""

    id: int
    employer_id: int
    employer_name: str
    title: str
    site_name: str
    place_code: str
    first_day: date
    last_day: date
    pay_kind: str
    rate_fen: int
    piece_unit: str
    piece_lot: int
    crew_share: bool
    shift: Shift

    @property
    def by_piece(self) -> bool:
        return self.pay_kind == "piece"


@dataclass(frozen=True, slots=True)
class RosterRow:
    """One person of a day's roster and what was recorded of them.

    is_settled: on a pay slip; is_witnessed: somebody besides the worker has spoken
    """

    engagement_day_id: int
    worker_id: int
    name: str
    crew_id: int | None
    crew_name: str
    presence: Presence
    is_settled: bool
    is_witnessed: bool


@dataclass(frozen=True, slots=True)
class DayCount:
    """A day of a posting: places engaged, present, and those of whom nothing is recorded."""

    work_date: date
    engaged: int
    present: int
    unsaid: int


@dataclass(frozen=True, slots=True)
class PostingDayCount:
    """A posting with people on a day."""

    posting_id: int
    title: str
    site_name: str
    work_date: date
    engaged: int
    present: int
    unsaid: int


@dataclass(frozen=True, slots=True)
class OwnDay:
    """A day of work as the worker sees it. place: the township and village, in short."""

    engagement_day_id: int
    worker_id: int
    posting_id: int
    work_date: date
    title: str
    employer_name: str
    employer_phone: str
    site_name: str
    address: str
    place: str
    shift: Shift
    by_piece: bool
    piece_unit: str
    presence: Presence
    is_settled: bool


@dataclass(frozen=True, slots=True)
class CrewDay:
    """A crew that the worker leads, at one posting on one day."""

    crew_id: int
    crew_name: str
    posting_id: int
    title: str
    work_date: date
    engaged: int
    present: int
    unsaid: int


@dataclass(frozen=True, slots=True)
class WorkDayRow:
    """A day worked: one person-time."""

    id: int
    worker_id: int
    worker_name: str
    work_date: date
    posting_id: int
    posting_title: str
    employer_id: int
    employer_name: str
    brand_id: int | None
    crew_id: int | None
    minutes: int
    pieces: int
    is_settled: bool


def posting_head(posting_id: int, *, actor: Actor) -> PostingHead:
    """The posting for a user of its employer. raises NotFound for all others."""
    found = heads([posting_id]).get(posting_id)
    if found is None or found.employer_id not in actor.employer_ids:
        raise NotFound
    return found


def heads(posting_ids: Collection[int]) -> dict[int, PostingHead]:
    rows = reading().execute(
        select(Posting, Employer.name, Site.name)
        .join(Employer, Employer.id == Posting.employer_id)
        .join(Site, Site.id == Posting.site_id)
        .where(Posting.id.in_(posting_ids))
    )
    return {
        p.id: PostingHead(
            p.id, p.employer_id, employer, p.title, site, p.place_code, p.first_day, p.last_day,
            p.pay_kind, p.rate_fen, p.piece_unit, p.piece_lot, p.crew_share,
            Shift(p.day_minutes, p.starts_at, p.ends_at),
        )
        for p, employer, site in rows
    }  # fmt: skip


def crew_head(crew_id: int, posting_id: int, *, actor: Actor) -> tuple[PostingHead, str]:
    """The posting and the crew's name for the leader of a crew that is, or was, engaged there.

    raises NotFound for all others
    """
    session = reading()
    crew = session.get(Crew, crew_id)
    engaged = select(Engagement.id).where(
        Engagement.posting_id == posting_id, Engagement.crew_id == crew_id
    )
    found = heads([posting_id]).get(posting_id) if session.scalar(engaged.limit(1)) else None
    leads = crew is not None and actor.worker_id is not None and crew.leader_id == actor.worker_id
    if crew is None or found is None or not leads:
        raise NotFound
    return found, crew.name


def day_roster(posting_id: int, day: date, *, crew_id: int | None = None) -> list[RosterRow]:
    """Everybody engaged on a day, crew by crew, with what counts for them. Three queries."""
    session = reading()
    query = (
        select(EngagementDay, Engagement.crew_id, Worker.name, Crew.name, Posting, WorkDay.state)
        .join(Engagement, Engagement.id == EngagementDay.engagement_id)
        .join(Posting, Posting.id == Engagement.posting_id)
        .join(Worker, Worker.id == EngagementDay.worker_id)
        .outerjoin(Crew, Crew.id == Engagement.crew_id)
        .outerjoin(WorkDay, WorkDay.engagement_day_id == EngagementDay.id)
        .where(Engagement.posting_id == posting_id, EngagementDay.work_date == day)
        .order_by(Crew.name.is_(None), Crew.name, Worker.name, EngagementDay.id)
    )
    if crew_id is not None:
        query = query.where(Engagement.crew_id == crew_id)
    rows = session.execute(query).all()
    seen = _seen([row[0].id for row in rows])
    return [
        RosterRow(
            ed.id, ed.worker_id, name, crew, crew_name or "",
            presence(seen.get(ed.id, []), _shift(posting), day), state == "settled",
            any(one.via is not Via.SELF for one in seen.get(ed.id, [])),
        )
        for ed, crew, name, crew_name, posting, state in rows
    ]  # fmt: skip


def days_of_posting(posting_id: int) -> list[DayCount]:
    """The days of a posting on which somebody is engaged, in order."""
    rows = reading().execute(
        _counted(EngagementDay.work_date)
        .where(Engagement.posting_id == posting_id)
        .group_by(EngagementDay.work_date)
        .order_by(EngagementDay.work_date)
    )
    return [DayCount(day, engaged, present, unsaid) for day, engaged, present, unsaid in rows]


def postings_on(
    employer_ids: Collection[int], first: date, last: date, *, places: Collection[str] = ()
) -> list[PostingDayCount]:
    """Postings of these employers or in these places with people on the days, the latest first."""
    wanted = Posting.employer_id.in_(employer_ids) | within(Posting.place_code, places)
    rows = reading().execute(
        _counted(EngagementDay.work_date, Posting.id, Posting.title, Site.name)
        .join(Posting, Posting.id == Engagement.posting_id)
        .join(Site, Site.id == Posting.site_id)
        .where(wanted, EngagementDay.work_date.between(first, last))
        .group_by(EngagementDay.work_date, Posting.id, Posting.title, Site.name)
        .order_by(EngagementDay.work_date.desc(), Posting.id)
    )
    return [
        PostingDayCount(posting, title, site, day, engaged, present, unsaid)
        for day, posting, title, site, engaged, present, unsaid in rows
    ]


_LED = select(Crew.id).where(Crew.leader_id == bindparam("worker"))
_NEXT = select(func.min(EngagementDay.work_date)).where(
    EngagementDay.worker_id == bindparam("worker"),
    EngagementDay.work_date > bindparam("after", type_=Date),
)


def crews_led(worker_id: int, first: date, last: date) -> list[CrewDay]:
    """Days on which crews led by this worker are engaged, the latest first."""
    led = [key for (key,) in fetch(_LED, worker=worker_id)]
    if not led:  # most workers: the search by day below would be for nothing
        return []
    rows = reading().execute(
        _counted(EngagementDay.work_date, Crew.id, Crew.name, Posting.id, Posting.title)
        .join(Posting, Posting.id == Engagement.posting_id)
        .join(Crew, Crew.id == Engagement.crew_id)
        .where(Crew.id.in_(led), EngagementDay.work_date.between(first, last))
        .group_by(EngagementDay.work_date, Crew.id, Crew.name, Posting.id, Posting.title)
        .order_by(EngagementDay.work_date.desc(), Crew.id, Posting.id)
    )
    return [
        CrewDay(crew, name, posting, title, day, engaged, present, unsaid)
        for day, crew, name, posting, title, engaged, present, unsaid in rows
    ]


def own_days(worker_id: int, first: date, last: date) -> list[OwnDay]:
    """The worker's engaged days, the latest first, each with what was recorded."""
    return _own(fetch(_OWN_DAYS, worker=worker_id, first=first, last=last))


def own_day(worker_id: int, engagement_day_id: int) -> OwnDay | None:
    """One of the worker's engaged days; None when it is not theirs."""
    found = _own(fetch(_OWN_DAY, worker=worker_id, day=engagement_day_id))
    return found[0] if found else None


_OWN = (
    select(
        EngagementDay.id, EngagementDay.worker_id, Posting.id.label("posting_id"),
        EngagementDay.work_date, Posting.title, Employer.name.label("employer"), Employer.phone,
        Site.name.label("site"), Site.address, Posting.place_code, Posting.day_minutes,
        Posting.starts_at, Posting.ends_at, Posting.pay_kind, Posting.piece_unit, WorkDay.state,
    )
    .join(Engagement, Engagement.id == EngagementDay.engagement_id)
    .join(Posting, Posting.id == Engagement.posting_id)
    .join(Employer, Employer.id == Posting.employer_id)
    .join(Site, Site.id == Posting.site_id)
    .outerjoin(WorkDay, WorkDay.engagement_day_id == EngagementDay.id)
    .where(EngagementDay.worker_id == bindparam("worker"))
    .order_by(EngagementDay.work_date.desc())
)  # fmt: skip
_OWN_DAY = _OWN.where(EngagementDay.id == bindparam("day"))
_OWN_DAYS = _OWN.where(
    EngagementDay.work_date.between(bindparam("first", type_=Date), bindparam("last", type_=Date))
)


def _own(rows: Sequence[Any]) -> list[OwnDay]:
    seen = _seen([row.id for row in rows])
    names = places.local_names({row.place_code for row in rows})
    return [
        OwnDay(
            row.id, row.worker_id, row.posting_id, row.work_date, row.title, row.employer,
            row.phone, row.site, row.address, names.get(row.place_code, ""), _shift(row),
            row.pay_kind == "piece", row.piece_unit,
            presence(seen.get(row.id, []), _shift(row), row.work_date), row.state == "settled",
        )
        for row in rows
    ]  # fmt: skip


def next_day(worker_id: int, after: date) -> date | None:
    """The next day of work after this one."""
    found: date | None = fetch(_NEXT, worker=worker_id, after=after)[0][0]
    return found


def work_days(
    *,
    posting_id: int | None = None,
    worker_id: int | None = None,
    employer_id: int | None = None,
    brand_id: int | None = None,
    crew_id: int | None = None,
    first: date | None = None,
    last: date | None = None,
    settled: bool | None = None,
) -> list[WorkDayRow]:
    """Days worked, by all the filters given; by date, then name."""
    equal = {
        WorkDay.posting_id: posting_id,
        WorkDay.worker_id: worker_id,
        WorkDay.employer_id: employer_id,
        WorkDay.brand_id: brand_id,
        WorkDay.crew_id: crew_id,
    }
    where: list[ColumnElement[bool]] = [
        column == value for column, value in equal.items() if value is not None
    ]
    if first is not None:
        where.append(WorkDay.work_date >= first)
    if last is not None:
        where.append(WorkDay.work_date <= last)
    if settled is not None:
        where.append(WorkDay.state == ("settled" if settled else "open"))
    rows = reading().execute(
        select(WorkDay, Worker.name, Posting.title, Employer.name)
        .join(Worker, Worker.id == WorkDay.worker_id)
        .join(Posting, Posting.id == WorkDay.posting_id)
        .join(Employer, Employer.id == WorkDay.employer_id)
        .where(*where)
        .order_by(WorkDay.work_date, Worker.name, WorkDay.id)
    )
    return [
        WorkDayRow(
            w.id, w.worker_id, name, w.work_date, w.posting_id, title, w.employer_id, employer,
            w.brand_id, w.crew_id, w.minutes, w.pieces, w.state == "settled",
        )
        for w, name, title, employer in rows
    ]  # fmt: skip


def recent(today: date, days: int = 7) -> tuple[date, date]:
    """The days that still need somebody: the last week and today."""
    return today - timedelta(days=days), today


def _counted(*columns: Any) -> Any:
    """Engaged days by these columns: how many, how many present, how many nobody spoke of."""
    spoken = (
        select(AttendanceEvent.id)
        .where(AttendanceEvent.engagement_day_id == EngagementDay.id)
        .exists()
    )
    return (
        select(
            *columns,
            func.count(EngagementDay.id),
            func.count(WorkDay.id),
            func.sum(case((spoken, 0), else_=1)),
        )
        .select_from(EngagementDay)
        .join(Engagement, Engagement.id == EngagementDay.engagement_id)
        .outerjoin(WorkDay, WorkDay.engagement_day_id == EngagementDay.id)
    )


def _seen(ids: Sequence[int]) -> dict[int, list[Seen]]:
    """The events of engagement days, in the order in which they happened."""
    return {day: in_order(events) for day, events in recorded(reading(), ids).items()}


def _shift(posting: Any) -> Shift:
    return Shift(posting.day_minutes, posting.starts_at, posting.ends_at)
