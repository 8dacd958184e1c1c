"""Who asks for the work, who has it, which days still lack people."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import StringField
from wtforms.validators import Length, Optional

from jobmatch.dispatch import crew_orders, queries, service
from jobmatch.dispatch.errors import NotFit
from jobmatch.dispatch.queries import CoverageRow, SignupRow
from jobmatch.dispatch.rules.states import OrderState, SignupState
from jobmatch.dispatch.service import Outcome
from jobmatch.employers.policy import require_member
from jobmatch.infra import clock
from jobmatch.kernel.errors import Conflict, Invalid, NotFound
from jobmatch.kernel.identity import age_on
from jobmatch.kernel.periods import runs
from jobmatch.matching import queries as matching
from jobmatch.matching.rules.desk import rounded, work
from jobmatch.matching.rules.explain import Fit
from jobmatch.matching.rules.score import whole_km
from jobmatch.places import queries as places
from jobmatch.postings import queries as postings
from jobmatch.postings.queries import DayRow, PostingRow
from jobmatch.skills import queries as skills
from jobmatch.web import postings as show
from jobmatch.web.answers import telling
from jobmatch.web.employer import current, door
from jobmatch.web.filters import day_week, named
from jobmatch.web.filters import days as days_text
from jobmatch.web.forms import BaseForm, DayField
from jobmatch.web.texts import say
from jobmatch.web.weeks import Week, stretches, week_of

MOST_SKILLS = 4

door.nav(_l("报名和排人"), "coverage", 30)


class DeclineForm(BaseForm):
    note = StringField(_l("不录用的原因"), validators=[Length(max=200)])


class CancelForm(BaseForm):
    reason = StringField(_l("取消的原因"), validators=[Length(max=200)])
    day = DayField(validators=[Optional()])


@dataclass(frozen=True, slots=True)
class PersonCard:
    """Somebody who asks, in ready strings: what counts for the work, nothing else.

    suits   how skill and days suit the posting, while they wait for an answer
    """

    row: SignupRow
    age: int
    place: str
    km: int
    skills: str
    proofs: str
    days: str
    suits: str


@dataclass(frozen=True, slots=True)
class DayRun:
    """Days on which the same people come."""

    days: str
    taken: int
    headcount: int
    names: str


@door.get("/signups")
def coverage() -> ResponseReturnValue:
    """Week by week: which days of which posting are full, and where people wait for an answer."""
    employer = current.current()
    week = week_of(request.args.get("week"))
    rows = queries.coverage(employer.id, week.first, week.last)
    listed = [p for p in postings.of_employer(employer.id, "open", "closed") if not is_over(p)]
    waiting = queries.undecided([p.id for p in listed])
    return render_template(
        "employer/dispatch/coverage.html",
        week=week,
        rows=_board(rows, week),
        wanted=sum(row.headcount for row in rows),
        taken=sum(row.taken for row in rows),
        listed=listed,
        waiting=waiting,
    )


@door.get("/postings/<int:posting_id>/signups")
def signups(posting_id: int) -> ResponseReturnValue:
    """The sign-ups of one posting: to answer, waiting, engaged, by day."""
    return _page(own_posting(posting_id))


@door.post("/postings/<int:posting_id>/signups/accept-all")
def accept_all(posting_id: int) -> ResponseReturnValue:
    row = own_posting(posting_id)
    try:
        counts = service.accept_all(row.id, actor=g.actor)
    except Conflict as error:
        flash(say(error.text), "warning")
    else:
        flash(
            _(
                "录用了 %(n)s 人，%(m)s 人排队候补。",
                n=counts[SignupState.ACCEPTED],
                m=counts[SignupState.WAITING],
            ),
            "success",
        )
    return redirect(url_for("employer.signups", posting_id=posting_id), 303)


@door.post("/postings/<int:posting_id>/signups/<int:signup_id>/accept")
def accept_signup(posting_id: int, signup_id: int) -> ResponseReturnValue:
    _signup(posting_id, signup_id)
    try:
        flash(accepted_words(service.accept(signup_id, actor=g.actor)), "success")
    except (Conflict, NotFit) as error:
        flash(say(error.text), "warning")
    return redirect(url_for("employer.signups", posting_id=posting_id), 303)


@door.post("/postings/<int:posting_id>/signups/<int:signup_id>/decline")
def decline_signup(posting_id: int, signup_id: int) -> ResponseReturnValue:
    _signup(posting_id, signup_id)
    form = DeclineForm()
    if not form.validate_on_submit():
        return _page(own_posting(posting_id), decline=(signup_id, form)), 422
    with telling(_("已答复，对方会收到通知。")):
        service.decline(signup_id, actor=g.actor, note=form.note.data or "")
    return redirect(url_for("employer.signups", posting_id=posting_id), 303)


@door.post("/postings/<int:posting_id>/signups/<int:signup_id>/cancel")
def cancel_signup(posting_id: int, signup_id: int) -> ResponseReturnValue:
    """Cancel somebody's days to come (or one day), with the reason that they will read."""
    _signup(posting_id, signup_id)
    form = CancelForm()
    if form.validate_on_submit():
        try:
            with form.carrying(Invalid):
                service.cancel(
                    signup_id, actor=g.actor, reason=form.reason.data or "", day=form.day.data
                )
                flash(_("已取消，空出的名额先给候补的人。"), "success")
        except Conflict as error:
            flash(say(error.text), "warning")
    if form.errors:
        return _page(own_posting(posting_id), cancel=(signup_id, form)), 422
    return redirect(url_for("employer.signups", posting_id=posting_id), 303)


