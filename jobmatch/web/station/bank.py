"""A bank account for somebody without a phone, entered at the desk."""

from flask import flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from jobmatch.earnings import bank_accounts
from jobmatch.kernel.errors import Conflict, Invalid
from jobmatch.web.answers import telling
from jobmatch.web.bank_account import AccountForm, kind_name
from jobmatch.web.station import door
from jobmatch.workers import queries


@door.get("/workers/<int:worker_id>/bank")
def worker_bank(worker_id: int) -> ResponseReturnValue:
    row = bank_accounts.account(worker_id, actor=g.actor)
    kept = {"bank": row.bank, "kind": row.kind.value} if row else {}
    return _page(worker_id, AccountForm(formdata=None, **kept))


@door.post("/workers/<int:worker_id>/bank")
def worker_bank_post(worker_id: int) -> ResponseReturnValue:
    queries.changeable_by(g.actor, worker_id)
    form = AccountForm()
    if form.validate_on_submit():
        with form.carrying(Invalid, Conflict):
            form.save(worker_id, actor=g.actor)
            flash(_("收款账户记下了。"), "success")
            return redirect(url_for("station.worker_bank", worker_id=worker_id), 303)
    return _page(worker_id, form), 422


@door.post("/workers/<int:worker_id>/bank/remove")
def worker_bank_remove(worker_id: int) -> ResponseReturnValue:
    queries.changeable_by(g.actor, worker_id)
    with telling(_("收款账户去掉了。")):
        bank_accounts.remove(worker_id, actor=g.actor)
    return redirect(url_for("station.worker_bank", worker_id=worker_id), 303)


def _page(worker_id: int, form: AccountForm) -> str:
    return render_template(
        "station/earnings/bank.html",
        who=queries.changeable_by(g.actor, worker_id),
        row=bank_accounts.account(worker_id, actor=g.actor),
        form=form,
        kind_name=kind_name,
    )
