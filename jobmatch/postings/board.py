"""Which open postings a person who looks is shown, and in which order: keys first,
from narrow columns.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from sqlalchemy import ColumnElement, Date, and_, bindparam, case, func, or_, select
from sqlalchemy.orm import Session

from jobmatch.employers.models import Employer
from jobmatch.infra.db import fetch
from jobmatch.kernel.ids import PostingId
from jobmatch.places.models import Place
from jobmatch.places.rules import reach, road_km
from jobmatch.postings.models import Posting, PostingDay, PostingSkill
from jobmatch.skills.models import Skill, SkillAlias

MOST_WORDS = 64


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


EVERYTHING = BoardFilter()
_EVERYTHING = select(
    Posting.id,
    select(func.min(PostingDay.work_date))
    .where(
        PostingDay.posting_id == Posting.id,
        PostingDay.work_date >= bindparam("today", type_=Date),
        PostingDay.taken < PostingDay.headcount,
    )
    .scalar_subquery(),
).where(Posting.state == "open", Posting.last_day >= bindparam("today", type_=Date))


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


def keys(
    session: Session, wanted: BoardFilter, today: date
) -> list[tuple[PostingId, float | None]]:
    """Keys of all that fit with their distance by road, in the order wanted."""
    if wanted == EVERYTHING:
        soon = sorted((day, key) for key, day in fetch(_EVERYTHING, today=today) if day)
        return [(PostingId(key), None) for _, key in soon]
    start = _start(session, wanted)
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
        .outerjoin(
            SkillAlias, and_(SkillAlias.skill_id == Skill.id, SkillAlias.removed_at.is_(None))
        )
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
