"""How long people and work wait for each other, for everybody to see."""

from datetime import date, timedelta

from flask import render_template
from flask.typing import ResponseReturnValue

from jobmatch.dispatch import receipts
from jobmatch.infra import clock
from jobmatch.kernel.periods import add_months
from jobmatch.reports import figures
from jobmatch.reports.figures import Scope
from jobmatch.web.instant import words
from jobmatch.web.public import door

MONTHS = 6


@door.get("/market")
def market() -> ResponseReturnValue:
    """This month's waiting times, and those of the months before."""
    today = clock.today()
    first = today.replace(day=1)
    months = [(first, receipts.waiting(first, today))]
    for n in range(1, MONTHS):
        begins = add_months(first, -n)
        months.append((begins, receipts.waiting(begins, _last(begins))))
    return render_template(
        "public/market.html",
        now=months[0][1],
        month=first,
        months=months,
        words=words,
        worked=figures.total(Scope(first=first, last=_last(first))),
    )


def _last(first: date) -> date:
    return add_months(first, 1) - timedelta(days=1)
