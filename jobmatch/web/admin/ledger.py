"""What the last checks of all books found, and when."""

from flask import render_template
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l

from jobmatch.earnings import chain
from jobmatch.web.admin import door

door.nav(_l("账本核对"), "ledger", 50)

FAULTS = {
    "unbalanced": _l("一笔账借贷不平"),
    "bad_reversal": _l("冲销的和原来的对不上"),
    "slip_lines": _l("工资条和它的每一天加起来不一样"),
    "slip_booking": _l("工资条没记账，或者记的数不一样"),
    "slip_payment": _l("付款和工资条对不上"),
    "orphan": _l("账上有，工资条没有"),
    "day_twice": _l("一天的工发了两次工资条"),
    "day_state": _l("结过的一天没有工资条，或者反过来"),
    "income": _l("家庭收入和工资条对不上"),
    "chain_changed": _l("记好的账被改过"),
    "chain_broken": _l("账和它前一笔接不上"),
    "chain_missing": _l("少了一笔账"),
    "balance": _l("余额和每笔加起来不一样"),
}


@door.get("/ledger")
def ledger() -> ResponseReturnValue:
    """The outcome of the last check with its faults, and the outcomes before it."""
    outcomes = chain.outcomes()
    return render_template(
        "admin/ledger.html",
        last=outcomes[0] if outcomes else None,
        before=outcomes[1:],
        words=FAULTS,
    )
