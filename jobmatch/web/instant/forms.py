"""What is typed to hire at once: a posting that stands, or a short one that is made by it."""

from datetime import date

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, NumberRange

from jobmatch.dispatch.instant import MOST_WANTED
from jobmatch.dispatch.rules.waves import days_at_once
from jobmatch.employers import queries as employers
from jobmatch.postings.shape import PostingData
from jobmatch.skills import queries as skills
from jobmatch.web.choices import RadioField, SelectField, skill_choices
from jobmatch.web.employer.posting_form import HoursField
from jobmatch.web.filters import day_week, named
from jobmatch.web.forms import BaseForm, ClockField, DayField, KeyField, WholeField, YuanField
from jobmatch.web.incoming import key_or_none

WANTED = [
    InputRequired(_l("请填写要几个人。")),
    NumberRange(1, MOST_WANTED, _l("一次快招 1 到 50 人。")),
]


class AskForm(BaseForm):
    """For a posting on the board."""

    posting = KeyField()
    day = DayField(_l("哪一天"), validators=[InputRequired(_l("请选择哪一天。"))])
    wanted = WholeField(_l("要几个人"), validators=WANTED)


class HireForm(BaseForm):
    """Work that is not on the board: as little as the law wants to know."""

    day = RadioField(
        _l("哪一天"), choices=[], validators=[InputRequired(_l("请选择哪一天。"))],
        validate_choice=False,
    )  # fmt: skip
    wanted = WholeField(_l("要几个人"), validators=WANTED)
    skill_id = SelectField(
        _l("干什么活"), choices=[], validators=[InputRequired(_l("请选择干什么活。"))],
        validate_choice=False,
    )  # fmt: skip
    work_text = TextAreaField(
        _l("怎么干"),
        validators=[InputRequired(_l("请写清楚怎么干。")), Length(max=2000)],
    )
    site_id = SelectField(
        _l("在哪里干"), choices=[], validators=[InputRequired(_l("请选择干活的地点。"))],
        validate_choice=False,
    )  # fmt: skip
    starts_at = ClockField(_l("几点上工"), validators=[InputRequired(_l("请填写几点上工。"))])
    ends_at = ClockField(_l("几点收工"), validators=[InputRequired(_l("请填写几点收工。"))])
    day_minutes = HoursField(
        _l("实干几个小时"), validators=[InputRequired(_l("请填写实干几个小时。"))]
    )
    rate_fen = YuanField(_l("一天多少元"), validators=[InputRequired(_l("请填写一天多少元。"))])
    load = SelectField(
        _l("活儿轻重"),
        choices=[("light", _l("轻活")), ("medium", _l("一般")), ("heavy", _l("重活"))],
        default="medium",
        validate_choice=False,
    )
    meals = BooleanField(_l("管饭"))
    transport = BooleanField(_l("车接车送"))
    headcounts = StringField()

    def fill(self, employer_id: int, today: date) -> None:
        """The choices of this employer on this day."""
        now, next_day = days_at_once(today)
        self.day.choices = [
            (now.isoformat(), _("今天 %(day)s", day=day_week(now))),
            (next_day.isoformat(), _("明天 %(day)s", day=day_week(next_day))),
        ]
        self.skill_id.choices = skill_choices()
        sites = employers.sites(employer_id) if employer_id else []
        self.site_id.choices = [(str(one.id), one.name) for one in sites]

    def data_of(self) -> PostingData:
        """The posting that is made by it. A day that is none of the two is left to the service."""
        day = _day(self.day.data)
        skill = skills.names([self.skill_id.data or ""]).get(self.skill_id.data or "")
        return PostingData(
            site_id=key_or_none(str(self.site_id.data or "")) or 0,
            skill_id=self.skill_id.data or "",
            title=named(skill) if skill else "–",
            work_text=self.work_text.data or "",
            first_day=day,
            last_day=day,
            pay_kind="day",
            rate_fen=self.rate_fen.data or 0,
            day_minutes=self.day_minutes.data or 0,
            starts_at=self.starts_at.data or 0,
            ends_at=self.ends_at.data or 0,
            meals=bool(self.meals.data),
            transport=bool(self.transport.data),
            load=self.load.data or "medium",
        )


def _day(typed: str | None) -> date:
    try:
        return date.fromisoformat(typed or "")
    except ValueError:
        return date(2000, 1, 1)
