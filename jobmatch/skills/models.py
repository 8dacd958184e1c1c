from typing import Any

from sqlalchemy import JSON, Boolean, ForeignKey, Index, Integer, String
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
    """Another name of a skill, as people say it."""

    __tablename__ = "skill_alias"
    __table_args__ = (Index(None, "skill_id"),)
    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    skill_id: Mapped[str] = mapped_column(ForeignKey("skill.id", ondelete="CASCADE"))
    alias: Mapped[str] = mapped_column(String(60))
    is_dialect: Mapped[bool] = mapped_column(Boolean, default=False)
