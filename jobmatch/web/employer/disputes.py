"""The employer's side of disputes, and the pay that it owes past its day."""

from flask import render_template
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l

from jobmatch.disputes import queries
from jobmatch.disputes.queries import CaseRow
from jobmatch.disputes.rules.states import Side
from jobmatch.earnings import arrears as overdue
from jobmatch.kernel.paging import Page
from jobmatch.web.disputes import Pages, words
from jobmatch.web.disputes.packing import PackPages
from jobmatch.web.employer import current, door
from jobmatch.web.incoming import page_number
from jobmatch.web.searching import lead, name_sought

door.nav(_l("争议"), "disputes", 55)


def rows(page: int) -> Page[CaseRow]:
    return queries.of_employers([current.current().id], page)


pages = Pages(door, Side.EMPLOYER, "layouts/desk.html", rows)
PackPages(door, Side.EMPLOYER, "layouts/desk.html")


@door.get("/arrears")
def arrears() -> ResponseReturnValue:
    """Pay past its day, person by person; each opens to its slip or its days."""
    mine, name = [current.current().id], name_sought("employer.arrears")
    return render_template(
        "disputes/arrears.html",
        page=overdue.of_employers(mine, page_number(), name=name),
        sum=overdue.sum_of_employers(mine),
        name=name,
        words=words,
        of="employer",
        scope=None,
    )


@door.post("/arrears/search")
def arrears_search() -> ResponseReturnValue:
    return lead("employer.arrears")
