"""我的账本: every day worked and what became of its pay, for ever and free of charge."""

from typing import Any

from flask import g, render_template
from flask.typing import ResponseReturnValue

from jobmatch.earnings import book
from jobmatch.earnings.rules.book import Owed, sums
from jobmatch.kernel.paging import cut
from jobmatch.web import book as show
from jobmatch.web.incoming import page_number
from jobmatch.web.worker import door
from jobmatch.web.worker.profile import me
from jobmatch.workers import queries as workers

MOST_DAYS = 31


@door.get("/book")
def own_book() -> ResponseReturnValue:
    """A year in sums, each of which opens to its days."""
    return render_template(
        "worker/earnings/book.html", shown=show.shown(me(), g.actor), show=show, Owed=Owed
    )


@door.get("/book/days")
def own_book_days() -> ResponseReturnValue:
    """The days behind a sum, a month's worth a page: each is a card on the phone."""
    wanted = show.asked()
    days = book.days(me(), wanted, actor=g.actor)
    page = cut(days, page_number(), MOST_DAYS)
    return render_template(
        "worker/earnings/book_days.html",
        page=page, total=sums(days), wanted=wanted, address=show.address(wanted), show=show,
    )  # fmt: skip


@door.get("/book/export.<kind>")
def own_book_export(kind: str) -> ResponseReturnValue:
    wanted = show.asked()
    name: Any = workers.names([me()])[me()]
    days = book.days(me(), wanted, actor=g.actor)
    year = wanted.month.year if wanted.month else wanted.year
    return show.file_of(kind, name, days, year)
