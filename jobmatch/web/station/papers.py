"""A visitor's debt note, printed at the desk."""

from flask import g, url_for
from flask.typing import ResponseReturnValue

from jobmatch.web.papers import notes
from jobmatch.web.station import door
from jobmatch.workers import queries as workers


@door.get("/workers/<int:worker_id>/owed/<int:employer_id>/note")
def debt_note(worker_id: int, employer_id: int) -> ResponseReturnValue:
    workers.changeable_by(g.actor, worker_id)
    return notes.page(
        worker_id, employer_id, layout="layouts/desk.html", back=url_for("station.arrears"),
        pdf=url_for("station.debt_note_pdf", worker_id=worker_id, employer_id=employer_id),
    )  # fmt: skip


@door.get("/workers/<int:worker_id>/owed/<int:employer_id>/note.pdf")
def debt_note_pdf(worker_id: int, employer_id: int) -> ResponseReturnValue:
    workers.changeable_by(g.actor, worker_id)
    return notes.pdf(worker_id, employer_id)
