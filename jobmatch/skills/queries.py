"""Reading the catalogue of skills. The ground and the catalogue's keeper change it."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, func, select

from jobmatch.infra.db import fetch, reading
from jobmatch.skills.knowledge import knowledge, spellings
from jobmatch.skills.models import Skill, SkillAlias
from jobmatch.skills.rules.normalise import Catalogue, Recognised, catalogue_of, read

_cached: tuple[tuple[str, int, int, int], Catalogue] | None = None


@dataclass(frozen=True, slots=True)
class SkillRow:
    """A skill. months: of its season, 1 to 12; empty for work of the whole year."""

    id: str
    name_zh: str
    name_en: str
    category: str
    category_zh: str
    category_en: str
    months: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class CategoryRow:
    """A category and its skills, in the order of the catalogue."""

    id: str
    name_zh: str
    name_en: str
    skills: tuple[SkillRow, ...]


_COLUMNS = (
    Skill.id, Skill.name_zh, Skill.name_en, Skill.category, Skill.category_zh, Skill.category_en,
    Skill.months,
)  # fmt: skip
_BY_ID = select(*_COLUMNS).where(Skill.id.in_(bindparam("ids", expanding=True)))
_IN_USE = select(*_COLUMNS).where(Skill.is_active).order_by(Skill.category, Skill.id)
_KINDS = (
    select(
        Skill.category,
        func.min(Skill.category_zh).label("name_zh"),
        func.min(Skill.category_en).label("name_en"),
        func.count(),
    )
    .where(Skill.is_active)
    .group_by(Skill.category)
)


def names(ids: Collection[str]) -> dict[str, SkillRow]:
    """The skills with these ids; unknown ids are left out."""
    if not ids:
        return {}
    return {row.id: row for row in map(_row, fetch(_BY_ID, ids=list(set(ids))))}


def skill(skill_id: str) -> SkillRow | None:
    return names([skill_id]).get(skill_id)


def all_skills() -> list[SkillRow]:
    """All skills in use, by category."""
    return [_row(skill) for skill in fetch(_IN_USE)]


def kinds() -> list[CategoryRow]:
    """The categories of `categories`, without their skills."""
    found = sorted(fetch(_KINDS), key=lambda row: (-row[3], row[0]))
    return [CategoryRow(key, zh, en, ()) for key, zh, en, _ in found]


def categories() -> list[CategoryRow]:
    """All skills in use under their categories; the largest category first."""
    by_id: dict[str, list[SkillRow]] = {}
    for row in all_skills():
        by_id.setdefault(row.category, []).append(row)
    return [
        CategoryRow(key, rows[0].category_zh, rows[0].category_en, tuple(rows))
        for key, rows in sorted(by_id.items(), key=lambda item: (-len(item[1]), item[0]))
    ]


def catalogue() -> Catalogue:
    """What free text is read against: kept in the process until skills or aliases change."""
    global _cached
    session = reading()
    stamp = (
        str(session.get_bind().engine.url),
        session.scalar(select(func.count()).select_from(Skill).where(Skill.is_active)) or 0,
        session.scalar(select(func.count()).where(SkillAlias.removed_at.is_(None))) or 0,
        # With the keys of aliases taken back, which stay: none is used twice.
        session.scalar(select(func.max(SkillAlias.id))) or 0,
    )
    if _cached is None or _cached[0] != stamp:
        _cached = (stamp, _load())
    return _cached[1]


def recognise(text: str) -> list[Recognised]:
    """The skills that a free text names, best first."""
    return read(text, catalogue())


def _load() -> Catalogue:
    rows = all_skills()
    active = {row.id for row in rows}
    aliases = reading().execute(
        select(SkillAlias.skill_id, SkillAlias.alias)
        .where(SkillAlias.removed_at.is_(None))
        .order_by(SkillAlias.id)
    )
    pairs = [(row.id, row.name_zh) for row in rows]
    pairs += [(skill_id, alias) for skill_id, alias in aliases if skill_id in active]
    return catalogue_of(pairs, spellings(), knowledge())


def _row(values: Iterable[Any]) -> SkillRow:
    key, zh, en, category, category_zh, category_en, months = values
    return SkillRow(key, zh, en, category, category_zh, category_en, tuple(months))
