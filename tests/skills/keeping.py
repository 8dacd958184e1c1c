"""What tests of the keeper's list share: words in the list, aliases taken away afterwards."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from sqlalchemy import func, select, update

from jobmatch.infra.db import reading, transaction
from jobmatch.skills.models import SkillAlias, UnreadWords
from jobmatch.skills.rules.unread import form

SEEN = datetime(2026, 9, 1, 4, 0, tzinfo=UTC)


@contextmanager
def aliases_restored() -> Iterator[None]:
    """Aliases belong to the ground, which stays between tests: the keeper's are taken back.

    Their rows stay, as in the product, so that no key is used twice.
    """
    try:
        yield
    finally:
        with transaction() as session:
            session.execute(update(SkillAlias).where(SkillAlias.is_keepers).values(removed_at=SEEN))


def words(said: str, times: int = 1, **fields: object) -> int:
    """A row of the list."""
    given = {
        "normal": form(said), "state": "open", "source": "worker", "first_seen": SEEN,
        "last_seen": SEEN,
    } | fields  # fmt: skip
    with transaction() as session:
        row = UnreadWords(words=said, times=times, **given)
        session.add(row)
        session.flush()
        return row.id


def state(words_id: int) -> tuple[str, str | None]:
    row = reading().get_one(UnreadWords, words_id)
    reading().refresh(row)
    return row.state, row.skill_id


def keepers_aliases() -> list[tuple[str, str]]:
    """(alias, skill) of all aliases of the keeper that hold."""
    found = reading().execute(
        select(SkillAlias.alias, SkillAlias.skill_id)
        .where(SkillAlias.is_keepers, SkillAlias.removed_at.is_(None))
        .order_by(SkillAlias.id)
    )
    return [(alias, skill) for alias, skill in found]


def listed() -> dict[str, int]:
    """All words of the list with how often they were seen."""
    rows = reading().execute(select(UnreadWords.words, UnreadWords.times))
    return {row.words: row.times for row in rows}


def how_many(model: type) -> int:
    return reading().scalar(select(func.count()).select_from(model)) or 0
