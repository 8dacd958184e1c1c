"""Overdue pay and disputes in the officer's places: of work there, and of people from there."""

from flask import g, render_template
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l

from jobmatch.attendance import queries as attendance
from jobmatch.disputes import queries
from jobmatch.disputes.queries import CaseRow
from jobmatch.disputes.rules.states import Side
from jobmatch.earnings import arrears as overdue
from jobmatch.kernel.actor import Role
from jobmatch.kernel.errors import NotFound
from jobmatch.kernel.paging import Page
from jobmatch.web.disputes import Pages, words
from jobmatch.web.disputes.packing import PackPages
from jobmatch.web.incoming import page_number
from jobmatch.web.officer import door
from jobmatch.web.officer.scope import chosen

door.nav(_l("欠薪和争议"), "arrears", 65, also=["disputes", "dispute"])


def rows(page: int) -> Page[CaseRow]:
    return queries.in_place(chosen().here.code, page, actor=g.actor)


pages = Pages(door, Side.OFFICER, "layouts/desk.html", rows)
PackPages(door, Side.OFFICER, "layouts/desk.html")


@door.get("/arrears")
def arrears() -> ResponseReturnValue:
    scope = chosen()
    return render_template(
        "disputes/arrears.html",
        page=overdue.in_place(scope.here.code, page_number(), actor=g.actor),
        sum=overdue.sum_in_place(scope.here.code, actor=g.actor),
        words=words,
        of="officer",
        scope=scope,
        live=queries.count_live(place=scope.here.code),
    )


@door.get("/arrears/<int:arrears_id>")
def arrears_days(arrears_id: int) -> ResponseReturnValue:
    """The days behind one overdue amount."""
    row = overdue.one(arrears_id)
    if row is None or not any(
        g.actor.covers(Role.OFFICER, code) for code in (row.place_code, row.home_code)
    ):
        raise NotFound
    return render_template(
        "disputes/arrears_days.html",
        row=row,
        days_worked=attendance.work_days(
            posting_id=row.posting_id, worker_id=row.worker_id, first=row.first_day,
            last=row.last_day,
        ),
        words=words,
    )  # fmt: skip
