"""Line watch: which households come first, why, and how many days of work close the gap."""

from collections.abc import Iterator
from typing import Any

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import RadioField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length

from jobmatch.households import queries as households
from jobmatch.households import service as household_service
from jobmatch.households.rules.kinds import KIND_TEXT, Source
from jobmatch.infra import clock
from jobmatch.kernel.errors import Conflict, Invalid
from jobmatch.kernel.text import Amount
from jobmatch.monitoring import queries, service
from jobmatch.monitoring.queries import WatchFilter, WatchRow
from jobmatch.monitoring.rules.gap import Level, PayFrom
from jobmatch.web.downloads import sheet
from jobmatch.web.filters import date_full
from jobmatch.web.forms import BaseForm, DayField
from jobmatch.web.incoming import page_number
from jobmatch.web.officer import door
from jobmatch.web.officer.scope import Scope, chosen
from jobmatch.web.texts import say

door.nav(_l("收入预警"), "watch", 22, also=("doubts", "doubt", "consents"))

LEVEL_WORDS = {
    Level.BEYOND: (_l("光靠干活补不上"), "bad"),
    Level.SHORT: (_l("干活能补上"), "short"),
    Level.UNSURE: (_l("有可能掉到线下"), "info"),
    Level.SAFE: (_l("看来够线"), "good"),
}
WHOSE_WORDS = {
    PayFrom.OWN: _l("按自家近一年的工钱"),
    PayFrom.CREW: _l("按班组近一年的工钱"),
    PayFrom.PLACE: _l("按本旗县近一年的工钱"),
    PayFrom.LAW: _l("按最低工资，8 小时"),
}


class ConsentForm(BaseForm):
    """What the household said, when, and what shows it."""

    given = RadioField(
        _l("这一户同不同意"),
        choices=[("yes", _l("同意")), ("no", _l("不同意，或者收回同意"))],
        validators=[InputRequired(_l("请选一个。"))],
    )
    day = DayField(_l("哪天说的"), validators=[InputRequired(_l("请填写日期。"))])
    proof = StringField(_l("凭什么"), validators=[InputRequired(_l("请写明凭什么。"))])


class AnswerForm(BaseForm):
    words = TextAreaField(
        _l("怎么处理的"),
        validators=[
            InputRequired(_l("请写明怎么处理的。")),
            Length(2, service.MOST_WORDS, _l("请写明怎么处理的，2 到 500 个字。")),
        ],
    )


def _asked(scope: Scope) -> WatchFilter:
    level = request.args.get("level", None, int)
    return WatchFilter(
        scope.here.code,
        Level(level) if level in list(Level) else None,
        request.args.get("monitored") == "y",
        request.args.get("hands") == "y",
    )


def _address(wanted: WatchFilter) -> dict[str, Any]:
    return {
        "place": wanted.place,
        "level": None if wanted.level is None else int(wanted.level),
        "monitored": "y" if wanted.monitored else None,
        "hands": "y" if wanted.can_work else None,
    }


@door.get("/watch")
def watch() -> ResponseReturnValue:
    """The most urgent first; each look leaves one line in the log."""
    scope = chosen()
    wanted = _asked(scope)
    page = queries.watched(g.actor, wanted, page_number())
    household_service.note_list(
        scope.here.code, actor=g.actor, of_watch=True, page=page.number, of=page.total
    )
    return render_template(
        "officer/watch/watch.html",
        scope=scope,
        wanted=wanted,
        asked=_address(wanted),
        page=page,
        counts=queries.counts(g.actor, scope.here.code),
        as_of=queries.as_of(g.actor, scope.here.code),
        levels=LEVEL_WORDS,
        Level=Level,
    )


@door.get("/watch/export.<any(xlsx, csv):kind>")
def watch_export(kind: str) -> ResponseReturnValue:
    scope = chosen()
    wanted = _asked(scope)
    rows = list(queries.all_watched(g.actor, wanted))
    household_service.note_list(scope.here.code, actor=g.actor, as_file=True, rows=len(rows))
    heads = [
        _("户编号"), _("户主"), _("村"), _("户类型"), _("算到哪天"), _("急不急"), _("人口"),
        _("能干活的人"), _("监测线（元）"), _("今年已记（元/户）"), _("人均：低（元）"),
        _("人均：大约（元）"), _("人均：高（元）"), _("人均还差（元）"), _("还差几个工日"),
        _("一天按多少（元）"), _("原因"),
    ]  # fmt: skip
    title = _("%(place)s收入预警名单", place=scope.here.short_name)
    return sheet(kind, title, heads, _lines(rows), most=queries.MOST_EXPORTED)


