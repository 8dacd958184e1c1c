"""Who read or changed what."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from flask import g, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import StringField
from wtforms.validators import Optional

from jobmatch.accounts import queries as accounts
from jobmatch.infra import log_reading
from jobmatch.infra.audit import AuditRow
from jobmatch.kernel.paging import Page
from jobmatch.kernel.periods import SHANGHAI, begin_of
from jobmatch.web.admin import door
from jobmatch.web.admin.actions import ACTIONS, OBJECTS
from jobmatch.web.admin.details import detail_words
from jobmatch.web.choices import SelectField
from jobmatch.web.downloads import sheet
from jobmatch.web.forms import BaseForm, DayField
from jobmatch.web.incoming import page_number
from jobmatch.web.searching import lead, sought

door.nav(_l("日志"), "log", 40)

TOPICS = {
    "user": _l("账号"),
    "role": _l("身份"),
    "rule": _l("规则"),
    "household": _l("家庭"),
    "member": _l("家庭成员"),
    "income": _l("家庭收入"),
    "watch": _l("收入预警"),
    "worker": _l("务工人员"),
    "brand": _l("劳务品牌"),
    "crew": _l("班组"),
    "employer": _l("用工主体"),
    "site": _l("干活的地点"),
    "posting": _l("用工需求"),
    "dispatch": _l("派工"),
    "roster": _l("考勤"),
    "settlement": _l("结算"),
    "pay_slip": _l("工资条"),
    "pay_run": _l("一次工资"),
    "pay_cycle": _l("工资周期"),
    "charge": _l("借支和扣款"),
    "lump": _l("包工"),
    "bank_file": _l("银行文件"),
    "bank_account": _l("收款账户"),
    "course": _l("课程"),
    "training": _l("培训"),
    "skill": _l("没认出的话"),
    "attendance": _l("核对考勤"),
    "day": _l("两边核对"),
    "dispute": _l("争议"),
    "case": _l("争议的办理"),
    "arrears": _l("欠薪"),
    "paper": _l("文书"),
    "instant": _l("快招"),
    "notify": _l("消息"),
    "report": _l("务工报表"),
    "task": _l("定时任务"),
    "work": _l("求职登记"),
    "keys": _l("钥匙"),
    "log": _l("日志"),
    "privacy": _l("个人资料"),
}


class LogSearch(BaseForm):
    """What to look for; comes by `sought`."""

    class Meta:
        csrf = False

    topic = SelectField(_l("什么事"), validate_choice=False)
    phone = StringField(_l("谁做的（手机号）"))
    key = StringField(_l("编号"))
    first = DayField(_l("从哪天"), validators=[Optional()])
    last = DayField(_l("到哪天"), validators=[Optional()])


# What the file is asked for too.
KEPT = ("find", "topic", "key", "first", "last")


@dataclass(frozen=True, slots=True)
class Shown:
    """A line with the name of who did it."""

    row: AuditRow
    who: str
    topic: str
    did: str
    on: str
    detail: str


def shown_lines(page: Page[AuditRow]) -> list[Shown]:
    """The lines of a page with names; two queries however many lines."""
    people = accounts.users({row.actor_user_id for row in page.rows if row.actor_user_id})
    return [
        Shown(
            row,
            people[row.actor_user_id].name  # type: ignore[index]
            if row.actor_user_id in people
            else _("系统"),
            str(TOPICS.get(row.action.partition(".")[0], "")),
            str(ACTIONS.get(row.action, row.action)),
            f"{OBJECTS.get(row.object_kind, row.object_kind)} {row.object_id}".strip(),
            detail_words(row.detail),
        )
        for row in page.rows
    ]


def asked(form: LogSearch) -> dict[str, Any]:
    """What the form looks for, as the log is asked."""
    form.topic.choices = [("", _("全部")), *TOPICS.items()]
    form.validate()
    wanted: dict[str, Any] = {}
    if form.topic.data in TOPICS:
        wanted["action"] = f"{form.topic.data}."
    key, phone = (form.key.data or "").strip(), (form.phone.data or "").strip()
    if key:
        wanted["key"] = key[:40]
    if phone:
        wanted["user_id"] = _user(phone[:20])
    if form.first.data:
        wanted["since"] = begin_of(form.first.data)
    if form.last.data:
        wanted["until"] = begin_of(form.last.data + timedelta(days=1))
    return wanted


@door.get("/log")
def log() -> ResponseReturnValue:
    form = LogSearch(sought("admin.log"))
    found = log_reading.look(actor=g.actor, **asked(form), page=page_number())
    lines: Sequence[Shown] = shown_lines(found)
    kept = {name: request.args[name] for name in KEPT if request.args.get(name)}
    return render_template("admin/log.html", form=form, page=found, lines=lines, kept=kept)


@door.get("/log.xlsx")
def log_file() -> ResponseReturnValue:
    """The same lines as a workbook, at most 20,000 of them."""
    found = log_reading.take(actor=g.actor, **asked(LogSearch(sought("admin.log"))))
    columns = [
        _("时间"), _("谁"), _("账号"), _("什么事"), _("代码"), _("对象"), _("来自"), _("细节"),
    ]  # fmt: skip
    rows = [
        (
            line.row.at.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M:%S"), line.who,
            line.row.actor_user_id, line.did, line.row.action, line.on, line.row.source,
            line.detail,
        )
        for line in shown_lines(found)
    ]  # fmt: skip
    return sheet("xlsx", _("日志"), columns, rows)


@door.post("/log/search")
def log_search() -> ResponseReturnValue:
    return lead("admin.log", keep=("topic", "key", "first", "last"))


def _user(phone: str) -> int:
    """The key of the user with exactly this phone; 0, which nobody has, when there is none."""
    return next((row.id for row in accounts.find_users(phone).rows if row.phone == phone), 0)
