"""Paying over all postings: many slips at once, a file for the bank, what the bank made of it."""

import base64
import json
from datetime import date
from typing import Any

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileRequired
from wtforms import RadioField
from wtforms.validators import InputRequired

from jobmatch.earnings import bank_accounts, bank_file, bank_queries, chain, journal, payment
from jobmatch.earnings.bank_file import FAULTS, Checked, Upload
from jobmatch.earnings.queries import SlipRow
from jobmatch.earnings.rules.bank import Fault, Status
from jobmatch.earnings.rules.ledger import Account
from jobmatch.earnings.rules.slips import SlipState
from jobmatch.infra import clock, drafts
from jobmatch.infra.sheets import Out
from jobmatch.kernel.errors import Conflict, Invalid, NotFound
from jobmatch.kernel.paging import cut
from jobmatch.kernel.text import Amount
from jobmatch.web import pay as words
from jobmatch.web.downloads import sheet
from jobmatch.web.employer import current, door
from jobmatch.web.employer.pay import PaymentForm, meant, without_objection
from jobmatch.web.forms import BaseForm, DayField, UploadField, YuanField
from jobmatch.web.incoming import page_number
from jobmatch.web.once import once
from jobmatch.web.papers.packs import booking_words
from jobmatch.web.searching import lead, name_sought
from jobmatch.web.texts import say

# So many lines of a file are shown; all are recorded.
SHOWN = 300

# The figures of the ledger that open to their entries.
OPENED = {
    Account.WAGE_COST: _l("应发的工钱"),
    Account.DEDUCTION: _l("扣下的"),
    Account.PAID: _l("付出去的钱"),
    Account.ADVANCE: _l("借支"),
}


class ResultForm(BaseForm):
    """A bank's result file, with what its receipt says."""

    file = UploadField(
        _l("银行的付款结果（.xlsx 或 .csv）"),
        validators=[FileRequired(_l("请选择银行的付款结果文件。"))],
    )
    paid_on = DayField(_l("付款日期"), validators=[InputRequired(_l("请填写付款日期。"))])
    total = YuanField(
        _l("银行回单上付成的总额（元）"),
        validators=[InputRequired(_l("请照银行回单填写付成的总额。"))],
    )


class SaveForm(BaseForm):
    which = RadioField(_l("有问题的行怎么办"), choices=[])


@door.get("/payments")
def payments() -> ResponseReturnValue:
    """All slips that wait for their payment, and the bank files so far."""
    return _payments_page(PaymentForm(paid_on=clock.today()))


@door.post("/payments/search")
def payments_search() -> ResponseReturnValue:
    return lead("employer.payments")


@door.post("/payments")
def payments_record() -> ResponseReturnValue:
    """Record the payment of the ticked slips, of whatever posting."""
    form = PaymentForm()
    ticked = request.form.getlist("slip", type=int)
    if form.validate_on_submit() and form.paid_on.data:
        paid_on, employer_id = form.paid_on.data, current.current().id
        with form.carrying(Invalid, Conflict):

            def record() -> int:
                chosen = meant(bank_queries.payable(employer_id), ticked)
                payment.record_payment(
                    chosen, paid_on, form.how.data, form.proof.data or "", actor=g.actor
                )
                return len(chosen)

            n = once(record)
            flash(_("付款已记下：%(n)s 张工资条。", n=n), "success")
            return redirect(url_for("employer.payments"), 303)
    return _payments_page(form, ticked), 422


@door.get("/payments/bank.<any(xlsx, csv):kind>")
def bank_list(kind: str) -> ResponseReturnValue:
    """What is to be paid, as a file to give to the bank; who has no account is marked."""
    employer_id = current.current().id
    rows = [row for row in bank_queries.payable(employer_id) if is_for_bank(row)]
    accounts = bank_accounts.for_bank(employer_id, [row.worker_id for row in rows], actor=g.actor)
    cells: list[list[Out]] = []
    for row in rows:
        whole = accounts.get(row.worker_id)
        cells.append(
            [
                str(row.id), row.worker_name, whole.number if whole else "", Amount(row.net_fen),
                f"{_('工资')} {row.title}", whole.bank if whole else "",
                "" if whole else _("没有收款账户"),
            ]
        )  # fmt: skip
    columns = [
        _("工资条号"), _("姓名"), _("收款账号"), _("金额（元）"), _("用途"), _("开户银行"),
        _("备注"),
    ]  # fmt: skip
    return sheet(kind, f"{_('代发工资')}-{clock.today():%Y%m%d}", columns, cells)


def is_for_bank(row: SlipRow) -> bool:
    """Whether the slip goes into the list for the bank."""
    return row.state is not SlipState.OBJECTED and row.net_fen > 0


@door.get("/payments/import")
def bank_new() -> ResponseReturnValue:
    return render_template(
        "employer/earnings/bank_new.html", form=ResultForm(paid_on=clock.today())
    )


@door.post("/payments/import")
def bank_check() -> ResponseReturnValue:
    """Read the file and put it aside; nothing is recorded yet."""
    form = ResultForm()
    if form.validate_on_submit() and form.paid_on.data and form.total.data is not None:
        file = form.file.data
        found = Upload(file.filename or "", file.read(), form.paid_on.data, form.total.data)
        with form.carrying(Invalid, Conflict):
            bank_file.check(current.current().id, found, actor=g.actor)
            name = drafts.keep(_packed(found), g.actor.user_id)
            return redirect(url_for("employer.bank_preview", draft=name), 303)
    return render_template("employer/earnings/bank_new.html", form=form), 422


