"""按签字表记同意: many households' yes to line watch, off one signed paper list."""

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import SelectMultipleField, StringField
from wtforms.validators import InputRequired

from jobmatch.households import service as households
from jobmatch.infra import clock
from jobmatch.kernel.errors import Invalid
from jobmatch.monitoring import queries, service
from jobmatch.web.forms import BaseForm, DayField
from jobmatch.web.incoming import page_number
from jobmatch.web.officer import door
from jobmatch.web.officer.scope import chosen


class ListForm(BaseForm):
    """When it was signed, where the list is, and who stands on it."""

    day = DayField(_l("签字的日期"), validators=[InputRequired(_l("请填写日期。"))])
    proof = StringField(_l("签字表在哪里"), validators=[InputRequired(_l("请写明凭什么。"))])
    people = SelectMultipleField(
        _l("签了字的家庭"), coerce=int, validate_choice=False,
        validators=[InputRequired(_l("请勾选签了字的家庭。"))],
    )  # fmt: skip


@door.get("/consents")
def consents() -> ResponseReturnValue:
    """Households that have not agreed; each look leaves one line in the log."""
    return _page(ListForm(formdata=None, day=clock.today()))


@door.post("/consents")
def consents_save() -> ResponseReturnValue:
    scope, form = chosen(), ListForm()
    if form.validate_on_submit() and form.day.data:
        with form.carrying(Invalid):
            n = service.consent_list(
                form.people.data or [], form.day.data, form.proof.data or "", actor=g.actor
            )
            flash(_("%(n)s 户的同意记下了，已经按现在的记录算过。", n=n), "success")
            return redirect(url_for("officer.consents", place=scope.here.code), 303)
    return _page(form), 422


def _page(form: ListForm) -> str:
    scope = chosen()
    page = queries.not_agreed(g.actor, scope.here.code, page_number())
    households.note_list(scope.here.code, actor=g.actor, consents=page.total, page=page.number)
    return render_template(
        "officer/watch/consents.html",
        scope=scope,
        page=page,
        form=form,
        ticked=request.form.getlist("people", int),
    )
