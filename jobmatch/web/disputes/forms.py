"""Forms of disputes: one for bringing something up, one for each step."""

from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileRequired
from wtforms import TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from jobmatch.disputes.opening import MOST_WORDS
from jobmatch.disputes.rules.states import Deed, Kind
from jobmatch.disputes.service import WANT_WORDS
from jobmatch.web.choices import RadioField
from jobmatch.web.disputes.words import KINDS
from jobmatch.web.forms import BaseForm, DayField, UploadField, YuanField

TOO_LONG = _l("最多写 1000 个字。")


class SpeakForm(BaseForm):
    """What is wrong, in one's own words."""

    kind = RadioField(_l("是什么事"), validators=[InputRequired(_l("请选一个。"))])
    words = TextAreaField(
        _l("说一说"),
        validators=[
            InputRequired(_l("请说清楚是什么事。")),
            Length(max=MOST_WORDS, message=TOO_LONG),
        ],
    )

    def offer(self, kinds: tuple[Kind, ...]) -> None:
        self.kind.choices = [(one.value, KINDS[one]) for one in kinds]


class StepForm(BaseForm):
    """A step; which fields it has depends on the deed."""

    fen = YuanField(_l("多少钱（元）"), validators=[Optional()])
    on_day = DayField(_l("哪一天"), validators=[Optional()])
    words = TextAreaField(_l("说明"), validators=[Length(max=MOST_WORDS, message=TOO_LONG)])

    def __init__(self, deed: Deed, **given: Any) -> None:
        super().__init__(prefix=deed.value, **given)
        if deed is not Deed.OFFER:
            del self.fen
        if deed not in (Deed.OFFER, Deed.ARBITRATION, Deed.INSPECTION):
            del self.on_day
        if deed in WANT_WORDS:
            self.words.validators = [InputRequired(_l("请说清楚。")), *self.words.validators]
            self.words.flags.required = True
        self.deed = deed

    def given(self) -> dict[str, Any]:
        return {
            "words": self.words.data or "",
            "fen": self.fen.data if "fen" in self else None,
            "on_day": self.on_day.data if "on_day" in self else None,
        }


class FileForm(BaseForm):
    file = UploadField(
        _l("照片或 PDF（最多 5 兆）"), validators=[FileRequired(_l("请选择照片或 PDF。"))]
    )
