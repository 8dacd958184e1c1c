from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, Date, ForeignKey, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from jobmatch.infra.db import Base, Fen


class LineWatch(Base):
    """Where a household's year is heading, as of a night; made anew each night.

    so_far_fen .. high_fen   net income of the whole household in the year
    rest     fen yet expected, by source
    level    0 safe, 1 unsure, 2 short, 3 beyond (rules/gap)
    days     of work that close the gap, at day_fen; `whose` days say what a day pays
    reasons  codes with their numbers (rules/gap)
    """

    __tablename__ = "line_watch"
    __table_args__ = (
        CheckConstraint("level BETWEEN 0 AND 3", name="level_known"),
        CheckConstraint("low_fen <= likely_fen AND likely_fen <= high_fen", name="in_order"),
        Index(None, "level", "missing_head_fen"),
    )
    household_id: Mapped[int] = mapped_column(
        ForeignKey("household.id", ondelete="RESTRICT"), primary_key=True
    )
    as_of: Mapped[date] = mapped_column(Date)
    year_first: Mapped[date] = mapped_column(Date)
    year_last: Mapped[date] = mapped_column(Date)
    members: Mapped[int] = mapped_column(Integer)
    hands: Mapped[int] = mapped_column(Integer)
    line_fen: Mapped[int] = mapped_column(Fen)
    so_far_fen: Mapped[int] = mapped_column(Fen)
    agreed_fen: Mapped[int] = mapped_column(Fen)
    low_fen: Mapped[int] = mapped_column(Fen)
    likely_fen: Mapped[int] = mapped_column(Fen)
    high_fen: Mapped[int] = mapped_column(Fen)
    rest: Mapped[dict[str, int]] = mapped_column(JSON)
    level: Mapped[int] = mapped_column(Integer)
    missing_head_fen: Mapped[int] = mapped_column(Fen)
    days: Mapped[int | None] = mapped_column(Integer)
    day_fen: Mapped[int] = mapped_column(Fen)
    whose: Mapped[str] = mapped_column(String(6))
    reasons: Mapped[list[Any]] = mapped_column(JSON)


class IncomeDoubt(Base):
    """A worker finds the own household's income wrong; an officer of the place answers."""

    __tablename__ = "income_doubt"
    __table_args__ = (
        CheckConstraint("state IN ('open','answered')", name="state_known"),
        Index(None, "household_id"),
        Index(None, "state"),
    )
    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    household_id: Mapped[int] = mapped_column(ForeignKey("household.id", ondelete="RESTRICT"))
    worker_id: Mapped[int] = mapped_column(ForeignKey("worker.id", ondelete="RESTRICT"))
    words: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(String(8), default="open")
    answer: Mapped[str] = mapped_column(Text, default="")
    opened_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]
    answered_by: Mapped[int | None]
