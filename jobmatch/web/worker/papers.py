"""The worker's debt note."""

from flask import url_for
from flask.typing import ResponseReturnValue

from jobmatch.web.papers import notes
from jobmatch.web.worker import door
from jobmatch.web.worker.disputes import me


@door.get("/owed/<int:employer_id>/note")
def debt_note(employer_id: int) -> ResponseReturnValue:
    return notes.page(
        me(), employer_id, layout="layouts/worker.html", back=url_for("worker.arrears"),
        pdf=url_for("worker.debt_note_pdf", employer_id=employer_id),
    )  # fmt: skip


@door.get("/owed/<int:employer_id>/note.pdf")
def debt_note_pdf(employer_id: int) -> ResponseReturnValue:
    return notes.pdf(me(), employer_id)
