from datetime import date, datetime

from sqlalchemy import Boolean, CheckConstraint, Date, ForeignKey, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from jobmatch.infra.db import Base


class ConsentEvent(Base):
    """A worker gave or withdrew one consent. notice: the version of the text that was shown."""

    __tablename__ = "consent_event"
    __table_args__ = (
        CheckConstraint("kind IN ('sensitive','matching','line_watch')", name="kind_known"),
        Index(None, "worker_id", "kind"),
    )
    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    worker_id: Mapped[int] = mapped_column(ForeignKey("worker.id", ondelete="RESTRICT"))
    kind: Mapped[str] = mapped_column(String(10))
    given: Mapped[bool] = mapped_column(Boolean)
    at: Mapped[datetime]
    notice: Mapped[str] = mapped_column(String(10))
    told_by: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="RESTRICT"))


class Erasure(Base):
    """A worker's wish that their data be deleted.

    open (until due_on it may be taken back), undone, done (what may go is gone; the rest stays
    until kept_until), over (the name is gone too)
    open_worker_id   the worker while it is open: one wish at a time
    """

    __tablename__ = "erasure"
    __table_args__ = (
        CheckConstraint("state IN ('open','undone','done','over')", name="state_known"),
        Index(None, "worker_id"),
        Index(None, "state", "due_on"),
    )
    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    worker_id: Mapped[int] = mapped_column(ForeignKey("worker.id", ondelete="RESTRICT"))
    open_worker_id: Mapped[int | None] = mapped_column(Integer, unique=True)
    state: Mapped[str] = mapped_column(String(6), default="open")
    asked_at: Mapped[datetime]
    asked_by: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="RESTRICT"))
    due_on: Mapped[date] = mapped_column(Date)
    kept_until: Mapped[date | None] = mapped_column(Date)
    ended_at: Mapped[datetime | None]
