"""The desk's first page: look somebody up, register somebody, today's registrations."""

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import StringField
from wtforms.validators import DataRequired, Length

from jobmatch.earnings import arrears
from jobmatch.kernel.actor import Role
from jobmatch.kernel.errors import Conflict, Invalid
from jobmatch.kernel.identity import normalise
from jobmatch.places import queries as places
from jobmatch.web.forms import BaseForm
from jobmatch.web.people_forms import RegisterForm, chips, shown_before
from jobmatch.web.places import wants_next_level
from jobmatch.web.station import door
from jobmatch.workers import queries, service

door.nav(_l("服务台"), "home", 10)
door.nav(_l("登记务工人员"), "register", 20)


class FindForm(BaseForm):
    """Posted, never in the address: it may hold an ID number."""

    words = StringField(
        _l("姓名、编号、手机号或身份证号"),
        validators=[DataRequired(_l("请填写姓名、编号、手机号或身份证号。")), Length(max=60)],
    )


@door.get("/")
def home() -> ResponseReturnValue:
    return home_page(FindForm(formdata=None))


@door.post("/find")
def find() -> ResponseReturnValue:
    """Look somebody up; who looked, by what and how many were found is written down."""
    form = FindForm()
    if not form.validate_on_submit():
        return home_page(form), 422
    found = queries.search(g.actor, form.words.data or "")
    service.note_search(queries.kind_of(form.words.data or ""), found.total, actor=g.actor)
    return render_template(
        "station/workers/found.html",
        form=form,
        found=found,
        homes=places.local_names({row.home_code for row in found.rows}),
        by_number=queries.kind_of(normalise(form.words.data or "")) != "name",
    )


@door.get("/register")
def register() -> ResponseReturnValue:
    form = RegisterForm(formdata=None, home_code=first_scope())
    return register_page(form, [])


@door.post("/register")
def register_post() -> ResponseReturnValue:
    form = RegisterForm()
    shown = shown_before(request.form)
    if wants_next_level() or "_read" in request.form:
        return register_page(form, shown)
    if form.validate_on_submit():
        with form.carrying(Invalid, Conflict):
            worker_id = service.register(form.sign_up(), actor=g.actor, via="desk")
            flash(_("登记好了。把小票打印给本人，上面有编号。"), "success")
            return redirect(url_for("station.worker", worker_id=worker_id), 303)
    return register_page(form, shown), 422


def first_scope() -> str:
    """Most visitors come from the station's own place: the picker starts there."""
    scopes: tuple[str, ...] = g.actor.scopes(Role.STATION)
    return scopes[0] if scopes else ""


def home_page(form: FindForm) -> str:
    found = queries.registered_today(g.actor)
    return render_template(
        "station/home.html",
        form=form,
        found=found,
        arrears=arrears.sum_of_station(actor=g.actor),
        homes=places.local_names({row.home_code for row in found.rows}),
    )


def register_page(form: RegisterForm, shown: list[str]) -> str:
    form.id_number.flags.required = form.consent.flags.required = True
    found = chips(form.said.data or "", form.skills.data or [], shown)
    return render_template("station/workers/register.html", form=form, chips=found)
