"""The station hires at once for the employers of its place, and answers for who has no phone."""

from flask import g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from jobmatch.dispatch import instant, instant_queries, receipts
from jobmatch.infra import clock
from jobmatch.kernel.actor import Role
from jobmatch.kernel.errors import NotFound
from jobmatch.matching import queries as matching
from jobmatch.places import queries as places
from jobmatch.skills import queries as skills
from jobmatch.web.answers import telling
from jobmatch.web.incoming import asked
from jobmatch.web.instant import Pages, words
from jobmatch.web.station import door
from jobmatch.workers import queries as workers

MOST_FITS = 5


def chosen() -> int:
    """The employer that the clerk asks for."""
    return int(asked("employer", type=int) or 0)


pages = Pages(door, chosen, of_station=True)
door.nav(_l("快招"), "instant_list", 15)


@door.post("/instant/offers/<int:offer_id>")
def instant_answer(offer_id: int) -> ResponseReturnValue:
    """What somebody of our place says, told by the clerk."""
    row = instant_queries.offer_at_desk(offer_id, actor=g.actor)
    yes = request.form.get("answer") == "yes"
    said = _("%(name)s去。日子已留好。", name=row.worker_name)
    with telling(said if yes else _("%(name)s不去，接着问别人。", name=row.worker_name)):
        instant.answer(offer_id, yes, actor=g.actor)
    if request.form.get("next") == "worker":
        return redirect(url_for("station.worker", worker_id=row.worker_id), 303)
    return redirect(url_for("station.instant_list"), 303)


@door.post("/workers/<int:worker_id>/requests")
def request_work(worker_id: int) -> ResponseReturnValue:
    """The visitor asks for work: it is written down, and the receipt is printed."""
    request_id = receipts.request_work(worker_id, actor=g.actor)
    return redirect(
        url_for("station.work_receipt", worker_id=worker_id, request_id=request_id), 303
    )


@door.get("/workers/<int:worker_id>/requests/<int:request_id>")
def work_receipt(worker_id: int, request_id: int) -> ResponseReturnValue:
    """The dated receipt of a request for work."""
    row = workers.changeable_by(g.actor, worker_id)
    if not g.actor.covers(Role.STATION, row.home_code):
        raise NotFound
    found = receipts.request(request_id, worker_id)
    profile = workers.profile(worker_id)
    fits = [] if row.matching_opt_out else matching.fits_for(worker_id, clock.today(), MOST_FITS)
    return render_template(
        "station/workers/receipt.html",
        row=row,
        found=found,
        names=skills.names([one.skill_id for one in profile.skills]),
        profile=profile,
        home=places.local_names([row.home_code]).get(row.home_code, ""),
        fits=fits,
        words=words,
    )
