"""Fields to choose from, given as pairs (value, words); choices that the catalogue gives."""

from collections.abc import Iterable, Mapping
from typing import Any

import wtforms
from flask_babel import gettext as _
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]

from jobmatch.skills import queries as skills
from jobmatch.web.filters import named
from jobmatch.web.language import is_chinese

Pairs = Iterable[tuple[Any, Any]]


def options(given: Pairs | Mapping[str, Pairs] | None) -> list[Any] | None:
    """What WTForms wants from 3.4 on; a mapping gives groups by their names."""
    if given is None:
        return None
    groups: Mapping[Any, Pairs] = given if isinstance(given, Mapping) else {None: given}
    return [
        SelectChoice(value, words, optgroup=group)
        for group, pairs in groups.items()
        for value, words in pairs
    ]


class SelectField(wtforms.SelectField):
    def __init__(
        self, label: Any = None, validators: Any = None, *, choices: Any = None, **kwargs: Any
    ) -> None:
        super().__init__(label, validators, choices=options(choices), **kwargs)

    def __setattr__(self, name: str, value: Any) -> None:
        super().__setattr__(name, options(value) if name == "choices" else value)


class RadioField(SelectField, wtforms.RadioField):
    pass


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
