"""Households of the officer's places. Every look at one household leaves a line in the log."""

import uuid
from datetime import date, timedelta
from typing import Any

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, StringField
from wtforms.validators import InputRequired, Length

from jobmatch.households import history, queries, service
from jobmatch.households.queries import HouseholdFilter, LineFilter
from jobmatch.households.rules.kinds import INCOME, KIND_TEXT, SOURCE_TEXT, Kind, Source
from jobmatch.households.rules.windows import sane
from jobmatch.households.service import NewMember
from jobmatch.infra import clock
from jobmatch.kernel.errors import Conflict, Invalid, NotFound
from jobmatch.kernel.ids import HouseholdId, MemberId
from jobmatch.kernel.periods import Days, twelve_months_before
from jobmatch.monitoring import queries as watching
from jobmatch.reports import events
from jobmatch.training import queries as training
from jobmatch.web.choices import SelectField
from jobmatch.web.forms import BaseForm, DayField, YuanField
from jobmatch.web.incoming import page_number
from jobmatch.web.officer import door
from jobmatch.web.officer.scope import chosen
from jobmatch.web.officer.watch import LEVEL_WORDS
from jobmatch.web.searching import lead, sought
from jobmatch.web.texts import say

door.nav(_l("家庭"), "households", 20)

LINE_NAMES = {
    LineFilter.UNDER: _l("低于监测线"),
    LineFilter.NEAR: _l("刚过监测线（两成以内）"),
    LineFilter.UNKNOWN: _l("没有收入记录"),
}


class HouseholdSearch(BaseForm):
    """What to look for; comes by `sought`."""

    class Meta:
        csrf = False

    q = StringField(_l("户编号或姓名"))
    kind = SelectField(_l("户类型"))
    line = SelectField(_l("收入"))


class KindForm(BaseForm):
    kind = SelectField(_l("户类型"))
    reason = StringField(
        _l("依据"), validators=[InputRequired(_l("请写明依据。")), Length(max=100)]
    )


class IncomeForm(BaseForm):
    source = SelectField(_l("收入来源"))
    amount = YuanField(_l("金额（元）"), validators=[InputRequired(_l("请填写金额。"))])
    day = DayField(_l("哪天的"), validators=[InputRequired(_l("请填写日期。"))])
    member = SelectField(_l("谁的"))
    detail = StringField(_l("说明"), validators=[Length(max=60, message=_l("说明最多 60 个字。"))])
    proof = StringField(_l("凭据"), validators=[Length(max=80, message=_l("凭据最多 80 个字。"))])
    uid = HiddenField()


class MemberForm(BaseForm):
    name = StringField(_l("姓名"), validators=[InputRequired(_l("请填写姓名。"))])
    id_number = StringField(_l("身份证号"), validators=[InputRequired(_l("请填身份证号。"))])
    relation = StringField(_l("与户主关系"), validators=[InputRequired(_l("请填与户主关系。"))])


class RevealForm(BaseForm):
    reason = StringField(_l("为什么要看"))


class LeftForm(BaseForm):
    day = DayField(_l("从哪天起不在这一户"), validators=[InputRequired(_l("请填写日期。"))])


def _kinds() -> list[tuple[str, str]]:
    return [(kind.value, say(said)) for kind, said in KIND_TEXT.items()]


def _read(household_id: HouseholdId, window: Days | None = None) -> queries.HouseholdDetail:
    """A household for a page that shows it: the look is logged first."""
    service.note_read(household_id, actor=g.actor)
    return queries.household(household_id, g.actor, window=window)


def _window() -> Days | None:
    """The window that the address asks for; None: the 12 full months before this one."""
    try:
        first = date.fromisoformat(request.args.get("first", ""))
        return sane(first, date.fromisoformat(request.args.get("last", "")))
    except ValueError:
        return None


