"""The day's roster of a posting: who is here, how long, how many pieces; and on paper."""

import uuid
from datetime import date

from flask import g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l

from jobmatch.attendance import copies, queries, scanning
from jobmatch.attendance.queries import DayCount, PostingHead
from jobmatch.infra import clock
from jobmatch.web import attendance, pay, roster
from jobmatch.web.employer import current, door
from jobmatch.web.filters import day_week

door.nav(
    _l("花名册"), "rosters", 40,
    also=["checking", "posting_code", "posting_roster", "posting_roster_paper"],
)  # fmt: skip

LOOK_BACK = 14


@door.get("/rosters")
def rosters() -> ResponseReturnValue:
    """Postings with people today and in the last two weeks; what is not marked yet stands out."""
    first, last = queries.recent(clock.today(), LOOK_BACK)
    rows = queries.postings_on([current.current().id], first, last)
    return render_template(
        "employer/attendance/rosters.html",
        rows=[row for row in rows if row.work_date == last],
        before=[row for row in rows if row.work_date < last],
        today=last,
    )


@door.get("/postings/<int:posting_id>/roster")
def posting_roster(posting_id: int) -> ResponseReturnValue:
    """The roster of one day: today's, else the posting's nearest day with people."""
    head = queries.posting_head(posting_id, actor=g.actor)
    days = queries.days_of_posting(posting_id)
    day = roster.day_of(request.args.get("day"), _nearest(days))
    return _page(head, days, day, roster.sheet(queries.day_roster(posting_id, day)))


@door.post("/postings/<int:posting_id>/roster")
def posting_roster_save(posting_id: int) -> ResponseReturnValue:
    """Record what was changed on the page, all of it or nothing."""
    head = queries.posting_head(posting_id, actor=g.actor)
    day = roster.day_of(request.args.get("day"), clock.today())
    sheet = roster.read(queries.day_roster(posting_id, day), request.form)
    said = roster.save(sheet)
    if said is None:
        return redirect(url_for("employer.posting_roster", posting_id=posting_id, day=day), 303)
    return _page(head, queries.days_of_posting(posting_id), day, sheet, said), 422


@door.post("/postings/<int:posting_id>/roster/all")
def posting_all_present(posting_id: int) -> ResponseReturnValue:
    """Everybody not marked yet is present."""
    queries.posting_head(posting_id, actor=g.actor)
    day = roster.day_of(request.args.get("day"), clock.today())
    roster.all_present(posting_id, day)
    return redirect(url_for("employer.posting_roster", posting_id=posting_id, day=day), 303)


@door.get("/postings/<int:posting_id>/roster/paper")
def posting_roster_paper(posting_id: int) -> ResponseReturnValue:
    """The roster to print: for a field without a network, with room to sign."""
    head = queries.posting_head(posting_id, actor=g.actor)
    day = roster.day_of(request.args.get("day"), clock.today())
    rows = queries.day_roster(posting_id, day)
    return render_template(
        "employer/attendance/paper.html",
        head=head,
        day=day,
        rows=rows,
        codes=scanning.paper_codes([row.engagement_day_id for row in rows]),
    )


def _nearest(days: list[DayCount]) -> date:
    today = clock.today()
    past = [d.work_date for d in days if d.work_date <= today]
    coming = [d.work_date for d in days if d.work_date > today]
    return past[-1] if past else coming[0] if coming else today


def _page(
    head: PostingHead, days: list[DayCount], day: date, sheet: roster.Sheet, said: str = ""
) -> str:
    rows = [line.row for line in sheet.lines]
    stand = copies.copies([row.engagement_day_id for row in rows])
    return render_template(
        "employer/attendance/roster.html",
        head=head,
        day=day,
        day_words=day_week(day),
        before=next((d for d in reversed(days) if d.work_date < day), None),
        after=next((d for d in days if d.work_date > day), None),
        sheet=sheet,
        said=said,
        counts=roster.counts(rows),
        is_ahead=day > clock.today(),
        is_settled=all(line.row.is_settled for line in sheet.lines if line.row.presence.present),
        to_confirm=sum(
            bool(row.presence.present)
            and not stand.get(row.engagement_day_id, copies.Copies()).employer
            for row in rows
        ),
        said_words=attendance.said_words,
        reasons=attendance.reason_words,
        uid=str(uuid.uuid4()),
        pay=pay,
    )
