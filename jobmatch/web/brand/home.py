"""The organizer's first page, and what the brand says of itself."""

from flask import flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import StringField
from wtforms.validators import InputRequired, Length

from jobmatch.brands import people, queries, service
from jobmatch.brands.queries import BrandRow
from jobmatch.brands.rules import RANK_NAMES, STATE_NAMES, BrandState
from jobmatch.dispatch import crew_orders
from jobmatch.dispatch.season_rows import Scope as SeasonScope
from jobmatch.infra import clock
from jobmatch.kernel.errors import Conflict, Invalid
from jobmatch.reports import figures
from jobmatch.reports.figures import Scope
from jobmatch.training import queries as training
from jobmatch.web.brand import door
from jobmatch.web.brand.current import current_brand
from jobmatch.web.forms import BaseForm
from jobmatch.web.places import wants_next_level
from jobmatch.web.public.brands import (
    BrandForm,
    WordsForm,
    days_url,
    month_chart,
    shown_months,
)
from jobmatch.web.season.strip import this_week
from jobmatch.web.texts import say

door.nav(_l("首页"), "home", 10, also=["edit"])
door.nav(_l("台账"), "ledger", 80)


class OrganizerForm(BaseForm):
    phone = StringField(
        _l("手机号"), validators=[InputRequired(_l("请填写手机号。")), Length(max=20)]
    )
    name = StringField(_l("姓名"), validators=[InputRequired(_l("请填写姓名。")), Length(max=60)])


@door.get("/")
def home() -> ResponseReturnValue:
    """What needs doing, and the brand's figures."""
    brand_id = current_brand()
    row = queries.own_brand(brand_id, g.actor)
    others = queries.brands_by_id(g.actor.brand_ids - {brand_id})
    return render_template(
        "brand/brands/home.html",
        row=row,
        state=STATE_NAMES[row.state],
        states=BrandState,
        rank=RANK_NAMES[row.rank],
        counts=people.counts(brand_id),
        figures=figures.total(Scope(brand_id=brand_id)),
        sessions=training.next_of_brand(brand_id, clock.today()),
        orders=len(crew_orders.open_orders(brand_id, clock.today())),
        others=sorted(others.values(), key=lambda other: other.name),
        days=days_url(brand_id),
        season=this_week(SeasonScope(brand_id=brand_id)),
    )


@door.get("/ledger")
def ledger() -> ResponseReturnValue:
    """Headcount, person-times and yuan, by month; each opens to its work days."""
    brand_id = current_brand()
    row = queries.own_brand(brand_id, g.actor)
    months = shown_months(brand_id)
    return render_template(
        "brand/brands/ledger.html",
        row=row,
        figures=figures.total(Scope(brand_id=brand_id)),
        months=months,
        chart=month_chart(months, row) if months else None,
        days_url=days_url,
    )


@door.get("/edit")
def edit() -> ResponseReturnValue:
    """What the brand's page says, and who speaks for the brand."""
    row = queries.own_brand(current_brand(), g.actor)
    return _edit(row, _words(row), OrganizerForm())


@door.post("/edit")
def edit_save() -> ResponseReturnValue:
    row = queries.own_brand(current_brand(), g.actor)
    form = WordsForm() if row.state is BrandState.APPROVED else BrandForm()
    if isinstance(form, BrandForm):
        form.fill_choices()
        if wants_next_level():
            return _edit(row, form, OrganizerForm(formdata=None))
    if form.validate_on_submit():
        try:
            _describe(row, form)
        except (Invalid, Conflict) as error:
            form.refuse(error)
        else:
            flash(_("已保存。"), "success")
            return redirect(url_for("brand.home"), 303)
    return _edit(row, form, OrganizerForm(formdata=None)), 422


def _describe(row: BrandRow, form: WordsForm) -> None:
    name, place_code, skill_id = row.name, row.place_code, row.trade.id
    if isinstance(form, BrandForm):
        name, place_code = form.name.data or "", form.place_code.data or ""
        skill_id = form.skill_id.data or ""
    service.describe(
        row.id,
        name=name,
        place_code=place_code,
        skill_id=skill_id,
        description=form.description.data or "",
        actor=g.actor,
    )


def _words(row: BrandRow) -> WordsForm:
    """The form with what stands now; an approved brand's name, place and trade stay."""
    if row.state is BrandState.APPROVED:
        return WordsForm(formdata=None, description=row.description)
    form = BrandForm(
        formdata=None,
        name=row.name,
        place_code=row.place_code,
        skill_id=row.trade.id,
        description=row.description,
    )
    form.fill_choices()
    return form


def _edit(row: BrandRow, form: WordsForm, organizer_form: OrganizerForm) -> str:
    return render_template(
        "brand/brands/edit.html",
        form=form,
        row=row,
        organizers=queries.organizers(row.id),
        organizer_form=organizer_form,
    )


@door.post("/submit")
def submit() -> ResponseReturnValue:
    try:
        service.submit(current_brand(), actor=g.actor)
    except Invalid as error:
        flash(say(error.text), "warning")
        return redirect(url_for("brand.edit", _anchor=error.field), 303)
    except Conflict as error:
        flash(say(error.text), "warning")
    else:
        flash(_("已提交，等当地管理人员审核。"), "success")
    return redirect(url_for("brand.home"), 303)


@door.post("/organizers")
def add_organizer() -> ResponseReturnValue:
    form = OrganizerForm()
    row = queries.own_brand(current_brand(), g.actor)
    if form.validate_on_submit():
        try:
            service.add_organizer(
                row.id, form.phone.data or "", form.name.data or "", actor=g.actor
            )
        except Invalid as error:
            form.refuse(error)
        else:
            flash(_("已加为带头人。"), "success")
            return redirect(url_for("brand.edit"), 303)
    return _edit(row, _words(row), form), 422
