"""One big card: will you come? Two buttons; who says yes first has the place."""

from typing import Any

from flask import flash, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from jobmatch.dispatch import instant, instant_queries
from jobmatch.kernel.errors import Conflict, Invalid, NotFound
from jobmatch.web.texts import say
from jobmatch.web.worker import door
from jobmatch.web.worker.work import myself


@door.post("/instant/<int:offer_id>")
def instant_answer(offer_id: int) -> ResponseReturnValue:
    """Yes or no; a yes can be taken back at once."""
    row = instant_queries.question(offer_id, myself().id)
    if row is None:
        raise NotFound
    yes = request.form.get("answer") == "yes"
    try:
        signup_id = instant.answer(offer_id, yes, actor=g.actor)
    except (Invalid, Conflict) as error:
        flash(say(error.text), "warning")
        return redirect(url_for("worker.home"), 303)
    if signup_id is None:
        flash(_("知道了，下次有活再问您。"), "info")
        return redirect(url_for("worker.home"), 303)
    undo: Any = {
        "text": _("定下了：“%(title)s”，请按时到。", title=row.title),
        "url": url_for("worker.withdraw", signup_id=signup_id),
        "seconds": 30,
    }
    flash(undo, "undo")
    return redirect(url_for("worker.mine"), 303)
