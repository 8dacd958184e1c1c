"""Brands that have people for a posting, counted: the people's names stay with their brand."""

from collections import defaultdict
from dataclasses import dataclass

from flask import g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from jobmatch.brands import queries as brands
from jobmatch.dispatch import service
from jobmatch.infra import clock
from jobmatch.kernel.ids import BrandId
from jobmatch.matching import candidates, crews
from jobmatch.matching.candidates import CandidateRow
from jobmatch.matching.rules.desk import rounded
from jobmatch.matching.rules.kinship import Kin
from jobmatch.postings.queries import PostingRow
from jobmatch.web import postings as show
from jobmatch.web.answers import telling
from jobmatch.web.employer import door
from jobmatch.web.employer.signups import is_over, own_posting

MOST_CANDIDATES, MOST_CREWS = 1000, 10


@dataclass(frozen=True, slots=True)
class BrandFit:
    """A brand's people for a posting, counted. near, far: km by road, to the next 5."""

    id: int
    name: str
    people: int
    skilled: int
    proved: int
    all_days: int
    near: int
    far: int


@door.get("/postings/<int:posting_id>/brands")
def fitting_brands(posting_id: int) -> ResponseReturnValue:
    """Brands that have people for this work."""
    row = own_posting(posting_id)
    return render_template(
        "employer/dispatch/brands.html",
        row=row,
        by_brand=_candidates(row),
        best_crews=[] if is_closed(row) else crews.best_crews(row.id, clock.today(), MOST_CREWS),
        show=show,
    )


@door.post("/postings/<int:posting_id>/ask-brand")
def ask_brand(posting_id: int) -> ResponseReturnValue:
    """Ask a brand to send people."""
    own_posting(posting_id)
    with telling(_("已请这家品牌派人，带头人会收到通知。")):
        service.ask_brand(posting_id, request.form.get("brand_id", 0, int), actor=g.actor)
    return redirect(url_for("employer.fitting_brands", posting_id=posting_id), 303)


def is_closed(row: PostingRow) -> bool:
    return row.state != "open" or is_over(row)


def _candidates(row: PostingRow) -> list[BrandFit]:
    """Public brands with members who fit and are free. Names of people stay with their brand."""
    today = clock.today()
    if is_closed(row):
        return []
    per_brand: dict[BrandId, list[CandidateRow]] = defaultdict(list)
    for one in candidates.candidates(row.id, today, MOST_CANDIDATES, members_only=True):
        for brand_id in one.brand_ids:
            per_brand[brand_id].append(one)
    rows = brands.brands_by_id(per_brand)
    found = [
        BrandFit(
            id=key,
            name=rows[key].name,
            people=len(people),
            skilled=sum(one.kin >= Kin.SECOND for one in people),
            proved=sum(one.proved for one in people),
            all_days=sum(one.free == one.days for one in people),
            near=rounded(min(one.km for one in people)),
            far=rounded(max(one.km for one in people)),
        )
        for key, people in per_brand.items()
        if rows[key].state == "approved"
    ]
    return sorted(found, key=lambda one: (-one.people, one.name))
