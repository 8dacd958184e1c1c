"""What training came to: people, person-times, results, and work in the skill afterwards.

The definitions, with a worked table, stand in docs/rules/training.md.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Integer,
    Select,
    String,
    Subquery,
    and_,
    case,
    cast,
    distinct,
    exists,
    func,
    literal_column,
    or_,
    select,
)

from jobmatch.attendance.models import WorkDay
from jobmatch.households.models import Household, HouseholdMember
from jobmatch.infra.db import db, reading
from jobmatch.kernel.actor import Actor
from jobmatch.kernel.paging import PAGE_SIZE, Page
from jobmatch.places import queries
from jobmatch.places.models import Place
from jobmatch.postings.models import Posting
from jobmatch.skills.models import Skill
from jobmatch.training import policy
from jobmatch.training.models import Course, Enrolment, TrainingPresence, TrainingSession
from jobmatch.training.rules import WORKED_WITHIN_DAYS, EnrolmentState
from jobmatch.workers.models import Worker

MONITORED = ("lifted_unstable", "marginal_at_risk", "sudden_hardship")
MOST_LINES = 20_000


class By(StrEnum):
    PLACE = "place"
    MONTH = "month"
    SKILL = "skill"


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose training: sessions held under these place codes, or one brand's."""

    places: tuple[str, ...] = ()
    brand_id: int | None = None
    skill_id: str = ""


@dataclass(frozen=True, slots=True)
class Figures:
    """person_times: people x training days; all others count people once."""

    person_times: int = 0
    people: int = 0
    lifted: int = 0
    monitored: int = 0
    passed: int = 0
    worked: int = 0


@dataclass(frozen=True, slots=True)
class FiguresRow:
    """Figures of one place, month ("2026-08") or skill; the names are of the key."""

    key: str
    name_zh: str
    name_en: str
    figures: Figures


@dataclass(frozen=True, slots=True)
class ReportLine:
    """One person in one session: what a figure is made of."""

    session_id: int
    course: str
    first_day: date
    last_day: date
    place_name: str
    worker_id: int
    name: str
    home_name: str
    household_kind: str
    days: int
    state: EnrolmentState
    worked_on: date | None


def totals(scope: Scope, first: date, last: date) -> Figures:
    """Figures of all training days from first to last."""
    lines = _lines(scope, first, last, None)
    row = reading().execute(select(*_measures(lines))).one()
    return Figures(*(int(n or 0) for n in row))


def figures(scope: Scope, first: date, last: date, by: By, *, digits: int = 6) -> list[FiguresRow]:
    """Figures by place (the first `digits` of its code), month or skill, in the order of the key.

    People who learnt in two places, months or skills count in each row and once in the total.
    """
    lines = _lines(scope, first, last, _key(by, digits))
    rows = (
        reading()
        .execute(select(lines.c.key, *_measures(lines)).group_by(lines.c.key).order_by(lines.c.key))
        .all()
    )
    names = _names(by, [row[0] for row in rows])
    return [
        FiguresRow(
            row[0], *names.get(row[0], (row[0], row[0])), Figures(*(int(n or 0) for n in row[1:]))
        )
        for row in rows
    ]


def people(scope: Scope, first: date, last: date, page: int = 1) -> Page[ReportLine]:
    """The people and sessions behind the figures, the latest session first."""
    base = _people(scope, first, last)
    total = reading().scalar(select(func.count()).select_from(base.subquery())) or 0
    page = max(page, 1)
    return Page(_page(base.limit(PAGE_SIZE).offset((page - 1) * PAGE_SIZE)), page, total)


def to_be_seen(session_ids: Collection[int], actor: Actor) -> frozenset[int]:
    """Those of the sessions whose page the actor may open: a township reads in the report of a
    session held there, which the county runs.
    """
    found = reading().execute(
        select(TrainingSession.id, Course.brand_id, Course.place_code)
        .join(Course, Course.id == TrainingSession.course_id)
        .where(TrainingSession.id.in_(session_ids))
    )
    return frozenset(
        key for key, brand, place in found if policy.may_see_people(actor, brand, place)
    )


def all_people(scope: Scope, first: date, last: date) -> list[ReportLine]:
    """The same for a file, at most MOST_LINES lines and one that tells of more."""
    return _page(_people(scope, first, last).limit(MOST_LINES + 1))


def _key(by: By, digits: int) -> ColumnElement[str]:
    if by is By.SKILL:
        return cast(Course.skill_id, String)
    # Written into the statement: PostgreSQL takes two parameters of one value for two expressions.
    if by is By.PLACE:
        return func.substr(TrainingSession.place_code, _number(1), _number(digits))
    return func.substr(cast(TrainingPresence.day, String), _number(1), _number(7))


def _number(n: int) -> ColumnElement[int]:
    return literal_column(str(int(n)), Integer)