@door.get("/households")
def households() -> ResponseReturnValue:
    scope = chosen()
    asked = sought("officer.households")
    form = HouseholdSearch(asked)
    form.kind.choices = [("", _("全部")), *_kinds()]
    form.line.choices = [("", _("全部")), *((k.value, v) for k, v in LINE_NAMES.items())]
    kind, line = asked.get("kind", ""), asked.get("line", "")
    wanted = HouseholdFilter(
        words=asked.get("q", ""),
        kind=Kind(kind) if kind in list(Kind) else None,
        monitored=asked.get("monitored") == "y",
        place=scope.here.code,
        line=LineFilter(line) if line in list(LineFilter) else None,
    )
    page = max(1, asked.get("page", 1, type=int))
    found = queries.households(g.actor, wanted, page)
    service.note_list(
        scope.here.code, actor=g.actor, page=found.number, of=found.total,
        of_kind=kind or None, line=line or None,
    )  # fmt: skip
    return render_template(
        "officer/households/households.html", scope=scope, form=form, wanted=wanted, page=found
    )


@door.post("/households/search")
def households_search() -> ResponseReturnValue:
    return lead("officer.households", keep=("place", "monitored", "kind", "line"))


@door.get("/households/<int:household_id>")
def household(household_id: HouseholdId) -> ResponseReturnValue:
    return _page(_read(household_id, _window()))


@door.post("/households/<int:household_id>/members/<int:member_id>/reveal")
def member_reveal(household_id: HouseholdId, member_id: MemberId) -> ResponseReturnValue:
    """Show one ID number in full: it stands on the answer to this request only."""
    form = RevealForm()
    reason = form.reason.data or ""
    try:
        number = service.reveal_id(household_id, member_id, reason, actor=g.actor)
    except Invalid as error:
        form.refuse(error)
        return _page(queries.household(household_id, g.actor), asked=(member_id, form)), 422
    return _page(queries.household(household_id, g.actor), (member_id, number))


def _page(
    row: queries.HouseholdDetail,
    revealed: tuple[MemberId, str] | None = None,
    asked: tuple[MemberId, RevealForm] | None = None,
) -> str:
    running, before = history.collection_years(clock.today(), row.village_code)
    return render_template(
        "officer/households/household.html",
        row=row,
        windows=[twelve_months_before(clock.today()), running, before],
        found=watching.of_household(row.id, actor=g.actor),
        levels=LEVEL_WORDS,
        months=history.months(row.id, row.window, actor=g.actor),
        work=events.work_of_members([m.id for m in row.members], row.window),
        records=training.household_record(row.id),
        income=INCOME,
        Source=Source,
        left_form=LeftForm(formdata=None, day=clock.today()),
        reveal_form=RevealForm(formdata=None),
        revealed=revealed,
        asked=asked,
    )


@door.get("/households/<int:household_id>/income")
def household_income(household_id: HouseholdId) -> ResponseReturnValue:
    """The amounts behind the figures."""
    row = _read(household_id, _window())
    asked = request.args.get("source", "")
    source = Source(asked) if asked in list(Source) else None
    usual = twelve_months_before(clock.today())
    later = Days(usual.last + timedelta(days=1), clock.today()) if row.window == usual else None
    return render_template(
        "officer/households/income.html",
        row=row,
        source=source,
        recent=later and history.entries(household_id, later, actor=g.actor, source=source),
        page=history.entries(
            household_id, row.window, actor=g.actor, source=source,
            page=page_number(),
        ),
    )  # fmt: skip


@door.post("/households/<int:household_id>/income/<int:entry_id>/reverse")
def income_reverse(household_id: HouseholdId, entry_id: int) -> ResponseReturnValue:
    try:
        proof = " ".join(request.form.get("proof", "").split())
        service.reverse_entry(household_id, entry_id, actor=g.actor, proof=proof)
    except (Invalid, Conflict) as error:
        flash(say(error.text), "warning")
    else:
        flash(_("已冲销，两笔都留着，合计为零。"), "success")
    return redirect(url_for("officer.household_income", household_id=household_id), 303)


def _income_form(row: queries.HouseholdDetail, **given: Any) -> IncomeForm:
    form = IncomeForm(**given)
    form.source.choices = [(s.value, say(said)) for s, said in SOURCE_TEXT.items()]
    form.member.choices = [("", _("全家")), *((str(m.id), m.name) for m in row.members)]
    return form


