"""Rule tables: values that hold from a day on, for a place. New rows replace, none is edited."""

import re
from datetime import date
from itertools import groupby
from typing import Any

from flask import flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import StringField
from wtforms.validators import InputRequired, Length, NumberRange

from jobmatch.infra import clock, dated
from jobmatch.infra.dated import RuleRow
from jobmatch.kernel.errors import Conflict, Invalid, NotFound
from jobmatch.matching.rules.weights import NAME as WEIGHTS
from jobmatch.places import queries as places
from jobmatch.web.admin import door, weights
from jobmatch.web.filters import day, yuan
from jobmatch.web.forms import BaseForm, DayField, WholeField, YuanField
from jobmatch.web.places import TOP, PlaceField, wants_next_level

door.nav(_l("规则"), "rules", 30)

NAMES = {
    "instant.per_place": (_l("快招：每个空缺同时问几个人"), _l("人")),
    "instant.wave_minutes": (_l("快招：几分钟没回话就问下一批"), _l("分钟")),
    "work.least_age": (_l("最低用工年龄"), _l("岁")),
    "work.hazard_age": (_l("重活、危险活的最低年龄"), _l("岁")),
    "work.lift_kg.women": (_l("女职工一次负重上限"), _l("公斤")),
    "work.lift_kg.women_repeated": (_l("女职工连续负重上限"), _l("公斤")),
    "work.day_minutes": (_l("一天标准工时"), _l("分钟")),
    "work.week_minutes": (_l("一周标准工时"), _l("分钟")),
    "work.overtime_day_minutes": (_l("一天加班上限"), _l("分钟")),
    "work.overtime_month_minutes": (_l("一月加班上限"), _l("分钟")),
    "work.overtime_percent.workday": (_l("工作日加班工资"), "%"),
    "work.overtime_percent.restday": (_l("休息日加班工资"), "%"),
    "work.overtime_percent.holiday": (_l("法定节假日加班工资"), "%"),
    "work.part_time_day_minutes": (_l("非全日制一天的上限"), _l("分钟")),
    "work.part_time_week_minutes": (_l("非全日制一周的上限"), _l("分钟")),
    "work.part_time_pay_days": (_l("非全日制最晚几天付钱"), _l("天")),
    "employer.verified_months": (_l("用工主体核验有效期"), _l("个月")),
    "wage.zone": (_l("最低工资类别"), _l("类")),
    "wage.least_hour_fen.1": (_l("小时最低工资，一类地区"), _l("元")),
    "wage.least_hour_fen.2": (_l("小时最低工资，二类地区"), _l("元")),
    "wage.least_hour_fen.3": (_l("小时最低工资，三类地区"), _l("元")),
    "wage.least_month_fen.1": (_l("月最低工资，一类地区"), _l("元")),
    "wage.least_month_fen.2": (_l("月最低工资，二类地区"), _l("元")),
    "wage.least_month_fen.3": (_l("月最低工资，三类地区"), _l("元")),
    "monitoring.line_fen": (_l("监测收入线（每人每年）"), _l("元")),
    "pay.charge.advance.percent": (_l("借支：一次最多扣应发的百分之几（0 是不许扣）"), "%"),
    "pay.charge.advance.consent": (_l("借支：要本人同意（1 是，0 否）"), ""),
    "pay.charge.advance.keeps_minimum": (_l("借支：扣后不低于最低工资（1 是，0 否）"), ""),
    "pay.charge.meals.percent": (_l("伙食：一次最多扣应发的百分之几（0 是不许扣）"), "%"),
    "pay.charge.meals.consent": (_l("伙食：要本人同意（1 是，0 否）"), ""),
    "pay.charge.meals.keeps_minimum": (_l("伙食：扣后不低于最低工资（1 是，0 否）"), ""),
    "pay.charge.lodging.percent": (_l("住宿：一次最多扣应发的百分之几（0 是不许扣）"), "%"),
    "pay.charge.lodging.consent": (_l("住宿：要本人同意（1 是，0 否）"), ""),
    "pay.charge.lodging.keeps_minimum": (_l("住宿：扣后不低于最低工资（1 是，0 否）"), ""),
    "pay.charge.damage.percent": (_l("损坏赔偿：一次最多扣应发的百分之几（0 是不许扣）"), "%"),
    "pay.charge.damage.consent": (_l("损坏赔偿：要本人同意（1 是，0 否）"), ""),
    "pay.charge.damage.keeps_minimum": (_l("损坏赔偿：扣后不低于最低工资（1 是，0 否）"), ""),
    "pay.charge.tax.percent": (_l("个人所得税：一次最多扣应发的百分之几（0 是不许扣）"), "%"),
    "pay.charge.tax.consent": (_l("个人所得税：要本人同意（1 是，0 否）"), ""),
    "pay.charge.tax.keeps_minimum": (_l("个人所得税：扣后不低于最低工资（1 是，0 否）"), ""),
    "pay.charge.social.percent": (_l("社会保险费：一次最多扣应发的百分之几（0 是不许扣）"), "%"),
    "pay.charge.social.consent": (_l("社会保险费：要本人同意（1 是，0 否）"), ""),
    "pay.charge.social.keeps_minimum": (_l("社会保险费：扣后不低于最低工资（1 是，0 否）"), ""),
    "pay.approval_fen": (_l("一次工资超过多少要第二个人批准"), _l("元")),
    "income.collection_month": (_l("收入采集年度从几月开始"), _l("月")),
    "watch.first_month": (_l("收入预警的年度从几月开始"), _l("月")),
    "watch.kept_percent": (_l("收入预警：约好的活按几成算"), "%"),
    "watch.spread_percent": (_l("收入预警：高低两头放多宽"), "%"),
    "watch.idle_days": (_l("收入预警：几天没出工要提醒"), _l("天")),
    **{
        f"watch.season.{n}": (_l("收入预警：%(n)s 月的活（平均月是 100）", n=n), "%")
        for n in range(1, 13)
    },
    WEIGHTS: (_l("配活的权重（百分之一分）"), ""),
    "dispatch.params": (_l("排一季的数值"), ""),
    "attendance.skew_minutes": (_l("考勤：手机的钟最多差多少算准"), _l("分钟")),
    "attendance.claim_days": (_l("考勤：本人最晚几天内补签到"), _l("天")),
    "attendance.arrival_days": (_l("考勤：没网时记的最晚几天内送到"), _l("天")),
    "attendance.silence_days": (_l("考勤：几天不说话算同意"), _l("天")),
    "arrears.task_days": (_l("欠薪：活干完几天内该付"), _l("天")),
    "arrears.month_days": (_l("欠薪：全日制月底后几天内该付"), _l("天")),
    "dispute.arbitration_months": (_l("争议：几个月内可以申请仲裁"), _l("个月")),
    "dispute.inspection_months": (_l("争议：几个月内可以投诉监察"), _l("个月")),
    "dispute.inspection_days": (_l("争议：监察几个工作日内办完"), _l("个工作日")),
    "dispute.group_least": (_l("争议：几个人可以推举代表"), _l("人")),
    "dispute.remind_first_days": (_l("争议：期限前几天第一次提醒"), _l("天")),
    "dispute.remind_second_days": (_l("争议：期限前几天第二次提醒"), _l("天")),
    "dispute.remind_last_days": (_l("争议：期限前几天最后提醒"), _l("天")),
    "retention.wage_ledger_months": (_l("工资台账保存期"), _l("个月")),
    "retention.service_record_months": (_l("服务台账保存期"), _l("个月")),
    "retention.log_months": (_l("日志保存期"), _l("个月")),
    "retention.request_key_days": (_l("表单编号保存期"), _l("天")),
}


