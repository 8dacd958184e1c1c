"""Wages paid ahead and deductions: recorded here, agreed to by the worker, taken at settlement."""

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import StringField
from wtforms.validators import InputRequired, Length

from jobmatch.earnings import charging
from jobmatch.earnings.rules.taking import Kind
from jobmatch.infra import clock
from jobmatch.kernel.errors import Conflict, Invalid
from jobmatch.web import pay as words
from jobmatch.web.answers import telling
from jobmatch.web.choices import SelectField
from jobmatch.web.employer import current, door
from jobmatch.web.forms import BaseForm, DayField, YuanField
from jobmatch.web.once import once


class ChargeForm(BaseForm):
    worker = SelectField(_l("谁"), coerce=int, validators=[InputRequired(_l("请选择是谁。"))])
    kind = SelectField(
        _l("什么钱"), choices=words.CHARGES, validators=[InputRequired(_l("请选择是什么钱。"))]
    )
    happened_on = DayField(_l("哪一天"), validators=[InputRequired(_l("请填写日期。"))])
    amount_fen = YuanField(_l("多少（元）"), validators=[InputRequired(_l("请填写金额。"))])
    reason = StringField(
        _l("事由"),
        validators=[
            InputRequired(_l("请写明事由。")),
            Length(2, charging.MOST_WORDS, _l("请写明事由，2 到 200 个字。")),
        ],
    )
    proof = StringField(
        _l("凭证号"), validators=[Length(max=charging.MOST_PROOF, message=_l("凭证最多 80 个字。"))]
    )


@door.get("/pay/charges")
def pay_charges() -> ResponseReturnValue:
    """All charges, those that wait for an answer first; a new one."""
    form = ChargeForm(
        formdata=None, happened_on=clock.today(), worker=request.args.get("worker", type=int)
    )
    return _page(form)


@door.post("/pay/charges")
def pay_charge_post() -> ResponseReturnValue:
    form = ChargeForm()
    _fill(form)
    if form.validate_on_submit() and form.happened_on.data and form.amount_fen.data is not None:
        with form.carrying(Invalid, Conflict):
            given = (
                current.current().id, form.worker.data, Kind(form.kind.data),
                form.happened_on.data, form.amount_fen.data, form.reason.data or "",
                form.proof.data or "",
            )  # fmt: skip
            once(lambda: charging.record(*given, actor=g.actor))
            flash(_("记下了；要本人同意的，等本人确认后才会抵扣。"), "success")
            return redirect(url_for("employer.pay_charges"), 303)
    return _page(form), 422


@door.post("/pay/charges/<int:charge_id>/withdraw")
def pay_charge_withdraw(charge_id: int) -> ResponseReturnValue:
    with telling(_("已撤回。")):
        charging.withdraw(charge_id, actor=g.actor)
    return redirect(url_for("employer.pay_charges"), 303)


def _fill(form: ChargeForm) -> None:
    form.worker.choices = charging.workers_of(current.current().id, actor=g.actor)


def _page(form: ChargeForm) -> str:
    _fill(form)
    return render_template(
        "employer/earnings/charges.html",
        form=form,
        rows=charging.charges(current.current().id, actor=g.actor),
        words=words,
    )
