"""What pages show of training: frozen rows, a constant number of statements each."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, func, or_, select

from jobmatch.accounts.models import User
from jobmatch.brands.models import LaborBrand
from jobmatch.brands.queries import Trade
from jobmatch.households.models import HouseholdMember
from jobmatch.infra import clock
from jobmatch.infra.db import reading
from jobmatch.kernel.actor import Actor
from jobmatch.kernel.errors import NotFound
from jobmatch.kernel.ids import BrandId, CourseId, MemberId, TrainingSessionId, WorkerId
from jobmatch.kernel.paging import PAGE_SIZE, Page
from jobmatch.kernel.periods import Days
from jobmatch.kernel.text import Text
from jobmatch.places import queries as places
from jobmatch.places.models import Place
from jobmatch.skills.models import Skill
from jobmatch.training import policy, rules
from jobmatch.training.models import Course, Enrolment, TrainingPresence, TrainingSession
from jobmatch.training.rules import EnrolmentState, SessionState
from jobmatch.workers.models import Worker


@dataclass(frozen=True, slots=True)
class CourseRow:
    id: CourseId
    title: str
    skill: Trade
    level: int
    content: str
    brand_id: BrandId | None
    brand_name: str
    place_code: str
    place_name: str
    sessions: int


@dataclass(frozen=True, slots=True)
class SessionRow:
    """One run of a course. starts_at: minutes after midnight."""

    id: TrainingSessionId
    course_id: CourseId
    title: str
    skill: Trade
    level: int
    brand_id: BrandId | None
    brand_name: str
    course_place: str
    place_code: str
    place_name: str
    venue: str
    trainer: str
    first_day: date
    last_day: date
    starts_at: int
    seats: int
    taken: int
    state: SessionState

    @property
    def left(self) -> int:
        return self.seats - self.taken

    @property
    def days(self) -> Days:
        return Days(self.first_day, self.last_day)

    @property
    def phase(self) -> Text:
        return rules.phase(self.state, self.days, clock.today())


@dataclass(frozen=True, slots=True)
class EnrolmentRow:
    """A person of a session; presence: day -> there or not, for the days that were marked."""

    id: int
    worker_id: WorkerId
    name: str
    phone: str | None
    home_name: str
    state: EnrolmentState
    via: str
    presence: dict[date, bool]

    @property
    def days_present(self) -> int:
        return sum(self.presence.values())


@dataclass(frozen=True, slots=True)
class RecordRow:
    """A training in a person's record."""

    enrolment_id: int
    session: SessionRow
    state: EnrolmentState
    days_present: int


@dataclass(frozen=True, slots=True)
class HouseholdRecordRow:
    """A training of a member of a household who works here."""

    member_id: MemberId
    worker_id: WorkerId
    name: str
    record: RecordRow


# courses and sessions


def course(course_id: int) -> CourseRow | None:
    rows = _courses(Course.id == course_id)
    return rows[0] if rows else None


def own_course(course_id: int, actor: Actor) -> CourseRow:
    """The course, for those who run it. raises NotFound."""
    row = course(course_id)
    if row is None or not policy.runs(actor, row.brand_id, row.place_code):
        raise NotFound
    return row


def courses_of_brand(brand_id: int) -> list[CourseRow]:
    return _courses(Course.brand_id == brand_id)


def courses_of_scopes(scopes: Sequence[str]) -> list[CourseRow]:
    """The officers' own courses of these places."""
    return _courses(Course.brand_id.is_(None), _inside(Course.place_code, scopes))


def session(session_id: int) -> SessionRow | None:
    rows = _sessions(TrainingSession.id == session_id)
    return rows[0] if rows else None


def own_session(session_id: int, actor: Actor) -> SessionRow:
    """The session, for those who run its course. raises NotFound."""
    row = session(session_id)
    if row is None or not policy.runs(actor, row.brand_id, row.course_place):
        raise NotFound
    return row


def session_for(session_id: int, actor: Actor) -> SessionRow:
    """The session, for whoever may see its people. raises NotFound."""
    row = session(session_id)
    if row is None or not policy.may_see_people(actor, row.brand_id, row.course_place):
        raise NotFound
    return row


