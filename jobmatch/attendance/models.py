from datetime import date, datetime

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from jobmatch.infra.db import Base


class AttendanceEvent(Base):
    """What was recorded, by whom; append-only. A later event corrects an earlier one.

    kind     check_in, check_out (by the worker); present, absent (by leader or employer);
             minutes, pieces (value: minutes worked, pieces made)
    uid      made by the client, unique for ever: the same tap sent twice counts once
    """

    __tablename__ = "attendance_event"
    __table_args__ = (
        CheckConstraint(
            "kind IN ('check_in','check_out','present','absent','minutes','pieces')",
            name="kind_known",
        ),
        CheckConstraint("via IN ('self','leader','employer','desk')", name="via_known"),
        Index(None, "engagement_day_id"),
        Index(None, "worker_id", "work_date"),
    )
    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    uid: Mapped[str] = mapped_column(String(36), unique=True)
    engagement_day_id: Mapped[int] = mapped_column(
        ForeignKey("engagement_day.id", ondelete="RESTRICT")
    )
    worker_id: Mapped[int] = mapped_column(ForeignKey("worker.id", ondelete="RESTRICT"))
    work_date: Mapped[date] = mapped_column(Date)
    kind: Mapped[str] = mapped_column(String(10))
    value: Mapped[int | None] = mapped_column(Integer)
    via: Mapped[str] = mapped_column(String(8))
    recorded_by: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="RESTRICT"))
    happened_at: Mapped[datetime]
    recorded_at: Mapped[datetime]


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
