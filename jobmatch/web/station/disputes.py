"""At the desk: overdue pay of people from around, and speaking up for whoever has no phone."""

from flask import g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from jobmatch.disputes import queries
from jobmatch.disputes.queries import CaseRow
from jobmatch.disputes.rules.states import Side
from jobmatch.earnings import arrears as overdue
from jobmatch.kernel.actor import Role
from jobmatch.kernel.errors import NotFound
from jobmatch.kernel.paging import Page
from jobmatch.web.disputes import Pages, words
from jobmatch.web.disputes.packing import PackPages
from jobmatch.web.disputes.speaking import Speaking
from jobmatch.web.incoming import page_number
from jobmatch.web.station import door
from jobmatch.workers import queries as workers
from jobmatch.workers.queries import WorkerRow

door.nav(_l("欠薪和争议"), "arrears", 60, also=["disputes", "dispute"])


def rows(page: int) -> Page[CaseRow]:
    return queries.of_station(page, actor=g.actor)


pages = Pages(door, Side.DESK, "layouts/desk.html", rows)
PackPages(door, Side.DESK, "layouts/desk.html")


@door.get("/arrears")
def arrears() -> ResponseReturnValue:
    return render_template(
        "disputes/arrears.html", page=overdue.of_station(page_number(), actor=g.actor),
        sum=overdue.sum_of_station(actor=g.actor), words=words, of="station", scope=None,
    )  # fmt: skip


@door.get("/workers/<int:worker_id>/speak")
def worker_speak(worker_id: int) -> ResponseReturnValue:
    """A visitor says what is wrong; the clerk writes it down."""
    return _speaking(worker_id).page()


@door.post("/workers/<int:worker_id>/speak")
def worker_speak_post(worker_id: int) -> ResponseReturnValue:
    speaking = _speaking(worker_id)
    key = speaking.take(_("替本人提出来了，用工方会收到消息。"))
    if key is None:
        return speaking.page(), 422
    return redirect(url_for("station.dispute", case_id=key), 303)


def _speaking(worker_id: int) -> Speaking:
    row: WorkerRow = workers.changeable_by(g.actor, worker_id)
    if not g.actor.covers(Role.STATION, row.home_code):
        raise NotFound
    return Speaking(
        worker_id, "layouts/desk.html", cancel=url_for("station.worker", worker_id=worker_id)
    )
