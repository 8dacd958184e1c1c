"""Courses and their sessions. Seats and results: see enrolling.py; re-exported here."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from jobmatch.brands.policy import require_organizer
from jobmatch.infra import audit, clock
from jobmatch.infra.db import transaction
from jobmatch.kernel.actor import Actor, Role
from jobmatch.kernel.errors import Invalid, NotFound
from jobmatch.kernel.ids import BrandId, CourseId, TrainingSessionId
from jobmatch.kernel.text import text
from jobmatch.notify.service import tell
from jobmatch.places.models import Place
from jobmatch.skills.models import Skill
from jobmatch.training import policy, rules
from jobmatch.training.enrolling import (
    cancel,
    decide,
    enrol,
    enrol_members,
    mark_presence,
)
from jobmatch.training.models import Course, Enrolment, TrainingSession
from jobmatch.training.rules import EnrolmentState, NoSeatLeft, SessionState
from jobmatch.workers.models import Worker

__all__ = [
    "NewCourse",
    "NewSession",
    "cancel",
    "cancel_session",
    "create_course",
    "create_session",
    "decide",
    "enrol",
    "enrol_members",
    "finish",
    "mark_presence",
    "update_session",
]


@dataclass(frozen=True, slots=True)
class NewCourse:
    """What is taught: level 1 to 3 is what a pass certifies."""

    title: str
    skill_id: str
    place_code: str
    level: int = 1
    content: str = ""


@dataclass(frozen=True, slots=True)
class NewSession:
    """One run: both days included, starts_at minutes after midnight."""

    place_code: str
    venue: str
    trainer: str
    first_day: date
    last_day: date
    starts_at: int
    seats: int


def create_course(data: NewCourse, *, actor: Actor, brand_id: BrandId | None = None) -> CourseId:
    """A course of the organizer's brand, or of an officer's place. raises NotFound, Invalid."""
    title = _words(data.title, 2, 80, "title")
    if brand_id is not None:
        require_organizer(actor, brand_id)
    elif not actor.covers(Role.OFFICER, data.place_code):
        raise Invalid(text("请选择您管辖范围内的地方。"), field="place_code")
    if data.level not in rules.LEVEL_NAMES:
        raise Invalid(text("请选择等级。"), field="level")
    with transaction() as session:
        if session.get(Skill, data.skill_id) is None:
            raise Invalid(text("请选择教哪项手艺。"), field="skill_id")
        _check_place(session, data.place_code)
        course = Course(
            title=title, skill_id=data.skill_id, level=data.level,
            content=data.content.strip()[:2000], brand_id=brand_id, place_code=data.place_code,
            created_by=actor.user_id, created_at=clock.now(),
        )  # fmt: skip
        session.add(course)
        session.flush()
        audit.record(session, actor, "course.create", "course", course.id)
        return CourseId(course.id)


def create_session(course_id: CourseId, data: NewSession, *, actor: Actor) -> TrainingSessionId:
    """Open a run of a course for enrolment. raises NotFound, Invalid."""
    venue = _words(data.venue, 1, 80, "venue")
    trainer = _words(data.trainer, 1, 60, "trainer")
    rules.check_terms(data.first_day, data.last_day, clock.today(), data.seats, data.starts_at)
    with transaction() as session:
        course = policy.require_runs(actor, session.get(Course, course_id))
        _check_place(session, data.place_code)
        if course.brand_id is None and not actor.covers(Role.OFFICER, data.place_code):
            raise Invalid(text("请选择您管辖范围内的地方。"), field="place_code")
        row = TrainingSession(
            course_id=course_id, place_code=data.place_code, venue=venue, trainer=trainer,
            first_day=data.first_day, last_day=data.last_day, starts_at=data.starts_at,
            seats=data.seats,
        )  # fmt: skip
        session.add(row)
        session.flush()
        audit.record(session, actor, "training.open", "training_session", row.id)
        return TrainingSessionId(row.id)


def update_session(
    session_id: TrainingSessionId,
    *,
    venue: str,
    trainer: str,
    starts_at: int,
    seats: int,
    actor: Actor,
) -> None:
    """Change where, who and when on the day, and the seats (never below those taken).

    raises NotFound, NotOpen, Invalid, NoSeatLeft (field seats)
    """
    venue, trainer = _words(venue, 1, 80, "venue"), _words(trainer, 1, 60, "trainer")
    rules.check_seats(seats)
    rules.check_start(starts_at)
    with transaction() as session:
        row, course = _open_session(session, session_id, actor)
        moved = (row.venue, row.starts_at) != (venue, starts_at)
        enough = update(TrainingSession).where(
            TrainingSession.id == session_id, TrainingSession.taken <= seats
        )
        changed = session.execute(
            enough.values(venue=venue, trainer=trainer, starts_at=starts_at, seats=seats).returning(
                TrainingSession.id
            )
        ).first()
        if changed is None:
            raise NoSeatLeft(text("名额不能少于已经报名的人数。"), field="seats")
        if moved:
            tell(
                session, _users_enrolled(session, session_id),
                text("培训“{title}”改了地点或时间：{venue}。", title=course.title, venue=venue),
                link="/my/training",
            )  # fmt: skip
        audit.record(session, actor, "training.update", "training_session", session_id)


def finish(session_id: TrainingSessionId, *, actor: Actor) -> None:
    """Close a session whose people all have a result. raises NotFound, Conflict."""
    with transaction() as session:
        row = session.get(TrainingSession, session_id)
        policy.require_runs(actor, session.get(Course, row.course_id) if row else None)
        assert row is not None
        undecided = session.scalar(
            select(func.count()).where(
                Enrolment.session_id == session_id,
                Enrolment.state == EnrolmentState.ENROLLED.value,
            )
        )
        rules.check_finish(SessionState(row.state), row.last_day, clock.today(), undecided or 0)
        row.state = SessionState.DONE
        audit.record(session, actor, "training.finish", "training_session", session_id)


def cancel_session(session_id: TrainingSessionId, why: str, *, actor: Actor) -> None:
    """Call a session off before anybody has a result; the enrolled are told.

    raises NotFound, NotOpen, AlreadyDecided
    """
    with transaction() as session:
        row, course = _open_session(session, session_id, actor)
        decided = session.scalar(
            select(func.count()).where(
                Enrolment.session_id == session_id,
                Enrolment.state.in_([EnrolmentState.PASSED.value, EnrolmentState.FAILED.value]),
            )
        )
        if decided:
            raise rules.AlreadyDecided
        tell(
            session, _users_enrolled(session, session_id),
            text(
                "{day} 的培训“{title}”取消了。{why}",
                day=row.first_day, title=course.title, why=why.strip()[:100],
            ),
            link="/my/training",
        )  # fmt: skip
        session.execute(
            update(Enrolment)
            .where(
                Enrolment.session_id == session_id,
                Enrolment.state == EnrolmentState.ENROLLED.value,
            )
            .values(state=EnrolmentState.CANCELLED.value, decided_at=clock.now())
        )
        session.execute(
            update(TrainingSession)
            .where(TrainingSession.id == session_id)
            .values(state=SessionState.CANCELLED.value, taken=0)
        )
        audit.record(session, actor, "training.cancel", "training_session", session_id)


def _open_session(
    session: Session, session_id: int, actor: Actor
) -> tuple[TrainingSession, Course]:
    row = session.get(TrainingSession, session_id)
    if row is None:
        raise NotFound
    course = policy.require_runs(actor, session.get(Course, row.course_id))
    if row.state != SessionState.OPEN:
        raise rules.NotOpen
    return row, course


def _users_enrolled(session: Session, session_id: int) -> list[int | None]:
    return list(
        session.scalars(
            select(Worker.user_id)
            .join(Enrolment, Enrolment.worker_id == Worker.id)
            .where(
                Enrolment.session_id == session_id,
                Enrolment.state == EnrolmentState.ENROLLED.value,
            )
        )
    )


def _check_place(session: Session, code: str) -> None:
    if session.get(Place, code) is None:
        raise Invalid(text("请选择地方。"), field="place_code")


def _words(typed: str, least: int, most: int, field: str) -> str:
    words = " ".join(typed.split())
    if not least <= len(words) <= most:
        raise Invalid(text("请填写 {least} 到 {most} 个字。", least=least, most=most), field=field)
    return words