def _where(scope: Scope, first: date, last: date) -> list[ColumnElement[bool]]:
    where = [
        TrainingPresence.present.is_(True),
        TrainingPresence.day >= first,
        TrainingPresence.day <= last,
        TrainingSession.state != "cancelled",
    ]
    if scope.brand_id is not None:
        where.append(Course.brand_id == scope.brand_id)
    if scope.places:
        where.append(
            or_(*(TrainingSession.place_code.startswith(p, autoescape=True) for p in scope.places))
        )
    if scope.skill_id:
        where.append(Course.skill_id == scope.skill_id)
    return where


def _joined(statement: Any) -> Select[Any]:
    joined: Select[Any] = (
        statement.join(Enrolment, Enrolment.id == TrainingPresence.enrolment_id)
        .join(TrainingSession, TrainingSession.id == Enrolment.session_id)
        .join(Course, Course.id == TrainingSession.course_id)
        .join(Worker, Worker.id == Enrolment.worker_id)
        .outerjoin(HouseholdMember, HouseholdMember.id == Worker.member_id)
        .outerjoin(Household, Household.id == HouseholdMember.household_id)
    )
    return joined


def _lines(scope: Scope, first: date, last: date, key: ColumnElement[str] | None) -> Subquery:
    """One row a person, session and key: days there, kind of household, result, worked after."""
    columns: list[Any] = [
        Enrolment.id,
        Enrolment.worker_id.label("worker_id"),
        Enrolment.state.label("state"),
        Household.kind.label("kind"),
        func.count().label("days"),
        _worked().label("worked"),
    ]
    grouped: list[Any] = [
        Enrolment.id, Enrolment.worker_id, Enrolment.state, Household.kind,
        TrainingSession.last_day, Course.skill_id,
    ]  # fmt: skip
    if key is not None:
        columns.append(key.label("key"))
        grouped.append(key)
    statement = _joined(select(*columns).select_from(TrainingPresence))
    return statement.where(*_where(scope, first, last)).group_by(*grouped).subquery()


def _after() -> ColumnElement[bool]:
    """A work day in the course's skill within 60 days after the session's last day."""
    return and_(
        WorkDay.worker_id == Enrolment.worker_id,
        WorkDay.work_date > TrainingSession.last_day,
        WorkDay.work_date <= _plus_days(TrainingSession.last_day),
        Posting.skill_id == Course.skill_id,
    )


def _worked() -> ColumnElement[bool]:
    return (
        exists()
        .where(_after(), Posting.id == WorkDay.posting_id)
        .correlate(Enrolment, TrainingSession, Course)
    )


def _plus_days(day: Any) -> Any:
    """SQLite keeps days as text, so that adding to one is a function of its own there."""
    if db.engine.dialect.name == "sqlite":
        return func.date(day, f"+{WORKED_WITHIN_DAYS} days")
    return day + timedelta(days=WORKED_WITHIN_DAYS)


def _measures(lines: Subquery) -> list[ColumnElement[Any]]:
    def people_where(condition: ColumnElement[bool]) -> ColumnElement[int]:
        return func.count(distinct(case((condition, lines.c.worker_id))))

    return [
        func.sum(lines.c.days),
        func.count(distinct(lines.c.worker_id)),
        people_where(lines.c.kind == "lifted"),
        people_where(lines.c.kind.in_(MONITORED)),
        people_where(lines.c.state == EnrolmentState.PASSED.value),
        people_where(lines.c.worked.is_(True)),
    ]


def _names(by: By, keys: Sequence[str]) -> dict[str, tuple[str, str]]:
    if by is By.PLACE:
        rows = reading().execute(
            select(Place.code, Place.short_name, Place.short_name).where(Place.code.in_(keys))
        )
    elif by is By.SKILL:
        rows = reading().execute(
            select(Skill.id, Skill.name_zh, Skill.name_en).where(Skill.id.in_(keys))
        )
    else:
        return {}
    return {key: (zh, en) for key, zh, en in rows}


def _people(scope: Scope, first: date, last: date) -> Select[Any]:
    worked_on = (
        select(func.min(WorkDay.work_date))
        .join(Posting, Posting.id == WorkDay.posting_id)
        .where(_after())
        .correlate(Enrolment, TrainingSession, Course)
    )
    statement = _joined(
        select(
            TrainingSession.id,
            Course.title,
            TrainingSession.first_day,
            TrainingSession.last_day,
            TrainingSession.place_code,
            Worker.id,
            Worker.name,
            Worker.home_code,
            func.coalesce(Household.kind, ""),
            func.count(),
            Enrolment.state,
            worked_on.scalar_subquery(),
        ).select_from(TrainingPresence)
    )
    return (
        statement.where(*_where(scope, first, last))
        .group_by(
            TrainingSession.id,
            Course.id,
            Enrolment.id,
            Worker.id,
            Household.kind,
        )
        .order_by(TrainingSession.first_day.desc(), TrainingSession.id, Worker.name, Worker.id)
    )


def _page(statement: Select[Any]) -> list[ReportLine]:
    found = [list(row) for row in reading().execute(statement)]
    names = queries.local_names({code for row in found for code in (row[4], row[7])})
    for row in found:
        row[4], row[7] = names.get(row[4], ""), names.get(row[7], "")
        row[10] = EnrolmentState(row[10])
    return [ReportLine(*row) for row in found]
