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


class LaborBrand(Base):
    __tablename__ = "labor_brand"
    __table_args__ = (
        CheckConstraint("rank IN ('none','banner','league','region','nation')", name="rank_known"),
        CheckConstraint("state IN ('draft','pending','approved','refused')", name="state_known"),
        Index(None, "place_code"),
    )
    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    name: Mapped[str] = mapped_column(String(60), unique=True)
    place_code: Mapped[str] = mapped_column(ForeignKey("place.code", ondelete="RESTRICT"))
    skill_id: Mapped[str] = mapped_column(ForeignKey("skill.id", ondelete="RESTRICT"))
    description: Mapped[str] = mapped_column(Text, default="")
    rank: Mapped[str] = mapped_column(String(10), default="none")
    state: Mapped[str] = mapped_column(String(10), default="draft")
    state_note: Mapped[str] = mapped_column(String(200), default="")
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="RESTRICT"))
    decided_at: Mapped[datetime | None]
    created_by: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="RESTRICT"))
    created_at: Mapped[datetime]


class BrandMember(Base):
    """state: requested (by the worker), invited (by the brand), member, left, declined."""

    __tablename__ = "brand_member"
    __table_args__ = (
        UniqueConstraint("brand_id", "worker_id"),
        CheckConstraint(
            "state IN ('requested','invited','member','left','declined')", name="state_known"
        ),
        Index(None, "worker_id"),
    )
    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    brand_id: Mapped[int] = mapped_column(ForeignKey("labor_brand.id", ondelete="RESTRICT"))
    worker_id: Mapped[int] = mapped_column(ForeignKey("worker.id", ondelete="RESTRICT"))
    state: Mapped[str] = mapped_column(String(10))
    joined_on: Mapped[date | None] = mapped_column(Date)
    left_on: Mapped[date | None] = mapped_column(Date)
    changed_at: Mapped[datetime]


class BrandInvite(Base):
    """A link (QR) by which workers join at once, until it ends or is withdrawn."""

    __tablename__ = "brand_invite"
    __table_args__ = (Index(None, "brand_id"),)
    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    brand_id: Mapped[int] = mapped_column(ForeignKey("labor_brand.id", ondelete="RESTRICT"))
    token: Mapped[str] = mapped_column(String(43), unique=True)
    expires_on: Mapped[date] = mapped_column(Date)
    withdrawn: Mapped[bool] = mapped_column(Boolean, default=False)
    created_by: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="RESTRICT"))
    created_at: Mapped[datetime]


class Crew(Base):
    """Members who work together. is_whole: it goes as one or not at all."""

    __tablename__ = "crew"
    __table_args__ = (UniqueConstraint("brand_id", "name"), Index(None, "leader_id"))
    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    brand_id: Mapped[int] = mapped_column(ForeignKey("labor_brand.id", ondelete="RESTRICT"))
    name: Mapped[str] = mapped_column(String(40))
    leader_id: Mapped[int | None] = mapped_column(ForeignKey("worker.id", ondelete="RESTRICT"))
    is_whole: Mapped[bool] = mapped_column(Boolean, default=False)
    is_active: Mapped[bool] = mapped_column(Boolean, default=True)
    created_at: Mapped[datetime]


class CrewMember(Base):
    """A worker is in at most one crew."""

    __tablename__ = "crew_member"
    __table_args__ = (Index(None, "crew_id"),)
    worker_id: Mapped[int] = mapped_column(
        ForeignKey("worker.id", ondelete="RESTRICT"), primary_key=True
    )
    crew_id: Mapped[int] = mapped_column(ForeignKey("crew.id", ondelete="CASCADE"))
