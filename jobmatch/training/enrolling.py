"""Seats, presence and results of a session."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from jobmatch.brands.models import BrandMember
from jobmatch.brands.rules import MemberState
from jobmatch.infra import audit, clock
from jobmatch.infra.db import transaction
from jobmatch.kernel.actor import Actor, Role
from jobmatch.kernel.errors import Conflict, NotAllowed, NotFound
from jobmatch.kernel.ids import SkillId, TrainingSessionId, WorkerId
from jobmatch.kernel.periods import Days
from jobmatch.kernel.text import Text, text
from jobmatch.notify.service import tell
from jobmatch.training import policy, rules
from jobmatch.training.models import Course, Enrolment, TrainingPresence, TrainingSession
from jobmatch.training.rules import AlreadyEnrolled, EnrolmentState, NoSeatLeft, SessionState
from jobmatch.workers import service as workers
from jobmatch.workers.models import Worker


@dataclass(frozen=True, slots=True)
class Skipped:
    """Somebody who could not be enrolled, and why."""

    worker_id: WorkerId
    name: str
    why: Text


def enrol(session_id: TrainingSessionId, worker_id: WorkerId, *, actor: Actor) -> int:
    """Take a seat. Gives the enrolment's key.

    raises NotFound, NotAllowed, NotOpen, AlreadyEnrolled, OtherTraining, NoSeatLeft
    """
    try:
        with transaction() as session:
            row, course = _session(session, session_id)
            return _enrol(session, row, course, worker_id, actor)
    except IntegrityError as error:
        raise AlreadyEnrolled from error


def enrol_members(
    session_id: TrainingSessionId, worker_ids: Sequence[WorkerId], *, actor: Actor
) -> list[Skipped]:
    """Enrol many, e.g. a crew; gives those who could not be, with the reason.

    raises NotFound, Conflict
    """
    try:
        return _enrol_many(session_id, worker_ids, actor)
    except IntegrityError as error:  # somebody enrolled one of them at the same moment
        raise Conflict from error


def _enrol_many(
    session_id: TrainingSessionId, worker_ids: Sequence[WorkerId], actor: Actor
) -> list[Skipped]:
    skipped: list[Skipped] = []
    with transaction() as session:
        row, course = _session(session, session_id)
        # In the order of their keys, as every caller takes them: no two can wait for each other.
        for worker_id in sorted(set(worker_ids)):
            try:
                _enrol(session, row, course, worker_id, actor)
            except (Conflict, NotAllowed) as refusal:
                name = session.scalar(select(Worker.name).where(Worker.id == worker_id))
                skipped.append(Skipped(worker_id, name or "", refusal.text))
    return skipped


def cancel(enrolment_id: int, *, actor: Actor) -> None:
    """Give the seat back (undo too). raises NotFound, AlreadyDecided."""
    with transaction() as session:
        row = session.get(Enrolment, enrolment_id)
        if row is None:
            raise NotFound
        training, course = _session(session, row.session_id)
        worker = session.get_one(Worker, row.worker_id)
        own = actor.worker_id is not None and actor.worker_id == worker.id
        desk = any(actor.covers(r, worker.home_code) for r in (Role.STATION, Role.OFFICER))
        if not (own or desk or policy.runs(actor, course.brand_id, course.place_code)):
            raise NotFound
        rules.check_leave(EnrolmentState(row.state))
        # The state moves first and only once, so that two taps give one seat back.
        freed = session.execute(
            update(Enrolment)
            .where(Enrolment.id == enrolment_id, Enrolment.state == EnrolmentState.ENROLLED.value)
            .values(state=EnrolmentState.CANCELLED.value, decided_at=clock.now())
            .returning(Enrolment.id)
        ).first()
        if freed is None:
            raise rules.AlreadyDecided
        session.execute(
            update(TrainingSession)
            .where(TrainingSession.id == row.session_id)
            .values(taken=TrainingSession.taken - 1)
        )
        if not own:
            tell(
                session, [worker.user_id],
                text(
                    "您报的培训“{title}”（{day}）已替您退出。",
                    title=course.title, day=training.first_day,
                ),
                link="/my/training",
            )  # fmt: skip
        audit.record(session, actor, "training.leave", "enrolment", enrolment_id)


def mark_presence(
    session_id: TrainingSessionId, day: date, present: Mapping[int, bool], *, actor: Actor
) -> None:
    """Who sat there on a day. present: enrolment key -> there or not; marking again corrects.

    raises NotFound (also for an enrolment of another session), NotOpen, Invalid (field day)
    """
    with transaction() as session:
        training, course = _session(session, session_id)
        policy.require_runs(actor, course)
        rules.check_presence_day(
            Days(training.first_day, training.last_day), SessionState(training.state), day,
            clock.today(),
        )  # fmt: skip
        known = set(
            session.scalars(
                select(Enrolment.id).where(
                    Enrolment.session_id == session_id,
                    Enrolment.state != EnrolmentState.CANCELLED.value,
                )
            )
        )
        if present.keys() - known:
            raise NotFound
        marked = {
            mark.enrolment_id: mark
            for mark in session.scalars(
                select(TrainingPresence).where(
                    TrainingPresence.enrolment_id.in_(present), TrainingPresence.day == day
                )
            )
        }
        for key, there in present.items():
            mark = marked.get(key) or TrainingPresence(enrolment_id=key, day=day)
            mark.present, mark.recorded_by, mark.recorded_at = there, actor.user_id, clock.now()
            session.add(mark)
        audit.record(
            session, actor, "training.presence", "training_session", session_id,
            day=day.isoformat(), present=sum(present.values()), of=len(present),
        )  # fmt: skip


def decide(session_id: TrainingSessionId, results: Mapping[int, bool], *, actor: Actor) -> None:
    """Results: enrolment key -> passed or not. A pass gives the credential.

    raises NotFound, NotOpen, NotBegun, AlreadyDecided, NeverPresent; then nothing is written
    """
    with transaction() as session:
        training, course = _session(session, session_id)
        policy.require_runs(actor, course)
        if training.state != SessionState.OPEN:
            raise rules.NotOpen(text("这一期已经结束，结果不能再改。"))
        rows = session.scalars(
            select(Enrolment).where(
                Enrolment.session_id == session_id, Enrolment.id.in_(list(results))
            )
        ).all()
        if len(rows) != len(results):
            raise NotFound
        present = _days_present(session, list(results))
        today = clock.today()
        for row in rows:
            row.state = rules.decide(
                EnrolmentState(row.state), results[row.id], first_day=training.first_day,
                today=today, days_present=present.get(row.id, 0),
            )  # fmt: skip
            row.decided_at = clock.now()
            if row.state == EnrolmentState.PASSED:
                workers.give_credential(
                    session, WorkerId(row.worker_id), SkillId(course.skill_id), course.level,
                    today, ref=f"session:{session_id}", origin="training", actor=actor,
                )  # fmt: skip
        passed = [row.worker_id for row in rows if row.state == EnrolmentState.PASSED]
        users = session.scalars(select(Worker.user_id).where(Worker.id.in_(passed)))
        tell(
            session, users, text("培训“{title}”合格，证书已经记在您名下。", title=course.title),
            link="/my/training",
        )  # fmt: skip
        audit.record(
            session, actor, "training.decide", "training_session", session_id,
            passed=len(passed), failed=len(rows) - len(passed),
        )  # fmt: skip


def _enrol(
    session: Session, training: TrainingSession, course: Course, worker_id: int, actor: Actor
) -> int:
    # The worker's row is held first: two sessions of one person are judged one after the other.
    worker = session.scalar(
        select(Worker)
        .where(Worker.id == worker_id, Worker.is_active)
        .with_for_update(key_share=True)
    )
    if worker is None:
        raise NotFound
    via = policy.enrols_as(actor, course, worker, _is_member(session, actor, worker_id))
    today = clock.today()
    rules.check_open(SessionState(training.state), training.first_day, today)
    mine = session.execute(
        select(Enrolment, TrainingSession.first_day, TrainingSession.last_day)
        .join(TrainingSession, TrainingSession.id == Enrolment.session_id)
        .where(Enrolment.worker_id == worker_id, TrainingSession.last_day >= training.first_day)
    ).all()
    old = next((row for row, _, _ in mine if row.session_id == training.id), None)
    if old is not None and old.state != EnrolmentState.CANCELLED:
        raise AlreadyEnrolled
    rules.check_free(
        Days(training.first_day, training.last_day),
        [
            Days(first, last)
            for row, first, last in mine
            if row.state != EnrolmentState.CANCELLED and row.session_id != training.id
        ],
    )
    _take_seat(session, training.id)
    row = old or Enrolment(session_id=training.id, worker_id=worker_id)
    row.state, row.via = EnrolmentState.ENROLLED, via
    row.created_at, row.decided_at = clock.now(), None
    session.add(row)
    session.flush()
    if via != "self":
        tell(
            session, [worker.user_id],
            text(
                "已替您报名培训“{title}”，{day} 开课。", title=course.title, day=training.first_day
            ),
            link="/my/training",
        )  # fmt: skip
    audit.record(session, actor, "training.enrol", "enrolment", row.id, via=via)
    return row.id


def _take_seat(session: Session, session_id: int) -> None:
    """Test and take in one statement: a count read beforehand can be stale. raises NoSeatLeft."""
    taken = session.execute(
        update(TrainingSession)
        .where(
            TrainingSession.id == session_id,
            TrainingSession.taken < TrainingSession.seats,
            TrainingSession.state == SessionState.OPEN.value,
        )
        .values(taken=TrainingSession.taken + 1)
        .returning(TrainingSession.taken)
        .execution_options(synchronize_session=False)
    ).first()
    if taken is None:
        raise NoSeatLeft


def _is_member(session: Session, actor: Actor, worker_id: int) -> bool:
    """Whether the worker belongs to a brand that the actor organizes."""
    if not actor.brand_ids:
        return False
    found = session.scalar(
        select(BrandMember.id).where(
            BrandMember.worker_id == worker_id,
            BrandMember.brand_id.in_(actor.brand_ids),
            BrandMember.state == MemberState.MEMBER.value,
        )
    )
    return found is not None


def _session(session: Session, session_id: int) -> tuple[TrainingSession, Course]:
    row = session.get(TrainingSession, session_id)
    if row is None:
        raise NotFound
    return row, session.get_one(Course, row.course_id)


def _days_present(session: Session, enrolment_ids: Sequence[int]) -> dict[int, int]:
    return dict(
        session.execute(
            select(TrainingPresence.enrolment_id, func.count())
            .where(
                TrainingPresence.enrolment_id.in_(enrolment_ids),
                TrainingPresence.present.is_(True),
            )
            .group_by(TrainingPresence.enrolment_id)
        ).all()
    )