def next_sessions(skill_ids: Collection[str], on: date) -> dict[str, list[SessionRow]]:
    """By skill the open sessions with seats left that begin on this day or later, soonest first."""
    found: dict[str, list[SessionRow]] = {skill_id: [] for skill_id in skill_ids}
    if not found:
        return found
    soonest = (TrainingSession.first_day, TrainingSession.id)
    for row in _sessions(Course.skill_id.in_(found), *_joinable(on), order=soonest):
        found[row.skill.id].append(row)
    return found


def joinable(session_ids: Collection[int], on: date) -> dict[int, SessionRow]:
    """Those of the sessions that are open, have seats left and begin on this day or later."""
    if not session_ids:
        return {}
    rows = _sessions(TrainingSession.id.in_(session_ids), *_joinable(on))
    return {row.id: row for row in rows}


def coming(place_prefix: str, on: date, most: int = PAGE_SIZE) -> list[SessionRow]:
    """Open sessions of a place and below that begin on this day or later, soonest first."""
    return _sessions(
        TrainingSession.place_code.startswith(place_prefix, autoescape=True),
        TrainingSession.state == SessionState.OPEN.value,
        TrainingSession.first_day >= on,
        order=(TrainingSession.first_day, TrainingSession.id),
        limit=most,
    )


def sessions_of_brand(brand_id: int, page: int = 1) -> Page[SessionRow]:
    """Sessions of the brand's courses, the latest first."""
    return _session_page([Course.brand_id == brand_id], page)


def sessions_of_course(course_id: int) -> list[SessionRow]:
    return _sessions(Course.id == course_id)


def sessions_of_scopes(scopes: Sequence[str], page: int = 1) -> Page[SessionRow]:
    """All sessions of courses of these places, the brands' too; the latest first."""
    return _session_page([_inside(Course.place_code, scopes)], page)


def next_of_brand(brand_id: int, on: date, most: int = 3) -> list[SessionRow]:
    """The brand's sessions that are not over, soonest first."""
    return _sessions(
        Course.brand_id == brand_id,
        TrainingSession.state == SessionState.OPEN.value,
        TrainingSession.last_day >= on,
        order=(TrainingSession.first_day, TrainingSession.id),
        limit=most,
    )


# people


def enrolments(session_id: int) -> list[EnrolmentRow]:
    """Everybody who holds or held a seat, by name; two statements. The caller has judged access."""
    presence: dict[int, dict[date, bool]] = {}
    for key, day, there in reading().execute(
        select(TrainingPresence.enrolment_id, TrainingPresence.day, TrainingPresence.present)
        .join(Enrolment, Enrolment.id == TrainingPresence.enrolment_id)
        .where(Enrolment.session_id == session_id)
    ):
        presence.setdefault(key, {})[day] = there
    rows = reading().execute(
        select(
            Enrolment.id,
            Enrolment.worker_id,
            Worker.name,
            func.coalesce(Worker.phone, User.phone),
            Place.short_name,
            Enrolment.state,
            Enrolment.via,
        )
        .join(Worker, Worker.id == Enrolment.worker_id)
        .outerjoin(User, User.id == Worker.user_id)
        .join(Place, Place.code == Worker.home_code)
        .where(Enrolment.session_id == session_id)
        .order_by(Worker.name, Enrolment.id)
    )
    return [
        EnrolmentRow(
            key, WorkerId(worker_id), name, phone, home, EnrolmentState(state), via,
            presence.get(key, {}),
        )
        for key, worker_id, name, phone, home, state, via in rows
    ]  # fmt: skip


def enrolled_ids(session_id: int) -> set[int]:
    """The workers who hold a seat."""
    return set(
        reading().scalars(
            select(Enrolment.worker_id).where(
                Enrolment.session_id == session_id,
                Enrolment.state != EnrolmentState.CANCELLED.value,
            )
        )
    )


def worker_record(worker_id: int) -> list[RecordRow]:
    """All trainings that the worker did not give back, the latest first."""
    return [record for _, _, _, record in _records(Worker.id == worker_id)]


def household_record(household_id: int) -> list[HouseholdRecordRow]:
    """The trainings of a household's members, the latest first."""
    member_ids = select(HouseholdMember.id).where(HouseholdMember.household_id == household_id)
    return [
        HouseholdRecordRow(MemberId(member or 0), WorkerId(worker), name, record)
        for member, worker, name, record in _records(Worker.member_id.in_(member_ids))
    ]


