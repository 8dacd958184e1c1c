from datetime import date, datetime

from sqlalchemy import BigInteger, Date, ForeignKey, Index, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from jobmatch.infra.db import Base


class MatchChange(Base):
    """Something changed that matters to matching; triggers write it (infra/changes.py).

    kind w (worker), p (posting), r (rules: everything). Ids are never used again, so that whoever
    has read up to one knows what is newer.
    """

    __tablename__ = "match_change"
    __table_args__ = (Index(None, "xid"), {"sqlite_autoincrement": True})
    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    kind: Mapped[str] = mapped_column(String(1))
    key: Mapped[int] = mapped_column(Integer)
    xid: Mapped[int] = mapped_column(BigInteger)


class MatchPush(Base):
    """The evening's notice to a worker: at most one a day, however often the evening is begun."""

    __tablename__ = "match_push"
    __table_args__ = (UniqueConstraint("worker_id", "day"), Index(None, "day"))
    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    worker_id: Mapped[int] = mapped_column(ForeignKey("worker.id", ondelete="CASCADE"))
    day: Mapped[date] = mapped_column(Date)
    made_at: Mapped[datetime]


class MatchPushed(Base):
    """A posting that a notice named, and what it was worth to the worker: each is named once.

    seen_at   when it stood before the worker for the first time
    """

    __tablename__ = "match_pushed"
    __table_args__ = (Index(None, "posting_id"), Index(None, "day"))
    worker_id: Mapped[int] = mapped_column(
        ForeignKey("worker.id", ondelete="CASCADE"), primary_key=True
    )
    posting_id: Mapped[int] = mapped_column(
        ForeignKey("posting.id", ondelete="CASCADE"), primary_key=True
    )
    day: Mapped[date] = mapped_column(Date)
    value: Mapped[int] = mapped_column(Integer)
    seen_at: Mapped[datetime | None]
