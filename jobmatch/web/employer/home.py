"""Where an employer starts: what needs doing, who it is, who acts for it."""

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import TelField
from wtforms.validators import InputRequired, Length

from jobmatch.dispatch import queries as dispatch
from jobmatch.disputes import queries as disputes
from jobmatch.earnings import arrears
from jobmatch.employers import queries, service
from jobmatch.employers.rules.verification import days_left, standing
from jobmatch.infra import clock
from jobmatch.kernel.errors import Conflict, DomainError, Invalid
from jobmatch.kernel.ids import UserId
from jobmatch.places import queries as places
from jobmatch.postings import queries as postings
from jobmatch.web import limits
from jobmatch.web import postings as show
from jobmatch.web.answers import telling
from jobmatch.web.employer import current, door
from jobmatch.web.employer.work import this_month
from jobmatch.web.forms import BaseForm
from jobmatch.web.limits import limiter
from jobmatch.web.places import wants_next_level
from jobmatch.web.public.employer_join import EmployerForm
from jobmatch.web.texts import say

door.nav(_l("首页"), "home", 10)
door.nav(_l("单位资料"), "profile", 80)


class MemberForm(BaseForm):
    """A name of its own: the page has the employer's phone as well."""

    member_phone = TelField(
        _l("对方的手机号"), validators=[InputRequired(_l("请填写手机号。")), Length(max=20)]
    )

    def refuse(self, error: DomainError) -> None:
        self.member_phone.errors = [*self.member_phone.errors, say(error.text)]


@door.get("/")
def home() -> ResponseReturnValue:
    """Sign-ups to answer, open postings and how they fill, the verification."""
    row, today = current.current(), clock.today()
    listed = postings.of_employer(row.id, "open", "draft")
    open_rows = sorted(
        (p for p in listed if p.state == "open" and p.last_day >= today), key=lambda p: p.first_day
    )
    return render_template(
        "employer/home.html",
        row=row,
        mine=current.mine(),
        standing=standing(row, today),
        days_left=days_left(row, today),
        open_rows=open_rows,
        drafts=[p for p in listed if p.state == "draft"],
        fills=postings.fills([p.id for p in open_rows], today),
        waiting=dispatch.undecided([p.id for p in open_rows]),
        arrears=arrears.sum_of_employers([row.id]),
        live=disputes.count_live(employer_ids=[row.id]),
        has_sites=bool(queries.sites(row.id)),
        worked=this_month(row.id),
        show=show,
    )


@door.post("/choose")
def choose() -> ResponseReturnValue:
    """Act for another of one's employers."""
    current.choose(request.form.get("employer_id", 0, int))
    return redirect(url_for("employer.home"), 303)


@door.get("/profile")
def profile() -> ResponseReturnValue:
    """Who the employer is, its verification and its people."""
    row = current.current()
    form = EmployerForm(obj=row)
    return profile_page(form, MemberForm())


def profile_page(form: EmployerForm, member_form: MemberForm) -> str:
    row, today = current.current(), clock.today()
    return render_template(
        "employer/employers/profile.html",
        row=row,
        standing=standing(row, today),
        days_left=days_left(row, today),
        place=places.full_names([row.place_code]).get(row.place_code, ""),
        members=queries.members(row.id),
        form=form,
        member_form=member_form,
        show=show,
    )


@door.post("/profile")
def profile_post() -> ResponseReturnValue:
    row, form = current.current(), EmployerForm()
    if wants_next_level():
        return profile_page(form, MemberForm(formdata=None))
    if form.validate_on_submit():
        with form.carrying(Invalid, Conflict):
            service.update_profile(row.id, form.data_of(), actor=g.actor)
            flash(_("资料已保存。"), "success")
            return redirect(url_for("employer.profile"), 303)
    return profile_page(form, MemberForm(formdata=None)), 422


@door.post("/profile/again")
def verify_again() -> ResponseReturnValue:
    """After a refusal: ask the officer to look again."""
    with telling(_("已经重新送去核验。")):
        service.ask_again(current.current().id, actor=g.actor)
    return redirect(url_for("employer.profile"), 303)


@door.post("/members")
@limiter.limit(limits.sign_up_limit)
def add_member() -> ResponseReturnValue:
    row, form = current.current(), MemberForm()
    if form.validate_on_submit():
        with form.carrying(Invalid):
            service.add_member(row.id, form.member_phone.data or "", actor=g.actor)
            flash(_("已加为经办人。"), "success")
            return redirect(url_for("employer.profile"), 303)
    return profile_page(EmployerForm(formdata=None, obj=row), form), 422


@door.post("/members/<int:user_id>/remove")
def remove_member(user_id: int) -> ResponseReturnValue:
    with telling(_("已移除经办人。")):
        service.remove_member(current.current().id, UserId(user_id), actor=g.actor)
    if user_id == g.actor.user_id:
        return redirect(url_for("public.account"), 303)
    return redirect(url_for("employer.profile"), 303)
