"""Who of the brand fits a posting, who nearly does, and what would turn it."""

from dataclasses import dataclass

from flask import render_template, request
from flask.typing import ResponseReturnValue

from jobmatch.brands import people
from jobmatch.brands import queries as brands
from jobmatch.dispatch import queries as dispatch
from jobmatch.dispatch.rules.states import LIVE
from jobmatch.infra import clock
from jobmatch.kernel.errors import NotFound
from jobmatch.kernel.ids import WorkerId
from jobmatch.matching import crews
from jobmatch.matching import queries as matching
from jobmatch.matching.rules.desk import DeskFit, desk
from jobmatch.postings import queries as postings
from jobmatch.web import postings as show
from jobmatch.web.brand import door
from jobmatch.web.brand.current import current_brand
from jobmatch.workers import queries as workers

# So many whom it fits, and whom it nearly does, are listed.
MOST_FITS, MOST_OTHERS, MOST_CREWS = 60, 30, 10


@dataclass(frozen=True, slots=True)
class Person:
    """A member weighed for the posting: without the limits that are their own."""

    worker_id: int
    name: str
    phone: str | None
    fit: DeskFit


@door.get("/postings/<int:posting_id>/people")
def fitting(posting_id: int) -> ResponseReturnValue:
    """The brand's members for one posting, or those of one crew, best first."""
    brand_id, today = current_brand(), clock.today()
    row = postings.posting(posting_id)
    if row is None or row.state == "draft":
        raise NotFound
    crew_id = request.args.get("crew", type=int)
    crew = brands.crew(crew_id) if crew_id else None
    if crew_id and (crew is None or crew.brand_id != brand_id):
        raise NotFound
    ids = {m.worker_id for m in crew.members} if crew else people.member_ids(brand_id)
    rows = workers.workers(ids)
    there = {one.worker_id for one in dispatch.signups(posting_id) if one.state in LIVE}
    willing = [
        key
        for key, one in rows.items()
        if one.is_active and not one.matching_opt_out and key not in there
    ]
    found = matching.fits_of(willing, posting_id, today, most=MOST_FITS, nearly=MOST_OTHERS)
    listed = [
        Person(key, rows[WorkerId(key)].name, rows[WorkerId(key)].phone, desk(fit))
        for key, fit in found.items()
    ]
    return render_template(
        "brand/dispatch/fitting.html",
        row=row,
        crew=crew,
        crews=brands.crews(brand_id),
        best_crews=crews.best_crews(posting_id, today, MOST_CREWS, brand_id=brand_id),
        fits=[one for one in listed if one.fit.is_fit],
        others=[one for one in listed if not one.fit.is_fit],
        total=len(willing),
        there=len(there & ids),
        opted_out=sum(one.matching_opt_out for one in rows.values()),
        shown=len(listed),
        is_open=show.is_open(row),
        show=show,
    )
