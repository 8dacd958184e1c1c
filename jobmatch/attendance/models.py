from datetime import date, datetime

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Date,
    Float,
    ForeignKey,
    Index,
    Integer,
    String,
    Text,
    UniqueConstraint,
    false,
)
from sqlalchemy.orm import Mapped, mapped_column

from jobmatch.infra.db import Base, Fen


class AttendanceEvent(Base):
    """What was recorded, by whom; append-only. A later event corrects an earlier one.

    kind     check_in, check_out (by the worker); present, absent (by leader or employer);
             minutes, pieces (value: minutes worked, pieces made); granted, denied: the answer to
             the event `corrects_id`, which waited for a look
    uid      made by the client, unique for ever: the same tap sent twice counts once
    engagement_day_id  none for a claim outside the engagement's days: then posting_id says where
    via, how who said it, and by what: a tap, the roster, a code scanned, a code on paper, an answer
    happened_at  the instant that counts; device_time: what the device's own clock said, if any
    witness_id   the user who showed the code that was scanned
    corrects_id  the recorder's own earlier statement that this one replaces
    review       why somebody should look at it (rules/review), comma between; empty: nothing odd
    """

    __tablename__ = "attendance_event"
    __table_args__ = (
        CheckConstraint(
            "kind IN ('check_in','check_out','present','absent','minutes','pieces',"
            "'granted','denied')",
            name="kind_known",
        ),
        CheckConstraint("via IN ('self','leader','employer','desk')", name="via_known"),
        CheckConstraint("how IN ('tap','roster','qr','paper','answer')", name="how_known"),
        CheckConstraint(
            "engagement_day_id IS NOT NULL OR posting_id IS NOT NULL", name="is_about_work"
        ),
        Index(None, "engagement_day_id"),
        Index(None, "worker_id", "work_date"),
        Index(None, "posting_id"),
        Index(None, "corrects_id"),
    )
    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    uid: Mapped[str] = mapped_column(String(36), unique=True)
    engagement_day_id: Mapped[int | None] = mapped_column(
        ForeignKey("engagement_day.id", ondelete="RESTRICT")
    )
    posting_id: Mapped[int | None] = mapped_column(ForeignKey("posting.id", ondelete="RESTRICT"))
    worker_id: Mapped[int] = mapped_column(ForeignKey("worker.id", ondelete="RESTRICT"))
    work_date: Mapped[date] = mapped_column(Date)
    kind: Mapped[str] = mapped_column(String(10))
    value: Mapped[int | None] = mapped_column(Integer)
    via: Mapped[str] = mapped_column(String(8))
    how: Mapped[str] = mapped_column(String(8), default="roster", server_default="roster")
    recorded_by: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="RESTRICT"))
    witness_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="RESTRICT"))
    happened_at: Mapped[datetime]
    device_time: Mapped[datetime | None]
    recorded_at: Mapped[datetime]
    lat: Mapped[float | None] = mapped_column(Float)
    lon: Mapped[float | None] = mapped_column(Float)
    # Checked at the end of a statement, not row by row: corrections stand in chains.
    corrects_id: Mapped[int | None] = mapped_column(ForeignKey("attendance_event.id"))
    review: Mapped[str] = mapped_column(String(40), default="", server_default="")


class WorkDay(Base):
    """A day worked (出工): one person-time. It stands exactly while the events say 'present'.

    minutes, pieces  what pay is computed from. state: open, or settled (on a pay slip: frozen).
    posting_id, employer_id, brand_id, crew_id repeat the engagement's, for figures without joins.
    """

    __tablename__ = "work_day"
    __table_args__ = (
        CheckConstraint("minutes BETWEEN 0 AND 1440 AND pieces >= 0", name="measures_sane"),
        CheckConstraint("state IN ('open','settled')", name="state_known"),
        Index(None, "worker_id", "work_date"),
        Index(None, "posting_id", "work_date"),
        Index(None, "brand_id", "work_date"),
        Index(None, "crew_id", "work_date"),
        Index(None, "employer_id", "work_date"),
        Index(None, "work_date"),
    )
    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    engagement_day_id: Mapped[int] = mapped_column(
        ForeignKey("engagement_day.id", ondelete="RESTRICT"), unique=True
    )
    worker_id: Mapped[int] = mapped_column(ForeignKey("worker.id", ondelete="RESTRICT"))
    work_date: Mapped[date] = mapped_column(Date)
    posting_id: Mapped[int] = mapped_column(ForeignKey("posting.id", ondelete="RESTRICT"))
    employer_id: Mapped[int] = mapped_column(ForeignKey("employer.id", ondelete="RESTRICT"))
    brand_id: Mapped[int | None] = mapped_column(ForeignKey("labor_brand.id", ondelete="RESTRICT"))
    crew_id: Mapped[int | None] = mapped_column(ForeignKey("crew.id", ondelete="RESTRICT"))
    minutes: Mapped[int] = mapped_column(Integer, default=0)
    pieces: Mapped[int] = mapped_column(Integer, default=0)
    state: Mapped[str] = mapped_column(String(8), default="open")
    updated_at: Mapped[datetime]


