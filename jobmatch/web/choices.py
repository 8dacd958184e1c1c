"""Choices of forms that come from the catalogue."""

from typing import Any

from jobmatch.skills import queries as skills
from jobmatch.web.filters import is_chinese, named


def skill_choices() -> dict[str, list[tuple[str, str]]]:
    """All skills in use under their categories, in the reader's language (an optgroup each)."""
    return {
        group.name_zh if is_chinese() else group.name_en: [(s.id, named(s)) for s in group.skills]
        for group in skills.categories()
    }


def trades(rows: Any) -> list[tuple[str, str]]:
    """(id, name in the reader's language) of rows with name_zh and name_en."""
    return [(row.id, named(row)) for row in rows]
