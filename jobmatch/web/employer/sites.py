"""The places where an employer's work is, on a map of our own."""

from flask import flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import FloatField, StringField
from wtforms.validators import InputRequired, Length, Optional

from jobmatch.employers import queries, service
from jobmatch.employers.policy import require_member
from jobmatch.employers.queries import SiteRow
from jobmatch.employers.service import NewSite
from jobmatch.kernel.errors import Invalid, NotFound
from jobmatch.kernel.ids import SiteId
from jobmatch.places import queries as places
from jobmatch.web.employer import current, door
from jobmatch.web.forms import BaseForm
from jobmatch.web.places import PlaceField, wants_next_level

door.nav(_l("地点"), "sites", 70)


class DegreesField(FloatField):
    def process_formdata(self, valuelist: list[str]) -> None:
        try:
            super().process_formdata([value for value in valuelist if value.strip()])
        except ValueError:
            raise ValueError(_("请填写数字，例如 120.658。")) from None


class SiteForm(BaseForm):
    name = StringField(
        _l("地点名称"), validators=[InputRequired(_l("请给这个地点起个名字。")), Length(max=60)]
    )
    place_code = PlaceField(
        _l("在哪个苏木乡镇、嘎查村"), least=places.TOWNSHIP, required=_l("请选到苏木乡镇。")
    )
    address = StringField(_l("怎么走"), validators=[Length(max=120)])
    lon = DegreesField(_l("经度"), validators=[Optional()])
    lat = DegreesField(_l("纬度"), validators=[Optional()])

    def data_of(self) -> NewSite:
        return NewSite(
            self.name.data or "",
            self.place_code.data or "",
            self.address.data or "",
            self.lon.data,
            self.lat.data,
        )


def page(form: SiteForm, site: SiteRow | None) -> str:
    chosen = places.place(form.place_code.data or current.current().place_code)
    return render_template(
        "employer/employers/site.html", form=form, site=site, centre=chosen,
        league=chosen.code[:4] if chosen else "1505",
    )  # fmt: skip


@door.get("/sites")
def sites() -> ResponseReturnValue:
    row = current.current()
    found = queries.sites(row.id)
    return render_template(
        "employer/employers/sites.html",
        rows=found,
        names=places.full_names({site.place_code for site in found}),
        league=row.place_code[:4],
    )


@door.get("/sites/new")
def site_new() -> ResponseReturnValue:
    return page(SiteForm(place_code=current.current().place_code), None)


@door.post("/sites/new")
def site_new_post() -> ResponseReturnValue:
    form = SiteForm()
    if wants_next_level():
        return page(form, None)
    if form.validate_on_submit():
        with form.carrying(Invalid):
            service.add_site(current.current().id, form.data_of(), actor=g.actor)
            flash(_("地点已登记。"), "success")
            return redirect(url_for("employer.sites"), 303)
    return page(form, None), 422


@door.get("/sites/<int:site_id>")
def site(site_id: int) -> ResponseReturnValue:
    row = own_site(site_id)
    return page(SiteForm(obj=row), row)


@door.post("/sites/<int:site_id>")
def site_post(site_id: int) -> ResponseReturnValue:
    row, form = own_site(site_id), SiteForm()
    if wants_next_level():
        return page(form, row)
    if form.validate_on_submit():
        with form.carrying(Invalid):
            service.update_site(SiteId(site_id), form.data_of(), actor=g.actor)
            flash(_("地点已保存。"), "success")
            return redirect(url_for("employer.sites"), 303)
    return page(form, row), 422


def own_site(site_id: int) -> SiteRow:
    row = queries.site(site_id)
    if row is None:
        raise NotFound
    require_member(g.actor, row.employer_id)
    return row
