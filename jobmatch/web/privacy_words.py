"""Words of the pages about what is held on a person."""

from typing import Any

from flask_babel import lazy_gettext as _l

# kind: (title, what it is for, what follows when it is withdrawn)
CONSENTS: dict[str, tuple[Any, Any, Any]] = {
    "sensitive": (
        _l("身份证号和考勤位置"),
        _l("核对是您本人、够不够年龄、发工资和开证明用。身份证号加密存着，页面上只露后四位。"),
        _l("要撤回，只能删除资料：没有身份证号，就没法给您介绍活和发工资。"),
    ),
    "matching": (
        _l("自动配活"),
        _l("系统按您会干的活、日子和路程给您挑活、排活，并说明理由。"),
        _l("不同意也能在招工里自己找活、报名，别的都一样。"),
    ),
    "line_watch": (
        _l("收入线提醒"),
        _l("用您的工资和家庭收入算一算，看全家会不会低于监测收入线，好早点给您家找活。只有村、乡、旗的帮扶人员看得到，用工方永远看不到。"),
        _l("不同意，就不用您的工资算。"),
    ),
}  # fmt: skip
COLUMNS: dict[str, Any] = {
    "id": _l("编号"), "name": _l("姓名或名称"), "phone": _l("手机号"), "sex": _l("性别"),
    "born": _l("出生日期"), "id_tail": _l("身份证号后四位"), "home_code": _l("住址代码"),
    "said": _l("您说过的话"), "work_date": _l("日期"), "day": _l("日期"), "at": _l("时间"),
    "first_day": _l("从哪天"), "last_day": _l("到哪天"), "state": _l("状态"), "kind": _l("种类"),
    "minutes": _l("分钟"), "pieces": _l("件数"), "gross_fen": _l("应发（元）"),
    "net_fen": _l("实发（元）"), "deduction_fen": _l("扣款（元）"), "advance_fen": _l("借支（元）"),
    "amount_fen": _l("金额（元）"), "created_at": _l("记下的时间"), "paid_on": _l("付款日期"),
    "issued_at": _l("发出时间"), "posting_id": _l("用工需求编号"),
    "employer_id": _l("用工主体编号"),
    "brand_id": _l("劳务品牌编号"), "crew_id": _l("班组编号"), "skill_id": _l("手艺代码"),
    "worker_id": _l("务工人员编号"), "action": _l("什么事"), "month": _l("月份"),
    "lat": _l("纬度"), "lon": _l("经度"), "given": _l("同意"), "words": _l("原话"),
    "happened_at": _l("发生时间"), "recorded_at": _l("记下的时间"), "level": _l("等级"),
    "bank": _l("开户银行"), "tail": _l("账号后四位"), "number": _l("卡号或账号"),
    "entered_at": _l("记下的时间"), "by_desk": _l("驿站代填"),
}  # fmt: skip


def column_title(name: str) -> str:
    """The heading of a column; names that have no words stand as they are held."""
    return str(COLUMNS.get(name, name))
