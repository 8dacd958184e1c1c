"""我家的收入: what is on record for the own household, and a word when something is wrong."""

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import TextAreaField
from wtforms.validators import InputRequired, Length

from jobmatch.households.rules.kinds import SOURCE_TEXT, Source
from jobmatch.infra import clock
from jobmatch.kernel.errors import Invalid
from jobmatch.kernel.periods import twelve_months_before
from jobmatch.monitoring import queries, service
from jobmatch.web.forms import BaseForm
from jobmatch.web.once import once
from jobmatch.web.worker import door


class DoubtForm(BaseForm):
    words = TextAreaField(
        _l("哪里不对"),
        validators=[
            InputRequired(_l("请写明哪里不对。")),
            Length(2, service.MOST_WORDS, _l("请写明哪里不对，2 到 500 个字。")),
        ],
    )


@door.get("/household")
def own_household() -> ResponseReturnValue:
    """The 12 months' income of the own household; each look leaves a line in the log."""
    service.note_own_read(actor=g.actor)
    return _page(DoubtForm(formdata=None))


def _page(form: DoubtForm) -> str:
    window = twelve_months_before(clock.today())
    return render_template(
        "worker/households/household.html",
        found=queries.own_household(window, actor=g.actor),
        window=window,
        form=form,
        Source=Source,
        source_text=SOURCE_TEXT,
    )


@door.post("/household/wrong")
def own_household_wrong() -> ResponseReturnValue:
    form = DoubtForm()
    if form.validate_on_submit():
        with form.carrying(Invalid):
            once(lambda: service.doubt(form.words.data or "", actor=g.actor))
            flash(_("已告诉村里的干部，答复了会发消息给您。"), "success")
            return redirect(url_for("worker.own_household"), 303)
    return _page(form), 422


@door.post("/household/consent")
def own_household_consent() -> ResponseReturnValue:
    given = request.form.get("given") == "yes"
    service.own_consent(given, actor=g.actor)
    flash(_("好，记下了。") if given else _("好，不再替您家算了。"), "success")
    return redirect(url_for("worker.own_household"), 303)