def _lines(rows: list[WatchRow]) -> Iterator[list[Any]]:
    for row in rows:
        yield [
            row.household_no, row.head_name, row.village, say(KIND_TEXT[row.kind]), row.as_of,
            str(LEVEL_WORDS[row.level][0]), row.members, row.hands, Amount(row.line_fen),
            Amount(row.so_far_fen), Amount(row.low_head_fen), Amount(row.likely_head_fen),
            Amount(row.high_head_fen), Amount(row.missing_head_fen), row.days,
            Amount(row.day_fen), "".join(say(reason) for reason in row.reasons),
        ]  # fmt: skip


@door.get("/households/<int:household_id>/watch")
def household_watch(household_id: int) -> ResponseReturnValue:
    """One household's year: what is booked, what is agreed, what is expected, and its consent."""
    return _page(household_id, ConsentForm(formdata=None, given="yes", day=clock.today()))


def _page(household_id: int, form: ConsentForm) -> str:
    found = queries.of_household(household_id, actor=g.actor)
    household_service.note_read(household_id, actor=g.actor)  # type: ignore[arg-type]
    return render_template(
        "officer/watch/household.html",
        row=households.household(household_id, g.actor),
        found=found,
        consents=queries.consents(household_id, actor=g.actor),
        form=form,
        levels=LEVEL_WORDS,
        whose=WHOSE_WORDS,
        Source=Source,
        date_full=date_full,
    )


@door.post("/households/<int:household_id>/watch")
def household_refresh(household_id: int) -> ResponseReturnValue:
    try:
        service.refresh(household_id, actor=g.actor)
    except Invalid as error:
        flash(say(error.text), "warning")
    else:
        flash(_("已按现在的记录重新算过。"), "success")
    return redirect(url_for("officer.household_watch", household_id=household_id), 303)


@door.post("/households/<int:household_id>/consent")
def household_consent(household_id: int) -> ResponseReturnValue:
    form = ConsentForm()
    if form.validate_on_submit() and form.day.data:
        with form.carrying(Invalid):
            service.consent(
                household_id, form.given.data == "yes", form.day.data, form.proof.data or "",
                actor=g.actor,
            )  # fmt: skip
            flash(_("已记下这一户的意思。"), "success")
            return redirect(url_for("officer.household_watch", household_id=household_id), 303)
    return _page(household_id, form), 422


@door.get("/doubts")
def doubts() -> ResponseReturnValue:
    """What workers find wrong about their household's income."""
    scope = chosen()
    is_open = request.args.get("list") != "answered"
    page = queries.doubts(g.actor, scope.here.code, is_open=is_open, page=page_number())
    household_service.note_list(scope.here.code, actor=g.actor, doubts=page.total)
    return render_template("officer/watch/doubts.html", scope=scope, page=page, is_open=is_open)


@door.get("/doubts/<int:doubt_id>")
def doubt(doubt_id: int) -> ResponseReturnValue:
    return _doubt(doubt_id, AnswerForm(formdata=None))


def _doubt(doubt_id: int, form: AnswerForm) -> str:
    row = queries.doubt(doubt_id, actor=g.actor)
    household_service.note_read(row.household_id, actor=g.actor)  # type: ignore[arg-type]
    return render_template("officer/watch/doubt.html", row=row, form=form)


@door.post("/doubts/<int:doubt_id>")
def doubt_answer(doubt_id: int) -> ResponseReturnValue:
    queries.doubt(doubt_id, actor=g.actor)
    form = AnswerForm()
    if form.validate_on_submit():
        with form.carrying(Invalid, Conflict):
            service.answer(doubt_id, form.words.data or "", actor=g.actor)
            flash(_("已答复，对方会收到消息。"), "success")
            return redirect(url_for("officer.doubts"), 303)
    return _doubt(doubt_id, form), 422
