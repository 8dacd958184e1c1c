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
)
from sqlalchemy.orm import Mapped, mapped_column

from jobmatch.infra.db import Base, Fen


class Posting(Base):
    """Work offered on a run of days.

    pay          rate_fen for one day, one hour, or for `piece_lot` pieces of `piece_unit` (450
    fen a 100 斤)
    day_minutes  working time a day without breaks; starts_at/ends_at minutes after midnight
    needs_credential  only workers with a credential in skill_id (at min_level) may be engaged
    is_instant   a sign-up takes its seats at once; else the employer accepts
    min_stay     who comes, comes for so many days at least; 1: also for a day
    footing      full_time (overtime costs more), part_time (short days, paid soon), or task
    place_code, lon, lat repeat the site's, so that the board needs no join
    """

    __tablename__ = "posting"
    __table_args__ = (
        CheckConstraint("state IN ('draft','open','closed','cancelled')", name="state_known"),
        CheckConstraint("pay_kind IN ('day','hour','piece')", name="pay_kind_known"),
        CheckConstraint("load IN ('light','medium','heavy')", name="load_known"),
        CheckConstraint("last_day >= first_day", name="ends_after_it_begins"),
        CheckConstraint("rate_fen >= 0 AND piece_lot >= 1", name="rate_sane"),
        CheckConstraint("min_stay BETWEEN 1 AND 30", name="min_stay_sane"),
        CheckConstraint("footing IN ('full_time','part_time','task')", name="footing_known"),
        Index(None, "state", "last_day"),
        Index(None, "employer_id", "state"),
        Index(None, "place_code"),
        Index(None, "skill_id"),
        Index(None, "brand_id"),
    )
    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    employer_id: Mapped[int] = mapped_column(ForeignKey("employer.id", ondelete="RESTRICT"))
    site_id: Mapped[int] = mapped_column(ForeignKey("site.id", ondelete="RESTRICT"))
    skill_id: Mapped[str] = mapped_column(ForeignKey("skill.id", ondelete="RESTRICT"))
    title: Mapped[str] = mapped_column(String(80))
    work_text: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(String(10), default="draft")
    first_day: Mapped[date] = mapped_column(Date)
    last_day: Mapped[date] = mapped_column(Date)
    pay_kind: Mapped[str] = mapped_column(String(8))
    rate_fen: Mapped[int] = mapped_column(Fen)
    piece_unit: Mapped[str] = mapped_column(String(10), default="")
    piece_lot: Mapped[int] = mapped_column(Integer, default=1)
    usual_day_pieces: Mapped[int | None] = mapped_column(Integer)
    crew_share: Mapped[bool] = mapped_column(Boolean, default=False)
    day_minutes: Mapped[int] = mapped_column(Integer)
    starts_at: Mapped[int] = mapped_column(Integer)
    ends_at: Mapped[int] = mapped_column(Integer)
    meals: Mapped[bool] = mapped_column(Boolean, default=False)
    lodging: Mapped[bool] = mapped_column(Boolean, default=False)
    transport: Mapped[bool] = mapped_column(Boolean, default=False)
    load: Mapped[str] = mapped_column(String(8), default="medium")
    lift_kg: Mapped[int] = mapped_column(Integer, default=0)
    min_level: Mapped[int] = mapped_column(Integer, default=1)
    needs_credential: Mapped[bool] = mapped_column(Boolean, default=False)
    is_instant: Mapped[bool] = mapped_column(Boolean, default=False)
    min_stay: Mapped[int] = mapped_column(Integer, default=1, server_default="1")
    footing: Mapped[str] = mapped_column(String(10), default="task", server_default="task")
    brand_id: Mapped[int | None] = mapped_column(ForeignKey("labor_brand.id", ondelete="RESTRICT"))
    place_code: Mapped[str] = mapped_column(ForeignKey("place.code", ondelete="RESTRICT"))
    lon: Mapped[float] = mapped_column(Float)
    lat: Mapped[float] = mapped_column(Float)
    published_at: Mapped[datetime | None]
    created_by: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="RESTRICT"))
    created_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(Integer, default=1)


class PostingSkill(Base):
    """Skills that also do, besides the posting's main one."""

    __tablename__ = "posting_skill"
    posting_id: Mapped[int] = mapped_column(
        ForeignKey("posting.id", ondelete="CASCADE"), primary_key=True
    )
    skill_id: Mapped[str] = mapped_column(
        ForeignKey("skill.id", ondelete="RESTRICT"), primary_key=True
    )


class PostingProposal(Base):
    """A skill read out of a posting's words; the employer was told of it, once."""

    __tablename__ = "posting_proposal"
    __table_args__ = (UniqueConstraint("posting_id", "skill_id"), Index(None, "alias_id"))
    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    posting_id: Mapped[int] = mapped_column(ForeignKey("posting.id", ondelete="CASCADE"))
    skill_id: Mapped[str] = mapped_column(ForeignKey("skill.id", ondelete="RESTRICT"))
    alias_id: Mapped[int | None] = mapped_column(ForeignKey("skill_alias.id", ondelete="SET NULL"))
    words: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime]


class PostingDay(Base):
    """The places of one day. `taken` repeats the engagement days, so that a seat is taken by
    one statement.
    """

    __tablename__ = "posting_day"
    __table_args__ = (
        CheckConstraint("headcount >= 0", name="headcount_not_negative"),
        CheckConstraint("taken BETWEEN 0 AND headcount", name="headcount_not_oversold"),
        UniqueConstraint("posting_id", "work_date"),
        Index(None, "work_date"),
    )
    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    posting_id: Mapped[int] = mapped_column(ForeignKey("posting.id", ondelete="RESTRICT"))
    work_date: Mapped[date] = mapped_column(Date)
    headcount: Mapped[int] = mapped_column(Integer)
    taken: Mapped[int] = mapped_column(Integer, default=0)
