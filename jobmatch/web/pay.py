"""How slips and attendance are called, whatever the door."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from jobmatch.attendance.rules.presence import Presence
from jobmatch.earnings.brand_runs import BrandSlip
from jobmatch.earnings.queries import SlipRow
from jobmatch.earnings.rules.slips import SlipState

PAID_HOW = [
    ("cash", _l("现金")),
    ("bank", _l("银行转账")),
    ("wechat", _l("微信、支付宝")),
    ("other", _l("其他")),
]


def state(slip: SlipRow | BrandSlip) -> tuple[str, str]:
    """The state of a slip in words and the tone of its badge."""
    return {
        SlipState.ISSUED: (_("待本人确认"), "short"),
        SlipState.CONFIRMED: (_("已确认，待付款"), "info"),
        SlipState.OBJECTED: (_("有异议"), "bad"),
        SlipState.PAID: (_("已付款"), "good"),
        SlipState.REVERSED: (_("已冲销"), "plain"),
    }[slip.state]


def how(code: str) -> str:
    return str(dict(PAID_HOW).get(code, code))


def present(seen: Presence) -> tuple[str, str]:
    """Whether somebody was there, in words and tone."""
    if seen.contested and seen.present:
        return _("两边说的不一样"), "bad"
    if seen.contested:
        return _("记为缺勤，本人说在"), "bad"
    if seen.present is None and seen.waiting:
        return _("本人补记，等核对"), "short"
    if seen.present is None:
        return _("还没记"), "plain"
    if not seen.present:
        return _("缺勤"), "bad"
    return (_("已到岗（补记）"), "short") if seen.is_late else (_("已到岗"), "good")


CHARGES = [
    ("advance", _l("借支（提前付的工钱）")),
    ("meals", _l("伙食费")),
    ("lodging", _l("住宿费")),
    ("damage", _l("损坏赔偿")),
    ("tax", _l("个人所得税")),
    ("social", _l("社会保险费")),
]
CYCLES = [
    ("day", _l("每天")),
    ("week", _l("每周")),
    ("half_month", _l("每半个月")),
    ("month", _l("每月")),
]
WAYS = [
    ("minutes", _l("按工时分")),
    ("equal", _l("平均分")),
    ("agreed", _l("按约定的份额分")),
]


def charge(code: str) -> str:
    """What comes off pay, in a word."""
    return str(dict(CHARGES).get(code, code))


def way(code: str) -> str:
    return str(dict(WAYS).get(code, code))


def charge_state(code: str) -> tuple[str, str]:
    """The state of a charge in words and tone."""
    return {
        "asked": (_("等本人确认"), "short"),
        "agreed": (_("有效"), "good"),
        "refused": (_("本人不认可"), "bad"),
        "withdrawn": (_("已撤回"), "plain"),
    }[code]


def run_state(code: str) -> tuple[str, str]:
    """The state of a pay run in words and tone."""
    return {
        "computing": (_("正在算工资"), "info"),
        "draft": (_("等核对"), "short"),
        "awaiting": (_("等另一个人批准"), "short"),
        "issuing": (_("正在发工资条"), "info"),
        "issued": (_("已发出"), "good"),
        "reversing": (_("正在冲销"), "info"),
        "reversed": (_("已冲销"), "plain"),
        "cancelled": (_("已取消"), "plain"),
    }[code]


def why_held(code: str) -> str:
    """What days wait for."""
    said = {
        "dispute": _("两边说的不一样，说定后再结"),
        "pieces": _("还没记件数"),
        "lump": _("包工还没说做完，或者那一段不全在这次里"),
        "changed": _("核对以后又有变动，留到下一次"),
        "paid": _("冲销的时候已经付了款：工资条还在；要冲销，先冲销付款"),
        "shared": _("和已经付了款的人一起分的：工资条还在"),
        "left": _("没能办完：工资条还在，请到这份活的结算里冲销"),
    }[code]
    return str(said)
