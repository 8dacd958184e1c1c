"""The posting editor's form: typed hours, days and people to a posting and back."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from flask import request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, HiddenField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from jobmatch.employers import queries as employers
from jobmatch.kernel.periods import Days
from jobmatch.postings.queries import DayRow, PostingRow
from jobmatch.postings.rules.ramp import spread
from jobmatch.postings.shape import LOADS, MOST_DAYS, MOST_PEOPLE, MOST_STAY, PostingData
from jobmatch.skills import queries as skills
from jobmatch.web.choices import RadioField, SelectField
from jobmatch.web.filters import named
from jobmatch.web.forms import BaseForm, ClockField, DayField, WholeField, YuanField
from jobmatch.web.incoming import key_or_none

DAY_PREFIX = "day-"


class Needed:
    """Marks a field that a draft may leave empty and a posting may not: the linter asks for it."""

    def __init__(self) -> None:
        self.field_flags = {"required": True}

    def __call__(self, form: Any, field: Any) -> None:
        return None


class HoursField(StringField):
    """Hours as typed ("7.5"); `data` is minutes or None."""

    data: Any

    def process_formdata(self, valuelist: list[str]) -> None:
        self.typed = valuelist[0].strip() if valuelist else ""
        self.data = None
        if self.typed:
            try:
                self.data = round(float(self.typed.replace("，", ".")) * 60)
            except (ValueError, OverflowError):
                raise ValueError(_("请填写小时数，例如 8 或 7.5。")) from None

    def _value(self) -> str:
        if getattr(self, "typed", None):
            return str(self.typed)
        return "" if self.data is None else f"{self.data / 60:.2f}".rstrip("0").rstrip(".")


@dataclass(frozen=True, slots=True)
class DayInput:
    """One line of the table of days: what was typed, and how many are engaged already."""

    name: str
    day: date
    typed: str
    taken: int


class PostingForm(BaseForm):
    version = HiddenField(default="0")
    title = StringField(
        _l("标题"),
        validators=[InputRequired(_l("请填写标题。")), Length(2, 80, _l("2 到 80 个字。"))],
    )
    skill_id = SelectField(
        _l("工种"),
        choices=[],
        validators=[InputRequired(_l("请选择工种。"))],
        validate_choice=False,
    )
    also_1 = SelectField(_l("会这个也行"), choices=[], validate_choice=False)
    also_2 = SelectField(_l("会这个也行（二）"), choices=[], validate_choice=False)
    work_text = TextAreaField(_l("干什么、怎么干"), validators=[Needed(), Length(max=2000)])
    site_id = SelectField(
        _l("在哪里干"), choices=[], validators=[InputRequired(_l("请选择干活的地点。"))],
        validate_choice=False,
    )  # fmt: skip
    first_day = DayField(_l("从哪天"), validators=[InputRequired(_l("请填写开始的日子。"))])
    last_day = DayField(_l("到哪天"), validators=[InputRequired(_l("请填写结束的日子。"))])
    starts_at = ClockField(_l("几点上工"), validators=[Needed()])
    ends_at = ClockField(_l("几点收工"), validators=[Needed()])
    day_minutes = HoursField(_l("一天实干几个小时"), validators=[Needed()])
    people = WholeField(_l("每天要几个人"), validators=[Optional(), NumberRange(0, MOST_PEOPLE)])
    ramp_first = WholeField(
        _l("第一天先来几人"), validators=[Optional(), NumberRange(0, MOST_PEOPLE)]
    )
    ramp_rise = WholeField(_l("几天后人到齐"), validators=[Optional(), NumberRange(0, MOST_DAYS)])
    ramp_last = WholeField(
        _l("最后一天留几人"), validators=[Optional(), NumberRange(0, MOST_PEOPLE)]
    )
    ramp_fall = WholeField(_l("最后几天慢慢减"), validators=[Optional(), NumberRange(0, MOST_DAYS)])
    pay_kind = RadioField(
        _l("怎么算工钱"),
        choices=[("day", _l("按天")), ("hour", _l("按小时")), ("piece", _l("计件"))],
        default="day",
        validators=[InputRequired(_l("请选择怎么算工钱。"))],
    )
    footing = SelectField(
        _l("怎么用工"),
        choices=[
            ("task", _l("按活临时用工")),
            ("part_time", _l("非全日制：一天不超过 4 小时")),
            ("full_time", _l("全日制：加班按法律付")),
        ],
        default="task",
        validators=[Needed()],
    )
    rate_fen = YuanField(_l("工钱（元）"), validators=[Needed()])
    piece_lot = WholeField(_l("计件：每多少算一份"), validators=[Optional()], default=1)
    piece_unit = StringField(_l("计件：按什么算"), validators=[Length(max=10)])
    usual_day_pieces = WholeField(_l("计件：一般人一天能干多少"), validators=[Optional()])
    crew_share = BooleanField(_l("计件：全班一起算，按出工分"))
    meals = BooleanField(_l("管饭"))
    lodging = BooleanField(_l("包住"))
    transport = BooleanField(_l("车接车送"))
    load = SelectField(
        _l("活儿轻重"),
        choices=[("light", _l("轻活")), ("medium", _l("一般")), ("heavy", _l("重活"))],
        default="medium",
        validators=[Needed()],
    )
    lift_kg = WholeField(_l("一次最多搬多少公斤"), validators=[Optional()], default=0)
    needs_credential = BooleanField(_l("要有这门手艺的证书"))
    min_level = SelectField(
        _l("证书几级以上"), choices=[(n, str(n)) for n in range(1, 6)], coerce=int, default=1
    )
    is_instant = BooleanField(_l("报名就算录用，不用我答复"))
    min_stay = WholeField(
        _l("每人最少干几天"),
        validators=[Optional(), NumberRange(1, MOST_STAY, _l("请填 1 到 30。"))],
        default=1,
    )
    headcounts = HiddenField(_l("每天的人数"))

    def fill_choices(self, employer_id: int) -> None:
        grouped = {
            named(row): [(skill.id, named(skill)) for skill in row.skills]
            for row in skills.categories()
        }
        self.skill_id.choices = {"": [("", _("请选择"))], **grouped}
        self.also_1.choices = self.also_2.choices = {"": [("", _("不用"))], **grouped}
        self.site_id.choices = [(str(s.id), s.name) for s in employers.sites(employer_id)]

    def span(self) -> Days | None:
        first, last = self.first_day.data, self.last_day.data
        if not first or not last or last < first or (last - first).days >= MOST_DAYS:
            return None
        return Days(first, last)

    def fill_days(self) -> dict[date, int]:
        """People by day as the quick fill says."""
        days = self.span()
        if days is None or self.people.data is None:
            return {}
        return dict(
            spread(
                days, self.people.data, first=self.ramp_first.data, rise=self.ramp_rise.data or 0,
                last=self.ramp_last.data, fall=self.ramp_fall.data or 0,
            )
        )  # fmt: skip

    def typed_days(self) -> dict[date, str]:
        """The table of days as posted, what is no date left out."""
        found = {}
        for name, typed in request.form.items():
            if name.startswith(DAY_PREFIX):
                try:
                    found[date.fromisoformat(name.removeprefix(DAY_PREFIX))] = typed.strip()
                except ValueError:
                    continue
        return found

    def wanted_days(self) -> dict[date, int]:
        """People by day: the table first, the quick fill for days that it does not have.

        Puts an error on `headcounts` for what is no whole number.
        """
        span, typed = self.span(), self.typed_days()
        # A table that nobody has touched says nothing; in one that was filled, empty means nobody.
        if not any(typed.values()):
            typed = {}
        filled = self.fill_days()
        found: dict[date, int] = {}
        for day in span or ():
            said = typed.get(day, "")
            if day not in typed:
                found[day] = filled.get(day, 0)
            elif said.isdecimal() and len(said) < 7:
                found[day] = int(said)
            elif said:
                self.headcounts.errors = [_("每天的人数要填整数。")]
            else:
                found[day] = 0
        return found

    def day_inputs(self, typed: Mapping[date, object], taken: Mapping[date, int]) -> list[DayInput]:
        """The lines of the table, for the days from first to last."""
        return [
            DayInput(
                f"{DAY_PREFIX}{day.isoformat()}", day, str(typed.get(day, "")), taken.get(day, 0)
            )
            for day in self.span() or ()
        ]

    def data_of(self, headcounts: Mapping[date, int]) -> PostingData:
        also = [key for key in (self.also_1.data, self.also_2.data) if key]
        return PostingData(
            site_id=key_or_none(str(self.site_id.data or "")) or 0,
            skill_id=self.skill_id.data or "",
            title=self.title.data or "",
            work_text=self.work_text.data or "",
            first_day=self.first_day.data or date.min,
            last_day=self.last_day.data or date.min,
            pay_kind=self.pay_kind.data or "",
            rate_fen=self.rate_fen.data or 0,
            day_minutes=self.day_minutes.data or 0,
            starts_at=self.starts_at.data or 0,
            ends_at=self.ends_at.data or 0,
            headcounts=headcounts,
            also_skills=also,
            piece_unit=self.piece_unit.data or "",
            piece_lot=self.piece_lot.data or 1,
            usual_day_pieces=self.usual_day_pieces.data,
            crew_share=bool(self.crew_share.data),
            meals=bool(self.meals.data),
            lodging=bool(self.lodging.data),
            transport=bool(self.transport.data),
            load=self.load.data if self.load.data in LOADS else "medium",
            lift_kg=self.lift_kg.data or 0,
            min_level=self.min_level.data or 1,
            needs_credential=bool(self.needs_credential.data),
            is_instant=bool(self.is_instant.data),
            min_stay=self.min_stay.data or 1,
            footing=self.footing.data or "task",
        )


def form_of(row: PostingRow) -> PostingForm:
    """The form filled from a posting (or from what was posted)."""
    also = [*row.also_skills, "", ""]
    return PostingForm(obj=row, also_1=also[0], also_2=also[1], site_id=str(row.site_id))


def headcounts_of(days: list[DayRow]) -> dict[date, int]:
    return {day.work_date: day.headcount for day in days}


def taken_of(days: list[DayRow]) -> dict[date, int]:
    return {day.work_date: day.taken for day in days}


def fresh(today: date, site_id: int | None) -> PostingForm:
    """An empty form with sane days."""
    tomorrow = today + timedelta(days=1)
    return PostingForm(
        first_day=tomorrow,
        last_day=tomorrow + timedelta(days=4),
        site_id=str(site_id or ""),
        starts_at=7 * 60 + 30,
        ends_at=17 * 60,
        day_minutes=8 * 60,
    )