@door.get("/households/<int:household_id>/income/new")
def income_new(household_id: HouseholdId) -> ResponseReturnValue:
    row = _read(household_id)
    form = _income_form(row, day=clock.today(), uid=uuid.uuid4().hex)
    return render_template("officer/households/income_new.html", row=row, form=form)


@door.post("/households/<int:household_id>/income/new")
def income_add(household_id: HouseholdId) -> ResponseReturnValue:
    row = queries.household(household_id, g.actor)
    form = _income_form(row)
    if form.validate_on_submit() and form.day.data:
        member = form.member.data
        try:
            service.add_income(
                household_id, Source(form.source.data), form.amount.data or 0, form.day.data,
                detail=" ".join((form.detail.data or "").split()),
                member_id=MemberId(int(member)) if member else None,
                uid=form.uid.data or "", proof=" ".join((form.proof.data or "").split()),
                actor=g.actor,
            )  # fmt: skip
        except Invalid as error:
            form.refuse(error)
        else:
            flash(_("收入已记上。"), "success")
            return redirect(url_for("officer.household", household_id=household_id), 303)
    return render_template("officer/households/income_new.html", row=row, form=form), 422


@door.get("/households/<int:household_id>/kind")
def household_kind(household_id: HouseholdId) -> ResponseReturnValue:
    row = _read(household_id)
    form = KindForm(kind=row.kind.value)
    form.kind.choices = _kinds()
    return render_template("officer/households/kind.html", row=row, form=form)


@door.post("/households/<int:household_id>/kind")
def household_kind_change(household_id: HouseholdId) -> ResponseReturnValue:
    row = queries.household(household_id, g.actor)
    form = KindForm()
    form.kind.choices = _kinds()
    if form.validate_on_submit():
        try:
            service.change_kind(
                household_id, Kind(form.kind.data), form.reason.data or "", actor=g.actor
            )
        except Invalid as error:
            form.refuse(error)
        else:
            flash(_("户类型已改，依据已留底。"), "success")
            return redirect(url_for("officer.household", household_id=household_id), 303)
    return render_template("officer/households/kind.html", row=row, form=form), 422


@door.get("/households/<int:household_id>/members/new")
def member_new(household_id: HouseholdId) -> ResponseReturnValue:
    row = _read(household_id)
    return render_template("officer/households/member_new.html", row=row, form=MemberForm())


@door.post("/households/<int:household_id>/members/new")
def member_add(household_id: HouseholdId) -> ResponseReturnValue:
    row = queries.household(household_id, g.actor)
    form = MemberForm()
    if form.validate_on_submit():
        given = NewMember(form.name.data or "", form.id_number.data or "", form.relation.data or "")
        try:
            service.add_member(household_id, given, actor=g.actor)
        except (Invalid, Conflict) as error:
            form.refuse(error)
        else:
            flash(_("家庭成员已添上。"), "success")
            return redirect(url_for("officer.household", household_id=household_id), 303)
    return render_template("officer/households/member_new.html", row=row, form=form), 422


@door.post("/households/<int:household_id>/members/<int:member_id>/left")
def member_left(household_id: HouseholdId, member_id: MemberId) -> ResponseReturnValue:
    row = queries.household(household_id, g.actor)
    if member_id not in {member.id for member in row.members}:
        raise NotFound
    form = LeftForm()
    if form.validate_on_submit() and form.day.data:
        try:
            service.member_left(household_id, member_id, form.day.data, actor=g.actor)
        except Invalid as error:
            flash(say(error.text), "warning")
        else:
            flash(_("已记下，从这天起不算这一户的人。"), "success")
    else:
        flash(_("请填写日期，例如 2026-09-25。"), "warning")
    return redirect(url_for("officer.household", household_id=household_id), 303)


@door.post("/households/<int:household_id>/members/<int:member_id>/back")
def member_back(household_id: HouseholdId, member_id: MemberId) -> ResponseReturnValue:
    service.member_back(household_id, member_id, actor=g.actor)
    flash(_("已改回，还算这一户的人。"), "success")
    return redirect(url_for("officer.household", household_id=household_id), 303)
