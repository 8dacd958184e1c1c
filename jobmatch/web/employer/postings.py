"""An employer's postings: list, editor with the linter beside the fields, publish,
close, cancel.
"""

from typing import Any

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import StringField
from wtforms.validators import Length

from jobmatch.dispatch import queries as dispatch
from jobmatch.employers import queries as employers
from jobmatch.employers.policy import require_member
from jobmatch.infra import clock
from jobmatch.kernel.errors import Conflict, Invalid, NotFound
from jobmatch.kernel.ids import PostingId
from jobmatch.postings import proposals, queries, service
from jobmatch.postings.queries import PostingRow
from jobmatch.postings.rules.linter import Finding, Level, refusals, warnings
from jobmatch.postings.rules.states import State
from jobmatch.postings.service import ChangedMeanwhile, Unconfirmed, Unpublishable
from jobmatch.skills import queries as skills
from jobmatch.web import postings as show
from jobmatch.web.employer import current, door
from jobmatch.web.employer.posting_form import (
    PostingForm,
    form_of,
    fresh,
    headcounts_of,
    taken_of,
)
from jobmatch.web.forms import BaseForm
from jobmatch.web.incoming import key_or_none
from jobmatch.web.texts import say

door.nav(_l("用工需求"), "postings", 20)


class CancelForm(BaseForm):
    words = StringField(_l("取消的原因"), validators=[Length(max=200)])


@door.get("/postings")
def postings() -> ResponseReturnValue:
    """All postings of the employer, by state."""
    row, today = current.current(), clock.today()
    chosen = request.args.get("state", "")
    state = chosen if chosen in set(State) else ""
    rows = queries.of_employer(row.id, *([state] if state else []))
    return render_template(
        "employer/postings/list.html",
        rows=rows,
        fills=queries.fills([p.id for p in rows], today),
        state=state,
        today=today,
        show=show,
    )


@door.get("/postings/new")
def posting_new() -> ResponseReturnValue:
    row = current.current()
    sites = employers.sites(row.id)
    if not sites:
        flash(_("先登记一个干活的地点。"), "info")
        return redirect(url_for("employer.site_new"), 303)
    form = fresh(clock.today(), sites[0].id)
    return editor(form, row.id, None)


@door.post("/postings/new")
def posting_new_post() -> ResponseReturnValue:
    row, form = current.current(), PostingForm()
    if "_fill" in request.form:
        return editor(form, row.id, None, days=form.fill_days())
    is_right, wanted = form.validate_on_submit(), form.wanted_days()
    if is_right and not form.headcounts.errors:
        with form.carrying(Invalid):
            key = service.create_draft(row.id, form.data_of(wanted), actor=g.actor)
            return after_save(key, _("草稿已保存。"))
    return editor(form, row.id, None, days=form.typed_days()), 422


@door.get("/postings/<int:posting_id>")
def posting(posting_id: int) -> ResponseReturnValue:
    """One posting: where it stands, what the linter says, what can be done."""
    return posting_page(own(posting_id), CancelForm(formdata=None))


def posting_page(row: PostingRow, cancel_form: CancelForm, ticked: Any = ()) -> str:
    today = clock.today()
    found = queries.findings(row.id, today) if row.state in (State.DRAFT, State.CLOSED) else []
    return render_template(
        "employer/postings/posting.html",
        row=row,
        day_rows=queries.days(row.id),
        fill=queries.fills([row.id], today).get(row.id, queries.EMPTY),
        state=show.state_name(row, today),
        skill=show.skill_names([row.skill_id]),
        refusals=refusals(found),
        warnings=warnings(found),
        ticked=set(ticked),
        waiting=dispatch.undecided([row.id]).get(row.id, 0),
        cancel_form=cancel_form,
        today=today,
        show=show,
    )


@door.get("/postings/<int:posting_id>/edit")
def posting_edit(posting_id: int) -> ResponseReturnValue:
    row = own(posting_id)
    days = queries.days(posting_id)
    return editor(form_of(row), row.employer_id, row, days=headcounts_of(days))


@door.post("/postings/<int:posting_id>/edit")
def posting_edit_post(posting_id: int) -> ResponseReturnValue:
    row, form = own(posting_id), PostingForm()
    if "_fill" in request.form:
        return editor(form, row.employer_id, row, days=form.fill_days())
    is_right, wanted = form.validate_on_submit(), form.wanted_days()
    status, found = 422, None
    if is_right and not form.headcounts.errors:
        try:
            service.update(
                row.id, form.data_of(wanted), actor=g.actor,
                version=key_or_none(form.version.data) or 0,
                accepted=request.form.getlist("accepted"),
            )  # fmt: skip
            return after_save(row.id, _("已保存。"))
        except (Unpublishable, Unconfirmed) as error:
            found = list(error.findings)
            form.form_errors.append(say(error.text))
        except ChangedMeanwhile as error:
            status = 409
            form.refuse(error)
            form.version.data = str(own(posting_id).version)
        except (Invalid, Conflict) as error:
            form.refuse(error)
    typed = form.typed_days() or wanted
    return editor(form, row.employer_id, row, days=typed, found=found), status


