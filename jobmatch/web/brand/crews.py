"""Crews of the brand, by forms."""

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, StringField
from wtforms.validators import InputRequired, Length, Optional

from jobmatch.brands import crews as service
from jobmatch.brands import people, queries
from jobmatch.brands.people import MemberFilter
from jobmatch.brands.queries import CrewDetail
from jobmatch.brands.rules import NameTaken
from jobmatch.kernel.errors import Invalid, NotFound
from jobmatch.kernel.ids import CrewId, WorkerId
from jobmatch.web.answers import telling
from jobmatch.web.brand import door
from jobmatch.web.brand.current import current_brand
from jobmatch.web.choices import SelectField
from jobmatch.web.forms import BaseForm

door.nav(_l("班组"), "crews", 30)

MOST_TO_PICK = 300


class NewCrewForm(BaseForm):
    name = StringField(
        _l("班组名称"),
        validators=[
            InputRequired(_l("请填写班组名称。")),
            Length(max=40, message=_l("不超过 40 个字。")),
        ],
    )
    is_whole = BooleanField(_l("整班出工：要去就一起去，不拆开"))


class CrewForm(NewCrewForm):
    leader_id = SelectField(_l("班组长"), validators=[Optional()])

    def fill_choices(self, crew: CrewDetail) -> None:
        self.leader_id.choices = [
            ("", _("还没定")),
            *((str(m.worker_id), m.name) for m in crew.members),
        ]


@door.get("/crews")
def crews() -> ResponseReturnValue:
    """All crews, and a form for a new one."""
    return _crews(NewCrewForm())


def _crews(form: NewCrewForm) -> str:
    brand_id = current_brand()
    return render_template(
        "brand/crews/crews.html",
        rows=queries.crews(brand_id),
        counts=people.counts(brand_id),
        form=form,
    )


@door.post("/crews")
def crew_create() -> ResponseReturnValue:
    form = NewCrewForm()
    if form.validate_on_submit():
        try:
            crew_id = service.create_crew(
                current_brand(),
                form.name.data or "",
                is_whole=bool(form.is_whole.data),
                actor=g.actor,
            )
        except (Invalid, NameTaken) as error:
            form.refuse(error)
        else:
            flash(_("班组已建好，现在可以加人。"), "success")
            return redirect(url_for("brand.crew", crew_id=crew_id), 303)
    return _crews(form), 422


@door.get("/crews/<int:crew_id>")
def crew(crew_id: CrewId) -> ResponseReturnValue:
    """One crew: its people, its leader, who could join."""
    row = own_crew(crew_id)
    return _crew(
        row,
        CrewForm(name=row.name, is_whole=row.is_whole, leader_id=str(row.leader_id or "")),
    )


def own_crew(crew_id: int) -> CrewDetail:
    """An active crew of a brand that the asker organizes. raises NotFound."""
    row = queries.crew(crew_id)
    if row is None or not row.is_active or row.brand_id not in g.actor.brand_ids:
        raise NotFound
    return row


def _crew(row: CrewDetail, form: CrewForm) -> str:
    form.fill_choices(row)
    return render_template(
        "brand/crews/crew.html",
        row=row,
        form=form,
        free=people.members(row.brand_id, MemberFilter(crew_id=0), size=MOST_TO_PICK),
    )


@door.post("/crews/<int:crew_id>")
def crew_save(crew_id: CrewId) -> ResponseReturnValue:
    row = own_crew(crew_id)
    form = CrewForm()
    form.fill_choices(row)
    if form.validate_on_submit():
        try:
            service.update_crew(
                crew_id,
                name=form.name.data or "",
                leader_id=WorkerId(int(form.leader_id.data)) if form.leader_id.data else None,
                is_whole=bool(form.is_whole.data),
                actor=g.actor,
            )
        except (Invalid, NameTaken) as error:
            form.refuse(error)
        else:
            flash(_("已保存。"), "success")
            return redirect(url_for("brand.crew", crew_id=crew_id), 303)
    return _crew(row, form), 422


@door.post("/crews/<int:crew_id>/people")
def crew_people(crew_id: CrewId) -> ResponseReturnValue:
    """Put the ticked people in, or take the ticked ones out."""
    own_crew(crew_id)
    chosen = [WorkerId(key) for key in request.form.getlist("worker", type=int)]
    out = request.form.get("do") == "remove"
    if not chosen:
        flash(_("请先勾选人。"), "warning")
        return redirect(url_for("brand.crew", crew_id=crew_id), 303)
    with telling(_("已保存。")):
        if out:
            service.remove_from_crew(crew_id, chosen, actor=g.actor)
        else:
            service.add_to_crew(crew_id, chosen, actor=g.actor)
    return redirect(url_for("brand.crew", crew_id=crew_id), 303)


@door.post("/crews/<int:crew_id>/dissolve")
def crew_dissolve(crew_id: CrewId) -> ResponseReturnValue:
    service.dissolve(crew_id, actor=g.actor)
    flash(_("班组已解散，人还在品牌里。"), "success")
    return redirect(url_for("brand.crews"), 303)
