"""The details of a line of the log, for people to read: each with its name in words.

Names without words stand as they were written, as do keys and states: the log loses nothing.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from flask import current_app
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from jobmatch.web import current_item, filters
from jobmatch.web.guard import Door

NAMES = {
    "after": _l("改成"),
    "before": _l("原来"),
    "brand": _l("劳务品牌"),
    "by": _l("按什么"),
    "cleared": _l("消掉"),
    "confirmed": _l("确认过的"),
    "copies": _l("核对单"),
    "crew": _l("班组"),
    "day": _l("日子"),
    "days": _l("天数"),
    "doubt": _l("疑问"),
    "employer": _l("用工主体"),
    "events": _l("考勤条数"),
    "faults": _l("有问题"),
    "fen": _l("金额"),
    "first": _l("从"),
    "found": _l("查到"),
    "granted": _l("同意了"),
    "group": _l("组"),
    "hire": _l("快招"),
    "households": _l("户数"),
    "how": _l("方式"),
    "incomes": _l("收入条数"),
    "key": _l("编号"),
    "last": _l("到"),
    "line": _l("收入"),
    "marked": _l("标记"),
    "member": _l("家庭成员"),
    "of": _l("共"),
    "of_kind": _l("户类型"),
    "origin": _l("来自"),
    "page": _l("页"),
    "paid": _l("付成"),
    "parts": _l("部分"),
    "people": _l("人数"),
    "place": _l("地方"),
    "place_code": _l("地方"),
    "plan": _l("排的一份"),
    "posting": _l("用工需求"),
    "reason": _l("原因"),
    "ref": _l("凭据"),
    "refused": _l("没付成"),
    "role": _l("身份"),
    "rows": _l("行数"),
    "run": _l("一次工资"),
    "side": _l("哪一边"),
    "skill": _l("工种"),
    "slip": _l("工资条"),
    "slips": _l("工资条张数"),
    "source": _l("来源"),
    "state": _l("状态"),
    "told": _l("告诉了"),
    "value": _l("数值"),
    "via": _l("经由"),
    "wanted": _l("要的人数"),
    "what": _l("什么"),
    "worker": _l("务工人员"),
    "yes": _l("同意"),
}
# Said often enough to have words; other values are keys, dates, states and counts.
VALUES = {"password": _l("密码"), "code": _l("短信验证码"), "desk": _l("柜台")}


def detail_words(detail: Mapping[str, Any]) -> str:
    """ "页 乡村干部 · 欠薪和争议 · arrears，查到 116，地方 150525" """
    return str(_("，")).join(_said(detail))


def _said(detail: Mapping[str, Any]) -> Iterator[str]:
    for name, value in detail.items():
        if isinstance(value, Mapping):
            yield from _said(value)
        elif value is not None and value != [] and value != "":
            yield f"{NAMES.get(name, name)} {_value(name, value)}"


def _value(name: str, value: Any) -> str:
    if value is True or value is False:
        return str(_("是") if value else _("否"))
    if name == "fen" and isinstance(value, int):
        return str(filters.yuan(value))
    if name == "page" and isinstance(value, str):
        return _page(value)
    if isinstance(value, list):
        return str(_("、")).join(str(one) for one in value)
    return str(VALUES.get(value, value)) if isinstance(value, str) else str(value)


def _page(endpoint: str) -> str:
    """ "用工主体 · 工资 · pay_run": the door, what the page belongs to there, its own name."""
    door = current_app.blueprints.get(endpoint.partition(".")[0])
    if not isinstance(door, Door) or endpoint not in current_app.view_functions:
        return endpoint
    rule = next(current_app.url_map.iter_rules(endpoint))
    item = current_item(door, rule.rule, endpoint)
    parts = (door.label, item.label if item else "", endpoint.partition(".")[2])
    return " · ".join(str(part) for part in parts if part)
