"""An organizer registers somebody who is not in the system yet and makes them a member."""

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from jobmatch.brands import membership
from jobmatch.brands import queries as brands
from jobmatch.kernel.errors import Conflict, Invalid, NotAllowed
from jobmatch.web.brand import door
from jobmatch.web.brand.current import current_brand
from jobmatch.web.people_forms import RegisterForm, chips, shown_before
from jobmatch.web.places import wants_next_level
from jobmatch.web.texts import say
from jobmatch.workers import service


@door.get("/members/register")
def register_worker() -> ResponseReturnValue:
    brand = brands.own_brand(current_brand(), g.actor)
    return page(RegisterForm(formdata=None, home_code=brand.place_code), [])


@door.post("/members/register")
def register_worker_post() -> ResponseReturnValue:
    form, shown = RegisterForm(), shown_before(request.form)
    if wants_next_level() or "_read" in request.form:
        return page(form, shown)
    if form.validate_on_submit():
        with form.carrying(Invalid, Conflict):
            brand_id = current_brand()
            worker_id = service.register(form.sign_up(), actor=g.actor, via="brand")
            try:
                membership.add_member(brand_id, worker_id, actor=g.actor)
            except (Invalid, Conflict, NotAllowed) as error:
                # The person is registered all the same; only the brand does not take members yet.
                flash(say(error.text), "warning")
            else:
                flash(_("登记好了，已经是品牌成员。"), "success")
            return redirect(url_for("brand.members"), 303)
    return page(form, shown), 422


def page(form: RegisterForm, shown: list[str]) -> str:
    form.id_number.flags.required = form.consent.flags.required = True
    found = chips(form.said.data or "", form.skills.data or [], shown)
    return render_template("brand/workers/register.html", form=form, chips=found)
