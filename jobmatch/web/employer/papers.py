"""The employer's papers: debt notes to sign, and the statutory wage ledger of any days."""

from datetime import date, timedelta

from flask import abort, g, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms.validators import InputRequired

from jobmatch.earnings import papers
from jobmatch.infra import clock
from jobmatch.kernel.errors import Invalid
from jobmatch.web import filters
from jobmatch.web.downloads import sheet
from jobmatch.web.employer import current, door
from jobmatch.web.forms import BaseForm, DayField
from jobmatch.web.papers import as_page, as_pdf, books, notes

door.nav(_l("工资台账"), "wage_book", 52)


class DaysForm(BaseForm):
    class Meta:
        csrf = False

    first = DayField(_l("从哪天起"), validators=[InputRequired(_l("请填写开始日期。"))])
    last = DayField(_l("到哪天止"), validators=[InputRequired(_l("请填写结束日期。"))])


@door.get("/workers/<int:worker_id>/note")
def debt_note(worker_id: int) -> ResponseReturnValue:
    return notes.page(
        worker_id, current.current().id, layout="layouts/desk.html",
        back=url_for("employer.arrears"),
        pdf=url_for("employer.debt_note_pdf", worker_id=worker_id),
    )  # fmt: skip


@door.get("/workers/<int:worker_id>/note.pdf")
def debt_note_pdf(worker_id: int) -> ResponseReturnValue:
    return notes.pdf(worker_id, current.current().id)


@door.get("/wage-book")
def wage_book() -> ResponseReturnValue:
    """On the screen ID numbers are masked; the files have them whole, as the regulation wants."""
    row, today = current.current(), clock.today()
    first, last = first_of(today), today
    form = DaysForm(request.args) if request.args else DaysForm(None, first=first, last=last)
    rows, is_bad = [], bool(request.args) and not form.validate()
    if not is_bad and form.first.data and form.last.data:
        first, last = form.first.data, form.last.data
        with form.carrying(Invalid):
            rows = papers.book(row.id, first, last, actor=g.actor)
    page = as_page(
        books.paper_of(row.name, rows, shown(first, last)), layout="layouts/desk.html",
        back=url_for("employer.pay"), pdf=file_of("pdf", first, last),
        more=[(file_of("xlsx", first, last), _("下载 Excel"))], form=form,
        hint=_("屏幕上不显示全部身份证号；下载的文件里是全的，请保管好，至少存三年。"),
    )  # fmt: skip
    return page, 422 if form.errors else 200


@door.get("/wage-book.<any(pdf, xlsx):kind>")
def wage_book_file(kind: str) -> ResponseReturnValue:
    row, form = current.current(), DaysForm(request.args)
    if not form.validate() or not form.first.data or not form.last.data:
        abort(404)
    first, last = form.first.data, form.last.data
    try:
        rows = papers.whole_book(row.id, first, last, actor=g.actor)
    except Invalid:
        abort(404)
    if kind == "pdf":
        return as_pdf(lambda: books.paper_of(row.name, rows, shown(first, last)))
    cells = [books.cells(row.name, n, one) for n, one in enumerate(rows, 1)]
    return sheet("xlsx", f"{_('工资支付台账')}-{first}-{last}", books.headings(), cells)


def first_of(today: date) -> date:
    """The month before to begin with: what is looked for is mostly recent."""
    return (today.replace(day=1) - timedelta(days=1)).replace(day=1)


def shown(first: date, last: date) -> str:
    return f"{filters.date_full(first)}–{filters.date_full(last)}"


def file_of(kind: str, first: date, last: date) -> str:
    return url_for("employer.wage_book_file", kind=kind, first=str(first), last=str(last))
