from datetime import date, datetime

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Date,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from jobmatch.infra.db import Base, Fen


class Worker(Base):
    """A person looking for work; user_id is empty for one who signed up at a desk without a phone.

    id_sealed is bound to "worker.id_number:<uid>". home_by, minutes after midnight. lon/lat
    repeat the
    home's point, so that distance needs no join. max_km, how far they go for work (road km).
    """

    __tablename__ = "worker"
    __table_args__ = (
        CheckConstraint("sex IN ('F','M')", name="sex_known"),
        CheckConstraint("home_by IS NULL OR home_by BETWEEN 0 AND 1440", name="home_by_in_day"),
        CheckConstraint(
            "most_minutes IS NULL OR most_minutes BETWEEN 1 AND 1440", name="most_minutes_in_day"
        ),
        Index(None, "home_code"),
        Index(None, "member_id"),
    )
    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    uid: Mapped[str] = mapped_column(String(32), unique=True)
    user_id: Mapped[int | None] = mapped_column(
        ForeignKey("user.id", ondelete="RESTRICT"), unique=True
    )
    name: Mapped[str] = mapped_column(String(60))
    phone: Mapped[str | None] = mapped_column(String(11))
    sex: Mapped[str] = mapped_column(String(1))
    born: Mapped[date] = mapped_column(Date)
    id_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    id_index: Mapped[str] = mapped_column(String(64), unique=True)
    id_tail: Mapped[str] = mapped_column(String(4))
    home_code: Mapped[str] = mapped_column(ForeignKey("place.code", ondelete="RESTRICT"))
    lon: Mapped[float] = mapped_column(Float)
    lat: Mapped[float] = mapped_column(Float)
    said: Mapped[str] = mapped_column(Text, default="")
    max_km: Mapped[int] = mapped_column(Integer, default=30)
    stays_away: Mapped[bool] = mapped_column(Boolean, default=False)
    home_by: Mapped[int | None] = mapped_column(Integer)
    least_day_fen: Mapped[int] = mapped_column(Fen, default=0)
    no_heavy: Mapped[bool] = mapped_column(Boolean, default=False)
    most_minutes: Mapped[int | None] = mapped_column(Integer)
    matching_opt_out: Mapped[bool] = mapped_column(Boolean, default=False)
    consented_at: Mapped[datetime]
    registered_via: Mapped[str] = mapped_column(String(10))
    registered_by: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="RESTRICT"))
    member_id: Mapped[int | None] = mapped_column(
        ForeignKey("household_member.id", ondelete="RESTRICT")
    )
    created_at: Mapped[datetime]
    is_active: Mapped[bool] = mapped_column(Boolean, default=True)


class WorkerSkill(Base):
    """A skill that the worker confirmed. level: 1 can do it, 2 practised, 3 master."""

    __tablename__ = "worker_skill"
    __table_args__ = (
        CheckConstraint("level BETWEEN 1 AND 3", name="level_known"),
        Index(None, "skill_id"),
    )
    worker_id: Mapped[int] = mapped_column(
        ForeignKey("worker.id", ondelete="CASCADE"), primary_key=True
    )
    skill_id: Mapped[str] = mapped_column(
        ForeignKey("skill.id", ondelete="RESTRICT"), primary_key=True
    )
    level: Mapped[int] = mapped_column(Integer, default=1)
    words: Mapped[str] = mapped_column(String(60), default="")
    confirmed_at: Mapped[datetime]


class SkillProposal(Base):
    """A skill read out of what the worker once said, for the worker or the desk to confirm.

    One per worker and skill, whatever the answer: nobody is asked twice.
    """

    __tablename__ = "skill_proposal"
    __table_args__ = (
        UniqueConstraint("worker_id", "skill_id"),
        CheckConstraint("state IN ('open','confirmed','declined','withdrawn')", name="state_known"),
        Index(None, "alias_id"),
    )
    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    worker_id: Mapped[int] = mapped_column(ForeignKey("worker.id", ondelete="CASCADE"))
    skill_id: Mapped[str] = mapped_column(ForeignKey("skill.id", ondelete="RESTRICT"))
    alias_id: Mapped[int | None] = mapped_column(ForeignKey("skill_alias.id", ondelete="SET NULL"))
    words: Mapped[str] = mapped_column(String(64))
    state: Mapped[str] = mapped_column(String(10), default="open")
    created_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]
    answered_by: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="RESTRICT"))


class Credential(Base):
    """Proof of a skill. origin 'training' (ref: the session) or 'document'; one per worker and
    ref.
    """

    __tablename__ = "credential"
    __table_args__ = (
        UniqueConstraint("worker_id", "skill_id", "ref"),
        CheckConstraint("level BETWEEN 1 AND 3", name="level_known"),
        Index(None, "worker_id"),
    )
    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    worker_id: Mapped[int] = mapped_column(ForeignKey("worker.id", ondelete="RESTRICT"))
    skill_id: Mapped[str] = mapped_column(ForeignKey("skill.id", ondelete="RESTRICT"))
    level: Mapped[int] = mapped_column(Integer, default=1)
    issued_on: Mapped[date] = mapped_column(Date)
    expires_on: Mapped[date | None] = mapped_column(Date)
    origin: Mapped[str] = mapped_column(String(12))
    ref: Mapped[str] = mapped_column(String(60))


class Availability(Base):
    """A run of days on which the worker can work, both ends included; runs of one worker do not
    touch.
    """

    __tablename__ = "availability"
    __table_args__ = (
        CheckConstraint("last_day >= first_day", name="ends_after_it_begins"),
        Index(None, "worker_id", "first_day"),
    )
    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    worker_id: Mapped[int] = mapped_column(ForeignKey("worker.id", ondelete="CASCADE"))
    first_day: Mapped[date] = mapped_column(Date)
    last_day: Mapped[date] = mapped_column(Date)