def _records(where: ColumnElement[bool]) -> list[tuple[int | None, int, str, RecordRow]]:
    present = (
        select(func.count())
        .where(TrainingPresence.enrolment_id == Enrolment.id, TrainingPresence.present.is_(True))
        .correlate(Enrolment)
        .scalar_subquery()
    )
    rows = (
        reading()
        .execute(
            select(
                Enrolment.id,
                Enrolment.session_id,
                Enrolment.state,
                present,
                Worker.id,
                Worker.name,
                Worker.member_id,
            )
            .join(Worker, Worker.id == Enrolment.worker_id)
            .where(where, Enrolment.state != EnrolmentState.CANCELLED.value)
        )
        .all()
    )
    sessions = {row.id: row for row in _sessions(TrainingSession.id.in_([row[1] for row in rows]))}
    found = [
        (member, worker, name, RecordRow(key, sessions[at], EnrolmentState(state), days))
        for key, at, state, days, worker, name, member in rows
    ]
    found.sort(key=lambda row: (row[3].session.first_day, row[3].enrolment_id), reverse=True)
    return found


# within


def _courses(*where: ColumnElement[bool]) -> list[CourseRow]:
    count = (
        select(func.count())
        .where(TrainingSession.course_id == Course.id)
        .correlate(Course)
        .scalar_subquery()
    )
    rows = reading().execute(
        select(Course, Skill.name_zh, Skill.name_en, LaborBrand.name, Place.short_name, count)
        .join(Skill, Skill.id == Course.skill_id)
        .join(Place, Place.code == Course.place_code)
        .outerjoin(LaborBrand, LaborBrand.id == Course.brand_id)
        .where(*where)
        .order_by(Course.id.desc())
    )
    return [
        CourseRow(
            CourseId(c.id), c.title, Trade(c.skill_id, zh, en), c.level, c.content,
            BrandId(c.brand_id) if c.brand_id else None, brand or "", c.place_code, place, n,
        )
        for c, zh, en, brand, place, n in rows
    ]  # fmt: skip


def _joinable(on: date) -> tuple[ColumnElement[bool], ...]:
    return (
        TrainingSession.state == SessionState.OPEN.value,
        TrainingSession.first_day >= on,
        TrainingSession.taken < TrainingSession.seats,
    )


def _select_sessions() -> Select[Any]:
    columns: list[Any] = [
        TrainingSession, Course, Skill.name_zh, Skill.name_en, LaborBrand.name,
    ]  # fmt: skip
    return (
        select(*columns)
        .join(Course, Course.id == TrainingSession.course_id)
        .join(Skill, Skill.id == Course.skill_id)
        .outerjoin(LaborBrand, LaborBrand.id == Course.brand_id)
    )


def _sessions(
    *where: ColumnElement[bool],
    order: Sequence[Any] = (TrainingSession.first_day.desc(), TrainingSession.id.desc()),
    limit: int | None = None,
    offset: int = 0,
) -> list[SessionRow]:
    rows = (
        reading()
        .execute(_select_sessions().where(*where).order_by(*order).limit(limit).offset(offset))
        .all()
    )
    names = places.local_names({row[0].place_code for row in rows})
    return [
        SessionRow(
            TrainingSessionId(s.id), CourseId(c.id), c.title, Trade(c.skill_id, zh, en), c.level,
            BrandId(c.brand_id) if c.brand_id else None, brand or "", c.place_code, s.place_code,
            names.get(s.place_code, ""), s.venue, s.trainer, s.first_day, s.last_day, s.starts_at,
            s.seats, s.taken, SessionState(s.state),
        )
        for s, c, zh, en, brand in rows
    ]  # fmt: skip


def _session_page(where: list[ColumnElement[bool]], page: int) -> Page[SessionRow]:
    course = (Course, Course.id == TrainingSession.course_id)
    counted = select(func.count()).select_from(TrainingSession).join(*course).where(*where)
    total = reading().scalar(counted) or 0
    page = max(page, 1)
    return Page(_sessions(*where, limit=PAGE_SIZE, offset=(page - 1) * PAGE_SIZE), page, total)


def _inside(column: Any, scopes: Sequence[str]) -> ColumnElement[bool]:
    if not scopes:
        return Course.id < 0
    return or_(*(column.startswith(scope, autoescape=True) for scope in scopes))
