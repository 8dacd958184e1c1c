"""Training for the worker: what helps next, one tap to enrol, the record."""

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from jobmatch.brands import people
from jobmatch.infra import clock
from jobmatch.kernel.errors import Conflict
from jobmatch.kernel.ids import TrainingSessionId
from jobmatch.training import queries, service
from jobmatch.training.offers import offers_for
from jobmatch.training.rules import ENROLMENT_STATE_NAMES, LEVEL_NAMES, EnrolmentState
from jobmatch.web.answers import telling
from jobmatch.web.texts import say
from jobmatch.web.worker import door


@door.get("/training")
def training() -> ResponseReturnValue:
    """The next sessions that help this worker, the own enrolments, record and credentials."""
    worker_id, today = g.actor.worker_id, clock.today()
    records = queries.worker_record(worker_id)
    return render_template(
        "worker/training/training.html",
        coming=[
            r for r in records
            if r.state is EnrolmentState.ENROLLED and r.session.last_day >= today
        ],
        past=[
            r for r in records
            if r.state is not EnrolmentState.ENROLLED or r.session.last_day < today
        ],
        offers=offers_for(worker_id, today, request.args.get("session_id", type=int)),
        credentials=people.credentials(worker_id),
        level_names=LEVEL_NAMES,
        state_names=ENROLMENT_STATE_NAMES,
    )  # fmt: skip


@door.post("/training/<int:session_id>/enrol")
def training_enrol(session_id: TrainingSessionId) -> ResponseReturnValue:
    try:
        enrolment_id = service.enrol(session_id, g.actor.worker_id, actor=g.actor)
    except Conflict as error:
        flash(say(error.text), "warning")
    else:
        undo = url_for("worker.training_leave", enrolment_id=enrolment_id)
        flash({"text": _("已报上名。"), "url": undo, "seconds": 10}, "undo")  # type: ignore[arg-type]
    return redirect(url_for("worker.training"), 303)


@door.post("/training/leave/<int:enrolment_id>")
def training_leave(enrolment_id: int) -> ResponseReturnValue:
    with telling(_("已退出，名额空出来了。")):
        service.cancel(enrolment_id, actor=g.actor)
    return redirect(url_for("worker.training"), 303)
