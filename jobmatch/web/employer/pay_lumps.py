"""Lump sums of a posting: a whole agreed for some days, declared done in parts."""

from datetime import date

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms.validators import InputRequired

from jobmatch.attendance import queries as attendance
from jobmatch.attendance.queries import PostingHead
from jobmatch.earnings import lump_people, sharing
from jobmatch.earnings.rules.sharing import Way
from jobmatch.infra import clock
from jobmatch.kernel.errors import Conflict, Invalid
from jobmatch.kernel.periods import Days
from jobmatch.web import pay as words
from jobmatch.web import shares
from jobmatch.web.answers import telling
from jobmatch.web.choices import SelectField
from jobmatch.web.employer import door
from jobmatch.web.forms import BaseForm, DayField, KeyField, YuanField
from jobmatch.web.once import once


class SpanForm(BaseForm):
    first = DayField(_l("从哪天起"), validators=[InputRequired(_l("请填写开始日期。"))])
    last = DayField(_l("到哪天止"), validators=[InputRequired(_l("请填写结束日期。"))])
    amount_fen = YuanField(_l("多少（元）"), validators=[InputRequired(_l("请填写金额。"))])

    def days(self) -> Days:
        """raises Invalid (field last)"""
        first: date | None = self.first.data
        last: date | None = self.last.data
        if first is None or last is None or last < first:
            raise Invalid(sharing.ENDS_FIRST, field="last")
        return Days(first, last)


class LumpForm(SpanForm):
    way = SelectField(_l("钱怎么分"), choices=words.WAYS, default="minutes")
    crew = KeyField()


class DoneForm(SpanForm):
    lump = KeyField(_l("哪个包工"), validators=[InputRequired(_l("请选择包工。"))])


@door.get("/postings/<int:posting_id>/lump")
def posting_lump(posting_id: int) -> ResponseReturnValue:
    """The lump sums of a posting, and what is done of each; ?crew=: for whom the new one is."""
    head = attendance.posting_head(posting_id, actor=g.actor)
    return _page(head, crew_id=request.args.get("crew", type=int))


@door.post("/postings/<int:posting_id>/lump")
def posting_lump_post(posting_id: int) -> ResponseReturnValue:
    """Put a lump sum on record."""
    head = attendance.posting_head(posting_id, actor=g.actor)
    form = LumpForm()
    crew_id = form.crew.data or None
    typed = shares.typed(key for key, _name in lump_people.people(posting_id, crew_id))
    if form.validate_on_submit() and form.amount_fen.data is not None:
        with form.carrying(Invalid, Conflict):
            way, days, fen = Way(form.way.data), form.days(), form.amount_fen.data
            held = lump_people.on_record(crew_id, days.first)
            each = shares.read(typed) if way is Way.AGREED and held is None else {}
            once(
                lambda: sharing.agree_lump(
                    posting_id, days, fen, way=way, crew_id=crew_id, shares=each, actor=g.actor
                )
            )
            flash(_("包工记下了：做完一段就说一声，才会结算。"), "success")
            return redirect(url_for("employer.posting_lump", posting_id=posting_id), 303)
    return _page(head, form=form, crew_id=crew_id, typed=typed), 422


@door.post("/postings/<int:posting_id>/lump/done")
def posting_lump_done(posting_id: int) -> ResponseReturnValue:
    """A part, or all, of a lump sum is done."""
    head = attendance.posting_head(posting_id, actor=g.actor)
    form = DoneForm()
    if form.validate_on_submit() and form.amount_fen.data is not None:
        with form.carrying(Invalid, Conflict):
            lump, days, fen = form.lump.data or 0, form.days(), form.amount_fen.data
            once(lambda: sharing.declare_done(lump, days, fen, actor=g.actor))
            flash(_("记下了，可以结算这一段。"), "success")
            return redirect(url_for("employer.posting_lump", posting_id=posting_id), 303)
    return _page(head, done=form), 422


@door.post("/postings/<int:posting_id>/lump/parts/<int:part_id>/undo")
def posting_lump_undo(posting_id: int, part_id: int) -> ResponseReturnValue:
    attendance.posting_head(posting_id, actor=g.actor)
    with telling(_("已撤回。")):
        sharing.undo_part(part_id, actor=g.actor)
    return redirect(url_for("employer.posting_lump", posting_id=posting_id), 303)


def _page(
    head: PostingHead, form: LumpForm | None = None, done: DoneForm | None = None, *,
    crew_id: int | None = None, typed: dict[int, str] | None = None,
) -> str:  # fmt: skip
    last = min(head.last_day, clock.today())
    crews = lump_people.crews(head.id)
    if crew_id not in [key for key, _name in crews]:
        crew_id = None
    people = lump_people.people(head.id, crew_id)
    first = form.first.data if form and form.first.data else head.first_day
    held = lump_people.on_record(crew_id, first)
    return render_template(
        "employer/earnings/lump.html",
        head=head,
        rows=sharing.lumps(head.id),
        form=form or LumpForm(formdata=None, first=head.first_day, last=head.last_day),
        done=done or DoneForm(formdata=None, first=head.first_day, last=last),
        crews=crews,
        crew_id=crew_id,
        people=people,
        typed=typed or {},
        held=[(name, held.shares[key]) for key, name in people if key in held.shares]
        if held
        else [],
        words=words,
    )
