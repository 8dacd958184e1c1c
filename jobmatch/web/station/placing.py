"""At the desk: sign a visitor up for work or a course, and take it back."""

from typing import Any

from flask import flash, g, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from jobmatch.dispatch import own_work, service
from jobmatch.dispatch.own_work import MySignup
from jobmatch.dispatch.rules.states import SignupState
from jobmatch.kernel.errors import Conflict, DomainError, Invalid, NotAllowed, NotFound
from jobmatch.kernel.ids import TrainingSessionId, WorkerId
from jobmatch.training import enrolling
from jobmatch.training import queries as training
from jobmatch.web.station import door
from jobmatch.web.texts import say
from jobmatch.workers import queries as workers


@door.post("/workers/<int:worker_id>/postings/<int:posting_id>/sign-up")
def sign_up(worker_id: int, posting_id: int) -> ResponseReturnValue:
    row = workers.changeable_by(g.actor, worker_id)
    try:
        signup_id = service.sign_up(posting_id, actor=g.actor, worker_id=row.id, via="desk")
    except (Invalid, Conflict) as error:
        return refused(worker_id, error)
    mine = own_work.signup_of(signup_id, row.id)
    assert mine is not None
    undo: Any = {
        "text": asked_words(row.name, mine),
        "url": url_for("station.withdraw", worker_id=worker_id, signup_id=signup_id),
        "seconds": 30,
    }
    flash(undo, "undo")
    return back(worker_id)


@door.post("/workers/<int:worker_id>/signups/<int:signup_id>/withdraw")
def withdraw(worker_id: int, signup_id: int) -> ResponseReturnValue:
    row = workers.changeable_by(g.actor, worker_id)
    if own_work.signup_of(signup_id, worker_id) is None:
        raise NotFound
    try:
        service.withdraw(signup_id, actor=g.actor)
    except (Invalid, Conflict) as error:
        return refused(worker_id, error)
    flash(_("已替%(name)s取消报名。", name=row.name), "success")
    return back(worker_id)


@door.post("/workers/<int:worker_id>/sessions/<int:session_id>/enrol")
def enrol(worker_id: int, session_id: int) -> ResponseReturnValue:
    row = workers.changeable_by(g.actor, worker_id)
    try:
        enrolment_id = enrolling.enrol(
            TrainingSessionId(session_id), WorkerId(worker_id), actor=g.actor
        )
    except (Invalid, Conflict, NotAllowed) as error:
        return refused(worker_id, error)
    course = training.session(session_id)
    assert course is not None
    undo: Any = {
        "text": _("已替%(name)s报名培训“%(title)s”。", name=row.name, title=course.title),
        "url": url_for("station.cancel_enrolment", worker_id=worker_id, enrolment_id=enrolment_id),
        "seconds": 30,
    }
    flash(undo, "undo")
    return back(worker_id)


@door.post("/workers/<int:worker_id>/enrolments/<int:enrolment_id>/cancel")
def cancel_enrolment(worker_id: int, enrolment_id: int) -> ResponseReturnValue:
    row = workers.changeable_by(g.actor, worker_id)
    try:
        enrolling.cancel(enrolment_id, actor=g.actor)
    except (Invalid, Conflict, NotAllowed) as error:
        return refused(worker_id, error)
    flash(_("已替%(name)s退掉培训。", name=row.name), "success")
    return back(worker_id)


def asked_words(name: str, mine: MySignup) -> str:
    """What the clerk's tap has done, in one sentence."""
    if mine.state is SignupState.ACCEPTED:
        return str(_("“%(title)s”录用了%(name)s，日子已留好。", title=mine.title, name=name))
    if mine.state is SignupState.WAITING:
        return str(
            _(
                "“%(title)s”名额满了，%(name)s排在候补第 %(n)s 位。",
                title=mine.title,
                name=name,
                n=mine.line,
            )
        )
    return str(_("已替%(name)s报名“%(title)s”，等用工方答复。", title=mine.title, name=name))


def refused(worker_id: int, error: DomainError) -> ResponseReturnValue:
    flash(say(error.text), "warning")
    return back(worker_id)


def back(worker_id: int) -> ResponseReturnValue:
    return redirect(url_for("station.worker", worker_id=worker_id), 303)
