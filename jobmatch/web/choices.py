"""Choices of forms that come from the catalogue."""

from typing import Any

from flask_babel import gettext as _

from jobmatch.skills import queries as skills
from jobmatch.web.filters import is_chinese, named


def skill_choices() -> dict[str, list[tuple[str, str]]]:
    """All skills in use under their categories, in the reader's language (an optgroup each); the
    first choice is none.
    """
    groups: dict[str, list[tuple[str, str]]] = {_("请选择"): [("", _("还没选"))]}
    for group in skills.categories():
        name = group.name_zh if is_chinese() else group.name_en
        groups.setdefault(name, []).extend((skill.id, named(skill)) for skill in group.skills)
    return groups


def trades(rows: Any) -> list[tuple[str, str]]:
    """(id, name in the reader's language) of rows with name_zh and name_en."""
    return [(row.id, named(row)) for row in rows]
