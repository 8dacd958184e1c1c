"""How slips and attendance are called, whatever the door."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from jobmatch.attendance.rules.presence import Presence
from jobmatch.earnings.queries import SlipRow
from jobmatch.earnings.rules.slips import SlipState

PAID_HOW = [
    ("cash", _l("现金")),
    ("bank", _l("银行转账")),
    ("wechat", _l("微信、支付宝")),
    ("other", _l("其他")),
]


def state(slip: SlipRow) -> tuple[str, str]:
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