@door.post("/postings/<int:posting_id>/publish")
def posting_publish(posting_id: int) -> ResponseReturnValue:
    row = own(posting_id)
    ticked = request.form.getlist("accepted")
    try:
        service.publish(row.id, actor=g.actor, accepted=ticked)
    except (Unpublishable, Unconfirmed) as error:
        flash(say(error.text), "danger")
        return posting_page(row, CancelForm(formdata=None), ticked), 422
    flash(_("已发布，大家都能看到了。"), "success")
    return redirect(url_for("employer.posting", posting_id=posting_id), 303)


@door.post("/postings/<int:posting_id>/close")
def posting_close(posting_id: int) -> ResponseReturnValue:
    row = own(posting_id)
    service.close(row.id, actor=g.actor)
    flash(_("已停止招人，定下的人照常来。"), "success")
    return redirect(url_for("employer.posting", posting_id=posting_id), 303)


@door.post("/postings/<int:posting_id>/cancel")
def posting_cancel(posting_id: int) -> ResponseReturnValue:
    row, form = own(posting_id), CancelForm()
    if form.validate_on_submit():
        with form.carrying(Invalid):
            service.cancel(row.id, form.words.data or "", actor=g.actor)
            flash(_("已取消，定下的人都会收到消息。"), "success")
            return redirect(url_for("employer.postings"), 303)
    return posting_page(row, form), 422


@door.post("/postings/<int:posting_id>/copy")
def posting_copy(posting_id: int) -> ResponseReturnValue:
    key = service.copy(own(posting_id).id, actor=g.actor)
    flash(_("照原样抄了一份草稿，改改日子就能发布。"), "success")
    return redirect(url_for("employer.posting_edit", posting_id=key), 303)


@door.get("/postings/<int:posting_id>/sheet")
def posting_sheet(posting_id: int) -> ResponseReturnValue:
    """A sheet to print and hang up, with the QR picture."""
    row = own(posting_id)
    return render_template(
        "employer/postings/sheet.html",
        row=row,
        employer=employers.employer(row.employer_id),
        day_rows=queries.days(posting_id),
        link=url_for("public.posting", posting_id=posting_id, _external=True),
        show=show,
    )


def own(posting_id: int) -> PostingRow:
    """A posting of one of the person's employers. raises NotFound."""
    row = queries.posting(posting_id)
    if row is None:
        raise NotFound
    require_member(g.actor, row.employer_id)
    return row


def after_save(posting_id: PostingId, said: str) -> ResponseReturnValue:
    """To what still has to be mended, else to the posting."""
    flash(said, "success")
    row = own(posting_id)
    found = queries.findings(posting_id, clock.today()) if row.state == State.DRAFT else []
    mend = any(finding.field for finding in refusals(found))
    target = "employer.posting_edit" if mend else "employer.posting"
    return redirect(url_for(target, posting_id=posting_id), 303)


def editor(
    form: PostingForm,
    employer_id: int,
    row: PostingRow | None,
    *,
    days: Any = None,
    found: list[Finding] | None = None,
) -> str:
    """The editor; findings stand next to the fields that they are about."""
    form.fill_choices(employer_id)
    taken = taken_of(queries.days(row.id)) if row else {}
    if found is None:
        fresh_page = request.method == "GET" and row is not None
        found = queries.findings(row.id, clock.today()) if fresh_page and row else []
    by_field: dict[str, list[Finding]] = {}
    for finding in found:
        by_field.setdefault(finding.field or "", []).append(finding)
    wage_place = row.place_code if row else current.current().place_code
    known_now = proposals.open_of(row.id) if row else []
    return render_template(
        "employer/postings/edit.html",
        form=form,
        row=row,
        known_now=known_now,
        names=skills.names([skill_id for skill_id, _words in known_now]),
        # Empty boxes for days that nobody has counted yet would only be in the way.
        day_inputs=form.day_inputs(days, taken) if days else [],
        findings=by_field,
        to_tick=[f for f in found if f.level is Level.WARN] if row and row.state == "open" else [],
        ticked=set(request.form.getlist("accepted")),
        least_hour_fen=queries.least_hour_fen(wage_place, clock.today()),
    )
