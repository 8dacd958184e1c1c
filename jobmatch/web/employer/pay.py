"""Paying people: what a cycle comes to, slips, payments, corrections, the wage ledger as a file."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import Any

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import IntegerField, StringField
from wtforms.validators import InputRequired, Length

from jobmatch.attendance import queries as attendance
from jobmatch.attendance.queries import PostingHead
from jobmatch.earnings import outstanding, payment, queries, run_queries, runs, service
from jobmatch.earnings.errors import SamePerson
from jobmatch.earnings.outstanding import Payable
from jobmatch.earnings.queries import LedgerRow, SettlementHead, SlipRow
from jobmatch.earnings.rules.slips import PAYABLE, SlipState
from jobmatch.infra import clock
from jobmatch.infra.sheets import Out
from jobmatch.kernel.errors import Conflict, Invalid
from jobmatch.kernel.paging import cut
from jobmatch.kernel.text import Amount, as_hours, text
from jobmatch.web import pay as words
from jobmatch.web.answers import telling
from jobmatch.web.choices import SelectField
from jobmatch.web.downloads import sheet
from jobmatch.web.employer import current, door
from jobmatch.web.filters import date_full, days
from jobmatch.web.forms import BaseForm, DayField
from jobmatch.web.incoming import page_number
from jobmatch.web.once import once
from jobmatch.web.searching import lead, name_sought
from jobmatch.web.texts import say

door.nav(
    _l("工资"), "pay", 50,
    also=("payments", "bank_new", "bank_preview", "bank_record", "books"),
)  # fmt: skip


# The figures of the overview: what stands behind each, and which postings it is the sum of.
ONLY: dict[str, tuple[Any, Callable[[Payable], int]]] = {
    "open": (_l("还没结算的"), lambda row: row.open_days),
    "objected": (_l("有异议的"), lambda row: row.objected),
    "paid": (_l("付过钱的"), lambda row: row.paid_fen),
}


class CycleForm(BaseForm):
    """Days of a cycle, both included."""

    first = DayField(_l("从哪天起"), validators=[InputRequired(_l("请填写开始日期。"))])
    last = DayField(_l("到哪天止"), validators=[InputRequired(_l("请填写结束日期。"))])


class SettleForm(CycleForm):
    """seen: the net sum that was looked at; another one is not issued."""

    seen = IntegerField(validators=[InputRequired()])


class PaymentForm(BaseForm):
    """What was paid when and how; the slips are ticked in the table."""

    paid_on = DayField(_l("付款日期"), validators=[InputRequired(_l("请填写付款日期。"))])
    how = SelectField(
        _l("付款方式"), choices=words.PAID_HOW, validators=[InputRequired(_l("请选择付款方式。"))]
    )
    proof = StringField(
        _l("凭证号"), validators=[Length(max=payment.MOST_PROOF, message=_l("凭证最多 80 个字。"))]
    )


@door.get("/pay")
def pay() -> ResponseReturnValue:
    """All postings with work: days without a slip, slips without a payment, objections.

    ?only= one of ONLY: the postings behind that figure.
    """
    rows = outstanding.payables([current.current().id])
    said, behind = ONLY.get(request.args.get("only", ""), (None, None))
    return render_template(
        "employer/earnings/pay.html",
        rows=rows,
        shown=rows if behind is None else [row for row in rows if behind(row)],
        only=said,
        unpaid=sum(row.unpaid_fen for row in rows),
        open_days=sum(row.open_days for row in rows),
        objected=sum(row.objected for row in rows),
        paid=sum(row.paid_fen for row in rows),
        to_approve=run_queries.waiting_for(current.current().id, actor=g.actor),
    )


@door.get("/postings/<int:posting_id>/pay")
def posting_pay(posting_id: int) -> ResponseReturnValue:
    """What would be settled now, person by person, and the settlements so far."""
    head = attendance.posting_head(posting_id, actor=g.actor)
    is_asked = "first" in request.args or "last" in request.args
    form = CycleForm(request.args, meta={"csrf": False}) if is_asked else None
    if form is not None and form.validate():
        return _posting_page(head, form, form.first.data, form.last.data)
    if form is not None:
        return _posting_page(head, form, None, None)
    span = outstanding.unsettled_span(posting_id)
    first, last = (span.first, span.last) if span else (head.first_day, head.last_day)
    last = max(first, min(last, clock.today()))
    form = CycleForm(first=first, last=last, meta={"csrf": False})
    return _posting_page(head, form, first, last)


@door.post("/postings/<int:posting_id>/pay")
def posting_settle(posting_id: int) -> ResponseReturnValue:
    """Issue the slips of these days."""
    head = attendance.posting_head(posting_id, actor=g.actor)
    form = SettleForm()
    if form.validate_on_submit() and form.first.data and form.last.data:
        first, last = form.first.data, form.last.data
        with form.carrying(Invalid, Conflict):
            try:
                key = once(
                    lambda: service.settle(
                        posting_id, first, last, actor=g.actor, seen_fen=form.seen.data
                    )
                )
            except SamePerson:
                run = runs.begin(
                    head.employer_id, first, last, actor=g.actor, posting_id=posting_id
                )
                flash(_("金额较大，要另一个人批准：请核对后送去批准。"), "info")
                return redirect(url_for("employer.pay_run", run_id=run), 303)
            flash(_("工资条已发出，务工人员会收到消息。"), "success")
            return redirect(url_for("employer.settlement", settlement_id=key), 303)
    return _posting_page(head, form, form.first.data, form.last.data), 422


@door.get("/settlements/<int:settlement_id>")
def settlement(settlement_id: int) -> ResponseReturnValue:
    """One settlement: its slips, payments and objections."""
    head = queries.settlement_head(settlement_id, actor=g.actor)
    return _settlement_page(head, PaymentForm(paid_on=clock.today()))


@door.post("/settlements/<int:settlement_id>/search")
def settlement_search(settlement_id: int) -> ResponseReturnValue:
    queries.settlement_head(settlement_id, actor=g.actor)
    return lead("employer.settlement", settlement_id=settlement_id)


@door.post("/settlements/<int:settlement_id>/pay")
def settlement_pay(settlement_id: int) -> ResponseReturnValue:
    """Record the payment of the ticked slips."""
    head = queries.settlement_head(settlement_id, actor=g.actor)
    form = PaymentForm()
    ticked = request.form.getlist("slip", type=int)
    if form.validate_on_submit() and form.paid_on.data:
        with form.carrying(Invalid, Conflict):
            paid_on = form.paid_on.data

            def record() -> None:
                chosen = meant(queries.slips(head.posting_id, settlement_id=head.id), ticked)
                payment.record_payment(
                    chosen, paid_on, form.how.data, form.proof.data or "", actor=g.actor
                )

            once(record)
            flash(_("付款已记下。"), "success")
            return redirect(url_for("employer.settlement", settlement_id=settlement_id), 303)
    return _settlement_page(head, form, ticked), 422


@door.post("/settlements/<int:settlement_id>/reverse")
def settlement_reverse(settlement_id: int) -> ResponseReturnValue:
    """Take the settlement back; its days can be corrected and settled anew."""
    head = queries.settlement_head(settlement_id, actor=g.actor)
    try:
        once(lambda: service.reverse(settlement_id, actor=g.actor))
    except Conflict as error:
        flash(say(error.text), "warning")
        return redirect(url_for("employer.settlement", settlement_id=settlement_id), 303)
    flash(_("已冲销。考勤改好以后可以重新结算。"), "success")
    return redirect(url_for("employer.posting_pay", posting_id=head.posting_id), 303)


@door.get("/slips/<int:slip_id>")
def slip(slip_id: int) -> ResponseReturnValue:
    """One slip with its days, to explain and to correct."""
    found = queries.slip(slip_id, actor=g.actor)
    current_employer = found.row.employer_id in g.actor.employer_ids
    if not current_employer:
        return redirect(url_for("worker.pay_slip", slip_id=slip_id), 303)
    return render_template(
        "employer/earnings/slip.html",
        slip=found,
        row=found.row,
        words=words,
        SlipState=SlipState,
        PAYABLE=PAYABLE,
    )


@door.post("/slips/<int:slip_id>/reverse")
def slip_reverse(slip_id: int) -> ResponseReturnValue:
    """Take one slip back."""
    return _corrected(slip_id, service.reverse_slip, _("这张工资条已冲销，考勤改好以后再结算。"))


@door.post("/slips/<int:slip_id>/unpay")
def slip_unpay(slip_id: int) -> ResponseReturnValue:
    """The payment was recorded by mistake."""
    return _corrected(slip_id, payment.reverse_payment, _("付款记录已冲销。"))


@door.get("/settlements/<int:settlement_id>/wages.<any(xlsx, csv):kind>")
def wage_list(settlement_id: int, kind: str) -> ResponseReturnValue:
    """The wage ledger of a settlement as a file."""
    rows = queries.wage_ledger(settlement_id, actor=g.actor)
    cells = [_cells(n, row) for n, row in enumerate(rows, 1)]
    return sheet(kind, f"{_('工资表')}-{settlement_id}", _columns(), cells)


def _corrected(slip_id: int, verb, done: str) -> ResponseReturnValue:  # type: ignore[no-untyped-def]
    with telling(done):
        once(lambda: verb(slip_id, actor=g.actor))
    return redirect(url_for("employer.slip", slip_id=slip_id), 303)


def _posting_page(head: PostingHead, form: CycleForm, first: date | None, last: date | None) -> str:
    shown = outstanding.preview(head.id, first, last) if first and last and first <= last else None
    return render_template(
        "employer/earnings/posting_pay.html",
        head=head,
        form=form,
        first=first,
        last=last,
        preview=shown,
        page=cut(shown.rows if shown else (), page_number()),
        runs=queries.settlements(head.id),
        words=words,
    )


def _settlement_page(
    run: SettlementHead, form: PaymentForm, ticked: list[int] | None = None
) -> str:
    head = attendance.posting_head(run.posting_id, actor=g.actor)
    rows = queries.slips(run.posting_id, settlement_id=run.id)
    name = name_sought("employer.settlement")
    page = cut([row for row in rows if name in row.worker_name], page_number())
    open_ = [row for row in rows if row.is_payable]
    all_ = without_objection(rows)
    if ticked is None:
        ticked = [row.id for row in all_]
    return render_template(
        "employer/earnings/settlement.html",
        run=run,
        head=head,
        rows=rows,
        page=page,
        name=name,
        open_rows=open_,
        all_=all_,
        ticked=ticked,
        form=form,
        words=words,
        total=sum(row.net_fen for row in rows),
        unpaid=sum(row.net_fen for row in open_),
        SlipState=SlipState,
    )


def without_objection(rows: Iterable[SlipRow]) -> list[SlipRow]:
    """The slips to be paid of which nobody said that they are wrong."""
    return [row for row in rows if row.is_payable and row.state is not SlipState.OBJECTED]


def meant(rows: Sequence[SlipRow], ticked: Iterable[int]) -> list[int]:
    """The slips that a form of payment means: those ticked on its page, or all without objection.

    raises   Conflict when all come to another sum than the form showed
    """
    if request.form.get("which") != "all":
        known = {row.id for row in rows}
        return [key for key in ticked if key in known]
    found = without_objection(rows)
    if str(sum(row.net_fen for row in found)) != request.form.get("seen"):
        raise Conflict(text("等付款的工资条有变动，请再看一遍。"))
    return [row.id for row in found]


def _columns() -> list[str]:
    return [
        _("序号"), _("姓名"), _("身份证号"), _("电话"), _("用工主体"), _("工作"), _("周期"),
        _("出工天数"), _("工时（小时）"), _("件数"), _("应发（元）"), _("扣款（元）"),
        _("借支抵扣（元）"), _("实发（元）"), _("状态"), _("付款日期"), _("付款方式"), _("凭证号"),
        _("本人签字"),
    ]  # fmt: skip


def _cells(n: int, row: LedgerRow) -> list[Out]:
    s = row.slip
    return [
        n, s.worker_name, row.id_masked, row.phone, s.employer_name, s.title,
        days(s.first_day, s.last_day) if s.first_day.year == s.last_day.year
        else f"{date_full(s.first_day)}–{date_full(s.last_day)}",
        s.days, as_hours(s.minutes), s.pieces, Amount(s.gross_fen),
        Amount(s.deduction_fen), Amount(s.advance_fen), Amount(s.net_fen), words.state(s)[0],
        s.paid_on, words.how(s.paid_how) if s.paid_how else "", s.paid_proof, "",
    ]  # fmt: skip
