"""Signing up to look for work, in three short steps; written at the end, all at once."""

from dataclasses import replace

from flask import flash, g, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from jobmatch.accounts import passwords
from jobmatch.accounts.service import PhoneTaken
from jobmatch.infra import wall
from jobmatch.kernel.actor import Role
from jobmatch.kernel.errors import Conflict, DomainError, FieldErrors, Invalid
from jobmatch.kernel.identity import mask_id, normalise
from jobmatch.skills import queries as skills
from jobmatch.web import join_draft, limits, phone_proof
from jobmatch.web.entering import start_session
from jobmatch.web.filters import named
from jobmatch.web.forms import BaseForm
from jobmatch.web.join_draft import Draft
from jobmatch.web.limits import limiter
from jobmatch.web.login import safe_next
from jobmatch.web.people_forms import (
    PersonForm,
    SkillsForm,
    WhenForm,
    chips,
    shown_before,
    with_words,
)
from jobmatch.web.places import wants_next_level
from jobmatch.web.public import door, employer_join
from jobmatch.workers import queries, service
from jobmatch.workers.checking import SignUp

STEPS = (_l("您是谁"), _l("会干什么"), _l("什么时候、多远"))
MOST_READ = 200


@door.get("/join")
def join() -> ResponseReturnValue:
    """Step 1: who and where. ?next=path: where to go on to afterwards (a brand's invitation)."""
    onward = safe_next(request.args.get("next"), "")
    if g.actor.has(Role.WORKER):
        return redirect(onward or url_for("worker.profile"), 303)
    if onward:
        session["onward"] = onward
    draft = join_draft.load()
    form = person_form(draft)
    return who_page(form, draft)


@door.post("/join")
@limiter.limit(limits.sign_up_limit)
def join_who() -> ResponseReturnValue:
    draft = join_draft.load()
    form = person_form(draft)
    keep_secrets(form, draft)
    draft = join_draft.load()
    if wants_next_level():
        return who_page(form, draft)
    form.id_number.data = (form.id_number.data or "").strip() or draft.id_number
    if form.validate_on_submit():
        person = replace(
            draft,
            name=form.name.data or "",
            phone=form.phone.data or "" if form.phone else "",
            id_number=form.id_number.data or "",
            home_code=form.home_code.data or "",
            consent=True,
        )
        with form.carrying(FieldErrors, Conflict):
            require_account(person, (form.password.data or "") if form.password else "")
            unproved = phone_proof.is_missing(person.phone)
            service.check_person(
                person.name, person.id_number, person.phone, person.home_code, actor=g.actor,
                is_told=not unproved,
            )  # fmt: skip
            join_draft.save(person)
            if unproved:
                session.pop(employer_join.KEPT, None)  # one draft at a time fits into a cookie
                return phone_proof.ask(person.phone, phone_proof.WORKER)
            return redirect(url_for("public.join_skills"), 303)
    return who_page(form, draft), 422


def proved() -> ResponseReturnValue:
    """The phone is theirs, and new: only now they hear whether the ID number is known."""
    draft = join_draft.load()
    if not draft.has_person or phone_proof.is_missing(draft.phone):
        return start_again()
    try:
        service.check_person(
            draft.name, draft.id_number, draft.phone, draft.home_code, actor=g.actor
        )
    except (FieldErrors, Conflict) as error:
        return back_to_person(draft, error)
    return redirect(url_for("public.join_skills"), 303)


@door.get("/join/skills")
def join_skills() -> ResponseReturnValue:
    """Step 2: what can you do."""
    draft = join_draft.load()
    if not may_go_on(draft):
        return start_again()
    form = SkillsForm(said=draft.said, skills=draft.skills)
    return skills_page(form, shown=draft.skills)


@door.post("/join/skills")
def join_skills_post() -> ResponseReturnValue:
    draft = join_draft.load()
    if not may_go_on(draft):
        return start_again()
    form = SkillsForm()
    ok = form.validate_on_submit()
    join_draft.save(
        replace(
            draft, said=(form.said.data or "")[:MOST_READ], skills=(form.skills.data or [])[:40]
        )
    )
    found = chips(form.said.data or "", form.skills.data or [], shown_before(request.form))
    if ok and ("_read" in request.form or found.is_new):
        return skills_page(form, shown=shown_before(request.form))
    if ok and form.skills.data:
        return redirect(url_for("public.join_days"), 303)
    if ok:
        form.skills.errors = [_("请至少选一样会干的活。")]
    return skills_page(form, shown=shown_before(request.form)), 422


@door.get("/join/days")
def join_days() -> ResponseReturnValue:
    """Step 3: when and how far."""
    draft = join_draft.load()
    if not may_go_on(draft) or not draft.skills:
        return start_again()
    return render_template("public/workers/join_days.html", form=WhenForm(), steps=STEPS)


