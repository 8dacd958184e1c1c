"""Forms of season plans. What a rule forbids is the house's to say; it lands next to the field."""

from collections.abc import Sequence

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, SelectMultipleField
from wtforms.validators import InputRequired, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from jobmatch.web.choices import RadioField, SelectField, options
from jobmatch.web.forms import BaseForm, DayField, KeyField, WholeField
from jobmatch.web.incoming import key_or_none
from jobmatch.web.season import words

TIMES = (15, 60, 300, 900, 3600)
# Percent that a plan may be away from the best.
GAPS = ("0.0", "0.2", "0.5", "1", "2", "5")
NEEDS_DAY = _l("请填写日子。")


def whole(typed: object) -> int:
    """A choice's value as a key; what is none becomes one that nothing has."""
    return key_or_none(str(typed)) or 0


class ThinkingForm(BaseForm):
    """How long to think and how good is good enough."""

    seconds = SelectField(_l("最多算多久"), coerce=whole)
    gap = SelectField(_l("多好就算好"))
    seed = WholeField(_l("随机种子"), validators=[Optional()])

    def fill_choices(self) -> None:
        self.seconds.choices = [(n, words.seconds(n)) for n in TIMES]
        self.gap.choices = [
            (one, _("离最好不到 %(n)s", n=f"{one}%") if one != "0.0" else _("算到时间用完"))
            for one in GAPS
        ]

    @property
    def wanted_gap(self) -> float:
        return float(self.gap.data) / 100


class PlanForm(ThinkingForm):
    first = DayField(_l("从哪天"), validators=[InputRequired(NEEDS_DAY)])
    last = DayField(_l("到哪天"), validators=[InputRequired(NEEDS_DAY)])


class MoveForm(BaseForm):
    """Where a stay goes instead; what is left empty stays as it is."""

    posting = SelectField(_l("去哪里"), coerce=whole)
    worker = SelectField(_l("谁去"), coerce=whole)
    first = DayField(_l("从哪天"), validators=[Optional()])
    last = DayField(_l("到哪天"), validators=[Optional()])


class DropForm(BaseForm):
    """A stay that was dragged: only what changes is filled in."""

    posting = KeyField()
    worker = KeyField()
    first = DayField(validators=[Optional()])


class AddForm(BaseForm):
    """A stay for somebody at work that is chosen already."""

    worker = SelectField(_l("谁去"), coerce=whole, validators=[InputRequired(_l("请选一个人。"))])
    first = DayField(_l("从哪天"), validators=[InputRequired(NEEDS_DAY)])
    last = DayField(_l("到哪天"), validators=[InputRequired(NEEDS_DAY)])


class SplitForm(BaseForm):
    day = DayField(_l("后一段从哪天起"), validators=[InputRequired(NEEDS_DAY)])


class Ticks(SelectMultipleField):
    """Several of a list, each with a box."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()

    def fill(self, pairs: Sequence[tuple[int, str]]) -> None:
        self.choices = options(pairs)


class NewsForm(ThinkingForm):
    """What happened since a plan was made."""

    kind = RadioField(_l("出了什么事"), validators=[InputRequired(_l("请选一样。"))])
    postings = Ticks(_l("哪些活"), coerce=whole)
    workers = Ticks(_l("哪些人"), coerce=whole)
    posting_id = SelectField(_l("哪份活"), coerce=whole, validate_choice=False)
    places = WholeField(_l("每天要几个人"), validators=[Optional()])
    first = DayField(_l("从哪天"), validators=[InputRequired(NEEDS_DAY)])
    last = DayField(_l("到哪天"), validators=[Optional()])
    released = BooleanField(_l("今天、明天的也可以动"))
