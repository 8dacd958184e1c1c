"""At the desk: a visitor's pay slips and book, to show and to print for who has no phone."""

from flask import g, render_template
from flask.typing import ResponseReturnValue

from jobmatch.earnings import book, queries, service
from jobmatch.web import book as show
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


@door.get("/workers/<int:worker_id>/book")
def worker_book(worker_id: int) -> ResponseReturnValue:
    """The visitor's own book of a year, to show and to print; each look is logged."""
    row = workers.changeable_by(g.actor, worker_id)
    book.note_desk_read(worker_id, actor=g.actor)
    found = show.shown(worker_id, g.actor)
    return render_template("station/earnings/book.html", row=row, shown=found, show=show)


@door.get("/workers/<int:worker_id>/book/export.<any(xlsx, csv):kind>")
def worker_book_export(worker_id: int, kind: str) -> ResponseReturnValue:
    row = workers.changeable_by(g.actor, worker_id)
    book.note_desk_read(worker_id, actor=g.actor)
    wanted = show.asked()
    days = book.days(worker_id, wanted, actor=g.actor)
    return show.file_of(kind, row.name, days, wanted.year)
