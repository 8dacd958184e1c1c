"""Codes on paper, entered at the desk for people without a phone."""

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l

from jobmatch.web import limits
from jobmatch.web.limits import limiter
from jobmatch.web.paper import PaperForm
from jobmatch.web.station import door

door.nav(_l("补交到岗码"), "paper", 50)


@door.get("/paper")
def paper() -> ResponseReturnValue:
    return render_template("station/attendance/paper.html", form=PaperForm(formdata=None))


@door.post("/paper")
@limiter.limit(limits.code_limit)
def paper_post() -> ResponseReturnValue:
    form = PaperForm()
    if form.record():
        return redirect(url_for("station.paper"), 303)
    return render_template("station/attendance/paper.html", form=form), 422
