"""The place picker of forms: one field, many selects (templates/components/place.html).

    home = PlaceField(_l("家在哪里"), least=places.TOWNSHIP, required=_l("请选择家在哪里。"))
    {{ place(form.home, form.home.levels, top=form.home.top) }}

A view shows the form again, unvalidated (200), when `wants_next_level()`: without JavaScript the
button under the selects asks for the level below.
"""

from typing import Any

from flask import request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import StringField
from wtforms.validators import ValidationError

from jobmatch.places import queries

LEVEL_LABELS = {
    queries.REGION: _l("自治区"),
    queries.LEAGUE: _l("盟市"),
    queries.COUNTY: _l("旗县"),
    queries.TOWNSHIP: _l("苏木乡镇"),
    queries.VILLAGE: _l("嘎查村"),
}
TOP = "15"


class PlaceField(StringField):
    """`data` is the code of the chosen place, or "".

    least      the level that must be reached at least (queries.VILLAGE ...)
    required   what to say when nothing is chosen; None: the field may stay empty
    top        code that bounds the choice; may be set on the bound field of a form
    """

    def __init__(
        self,
        label: Any = None,
        *,
        least: int = queries.TOWNSHIP,
        required: Any = None,
        top: str = TOP,
        **kwargs: Any,
    ) -> None:
        super().__init__(label, **kwargs)
        self.least, self.required, self.top = least, required, top
        if required is not None:
            self.flags.required = True

    def process_formdata(self, valuelist: list[Any]) -> None:
        self.data = deepest(valuelist, self.top)

    def pre_validate(self, form: Any) -> None:
        if not self.data:
            if self.required is not None:
                raise ValidationError(self.required)
            return
        found = queries.place(self.data)
        if found is None or not found.code.startswith(self.top):
            raise ValidationError(_("请从列表里选择地方。"))
        if found.level < self.least:
            raise ValidationError(_("请选到%(level)s。", level=LEVEL_LABELS[self.least]))

    @property
    def levels(self) -> list[dict[str, Any]]:
        """What the macro shows: the levels known so far and the one below the chosen place."""
        return [
            {
                "label": level["label"],
                "options": [(item["code"], item["name"]) for item in level["items"]],
                "chosen": level["chosen"],
            }
            for level in chain(self.data or "", self.top)
        ]


def wants_next_level() -> bool:
    """Whether the posted form only asks for the next level of a place picker."""
    return "_load" in request.form


def deepest(codes: list[str], top: str = TOP) -> str:
    """The last code that lies inside the one before it; a deeper select may be left over."""
    found = ""
    for code in codes:
        if code and code.startswith(found or top) and code != found:
            found = code
        elif code:
            break
    return found


def chain(code: str, top: str = TOP) -> list[dict[str, Any]]:
    """The selects that lead from `top` down to a place, and the one below it."""
    above = [row.code for row in queries.chain(code) if row.code.startswith(top)]
    parents = [top, *(c for c in above if c != top)]
    children = queries.below(parents)
    levels = []
    for n, parent in enumerate(parents):
        items = children[parent]
        if items:
            levels.append(
                {
                    "label": str(LEVEL_LABELS[items[0].level]),
                    "items": [{"code": row.code, "name": row.short_name} for row in items],
                    "chosen": parents[n + 1] if n + 1 < len(parents) else "",
                }
            )
    bottom = None if levels else queries.place(top)
    if bottom is not None:
        # The choice is bounded by a village: it alone can be chosen.
        item = {"code": bottom.code, "name": bottom.short_name}
        levels.append(
            {"label": str(LEVEL_LABELS[bottom.level]), "items": [item], "chosen": bottom.code}
        )
    return levels