HOLIDAYS = "calendar.holidays."

# Numbers of the season plan, see docs/rules/season.md.
SEASON = {
    "max_run": _l("最多连着干几天（0 是不限）"),
    "spell_cost": _l("去一处扣几分"),
    "fair_days": _l("头几天多算分"),
    "fair_bonus": _l("头几天每天多算几分"),
    "crew_split_cost": _l("一班人一天每多拆一处扣几分"),
    "all_up_to": _l("配对不超过多少就全部比较"),
    "best_of": _l("超过以后每人只看最合适的几份活"),
}


class RuleForm(BaseForm):
    place_code = PlaceField(_l("哪个地方（不选就是全部地方）"), least=places.REGION)
    valid_from = DayField(_l("从哪天起"), validators=[InputRequired(_l("请填写日期。"))])
    source = StringField(
        _l("依据"), validators=[InputRequired(_l("请写明依据。")), Length(max=300)]
    )


class MoneyRule(RuleForm):
    value = YuanField(_l("数值（元）"), validators=[InputRequired(_l("请填写金额。"))])


class DatesField(StringField):
    """Days as typed ("2026-10-01 2026-10-02"); `data` is a list of ISO dates in order."""

    data: Any

    def process_formdata(self, valuelist: list[str]) -> None:
        self.typed = valuelist[0] if valuelist else ""
        try:
            days = {date.fromisoformat(part) for part in re.split(r"[^0-9-]+", self.typed) if part}
        except ValueError:
            self.data = None
            raise ValueError(_("请这样写日子：2026-10-01 2026-10-02")) from None
        self.data = [day.isoformat() for day in sorted(days)]

    def _value(self) -> str:
        return getattr(self, "typed", None) or " ".join(self.data or [])


class HolidaysRule(RuleForm):
    value = DatesField(_l("法定节假日是哪几天"), validators=[InputRequired(_l("请填写日期。"))])


def whole(label: Any) -> WholeField:
    """A field for one number of a table."""
    return WholeField(
        label,
        validators=[
            InputRequired(_l("请填写整数。")),
            NumberRange(0, 1_000_000, _l("请填写 0 到 1,000,000 的整数。")),
        ],
    )


class NumberRule(RuleForm):
    value = whole(_l("数值"))


