"""Checking in and out with one tap, and the crew leader's roster."""

import uuid
from datetime import timedelta

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from jobmatch.attendance import queries, service
from jobmatch.attendance.rules.kinds import TAPS, Kind
from jobmatch.infra import clock
from jobmatch.kernel.errors import Conflict, Invalid, NotFound
from jobmatch.web import pay, roster
from jobmatch.web.filters import day as shown_day
from jobmatch.web.texts import say
from jobmatch.web.worker import door

door.nav(_l("签到"), "today", 30, also=["crew_roster", "crew_roster_save"])

CREW_DAYS = 3


@door.get("/today")
def today() -> ResponseReturnValue:
    """Today's and yesterday's work: one big button for each; the crews that this worker leads."""
    worker_id = g.actor.worker_id
    if worker_id is None:
        raise NotFound
    day = clock.today()
    rows = queries.own_days(worker_id, day - timedelta(days=1), day)
    works_today = any(row.work_date == day for row in rows)
    return render_template(
        "worker/attendance/today.html",
        rows=rows,
        crews=queries.crews_led(worker_id, day - timedelta(days=CREW_DAYS), day),
        today=day,
        next_day=None if works_today else queries.next_day(worker_id, day),
        uid=str(uuid.uuid4()),
        pay=pay,
    )


@door.post("/today/<int:day_id>/<any(check_in, check_out):kind>")
def tap(day_id: int, kind: str) -> ResponseReturnValue:
    """Here I am, or I go home."""
    assert Kind(kind) in TAPS
    uid = request.form.get("uid", "")[:30] or uuid.uuid4().hex
    try:
        # The page's two buttons share its uid: the kind tells them apart.
        service.record(day_id, kind, actor=g.actor, uid=f"{uid}-{kind[6:]}")
    except (Invalid, Conflict) as error:
        flash(say(error.text), "warning")
    else:
        done = _("已记到岗。") if kind == Kind.CHECK_IN else _("已记收工，辛苦了。")
        flash(done, "success")
    return redirect(url_for("worker.today"), 303)


@door.get("/crew/<int:crew_id>/<int:posting_id>/<day>/roster")
def crew_roster(crew_id: int, posting_id: int, day: str) -> ResponseReturnValue:
    """The crew's people of one day."""
    on = roster.day_of(day, clock.today())
    queries.crew_head(crew_id, posting_id, actor=g.actor)
    rows = queries.day_roster(posting_id, on, crew_id=crew_id)
    return _roster_page(crew_id, posting_id, day, roster.sheet(rows)), 200


@door.post("/crew/<int:crew_id>/<int:posting_id>/<day>/roster")
def crew_roster_save(crew_id: int, posting_id: int, day: str) -> ResponseReturnValue:
    """Record what the leader changed."""
    on = roster.day_of(day, clock.today())
    queries.crew_head(crew_id, posting_id, actor=g.actor)
    rows = queries.day_roster(posting_id, on, crew_id=crew_id)
    sheet = roster.read(rows, request.form)
    said = roster.save(sheet)
    if said is None:
        return redirect(
            url_for("worker.crew_roster", crew_id=crew_id, posting_id=posting_id, day=day), 303
        )
    return _roster_page(crew_id, posting_id, day, sheet, said), 422


@door.post("/crew/<int:crew_id>/<int:posting_id>/<day>/all")
def crew_all_present(crew_id: int, posting_id: int, day: str) -> ResponseReturnValue:
    """The whole crew is here; those already marked stay as they are."""
    on = roster.day_of(day, clock.today())
    queries.crew_head(crew_id, posting_id, actor=g.actor)
    roster.all_present(posting_id, on, crew_id)
    return redirect(
        url_for("worker.crew_roster", crew_id=crew_id, posting_id=posting_id, day=day), 303
    )


def _roster_page(
    crew_id: int, posting_id: int, day: str, sheet: roster.Sheet, said: str = ""
) -> str:
    on = roster.day_of(day, clock.today())
    head, crew_name = queries.crew_head(crew_id, posting_id, actor=g.actor)
    return render_template(
        "worker/attendance/crew_roster.html",
        head=head,
        crew_name=crew_name,
        crew_id=crew_id,
        day=on,
        day_words=shown_day(on),
        sheet=sheet,
        said=said,
        counts=roster.counts([line.row for line in sheet.lines]),
        is_ahead=on > clock.today(),
        uid=str(uuid.uuid4()),
        pay=pay,
    )