@door.get("/payments/import/<draft>")
def bank_preview(draft: str) -> ResponseReturnValue:
    """What recording would do, line by line."""
    checked = bank_file.check(current.current().id, _upload(draft), actor=g.actor)
    return _preview_page(draft, checked, _save_form(checked))


@door.post("/payments/import/<draft>")
def bank_save(draft: str) -> ResponseReturnValue:
    """Record the file, as a whole or its good lines."""
    only_good, employer_id = request.form.get("which") == "good", current.current().id
    try:
        key = once(
            lambda: bank_file.save(employer_id, _upload(draft), only_good=only_good, actor=g.actor)
        )
    except Invalid as error:
        checked = bank_file.check(employer_id, _upload(draft), actor=g.actor)
        form = _save_form(checked)
        form.validate()
        form.refuse(error)
        return _preview_page(draft, checked, form), 422
    drafts.drop(draft)
    flash(_("银行的付款结果已记下，付成的务工人员会收到消息。"), "success")
    return redirect(url_for("employer.bank_record", file_id=key), 303)


@door.get("/payments/files/<int:file_id>")
def bank_record(file_id: int) -> ResponseReturnValue:
    """A recorded file: what the bank paid, what it refused and why."""
    head, lines = bank_queries.lines(file_id, actor=g.actor)
    return render_template(
        "employer/earnings/bank_record.html",
        head=head, lines=lines[:SHOWN], more=max(0, len(lines) - SHOWN), line_state=line_state,
    )  # fmt: skip


@door.get("/books")
def books() -> ResponseReturnValue:
    """What the ledger says: earned, kept back, paid, still owed, by the kept balances."""
    employer_id = current.current().id
    found = chain.balances(employer_id)
    of = next((one for one in OPENED if one.value == request.args.get("of")), None)
    ahead = journal.paid_ahead(employer_id, actor=g.actor)
    return render_template(
        "employer/earnings/books.html",
        found=found,
        Account=Account,
        ahead=ahead,
        of=of,
        opened=OPENED,
        page=journal.entries(employer_id, of, page_number(), actor=g.actor),
        booking_words=booking_words,
        target=_booked,
    )


def _booked(ref: str) -> str:
    """The page of what an entry books."""
    kind, _sep, rest = ref.partition(":")
    number = rest.partition(":")[0]
    if kind == "pay_slip" and number.isdecimal():
        return url_for("employer.slip", slip_id=int(number))
    return url_for("employer.pay_charges")


def line_state(state: str, fault: str) -> tuple[str, str]:
    """What came of a line in words, and the tone of its badge."""
    if fault:
        return say(FAULTS[Fault(fault)]), "bad"
    return {
        "paid": (_("付成了"), "good"),
        "refused": (_("银行没付成，还欠着"), "bad"),
        "waiting": (_("银行还在办"), "info"),
    }[state]


def _payments_page(form: PaymentForm, ticked: list[int] | None = None) -> str:
    employer_id = current.current().id
    rows = bank_queries.payable(employer_id)
    name = name_sought("employer.payments")
    refused = bank_queries.refusals([row.id for row in rows])
    known = bank_accounts.masked({row.worker_id for row in rows})
    all_ = without_objection(rows)
    if ticked is None:
        ticked = [row.id for row in all_]
    return render_template(
        "employer/earnings/payments.html",
        rows=rows,
        page=cut([row for row in rows if name in row.worker_name], page_number()),
        name=name,
        all_=all_,
        ticked=ticked,
        refused=refused,
        form=form,
        words=words,
        unpaid=sum(row.net_fen for row in rows),
        files=bank_queries.files(employer_id, page_number("files")),
        objected=sum(row.state is SlipState.OBJECTED for row in rows),
        accounts=known,
        without=sorted(
            {row.worker_name for row in rows if is_for_bank(row) and row.worker_id not in known}
        ),
    )


def _save_form(checked: Checked) -> SaveForm:
    form = SaveForm(which="all")
    form.which.choices = [
        ("all", _("整份都不记，改好文件再传")),
        ("good", _("没问题的先记，有问题的留着")),
    ]
    return form


def _preview_page(draft: str, checked: Checked, form: SaveForm) -> str:
    done, refused = checked.good(Status.DONE), checked.good(Status.REFUSED)
    lines = [*checked.faults, *refused, *checked.good(Status.WAITING), *done]
    states = {Status.DONE: "paid", Status.REFUSED: "refused", Status.WAITING: "waiting"}
    return render_template(
        "employer/earnings/bank_check.html",
        draft=draft, checked=checked, form=form, done=len(done), refused=len(refused),
        done_fen=sum(one.row.amount_fen or 0 for one in done), faults=len(checked.faults),
        lines=[
            (one, line_state(states.get(one.row.status or Status.WAITING, ""), one.fault or ""))
            for one in lines[:SHOWN]
        ],
        more=max(0, len(lines) - SHOWN),
    )  # fmt: skip


def _packed(found: Upload) -> bytes:
    return json.dumps(
        {
            "name": found.name, "paid_on": found.paid_on.isoformat(), "total": found.total_fen,
            "data": base64.b64encode(found.data).decode(),
        }
    ).encode()  # fmt: skip


def _upload(draft: str) -> Upload:
    """The file put aside by this user. raises NotFound when it is not theirs or too old."""
    data = drafts.fetch(draft, g.actor.user_id)
    if data is None:
        raise NotFound
    kept: dict[str, Any] = json.loads(data)
    return Upload(
        kept["name"], base64.b64decode(kept["data"]), date.fromisoformat(kept["paid_on"]),
        kept["total"],
    )  # fmt: skip
