"""How a crew shares what it earns together: agreed before the work, dated, kept."""

from datetime import timedelta

from flask import flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms.validators import InputRequired

from jobmatch.brands.queries import CrewDetail
from jobmatch.earnings import sharing
from jobmatch.earnings.rules.sharing import Way
from jobmatch.infra import clock
from jobmatch.kernel.errors import Invalid
from jobmatch.kernel.ids import CrewId
from jobmatch.web import pay as words
from jobmatch.web import shares
from jobmatch.web.brand import door
from jobmatch.web.brand.crews import own_crew
from jobmatch.web.choices import SelectField
from jobmatch.web.forms import BaseForm, DayField


class SharingForm(BaseForm):
    valid_from = DayField(_l("从哪天起"), validators=[InputRequired(_l("请填写开始日期。"))])
    way = SelectField(_l("钱怎么分"), choices=words.WAYS, default="minutes")


@door.get("/crews/<int:crew_id>/sharing")
def crew_sharing(crew_id: CrewId) -> ResponseReturnValue:
    """How the crew shares and shared, and a form for another way."""
    row = own_crew(crew_id)
    form = SharingForm(formdata=None, valid_from=clock.today() + timedelta(days=1))
    return _page(row, form, {})


@door.post("/crews/<int:crew_id>/sharing")
def crew_sharing_post(crew_id: CrewId) -> ResponseReturnValue:
    row, form = own_crew(crew_id), SharingForm()
    typed = shares.typed(int(m.worker_id) for m in row.members)
    if form.validate_on_submit() and form.valid_from.data is not None:
        with form.carrying(Invalid):
            way = Way(form.way.data)
            each = shares.read(typed) if way is Way.AGREED else {}
            sharing.agree_sharing(crew_id, form.valid_from.data, way, each, actor=g.actor)
            flash(_("分法记下了，从那天起按它分。"), "success")
            return redirect(url_for("brand.crew_sharing", crew_id=crew_id), 303)
    return _page(row, form, typed), 422


def _page(row: CrewDetail, form: SharingForm, typed: dict[int, str]) -> str:
    return render_template(
        "brand/crews/sharing.html",
        row=row,
        people=[(int(m.worker_id), m.name) for m in row.members],
        form=form,
        typed=typed,
        rows=sharing.sharings(row.id, actor=g.actor),
        today=clock.today(),
        words=words,
    )