class SeasonRule(RuleForm):
    """The numbers of the season plan, added together as one row."""

    @property
    def names(self) -> list[str]:
        return [name for name in self._fields if name in SEASON]

    def weights(self) -> list[Any]:
        """The fields of the numbers, as the page shows them."""
        return [self[name] for name in self.names]

    def table(self) -> dict[str, int]:
        return {name: self[name].data for name in self.names}


def season_rule(latest: dict[str, int], **given: Any) -> SeasonRule:
    """A form with a field for each number that the latest row holds."""
    fields = {name: whole(SEASON[name]) for name in latest if name in SEASON}
    form: SeasonRule = type("SeasonNumbers", (SeasonRule,), fields)(**latest, **given)
    return form


class WeightsRule(weights.WeightFields, RuleForm):
    """The weights of matching hold everywhere alike: people of two places are put in one order."""


def title(name: str) -> str:
    if name.startswith(HOLIDAYS):
        return str(_("%(year)s 年法定节假日", year=name.removeprefix(HOLIDAYS)))
    return str(NAMES[name][0]) if name in NAMES else name


def shown(row: RuleRow) -> str:
    """The value with its unit; amounts in yuan."""
    if weights.is_weights(row.name):
        return weights.shown(row.value)
    if _is_money(row.name):
        return yuan(row.value)
    if isinstance(row.value, list):
        return " ".join(day(date.fromisoformat(each)) for each in row.value)
    if isinstance(row.value, dict):
        return " · ".join(f"{SEASON.get(key, key)} {value}" for key, value in row.value.items())
    unit = str(NAMES[row.name][1]) if row.name in NAMES else ""
    return f"{row.value} {unit}".strip()


def _is_money(name: str) -> bool:
    return any(part.endswith("_fen") for part in name.split("."))


@door.get("/rules")
def rules() -> ResponseReturnValue:
    today = clock.today()
    tables = []
    for name, group in groupby(dated.rows(), key=lambda row: row.name):
        rows = list(group)
        general = [r for r in rows if len(r.place_code) <= 2 and r.valid_from <= today]
        tables.append(
            {
                "name": name,
                "title": title(name),
                "now": shown(general[0]) if general else "",
                "from": general[0].valid_from if general else None,
                "rows": len(rows),
                "unsure": sum(1 for r in rows if r.source.startswith("(check)")),
            }
        )
    order = list(NAMES)
    tables.sort(key=lambda t: order.index(t["name"]) if t["name"] in order else len(order))
    return render_template("admin/rules/rules.html", tables=tables)


def _form(name: str, **given: Any) -> RuleForm:
    if weights.is_weights(name):
        latest: dict[str, int] = next((row.value for row in dated.rows(name)), {})
        return WeightsRule(**given, **weights.now(latest))
    if name == "dispatch.params":
        return season_rule(next((row.value for row in dated.rows(name)), {}), **given)
    if name.startswith(HOLIDAYS):
        return HolidaysRule(**{"value": next((row.value for row in dated.rows(name)), [])}, **given)
    return MoneyRule(**given) if _is_money(name) else NumberRule(**given)


def _page(name: str, form: RuleForm) -> str:
    rows = [row for row in dated.rows(name) if row.name == name]
    if not rows:
        raise NotFound
    return render_template(
        "admin/rules/rule.html", name=name, title=title(name), rows=rows, form=form, shown=shown,
        today=clock.today(), place_names=places.full_names({r.place_code for r in rows}),
    )  # fmt: skip


def _general(name: str) -> str:
    """The code of what holds everywhere in this table: a new row must not stand behind it."""
    codes = {row.place_code for row in dated.rows(name) if row.name == name}
    return TOP if TOP in codes and "" not in codes else ""


@door.get("/rules/<name>")
def rule(name: str) -> ResponseReturnValue:
    return _page(name, _form(name, valid_from=clock.today()))


@door.post("/rules/<name>")
def rule_add(name: str) -> ResponseReturnValue:
    form = _form(name)
    if wants_next_level():
        return _page(name, form)
    if form.validate_on_submit() and form.valid_from.data:
        try:
            dated.add(
                name, _where(name, form), form.valid_from.data, _value(form),
                form.source.data or "", today=clock.today(), actor=g.actor,
            )  # fmt: skip
        except (Invalid, Conflict) as error:
            form.refuse(error)
        else:
            flash(_("新的数值已添上，到那天起生效。"), "success")
            return redirect(url_for("admin.rule", name=name), 303)
    return _page(name, form), 422


def _where(name: str, form: RuleForm) -> str:
    if isinstance(form, WeightsRule | SeasonRule):
        return ""
    return form.place_code.data or _general(name)


def _value(form: RuleForm) -> Any:
    """raises Invalid for weights that do not go together"""
    if isinstance(form, SeasonRule):
        return form.table()
    if not isinstance(form, WeightsRule):
        return form["value"].data
    if wrong := form.fault():
        raise Invalid(wrong, field="skill")
    return form.table()
