"""How one is told: in the application always, by SMS or WeCom if one wishes, never at night."""

from flask import flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, StringField
from wtforms.validators import InputRequired, Length

from jobmatch.kernel.errors import Invalid
from jobmatch.notify import queries, sending
from jobmatch.web.forms import BaseForm, ClockField
from jobmatch.web.guard import SIGNED_IN
from jobmatch.web.public import door


class ReachForm(BaseForm):
    sms = BooleanField(_l("也发短信"))
    wecom = BooleanField(_l("也发企业微信"))
    wecom_key = StringField(_l("企业微信机器人的钥匙"), validators=[Length(max=80)])
    quiet_from = ClockField(
        _l("几点起不打扰"), validators=[InputRequired(_l("请填写时间，例如 21:00。"))]
    )
    quiet_to = ClockField(
        _l("到几点为止"), validators=[InputRequired(_l("请填写时间，例如 8:00。"))]
    )


@door.get("/account/reach", allow=SIGNED_IN)
def reach() -> ResponseReturnValue:
    row = queries.reach(g.actor.user_id)
    form = ReachForm(
        formdata=None, sms=row.sms, wecom=row.wecom, quiet_from=row.quiet_from,
        quiet_to=row.quiet_to,
    )  # fmt: skip
    return _page(form)


@door.post("/account/reach", allow=SIGNED_IN)
def reach_post() -> ResponseReturnValue:
    form = ReachForm()
    if form.validate_on_submit():
        with form.carrying(Invalid):
            sending.set_reach(
                actor=g.actor, sms=bool(form.sms.data), wecom=bool(form.wecom.data),
                wecom_key=form.wecom_key.data or "", quiet_from=form.quiet_from.data,
                quiet_to=form.quiet_to.data,
            )  # fmt: skip
            flash(_("改好了。"), "success")
            return redirect(url_for("public.reach"), 303)
    return _page(form), 422


def _page(form: ReachForm) -> str:
    row = queries.reach(g.actor.user_id)
    return render_template("public/accounts/reach.html", form=form, row=row)
