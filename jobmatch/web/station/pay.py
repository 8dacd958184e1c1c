"""At the desk: a visitor's pay slips, to show and to print for who has no phone."""

from flask import g, render_template
from flask.typing import ResponseReturnValue

from jobmatch.earnings import queries, service
from jobmatch.web import pay as words
from jobmatch.web.station import door
from jobmatch.workers import queries as workers


@door.get("/workers/<int:worker_id>/pay")
def worker_pay(worker_id: int) -> ResponseReturnValue:
    """All slips of a visitor who lives near the station; each look leaves a line in the log."""
    row = workers.changeable_by(g.actor, worker_id)
    service.note_desk_read(worker_id, actor=g.actor)
    rows = queries.slips_of_worker(worker_id)
    return render_template("station/earnings/pay.html", row=row, rows=rows, words=words)


@door.get("/workers/<int:worker_id>/pay/<int:slip_id>")
def worker_slip(worker_id: int, slip_id: int) -> ResponseReturnValue:
    """One slip on one sheet of paper."""
    row = workers.changeable_by(g.actor, worker_id)
    service.note_desk_read(worker_id, slip_id, actor=g.actor)
    slip = queries.slip(slip_id, actor=g.actor)
    return render_template("station/earnings/slip.html", row=row, slip=slip, words=words)