class DayCopy(Base):
    """One side's copy of a day: it saw these figures and let them stand. Two copies make the truth.

    answer   agreed (one tap), or silent: the days for an answer went by
    fen      the pay that was shown beside them; none where pieces were not counted
    A day that changes afterwards needs a new copy: the figures are part of the key.
    """

    __tablename__ = "day_copy"
    __table_args__ = (
        UniqueConstraint("engagement_day_id", "side", "minutes", "pieces"),
        CheckConstraint("side IN ('worker','employer')", name="side_known"),
        CheckConstraint("answer IN ('agreed','silent')", name="answer_known"),
    )
    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    engagement_day_id: Mapped[int] = mapped_column(
        ForeignKey("engagement_day.id", ondelete="RESTRICT")
    )
    side: Mapped[str] = mapped_column(String(8))
    minutes: Mapped[int] = mapped_column(Integer)
    pieces: Mapped[int] = mapped_column(Integer)
    fen: Mapped[int | None] = mapped_column(Fen)
    answer: Mapped[str] = mapped_column(String(8))
    answered_by: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="RESTRICT"))
    answered_at: Mapped[datetime]


class Dispute(Base):
    """Two versions of one day, side by side, until both sides agree on one.

    kind         day: attendance of one day
    open_day_id  the day while it is open: one open dispute a day
    agreed_side  whose version it became; state: open, agreed
    """

    __tablename__ = "dispute"
    __table_args__ = (
        CheckConstraint("kind IN ('day')", name="kind_known"),
        CheckConstraint("state IN ('open','agreed')", name="state_known"),
        CheckConstraint("agreed_side IN ('','worker','employer')", name="side_known"),
        CheckConstraint("(state = 'open') = (open_day_id IS NOT NULL)", name="open_has_its_day"),
        Index(None, "engagement_day_id"),
        Index(None, "posting_id", "state"),
        Index(None, "worker_id", "state"),
    )
    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    kind: Mapped[str] = mapped_column(String(8), default="day")
    engagement_day_id: Mapped[int] = mapped_column(
        ForeignKey("engagement_day.id", ondelete="RESTRICT")
    )
    open_day_id: Mapped[int | None] = mapped_column(
        ForeignKey("engagement_day.id", ondelete="RESTRICT"), unique=True
    )
    posting_id: Mapped[int] = mapped_column(ForeignKey("posting.id", ondelete="RESTRICT"))
    worker_id: Mapped[int] = mapped_column(ForeignKey("worker.id", ondelete="RESTRICT"))
    work_date: Mapped[date] = mapped_column(Date)
    state: Mapped[str] = mapped_column(String(8), default="open")
    worker_present: Mapped[bool] = mapped_column(Boolean, server_default=false())
    worker_minutes: Mapped[int] = mapped_column(Integer)
    worker_pieces: Mapped[int] = mapped_column(Integer)
    employer_present: Mapped[bool] = mapped_column(Boolean, server_default=false())
    employer_minutes: Mapped[int] = mapped_column(Integer)
    employer_pieces: Mapped[int] = mapped_column(Integer)
    words: Mapped[str] = mapped_column(Text, default="")
    opened_by: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="RESTRICT"))
    opened_at: Mapped[datetime]
    agreed_side: Mapped[str] = mapped_column(String(8), default="")
    closed_by: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="RESTRICT"))
    closed_at: Mapped[datetime | None]
