"""A visitor of the desk: profile, work that fits, courses, the slip to take home."""

from typing import Any

import segno
from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import PasswordField, TelField
from wtforms.validators import InputRequired, Length

from jobmatch.dispatch import instant_queries, own_work
from jobmatch.infra import clock
from jobmatch.kernel.actor import Role
from jobmatch.kernel.errors import Conflict, Invalid
from jobmatch.matching import queries as matching
from jobmatch.places import queries as places
from jobmatch.places.queries import COUNTY
from jobmatch.postings import queries as postings
from jobmatch.postings.queries import BoardFilter, BoardRow
from jobmatch.privacy import service as privacy
from jobmatch.skills import queries as skills
from jobmatch.training import queries as training
from jobmatch.web import postings as show
from jobmatch.web.forms import BaseForm
from jobmatch.web.people_forms import (
    DaysForm,
    HomeForm,
    LimitsForm,
    SkillsForm,
    chips,
    not_read,
    shown_before,
    with_words,
)
from jobmatch.web.places import wants_next_level
from jobmatch.web.station import door
from jobmatch.web.texts import say
from jobmatch.workers import proposals, queries, service
from jobmatch.workers.queries import WorkerRow

COUNTY_DIGITS = places.CODE_DIGITS[COUNTY]
MOST_FITS, MOST_OTHERS, MOST_SESSIONS = 10, 20, 10


class AccountForm(BaseForm):
    phone = TelField(_l("手机号"), validators=[InputRequired(_l("请填写手机号。")), Length(max=20)])
    password = PasswordField(
        _l("密码"),
        validators=[InputRequired(_l("请填写密码。")), Length(8, 128, _l("密码至少 8 个字。"))],
    )


@door.get("/workers/<int:worker_id>")
def worker(worker_id: int) -> ResponseReturnValue:
    return worker_page(worker_id, AccountForm(formdata=None))


@door.post("/workers/<int:worker_id>/account")
def open_account(worker_id: int) -> ResponseReturnValue:
    """Give somebody who has a phone by now an account of their own."""
    queries.changeable_by(g.actor, worker_id)
    form = AccountForm()
    if form.validate_on_submit():
        with form.carrying(Invalid, Conflict):
            service.open_account(
                worker_id, form.phone.data or "", form.password.data or "", actor=g.actor
            )
            return saved(worker_id, _("账号开好了，本人可以用手机号登录。"))
    return worker_page(worker_id, form), 422


@door.post("/workers/<int:worker_id>/password")
def reset_password(worker_id: int) -> ResponseReturnValue:
    """A password for one sign-in, shown on the page that answers and nowhere else."""
    row = queries.changeable_by(g.actor, worker_id)
    try:
        password = service.reset_password(worker_id, actor=g.actor)
    except Conflict as error:
        flash(say(error.text), "warning")
        return redirect(url_for("station.worker", worker_id=worker_id), 303)
    return render_template("station/workers/password.html", row=row, password=password)


@door.get("/workers/<int:worker_id>/skills")
def worker_skills(worker_id: int) -> ResponseReturnValue:
    row = queries.changeable_by(g.actor, worker_id)
    held = [str(one.skill_id) for one in queries.profile(worker_id).skills]
    form = SkillsForm(formdata=None, said=row.said, skills=held)
    read = [one.skill_id for one in skills.recognise(row.said)]
    return skills_page(row, form, [*held, *read])


@door.post("/workers/<int:worker_id>/skills")
def worker_skills_post(worker_id: int) -> ResponseReturnValue:
    row = queries.changeable_by(g.actor, worker_id)
    form, shown = SkillsForm(), shown_before(request.form)
    if form.validate_on_submit():
        picked, said = form.skills.data or [], form.said.data or ""
        found = chips(said, picked, shown)
        if "_read" in request.form or found.is_new:
            return skills_page(row, form, shown)
        with form.carrying(Invalid):
            service.update_skills(worker_id, with_words(picked, said), said, actor=g.actor)
            if found.unread:
                flash(not_read(said), "warning")
            return saved(worker_id)
    return skills_page(row, form, shown), 422


@door.get("/workers/<int:worker_id>/days")
def worker_days(worker_id: int) -> ResponseReturnValue:
    row = queries.changeable_by(g.actor, worker_id)
    form = DaysForm(formdata=None, days=queries.profile(worker_id).free)
    return edit_page("days", row, form)


@door.post("/workers/<int:worker_id>/days")
def worker_days_post(worker_id: int) -> ResponseReturnValue:
    row, form = queries.changeable_by(g.actor, worker_id), DaysForm()
    if form.validate_on_submit():
        with form.carrying(Invalid):
            service.update_days(worker_id, form.days.data, actor=g.actor)
            return saved(worker_id)
    return edit_page("days", row, form), 422


@door.get("/workers/<int:worker_id>/limits")
def worker_limits(worker_id: int) -> ResponseReturnValue:
    row = queries.changeable_by(g.actor, worker_id)
    return edit_page("limits", row, LimitsForm(formdata=None, limits=row.limits))


