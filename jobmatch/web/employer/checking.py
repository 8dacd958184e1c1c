"""The employer's copy of the days: what waits for a look, disputes, days to confirm, codes."""

from datetime import timedelta

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from jobmatch.attendance import copies, disputes, queries, reviewing, scanning
from jobmatch.earnings.expected import expected
from jobmatch.infra import clock
from jobmatch.kernel.paging import cut
from jobmatch.web import attendance, roster
from jobmatch.web.answers import telling
from jobmatch.web.employer import current, door
from jobmatch.web.incoming import page_number
from jobmatch.web.login import safe_next

LOOK_BACK = 14


@door.get("/checking")
def checking() -> ResponseReturnValue:
    """Claims that wait, days told differently, days not yet confirmed."""
    employer, today = current.current(), clock.today()
    first = today - timedelta(days=LOOK_BACK)
    return render_template(
        "employer/attendance/checking.html",
        reviews=cut(reviewing.open_reviews([employer.id], today), page_number("reviews")),
        disputes=cut(disputes.of_employers([employer.id]), page_number("disputes")),
        rows=cut(copies.unconfirmed([employer.id], first, today), page_number("days")),
        vias=attendance.VIAS,
        kinds=attendance.KINDS,
        reasons=attendance.reason_words,
        measures=attendance.measures,
    )


@door.post("/reviews/<int:event_id>/<any(accept, refuse):answer>")
def review_answer(event_id: int, answer: str) -> ResponseReturnValue:
    """Grant a claim, or not; it stays on record either way."""
    done = _("记上了。") if answer == "accept" else _("没有记上。本人看得到，可以提出不对。")
    with telling(done):
        reviewing.decide(event_id, answer == "accept", actor=g.actor)
    return redirect(url_for("employer.checking"), 303)


@door.post("/disputes/<int:dispute_id>/take")
def dispute_take(dispute_id: int) -> ResponseReturnValue:
    """The employer takes the worker's version."""
    with telling(_("说定了，按本人说的记。")):
        disputes.agree(dispute_id, actor=g.actor)
    return redirect(url_for("employer.checking"), 303)


@door.post("/postings/<int:posting_id>/roster/confirm")
def posting_day_confirm(posting_id: int) -> ResponseReturnValue:
    """The employer's yes to a day's figures; what is disputed is left out."""
    queries.posting_head(posting_id, actor=g.actor)
    day = roster.day_of(request.args.get("day"), clock.today())
    keys = [row.engagement_day_id for row in queries.day_roster(posting_id, day)]
    fens = expected(keys)
    n = copies.confirm_posting(posting_id, day, {key: fens.get(key) for key in keys}, actor=g.actor)
    flash(_("%(n)s 人的工时已核对。", n=n), "success")
    back = url_for("employer.posting_roster", posting_id=posting_id, day=day)
    return redirect(safe_next(request.form.get("next"), back), 303)


@door.get("/postings/<int:posting_id>/code")
def posting_code(posting_id: int) -> ResponseReturnValue:
    """Today's code at the site, for its workers to scan."""
    head = queries.posting_head(posting_id, actor=g.actor)
    token = scanning.site_code(posting_id, actor=g.actor)
    link = url_for("public.here", token=token, _external=True)
    return render_template(
        "employer/attendance/code.html", head=head, picture=attendance.picture(link)
    )
