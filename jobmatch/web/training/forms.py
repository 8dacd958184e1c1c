"""Forms of courses, sessions and the report."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import StringField, TextAreaField
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from jobmatch.places import queries as places
from jobmatch.training.report import By
from jobmatch.training.rules import (
    LEVEL_NAMES,
)
from jobmatch.web.choices import SelectField, skill_choices
from jobmatch.web.forms import BaseForm, ClockField, DayField, WholeField
from jobmatch.web.places import PlaceField
from jobmatch.web.texts import say


class CourseForm(BaseForm):
    title = StringField(
        _l("培训班名称"), validators=[InputRequired(_l("请填写培训班名称。")), Length(max=80)]
    )
    skill_id = SelectField(_l("教哪项手艺"), validators=[InputRequired(_l("请选择手艺。"))])
    level = SelectField(
        _l("合格后的等级"), coerce=int, validators=[InputRequired(_l("请选择等级。"))]
    )
    place_code = PlaceField(_l("在哪里"), least=places.REGION, required=_l("请选择地方。"))
    content = TextAreaField(
        _l("教什么"), validators=[Length(max=2000, message=_l("不超过 2,000 个字。"))]
    )

    def fill_choices(self) -> None:
        self.skill_id.choices = skill_choices()
        self.level.choices = [(n, say(name)) for n, name in LEVEL_NAMES.items()]


class ChangeForm(BaseForm):
    venue = StringField(
        _l("上课地点"), validators=[InputRequired(_l("请填写上课地点。")), Length(max=80)]
    )
    trainer = StringField(
        _l("老师"), validators=[InputRequired(_l("请填写老师姓名。")), Length(max=60)]
    )
    starts_at = ClockField(_l("几点上课"), validators=[InputRequired(_l("请填写上课时间。"))])
    seats = WholeField(
        _l("名额（人）"),
        validators=[
            InputRequired(_l("请填写名额。")),
            NumberRange(1, 500, _l("名额为 1 到 500 人。")),
        ],
    )


class SessionForm(ChangeForm):
    place_code = PlaceField(_l("在哪里"), least=places.REGION, required=_l("请选择地方。"))
    first_day = DayField(_l("开课日期"), validators=[InputRequired(_l("请填写开课日期。"))])
    last_day = DayField(_l("结束日期"), validators=[InputRequired(_l("请填写结束日期。"))])


class ReportForm(BaseForm):
    class Meta:
        csrf = False

    first = DayField(_l("从哪天起"), validators=[Optional()])
    last = DayField(_l("到哪天止"), validators=[Optional()])
    by = SelectField(_l("按什么看"), validators=[Optional()])

    def fill_choices(self) -> None:
        self.by.choices = [
            (By.MONTH.value, _("按月")),
            (By.PLACE.value, _("按地方")),
            (By.SKILL.value, _("按手艺")),
        ]