@door.post("/workers/<int:worker_id>/limits")
def worker_limits_post(worker_id: int) -> ResponseReturnValue:
    row, form = queries.changeable_by(g.actor, worker_id), LimitsForm()
    if form.validate_on_submit():
        with form.carrying(Invalid):
            service.update_limits(worker_id, form.limits, actor=g.actor)
            return saved(worker_id)
    return edit_page("limits", row, form), 422


@door.get("/workers/<int:worker_id>/home")
def worker_home(worker_id: int) -> ResponseReturnValue:
    row = queries.changeable_by(g.actor, worker_id)
    return edit_page("home", row, HomeForm(formdata=None, home_code=row.home_code, phone=row.phone))


@door.post("/workers/<int:worker_id>/home")
def worker_home_post(worker_id: int) -> ResponseReturnValue:
    row, form = queries.changeable_by(g.actor, worker_id), HomeForm()
    if wants_next_level():
        return edit_page("home", row, form)
    if form.validate_on_submit():
        with form.carrying(Invalid):
            service.update_person(
                worker_id, form.home_code.data or "", form.phone.data or "", actor=g.actor
            )
            return saved(worker_id)
    return edit_page("home", row, form), 422


@door.post("/workers/<int:worker_id>/matching")
def worker_matching(worker_id: int) -> ResponseReturnValue:
    wanted = request.form.get("wanted") == "1"
    privacy.set_consent(worker_id, "matching", wanted, actor=g.actor)
    return saved(worker_id)


@door.post("/workers/<int:worker_id>/active")
def worker_active(worker_id: int) -> ResponseReturnValue:
    """The visitor stops looking for work, or looks again."""
    if request.form.get("active") == "1":
        service.come_back(worker_id, actor=g.actor)
    else:
        service.leave(worker_id, actor=g.actor)
    return saved(worker_id)


@door.get("/workers/<int:worker_id>/slip")
def slip(worker_id: int) -> ResponseReturnValue:
    """To print and take home: the number, its QR, and the days of work to come."""
    row = queries.changeable_by(g.actor, worker_id)
    link = url_for("station.worker", worker_id=worker_id, _external=True)
    return render_template(
        "station/workers/slip.html",
        row=row,
        link=link,
        picture=segno.make(link, error="m").svg_data_uri(scale=6, border=2),
        days=own_work.of_worker(worker_id).days,
        home=places.local_names([row.home_code]).get(row.home_code, ""),
        today=clock.today(),
    )


def worker_page(worker_id: int, form: AccountForm) -> str:
    row = queries.changeable_by(g.actor, worker_id)
    found = queries.profile(worker_id)
    asked = proposals.open_of(worker_id)
    ids = [one.skill_id for one in found.skills] + [one.skill_id for one in found.credentials]
    ids += [one.skill_id for one in asked]
    serves = g.actor.covers(Role.STATION, row.home_code)
    return render_template(
        "station/workers/worker.html",
        form=form,
        row=row,
        profile=found,
        asked=asked,
        names=skills.names(ids),
        home=places.local_names([row.home_code]).get(row.home_code, ""),
        work=own_work.of_worker(worker_id),
        questions=instant_queries.questions(worker_id),
        serves=serves,
        record=training.worker_record(worker_id),
        sessions=training.coming(row.home_code[:COUNTY_DIGITS], clock.today(), MOST_SESSIONS),
        **(work_for(row) if serves and row.is_active else {}),
    )


def work_for(row: WorkerRow) -> dict[str, Any]:
    """What fits the visitor, and other open work of the banner to choose by hand."""
    today = clock.today()
    asked = own_work.postings_asked(row.id)
    found = (
        matching.Matches((), (), 0)
        if row.matching_opt_out
        else matching.matches(row.id, today, MOST_FITS, without=asked)
    )
    fits = found.fits
    known = asked | {one.posting.id for one in (*fits, *found.almost)}
    near = postings.board(BoardFilter(place=row.home_code[:COUNTY_DIGITS]), today=today)
    others = [one for one in near.rows if one.posting.id not in known][:MOST_OTHERS]
    cards = show.cards([BoardRow(one.posting, one.fill, one.fit.km) for one in fits])
    return {
        "fits": list(zip(cards, fits, strict=True)),
        "almost": found.almost,
        "others": show.cards(others),
    }


def skills_page(row: WorkerRow, form: SkillsForm, shown: list[str]) -> str:
    found = chips(form.said.data or "", form.skills.data or [], shown)
    return edit_page("skills", row, form, chips=found)


def edit_page(part: str, row: WorkerRow, form: BaseForm, **more: Any) -> str:
    return render_template("station/workers/edit.html", part=part, row=row, form=form, **more)


def saved(worker_id: int, said: str = "") -> ResponseReturnValue:
    flash(said or _("改好了。"), "success")
    return redirect(url_for("station.worker", worker_id=worker_id), 303)
