"""Instant hires, who is asked for them, and requests for work at the desk."""

from datetime import date, datetime

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Date,
    ForeignKey,
    Index,
    Integer,
    String,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from jobmatch.infra.db import Base


class InstantHire(Base):
    """Somebody asks for `wanted` people for one day of a posting, at once.

    state    open; filled; stopped (by who asked); over (the day's work can no longer be taken)
    filled   people who said yes and have their place; guarded like a seat
    via      who asked: the employer, or a station's clerk for it
    is_open  true while it is open, else empty: one at a time for a posting's day
    """

    __tablename__ = "instant_hire"
    __table_args__ = (
        CheckConstraint("state IN ('open','filled','stopped','over')", name="state_known"),
        CheckConstraint("via IN ('employer','station')", name="via_known"),
        CheckConstraint("wanted >= 1 AND filled BETWEEN 0 AND wanted", name="not_overfilled"),
        CheckConstraint("(state = 'open') = (is_open IS NOT NULL)", name="open_is_open"),
        UniqueConstraint("posting_id", "work_date", "is_open"),
        Index(None, "posting_id"),
        Index(None, "state"),
        Index(None, "asked_at"),
    )  # fmt: skip
    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    posting_id: Mapped[int] = mapped_column(ForeignKey("posting.id", ondelete="RESTRICT"))
    work_date: Mapped[date] = mapped_column(Date)
    wanted: Mapped[int] = mapped_column(Integer)
    filled: Mapped[int] = mapped_column(Integer, default=0)
    state: Mapped[str] = mapped_column(String(8), default="open")
    is_open: Mapped[bool | None] = mapped_column(Boolean, default=True)
    via: Mapped[str] = mapped_column(String(8))
    asked_by: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="RESTRICT"))
    asked_at: Mapped[datetime]
    searched_at: Mapped[datetime | None]
    filled_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]


class InstantOffer(Base):
    """A worker's place in the line of an instant hire, and what came of it.

    state    queued; asked; yes, no; late (asked, and the places went to others); skipped (no longer
             free or allowed when their turn came); gone (said yes and gave the day back)
    by       who answered: self, or the desk for them
    """

    __tablename__ = "instant_offer"
    __table_args__ = (
        CheckConstraint(
            "state IN ('queued','asked','yes','no','late','skipped','gone')", name="state_known"
        ),
        CheckConstraint("by IS NULL OR by IN ('self','desk')", name="by_known"),
        UniqueConstraint("hire_id", "worker_id"),
        Index(None, "hire_id", "state"),
        Index(None, "worker_id", "state"),
    )
    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    hire_id: Mapped[int] = mapped_column(ForeignKey("instant_hire.id", ondelete="CASCADE"))
    worker_id: Mapped[int] = mapped_column(ForeignKey("worker.id", ondelete="RESTRICT"))
    line: Mapped[int] = mapped_column(Integer)
    km: Mapped[int] = mapped_column(Integer)
    state: Mapped[str] = mapped_column(String(8), default="queued")
    by: Mapped[str | None] = mapped_column(String(4))
    asked_at: Mapped[datetime | None]
    answered_at: Mapped[datetime | None]


class WorkRequest(Base):
    """A worker asked for work, at the desk: what the dated receipt stands for."""

    __tablename__ = "work_request"
    __table_args__ = (Index(None, "worker_id"), Index(None, "asked_at"))
    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    worker_id: Mapped[int] = mapped_column(ForeignKey("worker.id", ondelete="RESTRICT"))
    asked_at: Mapped[datetime]
    written_by: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="RESTRICT"))
