"""The worker's work: what fits, one tap to sign up, what is agreed, the crew that they lead."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from flask import flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField
from wtforms.validators import Optional

from jobmatch.brands import queries as brands
from jobmatch.dispatch import crew_orders, instant_queries, own_work, service
from jobmatch.dispatch.own_work import MyDay, MySignup
from jobmatch.dispatch.rules.states import SignupState
from jobmatch.employers import queries as employers
from jobmatch.infra import clock
from jobmatch.kernel.errors import Conflict, Invalid, NotFound
from jobmatch.kernel.ids import PostingId, WorkerId
from jobmatch.kernel.periods import runs
from jobmatch.kernel.text import Text
from jobmatch.matching import push
from jobmatch.matching import queries as matching
from jobmatch.matching.queries import FitRow
from jobmatch.matching.rules.change import Course
from jobmatch.matching.rules.explain import Fit
from jobmatch.places import queries as places
from jobmatch.postings import queries as postings
from jobmatch.postings.queries import BoardRow
from jobmatch.training import queries as training
from jobmatch.training.queries import SessionRow
from jobmatch.web import attendance
from jobmatch.web import postings as show
from jobmatch.web.answers import telling
from jobmatch.web.filters import days as days_text
from jobmatch.web.forms import BaseForm, DayField
from jobmatch.web.login import safe_next
from jobmatch.web.texts import say
from jobmatch.web.worker import door
from jobmatch.workers import queries as workers
from jobmatch.workers.queries import WorkerRow

CREW_DAYS = 14
SOON_DAYS = 7

door.nav(_l("找活"), "home", 10, also=["posting"])
door.nav(_l("我的活"), "mine", 20, also=["crew"])


class PickDays(BaseForm):
    """Only some days of a posting; both empty means all."""

    first = DayField(_l("从哪天起"), validators=[Optional()])
    last = DayField(_l("到哪天止"), validators=[Optional()])
    next = HiddenField()


class GiveBack(BaseForm):
    day = DayField(validators=[Optional()])
    next = HiddenField()


@dataclass(frozen=True, slots=True)
class Job:
    """One agreed work: the first of its days says the rest; spans, all days in words."""

    head: MyDay
    days: tuple[MyDay, ...]
    spans: str


@dataclass(frozen=True, slots=True)
class FitCard:
    """A card of the board with how well it fits; course: the one that would turn it."""

    card: show.Card
    value: int
    reasons: tuple[Text, ...]
    misses: tuple[Text, ...]
    turns: tuple[Text, ...]
    phone: str
    course: SessionRow | None


@door.get("/")
def home() -> ResponseReturnValue:
    """The work that fits, best first, each with its reasons."""
    me = myself()
    asked = instant_queries.questions(me.id)
    to_confirm = attendance.to_confirm(me.id)
    if me.matching_opt_out:
        return render_template(
            "worker/dispatch/home.html", opted_out=True, asked=asked, to_confirm=to_confirm
        )
    today = clock.today()
    found = matching.matches(me.id, today, without=own_work.postings_asked(me.id))
    cards = _cards([*found.fits, *found.almost], today)
    return render_template(
        "worker/dispatch/home.html",
        opted_out=False,
        asked=asked,
        to_confirm=to_confirm,
        fits=cards[: len(found.fits)],
        almost=cards[len(found.fits) :],
        unseen=push.unseen(me.id, [row.posting.id for row in found.fits]),
    )


@door.get("/postings/<int:posting_id>")
def posting(posting_id: int) -> ResponseReturnValue:
    """One posting, weighed for me."""
    return _posting(posting_id, PickDays(formdata=None))


@door.post("/postings/<int:posting_id>/sign-up")
def sign_up(posting_id: int) -> ResponseReturnValue:
    """One tap; the answer offers to take it back."""
    me, form = myself(), PickDays()
    if not form.validate_on_submit():
        return _posting(posting_id, form), 422
    try:
        signup_id = service.sign_up(
            posting_id, actor=g.actor, worker_id=me.id, first=form.first.data, last=form.last.data
        )
    except Invalid as error:
        form.refuse(error)
        return _posting(posting_id, form), 422
    except Conflict as error:
        flash(say(error.text), "warning")
        return redirect(url_for("worker.posting", posting_id=posting_id), 303)
    mine = own_work.signup_of(signup_id, me.id)
    assert mine is not None
    undo: Any = {
        "text": asked_words(mine),
        "url": url_for("worker.withdraw", signup_id=signup_id),
        "seconds": 30,
    }
    flash(undo, "undo")
    return redirect(safe_next(form.next.data, url_for("worker.mine")), 303)


@door.get("/mine")
def mine() -> ResponseReturnValue:
    """The days to come, what is asked for, what one waits for."""
    me = myself()
    work = own_work.of_worker(me.id)
    return render_template(
        "worker/dispatch/mine.html",
        work=work,
        jobs=_jobs(work.days),
        soon=[d for d in work.days if d.work_date < clock.today() + timedelta(days=SOON_DAYS)],
        today=clock.today(),
        crews=brands.led_by(me.id),
        ended_words=ended_words,
    )


@door.post("/signups/<int:signup_id>/withdraw")
def withdraw(signup_id: int) -> ResponseReturnValue:
    """Undo, withdraw or cancel: the days to come are free again."""
    me, form = myself(), GiveBack()
    if own_work.signup_of(signup_id, me.id) is None:
        raise NotFound
    if not form.validate_on_submit():
        return redirect(url_for("worker.mine"), 303)
    with telling(_("已取消，空出来的日子可以再接别的活。")):
        service.withdraw(signup_id, actor=g.actor, day=form.day.data)
    return redirect(safe_next(form.next.data, url_for("worker.mine")), 303)


@door.get("/crew")
def crew() -> ResponseReturnValue:
    """The crews that I lead: who is in them and where they go."""
    me, today = myself(), clock.today()
    led = brands.led_by(me.id)
    whole = [found for row in led if (found := brands.crew(row.id))]
    work = crew_orders.crew_work([row.id for row in led], today, today + timedelta(days=CREW_DAYS))
    return render_template(
        "worker/dispatch/crew.html",
        crews=whole,
        work={row.id: [w for w in work if w.crew_id == row.id] for row in whole},
        until=today + timedelta(days=CREW_DAYS),
    )


def asked_words(mine: MySignup) -> str:
    """What one's tap has done, in one sentence."""
    if mine.state is SignupState.ACCEPTED:
        return str(_("“%(title)s”录用您了，日子已留好。", title=mine.title))
    if mine.state is SignupState.WAITING:
        return str(_("“%(title)s”名额满了，您排在候补第 %(n)s 位。", title=mine.title, n=mine.line))
    return str(_("已报名“%(title)s”，等用工方答复。", title=mine.title))