@door.post("/postings/<int:posting_id>/crews/<int:order_id>/<answer>")
def answer_crew(posting_id: int, order_id: int, answer: str) -> ResponseReturnValue:
    """Take the whole crew, or decline it."""
    own_posting(posting_id)
    if answer not in ("accept", "decline"):
        raise NotFound
    if order_id not in {row.id for row in crew_orders.orders_for_posting(posting_id)}:
        raise NotFound
    try:
        if answer == "decline":
            service.decline_crew(order_id, actor=g.actor)
            flash(_("已谢绝，带头人会收到通知。"), "success")
        else:
            outcome = service.accept_crew(order_id, actor=g.actor)
            flash(_("录用了班组的 %(n)s 人。", n=outcome.people), "success")
            if outcome.left_out:
                who = _("；").join(f"{row.name}{_('：')}{say(row.why)}" for row in outcome.left_out)
                flash(_("没排上的：%(who)s", who=who), "warning")
    except Conflict as error:
        flash(say(error.text), "warning")
    return redirect(url_for("employer.signups", posting_id=posting_id), 303)


def accepted_words(outcome: Outcome) -> str:
    if outcome.state is SignupState.WAITING:
        return str(_("名额满了，已排进候补。"))
    if not outcome.days:
        return str(_("已经录用过了。"))
    return str(_("已录用，排上 %(n)s 天。", n=len(outcome.days)))


def spans(days: tuple[date, ...]) -> str:
    """9月1日–9月3日、9月5日"""
    return str(_("、")).join(days_text(run.first, run.last) for run in runs(days))


def _page(
    row: PostingRow,
    *,
    decline: tuple[int, DeclineForm] | None = None,
    cancel: tuple[int, CancelForm] | None = None,
) -> str:
    people = _people(row)
    by_state: dict[SignupState, list[PersonCard]] = defaultdict(list)
    by_day: dict[date, list[PersonCard]] = defaultdict(list)
    for card in people:
        by_state[card.row.state].append(card)
        for day in card.row.days:
            by_day[day].append(card)
    by_state[SignupState.WAITING].sort(key=lambda card: card.row.line or 0)
    engaged = [card for card in people if card.row.days]
    return render_template(
        "employer/dispatch/signups.html",
        row=row,
        pending=by_state[SignupState.PENDING],
        waiting=by_state[SignupState.WAITING],
        engaged=engaged,
        declined=[card for card in by_state[SignupState.DECLINED] if not card.row.days],
        crews=[o for o in crew_orders.orders_for_posting(row.id) if o.state is OrderState.PROPOSED],
        day_runs=_day_runs(postings.days(row.id), by_day),
        today=clock.today(),
        state=show.state_name(row, clock.today()),
        decline=decline,
        cancel=cancel,
        show=show,
    )


