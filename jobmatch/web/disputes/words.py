"""How disputes are called, whatever the door."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from jobmatch.disputes.rules.states import Deed, Kind, Side, State

KINDS = {
    Kind.UNPAID: _l("工钱没给"),
    Kind.SLIP: _l("工资条算得不对"),
    Kind.DAY: _l("工时、件数记得不对"),
    Kind.DEDUCTION: _l("扣了不该扣的钱"),
    Kind.OTHER: _l("别的事"),
}
STATES = {
    State.OPEN: (_l("等用工方答复"), "short"),
    State.ANSWERED: (_l("用工方已答复"), "info"),
    State.MEDIATION: (_l("干部在调解"), "info"),
    State.AGREED: (_l("说定了"), "good"),
    State.ARBITRATION: (_l("已申请仲裁"), "bad"),
    State.INSPECTION: (_l("已投诉监察"), "bad"),
    State.WITHDRAWN: (_l("已撤回"), "plain"),
    State.CLOSED: (_l("已结案"), "plain"),
}
SIDES = {
    Side.WORKER: _l("务工人员"),
    Side.DESK: _l("驿站代办"),
    Side.EMPLOYER: _l("用工方"),
    Side.OFFICER: _l("干部"),
    Side.SYSTEM: _l("系统"),
}
# What a step was, in the course of the dispute.
DONE = {
    Deed.OPEN: _l("提出"),
    Deed.SAY: _l("说明"),
    Deed.ANSWER: _l("答复"),
    Deed.OFFER: _l("提出办法"),
    Deed.ACCEPT: _l("同意，说定"),
    Deed.MEDIATE: _l("开始调解"),
    Deed.ARBITRATION: _l("申请仲裁"),
    Deed.INSPECTION: _l("投诉监察"),
    Deed.WITHDRAW: _l("撤回"),
    Deed.CLOSE: _l("结案"),
    Deed.FILE: _l("交证据"),
    Deed.JOIN: _l("同意一起提"),
    Deed.NAME: _l("推举代表"),
    Deed.PAID: _l("记录付款"),
    Deed.REMIND: _l("提醒期限"),
}
# The button of a deed, and the question above its form.
DO = {
    Deed.ANSWER: (_l("答复"), _l("您这边是怎么回事")),
    Deed.SAY: (_l("补充说明"), _l("还想说什么")),
    Deed.OFFER: (_l("提一个解决的办法"), _l("付多少，哪天前付")),
    Deed.ACCEPT: (_l("同意对方的办法"), _l("同意以后，这件事就说定了")),
    Deed.MEDIATE: (_l("开始调解"), _l("两边都会收到消息")),
    Deed.ARBITRATION: (_l("已申请劳动仲裁"), _l("哪天申请的")),
    Deed.INSPECTION: (_l("已向劳动监察投诉"), _l("哪天受理的")),
    Deed.CLOSE: (_l("有结果了，结案"), _l("结果是什么")),
    Deed.WITHDRAW: (_l("撤回"), _l("撤回以后这件事不再办；以后还可以再提")),
}
DANGER = frozenset({Deed.WITHDRAW})


def state(of: State) -> tuple[str, str]:
    words, tone = STATES[of]
    return str(words), tone


def kind(of: Kind) -> str:
    return str(KINDS[of])


def overdue(days: int) -> str:
    return str(_("过期 %(n)s 天", n=days))
