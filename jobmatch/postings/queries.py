"""Postings as frozen rows: one by one, of an employer, and the board."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Date, and_, bindparam, case, func, select

from jobmatch.employers.models import Employer, Site
from jobmatch.infra.db import fetch, reading
from jobmatch.kernel.ids import EmployerId, PostingDayId, PostingId
from jobmatch.kernel.paging import PAGE_SIZE, Page
from jobmatch.postings import checking
from jobmatch.postings.board import BoardFilter as BoardFilter
from jobmatch.postings.board import keys
from jobmatch.postings.models import Posting, PostingDay, PostingSkill
from jobmatch.postings.rules.linter import Finding
from jobmatch.postings.rules.pay import day_pay


@dataclass(frozen=True, slots=True)
class PostingRow:
    """A posting whole. Money fen; times minutes after midnight; lon, lat degrees."""

    id: PostingId
    employer_id: EmployerId
    employer_name: str
    site_id: int
    site_name: str
    address: str
    skill_id: str
    also_skills: tuple[str, ...]
    title: str
    work_text: str
    state: str
    first_day: date
    last_day: date
    pay_kind: str
    rate_fen: int
    piece_unit: str
    piece_lot: int
    usual_day_pieces: int | None
    crew_share: bool
    day_minutes: int
    starts_at: int
    ends_at: int
    meals: bool
    lodging: bool
    transport: bool
    load: str
    lift_kg: int
    min_level: int
    needs_credential: bool
    is_instant: bool
    min_stay: int
    footing: str
    brand_id: int | None
    place_code: str
    lon: float
    lat: float
    published_at: datetime | None
    version: int

    @property
    def day_pay_fen(self) -> int | None:
        """What an ordinary day comes to, fen; None for piece work without the usual pieces."""
        return day_pay(self)


@dataclass(frozen=True, slots=True)
class DayRow:
    id: PostingDayId
    work_date: date
    headcount: int
    taken: int

    @property
    def left(self) -> int:
        return self.headcount - self.taken


@dataclass(frozen=True, slots=True)
class Fill:
    """How a posting's days from today on are filled; places and taken are person-days.

    most_left   people still wanted on the day that lacks most; next_day: the first day with a place
    """

    days: int
    places: int
    taken: int
    most_left: int
    next_day: date | None


EMPTY = Fill(0, 0, 0, 0, None)


@dataclass(frozen=True, slots=True)
class BoardRow:
    """A card of the board. km: by road from the place that was asked for, or None."""

    posting: PostingRow
    fill: Fill
    km: float | None


@dataclass(frozen=True, slots=True)
class Figures:
    """What the board offers: open postings with a place; person-days free; employers."""

    postings: int
    person_days: int
    employers: int


def posting(posting_id: int) -> PostingRow | None:
    return postings([posting_id]).get(PostingId(posting_id))


def postings(ids: Collection[int]) -> dict[PostingId, PostingRow]:
    """The postings with these keys, in two queries; unknown keys are left out."""
    if not ids:
        return {}
    keys_ = list(set(ids))
    also = _also(fetch(_ALSO_BY_ID, ids=keys_))
    return {row.id: row for row in _whole(fetch(_BY_ID, ids=keys_), also)}


def days(posting_id: int) -> list[DayRow]:
    """The days that want people, in order."""
    return [DayRow(*row) for row in fetch(_DAYS, posting=posting_id)]


def open_on_board(today: date) -> list[PostingRow]:
    """All open postings that are not over, the soonest first."""
    return _rows(and_(Posting.state == "open", Posting.last_day >= today))


def of_employer(employer_id: int, *states: str) -> list[PostingRow]:
    """An employer's postings in these states (all for none), the latest first."""
    where = Posting.employer_id == employer_id
    if states:
        where = and_(where, Posting.state.in_(states))
    return sorted(_rows(where), key=lambda row: (row.first_day, row.id), reverse=True)


def fills(ids: Collection[int], today: date) -> dict[PostingId, Fill]:
    """How the days from today on are filled, by one query."""
    if not ids:
        return {}
    rows = fetch(_FILLS, ids=list(set(ids)), today=today)
    return {
        PostingId(key): Fill(n, places, taken, most, day)
        for key, n, places, taken, most, day in rows
    }


def findings(posting_id: int, today: date) -> list[Finding]:
    """What the linter says of the posting as it stands."""
    session = reading()
    row = session.get_one(Posting, posting_id)
    wanted = {day.work_date: day.headcount for day in days(posting_id)}
    return checking.findings(
        session, row, wanted, today=today, was_open=row.state in {"open", "closed"}
    )


def least_hour_fen(place_code: str, day: date) -> int | None:
    """The hourly minimum wage of a place on a day, fen."""
    return checking.least_hour_fen(reading(), place_code, day)


