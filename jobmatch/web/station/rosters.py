"""At the desk: who is there today at the work of the place, for people without a phone."""

import uuid
from datetime import date

from flask import g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l

from jobmatch.attendance import desk, queries
from jobmatch.attendance.queries import PostingHead
from jobmatch.infra import clock
from jobmatch.web import attendance, pay, roster
from jobmatch.web.filters import day_week
from jobmatch.web.station import door

door.nav(_l("花名册"), "rosters", 45, also=["posting_roster"])


@door.get("/rosters")
def rosters() -> ResponseReturnValue:
    """Work of the place with people today and in the last week."""
    first, last = queries.recent(clock.today())
    rows = desk.postings_on(g.actor, first, last)
    return render_template(
        "station/attendance/rosters.html",
        rows=[row for row in rows if row.work_date == last],
        before=[row for row in rows if row.work_date < last],
    )


@door.get("/postings/<int:posting_id>/roster")
def posting_roster(posting_id: int) -> ResponseReturnValue:
    """Who should be there on a day, and what is recorded."""
    head = desk.head(posting_id, actor=g.actor)
    day = roster.day_of(request.args.get("day"), clock.today())
    return _page(head, day, roster.sheet(queries.day_roster(posting_id, day)))


@door.post("/postings/<int:posting_id>/roster")
def posting_roster_save(posting_id: int) -> ResponseReturnValue:
    """Record what was changed on the page, all of it or nothing; the desk is the witness."""
    head = desk.head(posting_id, actor=g.actor)
    day = roster.day_of(request.args.get("day"), clock.today())
    sheet = roster.read(queries.day_roster(posting_id, day), request.form)
    said = roster.save(sheet)
    if said is None:
        return redirect(url_for("station.posting_roster", posting_id=posting_id, day=day), 303)
    return _page(head, day, sheet, said), 422


def _page(head: PostingHead, day: date, sheet: roster.Sheet, said: str = "") -> str:
    return render_template(
        "station/attendance/roster.html",
        head=head,
        day=day,
        day_words=day_week(day),
        sheet=sheet,
        said=said,
        counts=roster.counts([line.row for line in sheet.lines]),
        is_ahead=day > clock.today(),
        said_words=attendance.said_words,
        reasons=attendance.reason_words,
        uid=str(uuid.uuid4()),
        pay=pay,
    )
