"""The worker's copy of a day: right, or not and how instead; codes to show and to enter."""

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import RadioField, TextAreaField
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from jobmatch.attendance import copies, disputes, queries, scanning
from jobmatch.attendance.disputes import Version
from jobmatch.attendance.queries import OwnDay
from jobmatch.infra import clock
from jobmatch.kernel.errors import Conflict, Invalid, NotFound
from jobmatch.web import attendance, limits
from jobmatch.web.answers import telling
from jobmatch.web.forms import BaseForm, WholeField
from jobmatch.web.incoming import key_or_none
from jobmatch.web.limits import limiter
from jobmatch.web.login import safe_next
from jobmatch.web.paper import PaperForm
from jobmatch.web.texts import say
from jobmatch.web.worker import door


class WrongForm(BaseForm):
    """The worker's version of a day. Hours and minutes apart: no decimals to get wrong."""

    came = RadioField(
        _l("那天您到了吗"),
        choices=[("yes", _l("到了")), ("no", _l("没到"))],
        validators=[InputRequired(_l("请选一个。"))],
    )
    hours = WholeField(
        _l("干了几个小时"),
        validators=[Optional(), NumberRange(0, 24, _l("请填 0 到 24。"))],
    )
    minutes = WholeField(
        _l("零几分钟"), validators=[Optional(), NumberRange(0, 59, _l("请填 0 到 59。"))]
    )
    pieces = WholeField(
        _l("多少件"), validators=[Optional(), NumberRange(0, 1_000_000, _l("请填件数，例如 320。"))]
    )
    words = TextAreaField(
        _l("还想说什么"), validators=[Length(max=500, message=_l("最多写 500 个字。"))]
    )

    def version(self) -> Version:
        if self.came.data == "no":
            return Version(False, 0, 0)
        worked = (self.hours.data or 0) * 60 + (self.minutes.data or 0)
        return Version(True, worked, self.pieces.data or 0)


@door.post("/days/<int:day_id>/right")
def day_right(day_id: int) -> ResponseReturnValue:
    """The worker's yes to the figures that were shown."""
    minutes, pieces, fen = (key_or_none(request.form.get(n)) for n in ("minutes", "pieces", "fen"))
    with telling(_("好，这一天核对过了。")):
        copies.confirm_own(day_id, minutes or 0, pieces or 0, fen, actor=g.actor)
    return redirect(safe_next(request.form.get("next"), url_for("worker.today")), 303)


@door.get("/days/<int:day_id>/wrong")
def day_wrong(day_id: int) -> ResponseReturnValue:
    """What is recorded, and a form for what is right."""
    row = _own(day_id)
    seen = row.presence
    form = WrongForm(
        formdata=None, came="yes", hours=seen.minutes // 60, minutes=seen.minutes % 60,
        pieces=seen.pieces,
    )  # fmt: skip
    return _wrong_page(row, form)


@door.post("/days/<int:day_id>/wrong")
def day_wrong_post(day_id: int) -> ResponseReturnValue:
    """Both versions stand side by side from now on."""
    row, form = _own(day_id), WrongForm()
    if form.validate_on_submit():
        with form.carrying(Invalid, Conflict):
            disputes.object_to(day_id, form.version(), form.words.data or "", actor=g.actor)
            flash(_("已经提出来了。您说的和记的两份都留着，等用工方答复。"), "success")
            return redirect(url_for("worker.today"), 303)
    return _wrong_page(row, form), 422


@door.post("/disputes/<int:dispute_id>/take")
def dispute_take(dispute_id: int) -> ResponseReturnValue:
    """The worker takes the employer's version."""
    with telling(_("说定了，按用工方的记。")):
        disputes.agree(dispute_id, actor=g.actor)
    return redirect(url_for("worker.today"), 303)


@door.get("/today/<int:day_id>/code")
def own_code(day_id: int) -> ResponseReturnValue:
    """My code for the leader or the employer to scan."""
    token = scanning.own_code(day_id, actor=g.actor)
    link = url_for("public.here", token=token, _external=True)
    return render_template(
        "worker/attendance/code.html",
        title=_("我的到岗码"),
        what=_own(day_id).title,
        hint=_("给班组长或用工方扫。五分钟换一个新码，不用您动手。"),
        picture=attendance.picture(link),
        back=url_for("worker.today"),
    )


@door.get("/paper")
def paper() -> ResponseReturnValue:
    """Codes on paper, entered by the worker or by the leader for the crew."""
    return render_template("worker/attendance/paper.html", form=PaperForm(formdata=None))


@door.post("/paper")
@limiter.limit(limits.code_limit)
def paper_post() -> ResponseReturnValue:
    form = PaperForm()
    if form.record():
        return redirect(url_for("worker.paper"), 303)
    return render_template("worker/attendance/paper.html", form=form), 422


def _own(day_id: int) -> OwnDay:
    """The day, if it is the worker's and has come. raises NotFound."""
    worker_id = g.actor.worker_id
    found = queries.own_day(worker_id, day_id) if worker_id is not None else None
    if found is None:
        raise NotFound
    return found


def _wrong_page(row: OwnDay, form: WrongForm) -> str:
    return render_template(
        "worker/attendance/wrong.html",
        row=row,
        form=form,
        stands=attendance.measures(
            Version(bool(row.presence.present), row.presence.minutes, row.presence.pieces),
            row.by_piece, row.piece_unit,
        ),
        is_ahead=row.work_date > clock.today(),
        say=say,
    )  # fmt: skip
