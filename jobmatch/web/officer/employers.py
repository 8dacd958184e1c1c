"""Verifying the employers of the officer's place."""

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import StringField
from wtforms.validators import InputRequired, Length

from jobmatch.employers import queries, service
from jobmatch.employers.queries import EmployerRow
from jobmatch.employers.rules.verification import days_left, standing
from jobmatch.infra import clock
from jobmatch.kernel.errors import Invalid
from jobmatch.kernel.ids import EmployerId
from jobmatch.places import queries as places
from jobmatch.postings import queries as postings
from jobmatch.web import postings as show
from jobmatch.web.filters import date_full
from jobmatch.web.forms import BaseForm
from jobmatch.web.incoming import page_number
from jobmatch.web.officer import door

door.nav(_l("用工主体"), "employers", 30)
LISTS = ("waiting", "ending", "all")


class RefuseForm(BaseForm):
    note = StringField(
        _l("哪里不对"), validators=[InputRequired(_l("请写明原因。")), Length(2, 200)]
    )


@door.get("/employers")
def employers() -> ResponseReturnValue:
    """Three lists: waiting to be verified, ended or ending soon, and all in the officer's scope."""
    chosen = request.args.get("list", "waiting")
    which = chosen if chosen in LISTS else "waiting"
    words = request.args.get("q", "").strip()
    page = page_number()
    today = clock.today()
    if which == "waiting":
        found = queries.to_verify(g.actor, page)
    elif which == "ending":
        found = queries.ending(g.actor, today, page)
    else:
        found = queries.in_scope(g.actor, words, page)
    return render_template(
        "officer/employers/list.html",
        which=which,
        words=words,
        page=found,
        names=places.local_names({row.place_code for row in found.rows}),
        waiting=queries.count_to_verify(g.actor),
        standing={row.id: standing(row, today) for row in found.rows},
        show=show,
    )


@door.get("/employers/<int:employer_id>")
def employer(employer_id: int) -> ResponseReturnValue:
    return page_of(queries.for_officer(employer_id, g.actor), RefuseForm(formdata=None))


def page_of(row: EmployerRow, form: RefuseForm) -> str:
    today = clock.today()
    sites = queries.sites(row.id)
    names = places.full_names({row.place_code, *(site.place_code for site in sites)})
    return render_template(
        "officer/employers/employer.html",
        row=row,
        form=form,
        place=names.get(row.place_code, ""),
        sites=sites,
        names=names,
        members=queries.members(row.id),
        standing=standing(row, today),
        days_left=days_left(row, today),
        postings=[p for p in postings.of_employer(row.id) if p.state != "draft"],
        today=today,
        show=show,
    )


@door.post("/employers/<int:employer_id>/verify")
def employer_verify(employer_id: int) -> ResponseReturnValue:
    until = service.verify(EmployerId(employer_id), actor=g.actor)
    flash(_("已核验，到 %(until)s 为止有效。", until=date_full(until)), "success")
    return redirect(url_for("officer.employers"), 303)


@door.post("/employers/<int:employer_id>/refuse")
def employer_refuse(employer_id: int) -> ResponseReturnValue:
    row, form = queries.for_officer(employer_id, g.actor), RefuseForm()
    if form.validate_on_submit():
        with form.carrying(Invalid):
            service.refuse(row.id, form.note.data or "", actor=g.actor)
            flash(_("已告诉对方哪里不对。"), "success")
            return redirect(url_for("officer.employers"), 303)
    return page_of(row, form), 422
