"""Postings as frozen rows: one by one, of an employer, and the board."""

from collections.abc import Callable, Collection
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, and_, case, func, or_, select
from sqlalchemy.orm import Session

from jobmatch.employers.models import Employer, Site
from jobmatch.infra.db import reading
from jobmatch.kernel.ids import EmployerId, PostingDayId, PostingId
from jobmatch.kernel.paging import PAGE_SIZE, Page
from jobmatch.places.models import Place
from jobmatch.places.rules import reach, road_km
from jobmatch.postings import checking
from jobmatch.postings.models import Posting, PostingDay, PostingSkill
from jobmatch.postings.rules.linter import Finding
from jobmatch.postings.rules.pay import day_pay
from jobmatch.skills.models import Skill, SkillAlias

MOST_WORDS = 64
ORDERS = ("soon", "near", "pay")


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
class BoardFilter:
    """What a person looks for; an empty filter is everything.

    place       code of a place: postings in it, or within `km` of its point
    point       lon, lat of where the person stands, instead of a place
    skills      any of these skills; category: any skill of it
    words       part of the title, the work, the employer's name, or of a skill's name or alias
    first, last a day with a free place lies between them
    least_fen   an ordinary day comes to at least so much
    full        also postings without a free place
    order       soon, near (needs a place or point), pay; empty: near with a place, else soon
    """

    place: str = ""
    km: int | None = None
    point: tuple[float, float] | None = None
    skills: tuple[str, ...] = ()
    category: str = ""
    words: str = ""
    first: date | None = None
    last: date | None = None
    lodging: bool = False
    meals: bool = False
    transport: bool = False
    least_fen: int | None = None
    full: bool = False
    order: str = ""


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
    return {row.id: row for row in _rows(Posting.id.in_(set(ids)))}


def days(posting_id: int) -> list[DayRow]:
    """The days that want people, in order."""
    rows = reading().scalars(
        select(PostingDay)
        .where(PostingDay.posting_id == posting_id, PostingDay.headcount > 0)
        .order_by(PostingDay.work_date)
    )
    return [DayRow(PostingDayId(d.id), d.work_date, d.headcount, d.taken) for d in rows]


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
    left = PostingDay.headcount - PostingDay.taken
    rows = reading().execute(
        select(
            PostingDay.posting_id,
            func.count(),
            func.sum(PostingDay.headcount),
            func.sum(PostingDay.taken),
            func.max(left),
            func.min(case((left > 0, PostingDay.work_date))),
        )
        .where(
            PostingDay.posting_id.in_(set(ids)),
            PostingDay.work_date >= today,
            PostingDay.headcount > 0,
        )
        .group_by(PostingDay.posting_id)
    )
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


def board(wanted: BoardFilter, page: int = 1, *, today: date) -> Page[BoardRow]:
    """Open postings for a person who looks, a page of 50.

    The list of keys is drawn up first from narrow columns, the page alone is read whole: 5,000
    open postings stay within the time of a few hundred.
    """
    session = reading()
    start = _start(session, wanted)
    found = _keys(session, wanted, start, today)
    shown = found[(page - 1) * PAGE_SIZE : page * PAGE_SIZE]
    whole = postings([key for key, _ in shown])
    filled = fills(whole, today)
    rows = [BoardRow(whole[key], filled.get(key, EMPTY), km) for key, km in shown if key in whole]
    return Page(rows, page, len(found))


class _Start(NamedTuple):
    lon: float
    lat: float
    code: str


class _Key(NamedTuple):
    """What it takes to sort a posting. pay: fen of an ordinary day."""

    id: int
    next_day: date | None
    lon: float
    lat: float
    place_code: str
    pay: int | None


def _start(session: Session, wanted: BoardFilter) -> _Start | None:
    if wanted.point is not None:
        return _Start(*wanted.point, "")
    place = session.get(Place, wanted.place) if wanted.place else None
    return _Start(place.lon, place.lat, place.code) if place else None


def _keys(
    session: Session, wanted: BoardFilter, start: _Start | None, today: date
) -> list[tuple[PostingId, float | None]]:
    """Keys of all that fit with their distance, in the order wanted."""
    next_day = (
        select(func.min(PostingDay.work_date))
        .where(
            PostingDay.posting_id == Posting.id,
            PostingDay.work_date >= max(today, wanted.first or today),
            PostingDay.taken < PostingDay.headcount,
            *([PostingDay.work_date <= wanted.last] if wanted.last else []),
        )
        .scalar_subquery()
    )
    rows = session.execute(
        select(
            Posting.id, next_day, Posting.lon, Posting.lat, Posting.place_code, _day_pay(),
        ).where(*_conditions(session, wanted, start, today))
    )  # fmt: skip
    only_free = not wanted.full or wanted.first or wanted.last
    near = [
        (key, _km(start, key)) for key in map(_Key._make, rows) if key.next_day or not only_free
    ]
    if wanted.km is not None and start is not None:
        near = [(key, km) for key, km in near if km <= wanted.km]
    near.sort(key=_order(wanted, start))
    return [(PostingId(key.id), km if start else None) for key, km in near]


