"""Skills that were read out of the worker's own words later on: one tap to confirm."""

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from jobmatch.kernel.errors import Conflict
from jobmatch.skills import queries as skills
from jobmatch.web.texts import say
from jobmatch.web.worker import door
from jobmatch.web.worker.profile import me
from jobmatch.workers import proposals


@door.get("/me/words")
def words() -> ResponseReturnValue:
    rows = proposals.open_of(me())
    names = skills.names([row.skill_id for row in rows])
    return render_template("worker/workers/words.html", rows=rows, names=names)


@door.post("/me/words/<int:proposal_id>")
def words_answer(proposal_id: int) -> ResponseReturnValue:
    yes = request.form.get("answer") == "yes"
    try:
        proposals.answer(proposal_id, yes, actor=g.actor)
    except Conflict as error:
        flash(say(error.text), "warning")
    else:
        flash(_("加上了。") if yes else _("好的，不加。"), "success")
    left = proposals.open_of(me())
    return redirect(url_for("worker.words" if left else "worker.profile"), 303)
