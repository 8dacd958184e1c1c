"""The worker speaks up: from a slip, a day, overdue pay, or work in general; and how it goes on."""

from flask import g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from jobmatch.disputes import queries
from jobmatch.disputes.queries import CaseRow
from jobmatch.disputes.rules.states import Side
from jobmatch.earnings import arrears as overdue
from jobmatch.kernel.errors import NotFound
from jobmatch.kernel.paging import Page
from jobmatch.web.disputes import Pages, words
from jobmatch.web.disputes.packing import PackPages
from jobmatch.web.disputes.speaking import Speaking
from jobmatch.web.worker import door


def me() -> int:
    if g.actor.worker_id is None:
        raise NotFound
    return int(g.actor.worker_id)


def rows(_page: int) -> Page[CaseRow]:
    found = queries.of_worker(me())
    return Page(found, 1, len(found), max(1, len(found)))


pages = Pages(door, Side.WORKER, "layouts/worker.html", rows)
PackPages(door, Side.WORKER, "layouts/worker.html")


@door.get("/arrears")
def arrears() -> ResponseReturnValue:
    """Pay that did not come on its day, and what can be done about it."""
    found = overdue.of_worker(me(), actor=g.actor)
    keys = {
        row.id: f"slip:{row.slip_id}" if row.slip_id else f"pay:{row.posting_id}:{row.worker_id}"
        for row in found
    }
    live = queries.live_of(keys.values())
    return render_template(
        "worker/disputes/arrears.html", rows=found, words=words,
        cases={row.id: live.get(keys[row.id]) for row in found},
    )  # fmt: skip


@door.get("/speak")
def speak() -> ResponseReturnValue:
    """Say what is wrong."""
    return Speaking(me(), "layouts/worker.html").page()


@door.post("/speak")
def speak_post() -> ResponseReturnValue:
    speaking = Speaking(me(), "layouts/worker.html")
    key = speaking.take(_("已经提出来了，用工方会收到消息。"))
    if key is None:
        return speaking.page(), 422
    return redirect(url_for("worker.dispute", case_id=key), 303)
