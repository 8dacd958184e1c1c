from datetime import datetime
from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    CheckConstraint,
    ForeignKey,
    Index,
    Integer,
    String,
    false,
)
from sqlalchemy.orm import Mapped, mapped_column

from jobmatch.infra.db import Base


class Skill(Base):
    """A skill of the catalogue, e.g. ag.swpotato.sort 甘薯分拣."""

    __tablename__ = "skill"
    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    name_zh: Mapped[str] = mapped_column(String(60))
    name_en: Mapped[str] = mapped_column(String(80))
    category: Mapped[str] = mapped_column(String(20))
    category_zh: Mapped[str] = mapped_column(String(40))
    category_en: Mapped[str] = mapped_column(String(60))
    months: Mapped[list[Any]] = mapped_column(JSON, default=list)
    csco_code: Mapped[str] = mapped_column(String(20), default="")
    is_active: Mapped[bool] = mapped_column(Boolean, default=True)


class SkillAlias(Base):
    """Another name of a skill, as people say it.

    is_keepers   added by the catalogue's keeper; loading the ground leaves it alone
    removed_at   taken back: kept, so that no key is used twice and every process sees the change
    """

    __tablename__ = "skill_alias"
    __table_args__ = (Index(None, "skill_id"),)
    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    skill_id: Mapped[str] = mapped_column(ForeignKey("skill.id", ondelete="CASCADE"))
    alias: Mapped[str] = mapped_column(String(60))
    is_dialect: Mapped[bool] = mapped_column(Boolean, default=False)
    is_keepers: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())
    removed_at: Mapped[datetime | None]


class UnreadWords(Base):
    """Words about work that the reader could not place, for the catalogue's keeper.

    normal   how the words are told apart; words: as first typed, without numbers of people
    source   where they were first typed: worker, desk or posting
    """

    __tablename__ = "unread_words"
    __table_args__ = (
        CheckConstraint("source IN ('worker','desk','posting')", name="source_known"),
        CheckConstraint("state IN ('open','aliased','dismissed')", name="state_known"),
        Index(None, "state", "times"),
        Index(None, "alias_id"),
    )
    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    normal: Mapped[str] = mapped_column(String(64), unique=True)
    words: Mapped[str] = mapped_column(String(64))
    times: Mapped[int] = mapped_column(Integer, default=1)
    first_seen: Mapped[datetime]
    last_seen: Mapped[datetime]
    source: Mapped[str] = mapped_column(String(10))
    state: Mapped[str] = mapped_column(String(10), default="open")
    skill_id: Mapped[str | None] = mapped_column(ForeignKey("skill.id", ondelete="SET NULL"))
    alias_id: Mapped[int | None] = mapped_column(ForeignKey("skill_alias.id", ondelete="SET NULL"))
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="RESTRICT"))
    decided_at: Mapped[datetime | None]


class AliasReading(Base):
    """How far earlier texts have been read again for a new alias, by kind of text."""

    __tablename__ = "alias_reading"
    __table_args__ = (Index(None, "done_at"),)
    alias_id: Mapped[int] = mapped_column(
        ForeignKey("skill_alias.id", ondelete="CASCADE"), primary_key=True
    )
    kind: Mapped[str] = mapped_column(String(10), primary_key=True)
    last_id: Mapped[int] = mapped_column(Integer, default=0)
    found: Mapped[int] = mapped_column(Integer, default=0)
    done_at: Mapped[datetime | None]
