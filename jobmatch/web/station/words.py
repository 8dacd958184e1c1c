"""At the desk: confirm for a visitor a skill that was read out of their words later on."""

from flask import g, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from jobmatch.kernel.errors import NotFound
from jobmatch.web.answers import telling
from jobmatch.web.station import door
from jobmatch.web.station.placing import back
from jobmatch.workers import proposals, queries


@door.post("/workers/<int:worker_id>/words/<int:proposal_id>")
def words_answer(worker_id: int, proposal_id: int) -> ResponseReturnValue:
    queries.changeable_by(g.actor, worker_id)
    if not proposals.is_of(proposal_id, worker_id):
        raise NotFound
    yes = request.form.get("answer") == "yes"
    with telling(_("加上了。") if yes else _("好的，不加。")):
        proposals.answer(proposal_id, yes, actor=g.actor)
    return back(worker_id)