def figures(today: date) -> Figures:
    """What a stranger is told of the board."""
    row = reading().execute(
        select(
            func.count(func.distinct(Posting.id)),
            func.sum(PostingDay.headcount - PostingDay.taken),
            func.count(func.distinct(Posting.employer_id)),
        )
        .join(PostingDay, PostingDay.posting_id == Posting.id)
        .where(
            Posting.state == "open",
            PostingDay.work_date >= today,
            PostingDay.taken < PostingDay.headcount,
        )
    )
    postings_, person_days, employers_ = row.one()
    return Figures(postings_, person_days or 0, employers_)


@dataclass(frozen=True, slots=True)
class Counts:
    """Postings that are open; the places of a day, and those that are taken."""

    open: int
    places: int
    taken: int


def counts(day: date) -> Counts:
    is_open = select(func.count()).where(Posting.state == "open")
    places, taken = (
        reading()
        .execute(
            select(func.sum(PostingDay.headcount), func.sum(PostingDay.taken))
            .join(Posting, Posting.id == PostingDay.posting_id)
            .where(PostingDay.work_date == day, Posting.state.in_(("open", "closed")))
        )
        .one()
    )
    return Counts(reading().scalar(is_open) or 0, int(places or 0), int(taken or 0))


def board(
    wanted: BoardFilter, page: int = 1, *, today: date, size: int = PAGE_SIZE
) -> Page[BoardRow]:
    """Open postings for a person who looks, `size` a page.

    The list of keys is drawn up first from narrow columns, the page alone is read whole: 5,000
    open postings stay within the time of a few hundred.
    """
    found = keys(reading(), wanted, today)
    shown = found[(page - 1) * size : page * size]
    whole = postings([key for key, _ in shown])
    filled = fills(whole, today)
    rows = [BoardRow(whole[key], filled.get(key, EMPTY), km) for key, km in shown if key in whole]
    return Page(rows, page, len(found), size)


_OTHER: dict[str, Any] = {
    "employer_name": Employer.name,
    "site_name": Site.name,
    "address": Site.address,
}
_NAMES = [field.name for field in fields(PostingRow)]
# Where the skills that are asked for beside the main one come in.
_ALSO_AT = _NAMES.index("also_skills")
_COPIED: list[Any] = [
    _OTHER[name] if name in _OTHER else getattr(Posting, name)
    for name in _NAMES
    if name != "also_skills"
]
_WHOLE = (
    select(*_COPIED)
    .join(Employer, Employer.id == Posting.employer_id)
    .join(Site, Site.id == Posting.site_id)
    .order_by(Posting.first_day, Posting.id)
)
_ALSO = select(PostingSkill.posting_id, PostingSkill.skill_id).order_by(PostingSkill.skill_id)
_IDS: Any = bindparam("ids", expanding=True)
_BY_ID = _WHOLE.where(Posting.id.in_(_IDS))
_ALSO_BY_ID = _ALSO.where(PostingSkill.posting_id.in_(_IDS))
_DAYS = (
    select(PostingDay.id, PostingDay.work_date, PostingDay.headcount, PostingDay.taken)
    .where(PostingDay.posting_id == bindparam("posting"), PostingDay.headcount > 0)
    .order_by(PostingDay.work_date)
)
_LEFT = PostingDay.headcount - PostingDay.taken
_FILLS = (
    select(
        PostingDay.posting_id, func.count(), func.sum(PostingDay.headcount),
        func.sum(PostingDay.taken), func.max(_LEFT),
        func.min(case((_LEFT > 0, PostingDay.work_date))),
    )
    .where(
        PostingDay.posting_id.in_(_IDS), PostingDay.work_date >= bindparam("today", type_=Date),
        PostingDay.headcount > 0,
    )
    .group_by(PostingDay.posting_id)
)  # fmt: skip


def _rows(where: ColumnElement[bool]) -> list[PostingRow]:
    """Postings with the names around them, in two queries, the soonest first."""
    session = reading()
    more = _ALSO.join(Posting, Posting.id == PostingSkill.posting_id).where(where)
    return _whole(session.execute(_WHOLE.where(where)), _also(session.execute(more)))


def _also(rows: Iterable[Any]) -> dict[int, tuple[str, ...]]:
    found: dict[int, tuple[str, ...]] = {}
    for key, skill_id in rows:
        found[key] = (*found.get(key, ()), skill_id)
    return found


def _whole(rows: Iterable[Any], also: dict[int, tuple[str, ...]]) -> list[PostingRow]:
    whole: Any = PostingRow
    return [whole(*row[:_ALSO_AT], also.get(row[0], ()), *row[_ALSO_AT:]) for row in rows]
