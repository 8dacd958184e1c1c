"""我的: who I am, what I can do, when and how far; each part with a page to change it."""

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user

from jobmatch.kernel.errors import Conflict, Invalid
from jobmatch.kernel.ids import WorkerId
from jobmatch.places import queries as places
from jobmatch.privacy import service as privacy
from jobmatch.skills import queries as skills
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
from jobmatch.web.worker import door
from jobmatch.workers import proposals, queries, service

UNDER_MINE = (
    "pay", "pay_slip", "pay_object", "own_book", "own_book_days", "own_household", "training",
    "held", "held_delete", "brands", "bank_account", "public.account", "public.notice_list",
)  # fmt: skip
door.nav(_l("我的"), "profile", order=90, also=UNDER_MINE)


def me() -> WorkerId:
    """The worker who is signed in; the door's policy has made sure that there is one."""
    worker_id: WorkerId | None = g.actor.worker_id
    assert worker_id is not None
    return worker_id


def saved(said: str) -> ResponseReturnValue:
    flash(said, "success")
    return redirect(url_for("worker.profile"), 303)


@door.get("/me")
def profile() -> ResponseReturnValue:
    found = queries.profile(me())
    asked = proposals.open_of(me())
    ids = [one.skill_id for one in found.skills] + [one.skill_id for one in found.credentials]
    ids += [one.skill_id for one in asked]
    return render_template(
        "worker/workers/profile.html",
        row=found.worker,
        profile=found,
        asked=asked,
        names=skills.names(ids),
        phone=found.worker.phone or current_user.user.phone,
        home=places.local_names([found.worker.home_code]).get(found.worker.home_code, ""),
    )


@door.get("/me/skills")
def edit_skills() -> ResponseReturnValue:
    found = queries.profile(me())
    held: list[str] = [row.skill_id for row in found.skills]
    form = SkillsForm(said=found.worker.said, skills=held)
    # What was said at sign-up has been confirmed then; only new words bring new chips.
    return skills_page(
        form, [*held, *(one.skill_id for one in skills.recognise(found.worker.said))]
    )


@door.post("/me/skills")
def edit_skills_post() -> ResponseReturnValue:
    form = SkillsForm()
    shown = shown_before(request.form)
    if form.validate_on_submit():
        picked, said = form.skills.data or [], form.said.data or ""
        found = chips(said, picked, shown)
        if "_read" in request.form or found.is_new:
            return skills_page(form, shown)
        with form.carrying(Invalid):
            service.update_skills(me(), with_words(picked, said), said, actor=g.actor)
            if found.unread:
                flash(not_read(said), "warning")
            return saved(_("会干的活改好了。"))
    return skills_page(form, shown), 422


@door.get("/me/days")
def edit_days() -> ResponseReturnValue:
    form = DaysForm(days=queries.profile(me()).free)
    return render_template("worker/workers/days.html", form=form)


@door.post("/me/days")
def edit_days_post() -> ResponseReturnValue:
    form = DaysForm()
    if form.validate_on_submit():
        with form.carrying(Invalid):
            service.update_days(me(), form.days.data, actor=g.actor)
            return saved(_("能干活的日子改好了。"))
    return render_template("worker/workers/days.html", form=form), 422


@door.get("/me/limits")
def edit_limits() -> ResponseReturnValue:
    form = LimitsForm(limits=queries.profile(me()).worker.limits)
    return render_template("worker/workers/limits.html", form=form)


@door.post("/me/limits")
def edit_limits_post() -> ResponseReturnValue:
    form = LimitsForm()
    if form.validate_on_submit():
        with form.carrying(Invalid):
            service.update_limits(me(), form.limits, actor=g.actor)
            return saved(_("要求改好了。"))
    return render_template("worker/workers/limits.html", form=form), 422


@door.get("/me/home")
def edit_home() -> ResponseReturnValue:
    row = queries.profile(me()).worker
    form = HomeForm(home_code=row.home_code, phone=row.phone)
    return render_template("worker/workers/home.html", form=form)


@door.post("/me/home")
def edit_home_post() -> ResponseReturnValue:
    form = HomeForm()
    if wants_next_level():
        return render_template("worker/workers/home.html", form=form)
    if form.validate_on_submit():
        with form.carrying(Invalid, Conflict):
            service.update_person(
                me(), form.home_code.data or "", form.phone.data or "", actor=g.actor
            )
            return saved(_("住址和电话改好了。"))
    return render_template("worker/workers/home.html", form=form), 422


@door.post("/me/matching")
def set_matching() -> ResponseReturnValue:
    """Turn matching by the machine on or off."""
    wanted = request.form.get("wanted") == "1"
    privacy.set_consent(me(), "matching", wanted, actor=g.actor)
    if wanted:
        return saved(_("好的，系统会给您配合适的活。"))
    return saved(_("好的，系统不再自动给您配活，您自己在招工里找。"))


@door.post("/me/leave")
def leave() -> ResponseReturnValue:
    service.leave(me(), actor=g.actor)
    return saved(_("已停止找活，用工方看不到您了。您的记录都还在。"))


@door.post("/me/come-back")
def come_back() -> ResponseReturnValue:
    service.come_back(me(), actor=g.actor)
    return saved(_("欢迎回来，又可以找活了。"))


def skills_page(form: SkillsForm, shown: list[str]) -> str:
    found = chips(form.said.data or "", form.skills.data or [], shown)
    return render_template("worker/workers/skills.html", form=form, chips=found)
