"""The worker's wages: slips with the amount first, how it came about, and an answer."""

from flask import flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import TextAreaField
from wtforms.validators import InputRequired, Length

from jobmatch.earnings import arrears, book, charging, queries, service
from jobmatch.earnings.book import BookFilter
from jobmatch.earnings.rules.book import sums
from jobmatch.earnings.rules.slips import SlipState
from jobmatch.infra import clock
from jobmatch.kernel.errors import Conflict, Invalid, NotFound
from jobmatch.web import pay as words
from jobmatch.web.answers import telling
from jobmatch.web.book import asked_year
from jobmatch.web.forms import BaseForm
from jobmatch.web.worker import door


class ObjectForm(BaseForm):
    words = TextAreaField(
        _l("哪里不对"),
        validators=[
            InputRequired(_l("请写明哪里不对。")),
            Length(2, service.MOST_WORDS, _l("请写明哪里不对，2 到 500 个字。")),
        ],
    )


@door.get("/pay")
def pay() -> ResponseReturnValue:
    """All slips of a year, and what its days come to by the worker's own book."""
    if g.actor.worker_id is None:
        raise NotFound
    years = queries.years_of_worker(g.actor.worker_id)
    year = asked_year() or (years[0] if years else clock.today().year)
    rows = queries.slips_of_worker(g.actor.worker_id, year=year) if year in years else []
    days = book.days(g.actor.worker_id, BookFilter(year=year), actor=g.actor)
    return render_template(
        "worker/earnings/pay.html",
        rows=rows,
        years=years,
        year=year,
        total=sums(days),
        overdue=sum(row.amount_fen for row in arrears.of_worker(g.actor.worker_id, actor=g.actor)),
        asked=charging.asked(g.actor.worker_id),
        words=words,
        SlipState=SlipState,
    )


@door.get("/pay/<int:slip_id>")
def pay_slip(slip_id: int) -> ResponseReturnValue:
    """One slip: its days, and how each amount came about."""
    return _slip_page(slip_id, ObjectForm())


@door.post("/pay/<int:slip_id>/confirm")
def pay_confirm(slip_id: int) -> ResponseReturnValue:
    with telling(_("已确认，这笔工钱记入家庭收入。")):
        service.confirm(slip_id, actor=g.actor)
    return redirect(url_for("worker.pay_slip", slip_id=slip_id), 303)


@door.post("/pay/<int:slip_id>/object")
def pay_object(slip_id: int) -> ResponseReturnValue:
    form = ObjectForm()
    if form.validate_on_submit():
        with form.carrying(Invalid, Conflict):
            service.object_to(slip_id, form.words.data or "", actor=g.actor)
            flash(_("已告诉用工方，请等对方核对。"), "success")
            return redirect(url_for("worker.pay_slip", slip_id=slip_id), 303)
    return _slip_page(slip_id, form), 422


def _slip_page(slip_id: int, form: ObjectForm) -> str:
    found = queries.slip(slip_id, actor=g.actor)
    if found.row.worker_id != g.actor.worker_id:
        raise NotFound
    return render_template(
        "worker/earnings/slip.html",
        slip=found,
        row=found.row,
        form=form,
        words=words,
        SlipState=SlipState,
    )


@door.get("/pay/charges")
def pay_charges() -> ResponseReturnValue:
    """Wages paid ahead and deductions: those that wait for an answer first."""
    if g.actor.worker_id is None:
        raise NotFound
    rows = charging.of_worker(g.actor.worker_id, actor=g.actor)
    return render_template("worker/earnings/charges.html", rows=rows, words=words)


@door.post("/pay/charges/<int:charge_id>/<any(yes, no):said>")
def pay_charge_answer(charge_id: int, said: str) -> ResponseReturnValue:
    done = _("已确认，结算时抵扣。") if said == "yes" else _("已告诉用工方您不认可，不会抵扣。")
    with telling(done):
        charging.answer(charge_id, said == "yes", actor=g.actor)
    return redirect(url_for("worker.pay_charges"), 303)