def _order(
    wanted: BoardFilter, start: _Start | None
) -> Callable[[tuple[_Key, float]], tuple[float | date, ...]]:
    """The sort key: postings without a free place come last, whatever the order."""
    order = wanted.order or ("near" if start else "soon")

    def place(at: tuple[_Key, float]) -> tuple[float | date, ...]:
        key, km = at
        soon = key.next_day or date.max
        if order == "near" and start is not None:
            return (key.next_day is None, km, soon, key.id)
        if order == "pay":
            return (key.next_day is None, -(key.pay or 0), soon, key.id)
        return (soon, km, key.id)

    return place


def _km(start: _Start | None, key: _Key) -> float:
    if start is None:
        return 0.0
    return road_km(start.lon, start.lat, key.lon, key.lat, code1=start.code, code2=key.place_code)


def _day_pay() -> ColumnElement[int]:
    return case(
        (Posting.pay_kind == "day", Posting.rate_fen),
        (Posting.pay_kind == "hour", Posting.rate_fen * Posting.day_minutes // 60),
        else_=Posting.rate_fen * Posting.usual_day_pieces // Posting.piece_lot,
    )


def _conditions(
    session: Session, wanted: BoardFilter, start: _Start | None, today: date
) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = [
        Posting.state == "open",
        Posting.last_day >= max(today, wanted.first or today),
    ]
    if wanted.last:
        found.append(Posting.first_day <= wanted.last)
    if wanted.km is not None and start is not None:
        west, south, east, north = reach(start.lon, start.lat, wanted.km)
        found += [Posting.lon.between(west, east), Posting.lat.between(south, north)]
    elif wanted.place:
        found.append(Posting.place_code.startswith(wanted.place, autoescape=True))
    flags = [
        (wanted.lodging, Posting.lodging),
        (wanted.meals, Posting.meals),
        (wanted.transport, Posting.transport),
    ]
    found += [column.is_(True) for is_wanted, column in flags if is_wanted]
    if wanted.least_fen:
        found.append(_day_pay() >= wanted.least_fen)
    if wanted.category:
        ids = select(Skill.id).where(Skill.category == wanted.category)
        found.append(_asks_for(session, session.scalars(ids).all()))
    if wanted.skills:
        found.append(_asks_for(session, wanted.skills))
    words = " ".join(wanted.words[:MOST_WORDS].split())
    if words:
        found.append(_holds(session, words))
    return found


def _asks_for(session: Session, skills: Collection[str]) -> ColumnElement[bool]:
    also = select(PostingSkill.posting_id).where(PostingSkill.skill_id.in_(skills))
    return or_(Posting.skill_id.in_(skills), Posting.id.in_(also))


def _holds(session: Session, words: str) -> ColumnElement[bool]:
    """Postings that hold the words, or ask for a skill that is called so by anybody."""
    named = session.scalars(
        select(Skill.id)
        .outerjoin(SkillAlias)
        .where(
            or_(
                Skill.name_zh.contains(words, autoescape=True),
                Skill.name_en.icontains(words, autoescape=True),
                SkillAlias.alias.contains(words, autoescape=True),
            )
        )
        .distinct()
    ).all()
    employers = select(Employer.id).where(Employer.name.contains(words, autoescape=True))
    return or_(
        Posting.title.contains(words, autoescape=True),
        Posting.work_text.contains(words, autoescape=True),
        Posting.employer_id.in_(employers),
        _asks_for(session, named) if named else Posting.id < 0,
    )


_COPIED = [
    field.name
    for field in fields(PostingRow)
    if field.name not in {"employer_name", "site_name", "address", "also_skills"}
]


def _rows(where: ColumnElement[bool]) -> list[PostingRow]:
    """Postings with the names around them, in two queries, the soonest first."""
    session = reading()
    found = session.execute(
        select(Posting, Employer.name, Site.name, Site.address)
        .join(Employer, Employer.id == Posting.employer_id)
        .join(Site, Site.id == Posting.site_id)
        .where(where)
        .order_by(Posting.first_day, Posting.id)
    ).all()
    also: dict[int, list[str]] = {}
    more = select(PostingSkill.posting_id, PostingSkill.skill_id).join(
        Posting, Posting.id == PostingSkill.posting_id
    )
    for key, skill_id in session.execute(more.where(where).order_by(PostingSkill.skill_id)):
        also.setdefault(key, []).append(skill_id)
    return [
        PostingRow(
            **{name: getattr(row, name) for name in _COPIED},
            employer_name=employer_name,
            site_name=site_name,
            address=address,
            also_skills=tuple(also.get(row.id, ())),
        )
        for row, employer_name, site_name, address in found
    ]
