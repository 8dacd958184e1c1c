from datetime import date, datetime

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Date,
    ForeignKey,
    Index,
    Integer,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from jobmatch.infra.db import Base


class Course(Base):
    """What is taught; brand_id for a brand's own, else an officer's at place_code."""

    __tablename__ = "course"
    __table_args__ = (
        CheckConstraint("level BETWEEN 1 AND 3", name="level_known"),
        Index(None, "skill_id"),
        Index(None, "place_code"),
    )
    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    title: Mapped[str] = mapped_column(String(80))
    skill_id: Mapped[str] = mapped_column(ForeignKey("skill.id", ondelete="RESTRICT"))
    level: Mapped[int] = mapped_column(Integer, default=1)
    content: Mapped[str] = mapped_column(Text, default="")
    brand_id: Mapped[int | None] = mapped_column(ForeignKey("labor_brand.id", ondelete="RESTRICT"))
    place_code: Mapped[str] = mapped_column(ForeignKey("place.code", ondelete="RESTRICT"))
    created_by: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="RESTRICT"))
    created_at: Mapped[datetime]


class TrainingSession(Base):
    """One run of a course. Seats are taken like places of work: by one guarded statement."""

    __tablename__ = "training_session"
    __table_args__ = (
        CheckConstraint("taken BETWEEN 0 AND seats", name="seats_not_oversold"),
        CheckConstraint("last_day >= first_day", name="ends_after_it_begins"),
        CheckConstraint("state IN ('open','done','cancelled')", name="state_known"),
        Index(None, "course_id"),
        Index(None, "first_day"),
    )
    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    course_id: Mapped[int] = mapped_column(ForeignKey("course.id", ondelete="RESTRICT"))
    place_code: Mapped[str] = mapped_column(ForeignKey("place.code", ondelete="RESTRICT"))
    venue: Mapped[str] = mapped_column(String(80))
    trainer: Mapped[str] = mapped_column(String(60))
    first_day: Mapped[date] = mapped_column(Date)
    last_day: Mapped[date] = mapped_column(Date)
    starts_at: Mapped[int] = mapped_column(Integer)
    seats: Mapped[int] = mapped_column(Integer)
    taken: Mapped[int] = mapped_column(Integer, default=0)
    state: Mapped[str] = mapped_column(String(10), default="open")


class Enrolment(Base):
    """state: enrolled, cancelled, passed, failed."""

    __tablename__ = "enrolment"
    __table_args__ = (
        UniqueConstraint("session_id", "worker_id"),
        CheckConstraint("state IN ('enrolled','cancelled','passed','failed')", name="state_known"),
        Index(None, "worker_id"),
    )
    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    session_id: Mapped[int] = mapped_column(ForeignKey("training_session.id", ondelete="RESTRICT"))
    worker_id: Mapped[int] = mapped_column(ForeignKey("worker.id", ondelete="RESTRICT"))
    state: Mapped[str] = mapped_column(String(10), default="enrolled")
    via: Mapped[str] = mapped_column(String(6))
    created_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]


class TrainingPresence(Base):
    """One person on one training day: a training person-time."""

    __tablename__ = "training_presence"
    enrolment_id: Mapped[int] = mapped_column(
        ForeignKey("enrolment.id", ondelete="RESTRICT"), primary_key=True
    )
    day: Mapped[date] = mapped_column(Date, primary_key=True)
    present: Mapped[bool] = mapped_column(Boolean)
    recorded_by: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="RESTRICT"))
    recorded_at: Mapped[datetime]