def ended_words(row: MySignup) -> str:
    """Why a sign-up has ended, for its worker."""
    if row.state is SignupState.WITHDRAWN:
        return str(_("您取消了"))
    return str(_("没有录用：%(note)s", note=row.note) if row.note else _("没有录用"))


def _jobs(days: Sequence[MyDay]) -> list[Job]:
    """The days by work, the work that comes first on top."""
    by_signup: dict[int, list[MyDay]] = {}
    for day in days:
        by_signup.setdefault(day.signup_id, []).append(day)
    comma = str(_("、"))
    return [
        Job(
            head=group[0],
            days=tuple(group),
            spans=comma.join(days_text(r.first, r.last) for r in runs(d.work_date for d in group)),
        )
        for group in by_signup.values()
    ]


def _posting(posting_id: int, form: PickDays) -> str:
    me, today = myself(), clock.today()
    row = postings.posting(posting_id)
    if row is None or row.state == "draft":
        raise NotFound
    employer = employers.employer(row.employer_id)
    fill = postings.fills([posting_id], today).get(PostingId(posting_id), postings.EMPTY)
    standing = own_work.standing(me.id, [posting_id]).get(posting_id)
    # The days of a sign-up of one's own take nothing from it.
    fit = matching.fit_of(me.id, posting_id, today, booked=None if standing is None else ())
    card = show.cards([BoardRow(row, fill, fit.km if fit else None)])[0]
    return render_template(
        "worker/dispatch/posting.html",
        row=row,
        card=card,
        fit=fit,
        employer=employer,
        place=places.full_names([row.place_code]).get(row.place_code, ""),
        standing=standing,
        course=courses_of([fit], today).get(0) if fit else None,
        days_left=[d for d in postings.days(posting_id) if d.work_date >= today],
        is_open=show.is_open(row),
        form=form,
        show=show,
    )


def _cards(rows: list[FitRow], today: date) -> list[FitCard]:
    phones = employers.employers({row.posting.employer_id for row in rows})
    courses = courses_of([row.fit for row in rows], today)
    cards = show.cards(BoardRow(row.posting, row.fill, row.fit.km) for row in rows)
    return [
        FitCard(
            card=card,
            value=row.fit.value,
            reasons=row.fit.reasons,
            misses=row.fit.misses,
            turns=row.fit.turns,
            phone=phones[row.posting.employer_id].phone,
            course=courses.get(n),
        )
        for n, (card, row) in enumerate(zip(cards, rows, strict=True))
    ]


def courses_of(fits: Sequence[Fit], today: date) -> dict[int, SessionRow]:
    """The course that would turn a posting, by the place of its fit in the list."""
    wanted = {n: one for n, fit in enumerate(fits) for one in fit.flips if isinstance(one, Course)}
    found = training.joinable({one.ref for one in wanted.values()}, today)
    return {n: row for n, one in wanted.items() if (row := found.get(one.ref))}


def myself() -> WorkerRow:
    """The worker whom this page is about. raises NotFound."""
    worker_id: WorkerId | None = g.actor.worker_id
    found = workers.worker(worker_id) if worker_id is not None else None
    if found is None:
        raise NotFound
    return found
