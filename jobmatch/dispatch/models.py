from datetime import date, datetime

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from jobmatch.infra.db import Base


class Signup(Base):
    """A worker asks for the days from first_day to last_day of a posting (those that they have
    free).

    state    pending (the employer decides), accepted, waiting (wanted, but full: first come, first
             served by `waiting_since`, then id), declined, withdrawn
    via      self, desk, crew (the organizer sent the crew)
    One live row per worker and posting; withdrawn rows are used again.
    """

    __tablename__ = "signup"
    __table_args__ = (
        UniqueConstraint("worker_id", "posting_id"),
        CheckConstraint("via IN ('self','desk','crew')", name="via_known"),
        CheckConstraint(
            "state IN ('pending','accepted','waiting','declined','withdrawn')", name="state_known"
        ),
        Index(None, "posting_id", "state"),
        Index(None, "crew_order_id"),
    )
    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    worker_id: Mapped[int] = mapped_column(ForeignKey("worker.id", ondelete="RESTRICT"))
    posting_id: Mapped[int] = mapped_column(ForeignKey("posting.id", ondelete="RESTRICT"))
    first_day: Mapped[date] = mapped_column(Date)
    last_day: Mapped[date] = mapped_column(Date)
    state: Mapped[str] = mapped_column(String(10))
    via: Mapped[str] = mapped_column(String(6))
    crew_id: Mapped[int | None] = mapped_column(ForeignKey("crew.id", ondelete="RESTRICT"))
    crew_order_id: Mapped[int | None] = mapped_column(
        ForeignKey("crew_order.id", ondelete="RESTRICT")
    )
    note: Mapped[str] = mapped_column(String(200), default="")
    created_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]
    waiting_since: Mapped[datetime | None]


class CrewOrder(Base):
    """An organizer sends a crew to a posting; the employer accepts or declines it as one."""

    __tablename__ = "crew_order"
    __table_args__ = (
        CheckConstraint(
            "state IN ('proposed','accepted','declined','withdrawn')", name="state_known"
        ),
        Index(None, "posting_id", "state"),
        Index(None, "crew_id"),
    )
    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    crew_id: Mapped[int] = mapped_column(ForeignKey("crew.id", ondelete="RESTRICT"))
    posting_id: Mapped[int] = mapped_column(ForeignKey("posting.id", ondelete="RESTRICT"))
    first_day: Mapped[date] = mapped_column(Date)
    last_day: Mapped[date] = mapped_column(Date)
    state: Mapped[str] = mapped_column(String(10))
    created_by: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="RESTRICT"))
    created_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]


class Engagement(Base):
    """A worker is engaged for a posting: its days are below. state: active, cancelled (by
    `cancelled_by`).
    """

    __tablename__ = "engagement"
    __table_args__ = (
        CheckConstraint("state IN ('active','cancelled')", name="state_known"),
        UniqueConstraint("signup_id"),
        Index(None, "posting_id", "state"),
        Index(None, "crew_id"),
        Index(None, "worker_id"),
    )
    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    signup_id: Mapped[int] = mapped_column(ForeignKey("signup.id", ondelete="RESTRICT"))
    worker_id: Mapped[int] = mapped_column(ForeignKey("worker.id", ondelete="RESTRICT"))
    posting_id: Mapped[int] = mapped_column(ForeignKey("posting.id", ondelete="RESTRICT"))
    brand_id: Mapped[int | None] = mapped_column(ForeignKey("labor_brand.id", ondelete="RESTRICT"))
    crew_id: Mapped[int | None] = mapped_column(ForeignKey("crew.id", ondelete="RESTRICT"))
    state: Mapped[str] = mapped_column(String(10), default="active")
    created_at: Mapped[datetime]
    cancelled_at: Mapped[datetime | None]
    cancelled_by: Mapped[str | None] = mapped_column(String(10))


class EngagementDay(Base):
    """A seat: the worker has this day of this posting. UNIQUE(worker, date) makes double
    booking impossible.

    Cancelling deletes the row and gives the seat back.
    """

    __tablename__ = "engagement_day"
    __table_args__ = (
        UniqueConstraint("worker_id", "work_date"),
        Index(None, "posting_day_id"),
        Index(None, "engagement_id"),
        Index(None, "work_date"),
    )
    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    engagement_id: Mapped[int] = mapped_column(ForeignKey("engagement.id", ondelete="RESTRICT"))
    posting_day_id: Mapped[int] = mapped_column(ForeignKey("posting_day.id", ondelete="RESTRICT"))
    worker_id: Mapped[int] = mapped_column(ForeignKey("worker.id", ondelete="RESTRICT"))
    work_date: Mapped[date] = mapped_column(Date)
