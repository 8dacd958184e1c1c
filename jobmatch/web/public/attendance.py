"""Sending in what a phone kept, scanned codes, and the service worker that keeps today's pages."""

from flask import Response, current_app, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_wtf.csrf import generate_csrf

from jobmatch.attendance import scanning, syncing
from jobmatch.attendance.rules.kinds import Kind
from jobmatch.attendance.scanning import CodeExpired
from jobmatch.kernel.errors import Conflict, Invalid
from jobmatch.web import attendance, offline
from jobmatch.web.guard import SIGNED_IN
from jobmatch.web.public import door
from jobmatch.web.texts import say


@door.get("/attendance/key", allow=SIGNED_IN)
def sync_key() -> ResponseReturnValue:
    """A token of now, and whose phone this is: a page out of the store knows neither."""
    return {"csrf": generate_csrf(), "who": str(g.actor.user_id)}


@door.post("/attendance/sync", allow=SIGNED_IN)
def sync() -> ResponseReturnValue:
    """Taps from a phone: {"sent": its clock, "items": [...]}; each gets an answer of its own."""
    body = request.get_json(silent=True)
    given = body if isinstance(body, dict) else {}
    try:
        found = syncing.sync(given.get("items"), given.get("sent"), actor=g.actor)
    except Invalid as error:
        return {"said": say(error.text)}, 422
    return {
        "answers": [
            {"uid": one.uid, "answer": one.answer.value, "said": say(one.said) if one.said else ""}
            for one in found
        ]
    }


@door.get("/here/<token>", allow=SIGNED_IN)
def here(token: str) -> ResponseReturnValue:
    """What a scanned code opens: one button."""
    try:
        offer = scanning.offer(token, actor=g.actor)
    except CodeExpired as error:
        return render_template("public/attendance/expired.html", said=say(error.text)), 409
    return render_template(
        "public/attendance/here.html", offer=offer, token=token, kinds=attendance.KINDS
    )


@door.post("/here/<token>/<any(check_in, check_out, present):kind>", allow=SIGNED_IN)
def here_take(token: str, kind: str) -> ResponseReturnValue:
    """Record it; the same code again changes nothing."""
    try:
        written = scanning.take(token, Kind(kind), actor=g.actor, point=attendance.point())
    except CodeExpired as error:
        return render_template("public/attendance/expired.html", said=say(error.text)), 409
    except Conflict as error:
        flash(say(error.text), "warning")
    else:
        if written.review:
            why = attendance.reason_words(written.review)
            flash(_("已收到（%(why)s），等用工方核对。", why=why), "warning")
        elif kind == Kind.CHECK_OUT:
            flash(_("已记收工，辛苦了。"), "success")
        else:
            flash(_("已记到岗。"), "success")
    return redirect(url_for("public.here_done"), 303)


@door.get("/here", allow=SIGNED_IN)
def here_done() -> ResponseReturnValue:
    """What came of a scan; the way on."""
    return render_template("public/attendance/done.html")


@door.get("/offline")
def without_network() -> ResponseReturnValue:
    """What opens when a page is not kept and there is no network."""
    return render_template("public/attendance/offline.html")


@door.get("/sw.js")
def service_worker() -> ResponseReturnValue:
    """The service worker, for the whole site; it knows the files of this version."""
    answer = Response(offline.worker(current_app), mimetype="text/javascript")
    answer.headers["Service-Worker-Allowed"] = "/"
    answer.headers["Cache-Control"] = "no-cache"
    return answer
