"""Pay runs: all postings of a cycle at once, looked at, approved by a second person, issued."""

from collections.abc import Callable
from functools import partial

from flask import flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import IntegerField, PasswordField, TextAreaField
from wtforms.validators import InputRequired, Length

from jobmatch.accounts import service as accounts
from jobmatch.earnings import cycles, run_queries, runs
from jobmatch.earnings.errors import RunChanged
from jobmatch.earnings.rules.cycles import Cycle, to_settle
from jobmatch.earnings.run_queries import RunRow
from jobmatch.infra import clock
from jobmatch.infra.once import OtherBody
from jobmatch.infra.sheets import Out
from jobmatch.kernel.errors import Conflict, Invalid
from jobmatch.kernel.text import Amount, as_hours
from jobmatch.web import pay as words
from jobmatch.web.answers import telling
from jobmatch.web.choices import SelectField
from jobmatch.web.downloads import sheet
from jobmatch.web.employer import current, door
from jobmatch.web.forms import BaseForm, DayField, WholeField
from jobmatch.web.incoming import page_number
from jobmatch.web.once import once
from jobmatch.web.searching import lead, name_sought
from jobmatch.web.texts import say


class BeginForm(BaseForm):
    """Days of a cycle, both included."""

    first = DayField(_l("从哪天起"), validators=[InputRequired(_l("请填写开始日期。"))])
    last = DayField(_l("到哪天止"), validators=[InputRequired(_l("请填写结束日期。"))])


class CycleForm(BaseForm):
    cycle = SelectField(
        _l("多久结一次"), choices=words.CYCLES, validators=[InputRequired(_l("请选择周期。"))]
    )
    pay_days = WholeField(_l("结束后最晚几天付"), validators=[InputRequired(_l("请填写天数。"))])


class SeenForm(BaseForm):
    """The net sum that was looked at, carried along: another one is not issued."""

    seen = IntegerField(validators=[InputRequired()])


class ApproveForm(SeenForm):
    password = PasswordField(
        _l("您的密码"), validators=[InputRequired(_l("请再输一次您的登录密码。"))]
    )


class RefuseForm(BaseForm):
    words = TextAreaField(
        _l("为什么退回"),
        validators=[
            InputRequired(_l("请写明原因。")),
            Length(2, runs.MOST_WORDS, _l("请写明原因，2 到 200 个字。")),
        ],
    )


@door.get("/pay/runs")
def pay_runs() -> ResponseReturnValue:
    """Runs on their way and those of before; a new one."""
    employer = current.current()
    kept = cycles.cycle_of(employer.id)
    opened = run_queries.first_open(employer.id)
    span = to_settle(kept.cycle, opened, clock.today()) if opened else None
    form = BeginForm(
        first=span.first if span else clock.today(), last=span.last if span else clock.today()
    )
    return _list(form, CycleForm(cycle=kept.cycle.value, pay_days=kept.pay_days))


@door.post("/pay/runs")
def pay_run_begin() -> ResponseReturnValue:
    """Compute a preview of all postings."""
    form = BeginForm()
    if form.validate_on_submit() and form.first.data and form.last.data:
        with form.carrying(Invalid, Conflict):
            employer, first, last = current.current(), form.first.data, form.last.data
            key = once(lambda: runs.begin(employer.id, first, last, actor=g.actor))
            return redirect(url_for("employer.pay_run", run_id=key), 303)
    kept = cycles.cycle_of(current.current().id)
    return _list(
        form, CycleForm(formdata=None, cycle=kept.cycle.value, pay_days=kept.pay_days)
    ), 422


@door.post("/pay/cycle")
def pay_cycle() -> ResponseReturnValue:
    """Agree on the cycle of all postings."""
    form = CycleForm()
    if form.validate_on_submit() and form.pay_days.data is not None:
        with form.carrying(Invalid):
            cycles.agree(
                current.current().id, Cycle(form.cycle.data), form.pay_days.data, actor=g.actor
            )
            flash(_("工资周期记下了。"), "success")
            return redirect(url_for("employer.pay_runs"), 303)
    today = clock.today()
    return _list(BeginForm(formdata=None, first=today, last=today), form), 422


@door.get("/pay/runs/<int:run_id>")
def pay_run(run_id: int) -> ResponseReturnValue:
    """A run: people, what waits, what differs, and what to do next."""
    return _page(run_queries.run(run_id, actor=g.actor))


@door.post("/pay/runs/<int:run_id>/search")
def pay_run_search(run_id: int) -> ResponseReturnValue:
    run_queries.run(run_id, actor=g.actor)
    return lead("employer.pay_run", run_id=run_id)


@door.post("/pay/runs/<int:run_id>/issue")
def pay_run_issue(run_id: int) -> ResponseReturnValue:
    """The maker lets the figures stand: issued, or on to the second person."""
    run = run_queries.run(run_id, actor=g.actor)
    form = SeenForm()
    if form.validate_on_submit() and form.seen.data is not None:
        with form.carrying(OtherBody):
            return _said(run_id, partial(runs.hand_in, run_id, form.seen.data, actor=g.actor))
    return _page(run, issue=form), 422


