"""Words that could not be read: the keeper makes them aliases of skills, or sets them aside."""

from typing import Any

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import StringField
from wtforms.validators import InputRequired, Optional

from jobmatch.accounts import queries as accounts
from jobmatch.kernel.errors import Conflict, Invalid
from jobmatch.kernel.ids import UserId
from jobmatch.skills import keeper, rereading, service
from jobmatch.skills import queries as skills
from jobmatch.skills.keeper import WordsRow
from jobmatch.web.admin import door
from jobmatch.web.answers import telling
from jobmatch.web.choices import SelectField, skill_choices
from jobmatch.web.filters import named
from jobmatch.web.forms import BaseForm
from jobmatch.web.incoming import page_number
from jobmatch.web.texts import say

door.nav(_l("没认出的话"), "words", 35)

STATES = {"open": _l("等着看"), "aliased": _l("已认得"), "dismissed": _l("不是活")}
SOURCES = {"worker": _l("务工人员"), "desk": _l("登记台"), "posting": _l("招工")}
# As long as a page may take; what is left is read by the task at night, or by another press.
SECONDS = 2.0


class AcceptForm(BaseForm):
    skill_id = SelectField(
        _l("是哪样手艺"),
        choices=[],
        validate_choice=False,
        validators=[InputRequired(_l("请选是哪样手艺。"))],
    )
    alias = StringField(_l("记住哪几个字"), validators=[Optional()])


@door.get("/words")
def words() -> ResponseReturnValue:
    state = request.args.get("state", "open")
    state = state if state in STATES else "open"
    asked = request.args.get("q", "").strip()[:64]
    page = keeper.listed(state, asked, page_number())
    return render_template(
        "admin/words/words.html", page=page, state=state, asked=asked, states=STATES,
        sources=SOURCES, counts=keeper.counts(), left=rereading.left(),
        names=skills.names(_skills_of(page.rows)), people=_people(page.rows),
    )  # fmt: skip


@door.get("/words/<int:words_id>")
def word(words_id: int) -> ResponseReturnValue:
    row = keeper.one(words_id)
    return word_page(row, AcceptForm(formdata=None, alias=row.words))


@door.post("/words/<int:words_id>/accept")
def word_accept(words_id: int) -> ResponseReturnValue:
    """The words name this skill: one press in the list, or with the part of them to remember."""
    form = AcceptForm()
    form.skill_id.choices = skill_choices()
    row = keeper.one(words_id)
    if form.validate_on_submit():
        try:
            service.accept(
                words_id, form.skill_id.data or "", alias=form.alias.data or "", actor=g.actor
            )
        except Invalid as error:
            form.refuse(error)
        except Conflict as error:
            flash(say(error.text), "warning")
            return back()
        else:
            outcome = rereading.run(SECONDS)
            undoable(_accepted(row, form.skill_id.data or "", outcome.found), words_id)
            return back()
    return word_page(row, form), 422


@door.post("/words/<int:words_id>/dismiss")
def word_dismiss(words_id: int) -> ResponseReturnValue:
    row = keeper.one(words_id)
    try:
        service.dismiss(words_id, actor=g.actor)
    except Conflict as error:
        flash(say(error.text), "warning")
    else:
        undoable(_("“%(words)s”不是活，收起来了。", words=row.words), words_id)
    return back()


@door.post("/words/<int:words_id>/reopen")
def word_reopen(words_id: int) -> ResponseReturnValue:
    """Undo, right away or years later."""
    with telling(_("撤销了，又放回“等着看”。")):
        service.reopen(words_id, actor=g.actor)
    return back()


@door.post("/words/reread")
def words_reread() -> ResponseReturnValue:
    """Read on in earlier texts, for as long as a page may take."""
    outcome = rereading.run(SECONDS)
    flash(_("又读了一些，新找到 %(n)s 处。", n=outcome.found), "success")
    return back()


def word_page(row: WordsRow, form: AcceptForm) -> str:
    form.skill_id.choices = skill_choices()
    return render_template(
        "admin/words/word.html", row=row, form=form, states=STATES, sources=SOURCES,
        names=skills.names(_skills_of([row])), people=_people([row]),
    )  # fmt: skip


def undoable(said: str, words_id: int) -> None:
    url = url_for("admin.word_reopen", words_id=words_id)
    undo: Any = {"text": said, "url": url, "seconds": 20}
    flash(undo, "undo")


def back() -> ResponseReturnValue:
    """To the list as it was shown: its search, its page."""
    kept: dict[str, Any] = {
        name: request.form[name][:64] for name in ("q", "state", "page") if request.form.get(name)
    }
    return redirect(url_for("admin.words", **kept), 303)


def _accepted(row: WordsRow, skill_id: str, found: int) -> str:
    name = named(skills.names([skill_id])[skill_id])
    said = _("“%(words)s”认得了，是%(skill)s。", words=row.words, skill=name)
    if found:
        said += _("以前的话里找到 %(n)s 处，已经问过本人或用工方。", n=found)
    return str(said)


def _skills_of(rows: Any) -> set[str]:
    return {key for row in rows for key in (*row.nearest, row.skill_id) if key}


def _people(rows: Any) -> dict[UserId, Any]:
    return accounts.users({row.decided_by for row in rows if row.decided_by})
