"""我的收款账户: where my pay goes."""

from flask import flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from jobmatch.earnings import bank_accounts
from jobmatch.kernel.errors import Conflict, Invalid
from jobmatch.web.answers import telling
from jobmatch.web.bank_account import AccountForm, kind_name
from jobmatch.web.worker import door
from jobmatch.web.worker.profile import me


@door.get("/me/bank")
def bank_account() -> ResponseReturnValue:
    row = bank_accounts.account(me(), actor=g.actor)
    kept = {"bank": row.bank, "kind": row.kind.value} if row else {}
    return _page(AccountForm(formdata=None, **kept))


@door.post("/me/bank")
def bank_account_post() -> ResponseReturnValue:
    form = AccountForm()
    if form.validate_on_submit():
        with form.carrying(Invalid, Conflict):
            form.save(me(), actor=g.actor)
            flash(_("收款账户记下了，以后的工钱打到这里。"), "success")
            return redirect(url_for("worker.bank_account"), 303)
    return _page(form), 422


@door.post("/me/bank/remove")
def bank_account_remove() -> ResponseReturnValue:
    with telling(_("收款账户去掉了，用工方会用别的办法付给您。")):
        bank_accounts.remove(me(), actor=g.actor)
    return redirect(url_for("worker.bank_account"), 303)


def _page(form: AccountForm) -> str:
    return render_template(
        "worker/earnings/bank.html",
        row=bank_accounts.account(me(), actor=g.actor),
        form=form,
        kind_name=kind_name,
    )