def _day_runs(rows: list[DayRow], by_day: dict[date, list[PersonCard]]) -> list[DayRun]:
    """Following days on which the same people come are one line."""
    comma = str(_("、"))

    def who(row: DayRow) -> str:
        return comma.join(card.row.name for card in by_day[row.work_date])

    return [
        DayRun(
            days=day_week(run[0].work_date)
            if len(run) == 1
            else days_text(run[0].work_date, run[-1].work_date),
            taken=run[0].taken,
            headcount=run[0].headcount,
            names=who(run[0]),
        )
        for run in stretches(
            rows, lambda row: row.work_date, lambda row: (row.taken, row.headcount, who(row))
        )
    ]


def _people(row: PostingRow) -> list[PersonCard]:
    found = queries.signups(row.id)
    at = places.local_names({r.home_code for r in found})
    called = skills.names(
        {s for r in found for s in r.skills} | {s for r in found for s, _level in r.proofs}
    )
    levels = {1: _("初级"), 2: _("中级"), 3: _("高级")}
    comma = str(_("、"))
    waiting = [r.worker_id for r in found if not r.days]
    fits = matching.fits_of(waiting, row.id, clock.today()) if waiting else {}
    return [
        PersonCard(
            row=r,
            age=age_on(r.born, clock.today()),
            place=at.get(r.home_code, ""),
            km=rounded(
                whole_km(r.lon, r.lat, row.lon, row.lat, code1=r.home_code, code2=row.place_code)
            ),
            skills=comma.join(named(called[s]) for s in r.skills[:MOST_SKILLS] if s in called),
            proofs=comma.join(
                f"{named(called[s])} {levels[level]}" for s, level in r.proofs if s in called
            ),
            days=spans(r.days),
            suits=_suits(fits.get(r.worker_id)),
        )
        for r in found
    ]


def _suits(fit: Fit | None) -> str:
    return " · ".join(say(fact) for fact in work(fit.score.facts)) if fit else ""


def _board(rows: list[CoverageRow], week: Week) -> list[dict[str, object]]:
    """A line for each posting, blocks over days that are filled alike."""
    by_posting: dict[int, list[CoverageRow]] = defaultdict(list)
    for row in rows:
        by_posting[row.posting_id].append(row)
    return [
        {
            "name": days_[0].title,
            "url": url_for("employer.signups", posting_id=key),
            "blocks": [
                {
                    "start": (run[0].work_date - week.first).days,
                    "length": len(run),
                    "count": _(
                        "%(taken)s/%(wanted)s 人", taken=run[0].taken, wanted=run[0].headcount
                    ),
                    "state": _("已排满") if run[0].taken == run[0].headcount else _("缺人"),
                    "tone": "good" if run[0].taken == run[0].headcount else "short",
                }
                for run in stretches(days_, lambda r: r.work_date, lambda r: (r.taken, r.headcount))
            ],
        }
        for key, days_ in by_posting.items()
    ]


def is_over(row: PostingRow) -> bool:
    return row.last_day < clock.today()


def own_posting(posting_id: int) -> PostingRow:
    """A posting of one of the person's employers that has left the draft. raises NotFound."""
    row = postings.posting(posting_id)
    if row is None or row.state == "draft":
        raise NotFound
    require_member(g.actor, row.employer_id)
    return row


def _signup(posting_id: int, signup_id: int) -> None:
    """raises NotFound unless this is a sign-up of this posting of mine."""
    own_posting(posting_id)
    if queries.posting_of(signup_id) != posting_id:
        raise NotFound