@door.post("/join/days")
@limiter.limit(limits.sign_up_limit)
def join_days_post() -> ResponseReturnValue:
    draft = join_draft.load()
    if not may_go_on(draft) or not draft.skills:
        return start_again()
    form = WhenForm()
    if form.validate_on_submit():
        data = SignUp(
            name=draft.name,
            id_number=draft.id_number,
            home_code=draft.home_code,
            phone=draft.phone,
            password=draft.password,
            said=draft.said,
            skills=with_words(draft.skills, draft.said),
            free=form.days.data,
            limits=form.limits,
            consented=draft.consent,
        )
        try:
            worker_id = service.register(data, actor=g.actor)
        except (Invalid, Conflict) as error:
            if belongs_to_person(error):
                return back_to_person(draft, error)
            form.refuse(error)
        else:
            return welcome(worker_id)
    return render_template("public/workers/join_days.html", form=form, steps=STEPS), 422


@door.get("/skills/read")
@limiter.limit("60 per minute")
def read_skills() -> ResponseReturnValue:
    """?said=text: the skills that a text names, best first, as JSON."""
    found = skills.recognise(request.args.get("said", "")[:MOST_READ])
    rows = skills.names([one.skill_id for one in found])
    return {
        "items": [
            {"id": one.skill_id, "name": named(rows[one.skill_id]), "words": one.words}
            for one in found
        ]
    }


def person_form(draft: Draft) -> PersonForm:
    """The form of step 1; whoever is signed in keeps their account."""
    form = PersonForm(
        name=draft.name or (g.actor.user_id and current_name()) or "",
        phone=draft.phone,
        home_code=draft.home_code,
        consent=draft.consent,
    )
    if g.actor.user_id is None:
        form.phone.flags.required = form.password.flags.required = True
    else:
        del form.phone
        del form.password
    form.id_number.flags.required = form.consent.flags.required = True
    return form


def current_name() -> str:
    from flask_login import current_user

    return str(current_user.name)


def keep_secrets(form: PersonForm, draft: Draft) -> None:
    """A password is never sent back to the page; a good one is kept, so that it is typed once."""
    typed = (form.password.data or "") if form.password else ""
    if passwords.fault(typed, _own_phone(form), form.name.data or "") is None:
        join_draft.save(replace(draft, password=typed))


def _own_phone(form: PersonForm) -> str:
    return normalise(form.phone.data or "")[-11:] if form.phone else ""


def require_account(person: Draft, typed: str = "") -> None:
    """A new account needs a phone and a password (typed: the one just refused).

    raises   FieldErrors
    """
    from jobmatch.kernel.text import text

    if g.actor.user_id is not None:
        return
    errors = {}
    if not person.phone:
        errors["phone"] = text("请填写 11 位手机号。")
    weak = passwords.fault(typed or person.password, normalise(person.phone)[-11:], person.name)
    if weak is not None:
        errors["password"] = weak
    if errors:
        raise FieldErrors(errors)


def who_page(form: PersonForm, draft: Draft) -> str:
    kept = {
        "password": bool(draft.password),
        "id_number": mask_id(draft.id_number) if draft.id_number else "",
    }
    if request.method == "GET":
        form.id_number.data = ""
    return render_template("public/workers/join.html", form=form, kept=kept, steps=STEPS)


def skills_page(form: SkillsForm, shown: list[str]) -> str:
    found = chips(form.said.data or "", form.skills.data or [], shown)
    return render_template("public/workers/join_skills.html", form=form, chips=found, steps=STEPS)


def may_go_on(draft: Draft) -> bool:
    """Whether the first step is done, with the proof of the phone where one is asked for."""
    return draft.has_person and not phone_proof.is_missing(draft.phone)


def start_again() -> ResponseReturnValue:
    flash(_("登记隔得太久了，请从头再填一次。"), "warning")
    return redirect(url_for("public.join"), 303)


def belongs_to_person(error: DomainError) -> bool:
    fields = set(error.errors) if isinstance(error, FieldErrors) else {error.field or ""}
    return not fields.isdisjoint(PersonForm()._fields) or isinstance(error, PhoneTaken)


def back_to_person(draft: Draft, error: DomainError) -> ResponseReturnValue:
    """Somebody was faster with this phone or ID number: show the first step with the reason."""
    form: BaseForm = person_form(draft)
    form.refuse(error)
    assert isinstance(form, PersonForm)
    return who_page(form, draft), 422


def welcome(worker_id: int) -> ResponseReturnValue:
    """Signed in and on to the work that fits."""
    with wall.lifted("who has just signed up is not signed in yet"):
        row = queries.worker(worker_id)
    assert row is not None
    assert row.user_id is not None
    onward = session.pop("onward", None)
    if g.actor.user_id is None:
        start_session(row.user_id)
    join_draft.forget()
    phone_proof.forget()
    if onward:
        flash(_("登记好了。"), "success")
        return redirect(safe_next(onward, url_for("worker.home")), 303)
    flash(_("登记好了。下面是适合您的活。"), "success")
    return redirect(url_for("worker.home"), 303)
