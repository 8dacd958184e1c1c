"""The forms of a person looking for work: who, what they can do, when and how far.

Used by signing up on the phone (three steps), by the profile, by the station's desk and by brands
(all on one page). Fields carry the names under which jobmatch.workers.service refuses values.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, Field, PasswordField, StringField, TelField, TextAreaField
from wtforms.utils import unset_value
from wtforms.validators import DataRequired, Length, Optional, ValidationError
from wtforms.widgets import ListWidget

from jobmatch.infra import clock
from jobmatch.places import queries as places
from jobmatch.skills import queries as skills
from jobmatch.skills.queries import SkillRow
from jobmatch.web.choices import RadioField, SelectField
from jobmatch.web.filters import hours, named
from jobmatch.web.forms import BaseForm, ClockField, YuanField
from jobmatch.web.language import is_chinese
from jobmatch.web.places import PlaceField
from jobmatch.web.texts import say
from jobmatch.workers.checking import SignUp
from jobmatch.workers.rules.days import Quick, chosen, ticked
from jobmatch.workers.rules.limits import Limits
from jobmatch.workers.rules.person import Refused

DISTANCES = (5, 10, 20, 30, 50, 100, 200, 500, 3000)
# Minutes of a working day.
LONGEST_DAYS = (240, 360, 480, 540, 600)
CALENDAR_DAYS = 184


class SkillsField(Field):
    """Ticked chips; `data` is a list of skill ids, each once."""

    widget = ListWidget()

    def process_formdata(self, valuelist: list[Any]) -> None:
        self.data = list(dict.fromkeys(str(value) for value in valuelist if value))


class DaysField(Field):
    """A quick answer or days of the calendar; `data` is the runs of days.

    `quick` and `picked` keep what was typed. It posts name-when, name (one per day), name-from and
    name-to.
    """

    widget = ListWidget()

    def __init__(self, label: Any = None, **kwargs: Any) -> None:
        super().__init__(label, **kwargs)
        self.quick: Quick | None = None
        self.picked: list[date] = []

    def process(self, formdata: Any, data: Any = unset_value, extra_filters: Any = None) -> None:
        self.process_errors = []
        self.data = () if data is unset_value or data is None else tuple(data)
        if formdata is None:
            self.picked = [day for run in self.data for day in run]
            self.quick = Quick.PICK if self.picked else None
            return
        self.picked = ticked(
            formdata.getlist(self.name),
            formdata.get(f"{self.name}-from", ""),
            formdata.get(f"{self.name}-to", ""),
        )
        answer = formdata.get(f"{self.name}-when", "")
        self.quick = Quick(answer) if answer in set(Quick) else None
        if self.quick is None and self.picked:
            self.quick = Quick.PICK
        self.data = ()

    def pre_validate(self, form: Any) -> None:
        if self.quick is None:
            raise ValidationError(_("请选什么时候能干活。"))
        try:
            self.data = chosen(self.quick, self.picked, today=clock.today())
        except Refused as error:
            raise ValidationError(say(error.said)) from None

    @property
    def on_offer(self) -> list[date]:
        """The days of the calendar, from today on."""
        return [clock.today() + timedelta(days=n) for n in range(CALENDAR_DAYS)]

    @property
    def answers(self) -> list[tuple[str, str]]:
        return [
            (Quick.MONTH, _("这个月")),
            (Quick.HARVEST, _("秋收（9、10 月）")),
            (Quick.ALWAYS, _("一年到头都行")),
            (Quick.PICK, _("自己挑日子")),
        ]


class PersonForm(BaseForm):
    """Who and where. Take `password` away where no account is made."""

    name = StringField(_l("姓名"), validators=[DataRequired(_l("请填写姓名。")), Length(max=60)])
    phone = TelField(_l("手机号"), validators=[Optional(), Length(max=20)])
    password = PasswordField(_l("设一个密码"), validators=[Optional(), Length(max=128)])
    id_number = StringField(_l("身份证号"), validators=[Length(max=30)])
    home_code = PlaceField(
        _l("家在哪里"), least=places.TOWNSHIP, required=_l("请选择家在哪里，至少选到苏木乡镇。")
    )
    consent = BooleanField(_l("我同意"))

    def validate_id_number(self, field: Field) -> None:
        if not (field.data or "").strip():
            raise ValidationError(_("请填写身份证号。"))

    def validate_consent(self, field: Field) -> None:
        if not field.data:
            raise ValidationError(_("要先同意个人信息的用法，才能登记。"))


class HomeForm(BaseForm):
    """Where somebody lives and whom to call, for changing it later."""

    phone = TelField(_l("联系电话"), validators=[Optional(), Length(max=20)])
    home_code = PlaceField(
        _l("家在哪里"), least=places.TOWNSHIP, required=_l("请选择家在哪里，至少选到苏木乡镇。")
    )


class SkillsForm(BaseForm):
    """What can you do."""

    said = TextAreaField(_l("用自己的话说"), validators=[Optional(), Length(max=200)])
    skills = SkillsField(_l("选好的活"))


class DaysForm(BaseForm):
    """When."""

    days = DaysField(_l("什么时候能干活"), id="days-when")


class LimitsForm(BaseForm):
    """How far, how long, for how much."""

    max_km = SelectField(_l("最远去多远"), coerce=int, default=30)
    stays_away = RadioField(_l("晚上"), default="home")
    home_by = ClockField(_l("最晚几点到家"))
    least_day_fen = YuanField(_l("一天最少多少钱"))
    most_minutes = SelectField(_l("一天最多干多久"), coerce=int, default=0)
    no_heavy = BooleanField(_l("不干重活（搬、扛 25 公斤以上）"))

    def __init__(self, *args: Any, limits: Limits | None = None, **kwargs: Any) -> None:
        if limits is not None:
            kwargs |= {
                "max_km": limits.max_km,
                "stays_away": "away" if limits.stays_away else "home",
                "home_by": limits.home_by,
                "least_day_fen": limits.least_day_fen or None,
                "no_heavy": limits.no_heavy,
                "most_minutes": limits.most_minutes or 0,
            }
        super().__init__(*args, **kwargs)
        given = limits.max_km if limits else 30
        self.max_km.choices = [(km, _far(km)) for km in sorted({*DISTANCES, given})]
        longest = limits.most_minutes if limits and limits.most_minutes else LONGEST_DAYS[-1]
        self.most_minutes.choices = [
            (0, _("多久都行")),
            *((n, hours(n)) for n in sorted({*LONGEST_DAYS, longest})),
        ]
        # These have an answer from the start: nothing to leave empty.
        self.max_km.flags.required = self.stays_away.flags.required = True
        self.most_minutes.flags.required = True
        self.stays_away.choices = [("home", _("每晚要回家")), ("away", _("可以住在外地"))]

    @property
    def limits(self) -> Limits:
        away = self.stays_away.data == "away"
        return Limits(
            max_km=self.max_km.data,
            stays_away=away,
            home_by=None if away else self.home_by.data,
            least_day_fen=self.least_day_fen.data or 0,
            no_heavy=bool(self.no_heavy.data),
            most_minutes=self.most_minutes.data or None,
        )


class WhenForm(DaysForm, LimitsForm):
    """The third step of signing up."""


class RegisterForm(PersonForm, SkillsForm, DaysForm, LimitsForm):
    """A whole registration on one page, by the desk or a brand; no account is made."""

    password = None  # type: ignore[assignment]

    def sign_up(self) -> SignUp:
        return SignUp(
            name=self.name.data or "",
            id_number=self.id_number.data or "",
            home_code=self.home_code.data or "",
            phone=self.phone.data or "",
            said=self.said.data or "",
            skills=with_words(self.skills.data or [], self.said.data or ""),
            free=self.days.data,
            limits=self.limits,
            consented=bool(self.consent.data),
        )


@dataclass(frozen=True, slots=True)
class Chips:
    """What the skill picker shows.

    found    (id, name, words) of skills read from the text or ticked already; picked: ids ticked
    groups   (category, [(id, name)]) of all others
    is_new   the text named skills that the person has not seen yet
    unread   there is a text, and no skill is in it
    """

    found: list[tuple[str, str, str]]
    picked: list[str]
    groups: list[tuple[str, list[tuple[str, str]]]]
    is_new: bool
    unread: bool


def chips(said: str, picked: Sequence[str], shown: Iterable[str] = ()) -> Chips:
    """Chips for a text and what is ticked; skills read for the first time come ticked.

    shown   ids that the person has seen as chips before
    """
    read = {found.skill_id: found.words for found in skills.recognise(said)}
    fresh = [key for key in read if key not in set(shown) and key not in picked]
    ticked_now = [*picked, *fresh]
    categories = skills.categories()
    known = {row.id: row for category in categories for row in category.skills}
    top = [key for key in dict.fromkeys([*ticked_now, *read]) if key in known]
    return Chips(
        found=[(key, named(known[key]), read.get(key, "")) for key in top],
        picked=[key for key in ticked_now if key in known],
        groups=[
            (
                category.name_zh if is_chinese() else category.name_en,
                [
                    (row.id, named(row))
                    for row in _in_season_first(category.skills)
                    if row.id not in top
                ],
            )
            for category in categories
        ],
        is_new=bool(fresh),
        unread=not read and bool(said.strip()),
    )


def with_words(picked: Sequence[str], said: str) -> dict[str, str]:
    """The ticked skills with the words that named them."""
    read = {found.skill_id: found.words for found in skills.recognise(said)} if said else {}
    return {key: read.get(key, "") for key in picked}


def not_read(said: str) -> str:
    """What is said of words that were kept although no skill is in them."""
    kept = _("“%(said)s”没认出来，原话记下了。换个说法，或在里面挑，才好配活。", said=said)
    return str(kept)


def shown_before(form: Mapping[str, str]) -> list[str]:
    """Ids of the chips that the posted page showed."""
    return [key for key in form.get("shown", "").split(",") if key][:500]


def _in_season_first(rows: Sequence[SkillRow]) -> list[SkillRow]:
    """What is done this month or next comes first; the rest keeps its order."""
    month = clock.today().month
    near = {month, month % 12 + 1}
    return sorted(rows, key=lambda row: near.isdisjoint(row.months))


def _far(km: int) -> str:
    if km >= DISTANCES[-1]:
        return str(_("多远都行"))
    return str(_("%(n)s 公里以内", n=km))