@door.post("/pay/runs/<int:run_id>/approve")
def pay_run_approve(run_id: int) -> ResponseReturnValue:
    """The second person approves, with their own password."""
    run = run_queries.run(run_id, actor=g.actor)
    form = ApproveForm()
    if form.validate_on_submit() and form.seen.data is not None:
        with form.carrying(Invalid):
            accounts.prove(form.password.data or "", actor=g.actor)
            return _said(run_id, partial(runs.endorse, run_id, form.seen.data, actor=g.actor))
    return _page(run, approve=form), 422


@door.post("/pay/runs/<int:run_id>/refuse")
def pay_run_refuse(run_id: int) -> ResponseReturnValue:
    """The second person sends it back with words."""
    run = run_queries.run(run_id, actor=g.actor)
    form = RefuseForm()
    if form.validate_on_submit():
        with form.carrying(Invalid, Conflict):
            runs.refuse(run_id, form.words.data or "", actor=g.actor)
            flash(_("已退回，算这次工资的人会收到您的话。"), "success")
            return redirect(url_for("employer.pay_run", run_id=run_id), 303)
    return _page(run, refuse=form), 422


@door.post("/pay/runs/<int:run_id>/renew")
def pay_run_renew(run_id: int) -> ResponseReturnValue:
    """Compute again with what was recorded since."""
    with telling(_("已按现在的考勤重新算过。")):
        runs.renew(run_id, actor=g.actor)
    return redirect(url_for("employer.pay_run", run_id=run_id), 303)


@door.post("/pay/runs/<int:run_id>/cancel")
def pay_run_cancel(run_id: int) -> ResponseReturnValue:
    with telling(_("已取消，什么都没有发出。")):
        runs.cancel(run_id, actor=g.actor)
    return redirect(url_for("employer.pay_runs"), 303)


@door.post("/pay/runs/<int:run_id>/reverse")
def pay_run_reverse(run_id: int) -> ResponseReturnValue:
    try:
        state = once(lambda: runs.reverse(run_id, actor=g.actor))
    except Conflict as error:
        flash(say(error.text), "warning")
    else:
        flash(
            _("正在冲销，人多要等一会儿；可以离开这一页。")
            if state == "reversing"
            else _("整次工资已冲销。考勤改好以后可以重新结算。"),
            "success",
        )
    return redirect(url_for("employer.pay_run", run_id=run_id), 303)


@door.get("/pay/runs/<int:run_id>/people.<any(xlsx, csv):kind>")
def pay_run_people(run_id: int, kind: str) -> ResponseReturnValue:
    """The whole preview as a file."""
    run_queries.run(run_id, actor=g.actor)
    rows = run_queries.lines(run_id, 1, size=1_000_000).rows
    head = [
        _("姓名"), _("工作"), _("出工天数"), _("工时（小时）"), _("件数"), _("应发（元）"),
        _("扣款（元）"), _("借支抵扣（元）"), _("实发（元）"), _("本人核对的数（元）"),
    ]  # fmt: skip
    cells: list[list[Out]] = [
        [
            row.name, row.title, row.days, as_hours(row.minutes),
            row.pieces, Amount(row.gross_fen), Amount(row.deduction_fen),
            Amount(row.advance_fen), Amount(row.net_fen),
            "" if row.expected_fen is None else Amount(row.expected_fen),
        ]
        for row in rows
    ]  # fmt: skip
    return sheet(kind, f"{_('工资预览')}-{run_id}", head, cells)


def _said(run_id: int, verb: Callable[[], str]) -> ResponseReturnValue:
    """Do it once, write the slips if it is to be issued, and say on the run's page what came of it.

    raises   OtherBody
    """
    try:
        state = runs.finish(run_id, once(verb), actor=g.actor)
    except (RunChanged, Conflict) as error:
        flash(say(error.text), "warning")
    else:
        flash(
            {
                "awaiting": _("金额较大，已送去批准：要本单位的另一个人看过才发。"),
                "issuing": _("正在发工资条，人多要等一会儿；可以离开这一页。"),
            }.get(state, _("工资条已发出，务工人员会收到消息。")),
            "success",
        )
    return redirect(url_for("employer.pay_run", run_id=run_id), 303)


def _list(form: BeginForm, cycle: CycleForm) -> str:
    employer = current.current()
    return render_template(
        "employer/earnings/runs.html",
        form=form,
        cycle=cycle,
        page=run_queries.runs(employer.id, page_number(), actor=g.actor),
        limit=run_queries.limit_of(employer.id),
        words=words,
    )


def _page(
    run: RunRow, approve: ApproveForm | None = None, refuse: RefuseForm | None = None,
    issue: SeenForm | None = None,
) -> str:  # fmt: skip
    name = name_sought("employer.pay_run")
    is_done = run.state in ("issued", "reversing", "reversed")
    return render_template(
        "employer/earnings/run.html",
        run=run,
        sums=run_queries.sums(run.id),
        name=name,
        page=run_queries.lines(run.id, page_number(), name=name),
        held=run_queries.held(run.id, page_number("held")),
        standing=run_queries.held(run.id, page_number("standing"), standing=True),
        parts=run_queries.parts(run.id) if is_done else [],
        is_maker=run.made_by == g.actor.user_id,
        limit=run_queries.limit_of(run.employer_id),
        issue=issue or SeenForm(formdata=None),
        approve=approve or ApproveForm(formdata=None),
        refuse=refuse or RefuseForm(formdata=None),
        words=words,
    )
