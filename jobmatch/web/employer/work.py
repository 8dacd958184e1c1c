"""The work days at an employer: figures of a span, month by month, with the days behind them."""

from datetime import date

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms.validators import Optional

from jobmatch.infra import clock
from jobmatch.kernel.periods import add_months, month_of
from jobmatch.reports import events, figures
from jobmatch.reports.figures import Scope, Sums
from jobmatch.web.employer import current, door
from jobmatch.web.forms import BaseForm, DayField
from jobmatch.web.incoming import page_number
from jobmatch.web.work_days import work_days_sheet

door.nav(_l("出工"), "work", 45)

MONTHS_SHOWN = 12


class WorkForm(BaseForm):
    """Which days; comes by GET. Without days: this month."""

    class Meta:
        csrf = False

    first = DayField(_l("从哪天起"), validators=[Optional()])
    last = DayField(_l("到哪天止"), validators=[Optional()])

    def scope(self, employer_id: int) -> Scope:
        """This month's work days unless days are asked for that are right."""
        this = month_of(clock.today())
        if not self.validate() or not (self.first.data or self.last.data):
            return Scope(employer_id=employer_id, first=this.first, last=this.last)
        return Scope(employer_id=employer_id, first=self.first.data, last=self.last.data)


@door.get("/work")
def work() -> ResponseReturnValue:
    """People, person-times, person-days and pay of a span; the months before; the work days."""
    row, form = current.current(), WorkForm(request.args)
    scope = form.scope(row.id)
    if not form.errors:
        form.first.data, form.last.data = scope.first, scope.last
    since = add_months(clock.today().replace(day=1), 1 - MONTHS_SHOWN)
    return render_template(
        "employer/attendance/work.html",
        form=form,
        scope=scope,
        figures=figures.total(scope),
        months=figures.by_month(Scope(employer_id=row.id, first=since)),
        page=events.work_days(scope, page_number()),
        month_url=month_url,
    )


@door.get("/work.<any(xlsx, csv):kind>")
def work_file(kind: str) -> ResponseReturnValue:
    """The work days as a file."""
    row = current.current()
    rows = events.all_work_days(WorkForm(request.args).scope(row.id))
    return work_days_sheet(kind, _("%(name)s出工记录", name=row.name), rows, homes=False)


def this_month(employer_id: int) -> Sums:
    """What was worked there this month, for the first page."""
    this = month_of(clock.today())
    return figures.total(Scope(employer_id=employer_id, first=this.first, last=this.last))


def month_url(first: date) -> str:
    """Where the work days of a month are."""
    return url_for("employer.work", first=first, last=month_of(first).last)
