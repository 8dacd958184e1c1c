"""The list of words that could not be read, as the catalogue's keeper sees it."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from jobmatch.infra.db import reading
from jobmatch.kernel.errors import NotFound
from jobmatch.kernel.paging import PAGE_SIZE, Page
from jobmatch.skills import queries
from jobmatch.skills.models import Skill, SkillAlias, UnreadWords
from jobmatch.skills.rules.nearest import nearest
from jobmatch.skills.rules.normalise import ranked
from jobmatch.skills.rules.unread import form

STATES = ("open", "aliased", "dismissed")


@dataclass(frozen=True, slots=True)
class WordsRow:
    """Words of the list. nearest: ids of skills to choose from; alias: what they became."""

    id: int
    words: str
    times: int
    first_seen: datetime
    last_seen: datetime
    source: str
    state: str
    skill_id: str | None
    alias: str
    decided_by: int | None
    decided_at: datetime | None
    nearest: tuple[str, ...]


def counts() -> dict[str, int]:
    """How many words are in each state."""
    found = reading().execute(select(UnreadWords.state, func.count()).group_by(UnreadWords.state))
    return dict.fromkeys(STATES, 0) | {row[0]: row[1] for row in found}


def listed(state: str = "open", words: str = "", page: int = 1, choices: int = 3) -> Page[WordsRow]:
    """Words in a state, the most frequent first; those decided, the latest first.

    words     only those that hold this
    choices   so many nearest skills for each open row
    """
    where = [UnreadWords.state == state]
    if form(words):
        where.append(UnreadWords.normal.contains(form(words), autoescape=True))
    session = reading()
    total = session.scalar(select(func.count()).select_from(UnreadWords).where(*where)) or 0
    order = (
        [UnreadWords.times.desc(), UnreadWords.last_seen.desc()]
        if state == "open"
        else [UnreadWords.decided_at.desc()]
    )
    rows = session.execute(
        select(UnreadWords, SkillAlias.alias)
        .outerjoin(SkillAlias, SkillAlias.id == UnreadWords.alias_id)
        .where(*where)
        .order_by(*order, UnreadWords.id)
        .limit(PAGE_SIZE)
        .offset((page - 1) * PAGE_SIZE)
    ).all()
    terms = _terms() if state == "open" and rows else []
    return Page([_row(found, alias, terms, choices) for found, alias in rows], page, total)


def one(words_id: int, choices: int = 8) -> WordsRow:
    """One row of the list. raises NotFound."""
    row = (
        reading()
        .execute(
            select(UnreadWords, SkillAlias.alias)
            .outerjoin(SkillAlias, SkillAlias.id == UnreadWords.alias_id)
            .where(UnreadWords.id == words_id)
        )
        .first()
    )
    if row is None:
        raise NotFound
    return _row(row[0], row[1], _terms(), choices)


def _terms() -> list[tuple[str, str]]:
    """All names and aliases that hold, with their skills."""
    session = reading()
    active = select(Skill.id, Skill.name_zh).where(Skill.is_active).order_by(Skill.id)
    aliases = (
        select(SkillAlias.skill_id, SkillAlias.alias)
        .join(Skill)
        .where(Skill.is_active, SkillAlias.removed_at.is_(None))
        .order_by(SkillAlias.id)
    )
    return [(key, term) for asked in (active, aliases) for key, term in session.execute(asked)]


def _row(
    row: UnreadWords, alias: str | None, terms: list[tuple[str, str]], choices: int
) -> WordsRow:
    return WordsRow(
        row.id, row.words, row.times, row.first_seen, row.last_seen, row.source, row.state,
        row.skill_id, alias or "", row.decided_by, row.decided_at,
        _choices(row.normal, terms, choices) if terms else (),
    )  # fmt: skip


def _choices(words: str, terms: list[tuple[str, str]], most: int) -> tuple[str, ...]:
    """What the reader would have guessed, however unsure; then what is near by letters."""
    guessed = [one.skill_id for one in ranked(words, queries.catalogue())]
    return tuple(dict.fromkeys([*guessed, *nearest(words, terms, most)]))[:most]
