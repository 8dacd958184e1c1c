"""The form of a bank account, for the worker's own page and for the desk's."""

from flask_babel import lazy_gettext as _l
from wtforms import StringField
from wtforms.validators import InputRequired

from jobmatch.earnings import bank_accounts
from jobmatch.earnings.rules.bank_account import Kind
from jobmatch.kernel.actor import Actor
from jobmatch.web.choices import SelectField
from jobmatch.web.forms import BaseForm

KINDS = [("card", _l("银行卡")), ("book", _l("存折"))]


class AccountForm(BaseForm):
    """Where pay goes: the number is asked for each time and never filled in."""

    bank = StringField(_l("开户银行"), validators=[InputRequired(_l("请填写开户的银行。"))])
    kind = SelectField(_l("卡还是存折"), choices=KINDS, default="card")
    number = StringField(_l("卡号或账号"), validators=[InputRequired(_l("请填写卡号或账号。"))])

    def save(self, worker_id: int, *, actor: Actor) -> None:
        """raises NotFound, Invalid, OwnPhone"""
        bank_accounts.set_account(
            worker_id, Kind(self.kind.data), self.bank.data or "", self.number.data or "",
            actor=actor,
        )  # fmt: skip


def kind_name(code: str) -> str:
    return str(dict(KINDS).get(code, code))
