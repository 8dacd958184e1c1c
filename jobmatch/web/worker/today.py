"""Checking in and out with one tap, and the crew leader's roster."""

import uuid
from datetime import timedelta

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from jobmatch.attendance import disputes, queries, scanning, service
from jobmatch.attendance.rules.kinds import TAPS, Kind
from jobmatch.infra import clock
from jobmatch.kernel.errors import Conflict, Invalid, NotFound
from jobmatch.web import attendance, pay, roster
from jobmatch.web.filters import day as shown_day
from jobmatch.web.texts import say
from jobmatch.web.worker import door

door.nav(
    _l("签到"), "today", 30,
    also=["crew_roster", "crew_roster_save", "crew_codes", "crew_site_code", "own_code", "paper",
          "paper_post"],
)  # fmt: skip

CREW_DAYS = 3
# Pages of the days to come are kept on the phone: there may be no network then.
AHEAD_DAYS = 3
# So far back a day can be made up for, or said to be wrong, from the same cards.
BACK_DAYS = 30


@door.get("/today")
def today() -> ResponseReturnValue:
    """Today's and yesterday's work: one big button for each; the crews that this worker leads.
    Asked for, the days before it too: what was not recorded then can still be claimed.

    The days to come are in the page too, hidden until they come: it may be opened out of the
    phone's store then.
    """
    worker_id = g.actor.worker_id
    if worker_id is None:
        raise NotFound
    day = clock.today()
    ahead = day + timedelta(days=AHEAD_DAYS)
    is_back = request.args.get("back") == "y"
    first = day - timedelta(days=BACK_DAYS if is_back else 1)
    cards = attendance.own_cards(worker_id, first, ahead)
    works_today = any(card.row.work_date == day for card in cards)
    return render_template(
        "worker/attendance/today.html",
        cards=[card for card in cards if card.row.work_date <= day],
        ahead=[card for card in cards[::-1] if card.row.work_date > day],
        crews=queries.crews_led(worker_id, day - timedelta(days=CREW_DAYS), ahead),
        disputes=disputes.of_worker(worker_id),
        today=day,
        yesterday=day - timedelta(days=1),
        is_back=is_back,
        back_days=BACK_DAYS,
        next_day=None if works_today else queries.next_day(worker_id, day),
        uid=str(uuid.uuid4()),
        phone=attendance.phone(),
        tap=attendance.tap,
        reasons=attendance.reason_words,
        measures=attendance.measures,
        pay=pay,
    )


@door.post("/today/<int:day_id>/<any(check_in, check_out):kind>")
def tap(day_id: int, kind: str) -> ResponseReturnValue:
    """Here I am, or I go home."""
    assert Kind(kind) in TAPS
    uid = request.form.get("uid", "")[:30] or uuid.uuid4().hex
    try:
        # The page's two buttons share its uid: the kind tells them apart.
        written = service.record(
            day_id, kind, actor=g.actor, uid=f"{uid}-{kind[6:]}", point=attendance.point()
        )
    except (Invalid, Conflict) as error:
        flash(say(error.text), "warning")
    else:
        if written.waits:
            why = attendance.reason_words(written.review)
            flash(_("已收到（%(why)s），等用工方核对。", why=why), "warning")
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


@door.get("/crew/<int:crew_id>/<int:posting_id>/<day>/codes")
def crew_codes(crew_id: int, posting_id: int, day: str) -> ResponseReturnValue:
    """A code on paper for each of the crew, to print and hand out: each counts once."""
    on = roster.day_of(day, clock.today())
    head, crew_name = queries.crew_head(crew_id, posting_id, actor=g.actor)
    rows = queries.day_roster(posting_id, on, crew_id=crew_id)
    return render_template(
        "worker/attendance/codes.html",
        head=head,
        crew_id=crew_id,
        crew_name=crew_name,
        day=on,
        rows=rows,
        codes=scanning.paper_codes([row.engagement_day_id for row in rows]),
    )


@door.get("/crew/<int:crew_id>/<int:posting_id>/code")
def crew_site_code(crew_id: int, posting_id: int) -> ResponseReturnValue:
    """Today's code for the crew's people to scan."""
    head, crew_name = queries.crew_head(crew_id, posting_id, actor=g.actor)
    token = scanning.site_code(posting_id, actor=g.actor)
    link = url_for("public.here", token=token, _external=True)
    return render_template(
        "worker/attendance/code.html",
        title=_("%(crew)s：扫码到岗", crew=crew_name),
        what=head.title,
        hint=_("让来的人用手机相机扫。五分钟换一个新码，不用您动手。"),
        picture=attendance.picture(link),
        back=url_for("worker.today"),
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
        phone=attendance.phone(),
        items=attendance.all_taps([line.row for line in sheet.lines], posting_id, on),
        people=attendance.roster_of([line.row for line in sheet.lines], posting_id, on),
        said_words=attendance.said_words,
        reasons=attendance.reason_words,
        pay=pay,
    )
