"""Why a posting is not among those that are put before me: for any posting of the board."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import SearchField
from wtforms.validators import Length

from jobmatch.dispatch import own_work
from jobmatch.infra import clock
from jobmatch.kernel.text import Text
from jobmatch.matching import queries as matching
from jobmatch.matching.rules.explain import Fit
from jobmatch.postings import queries as postings
from jobmatch.postings.queries import EMPTY, BoardFilter, BoardRow
from jobmatch.training.queries import SessionRow
from jobmatch.web import postings as show
from jobmatch.web.forms import BaseForm
from jobmatch.web.worker import door
from jobmatch.web.worker.work import courses_of, myself
from jobmatch.workers.queries import WorkerRow

# So many stand on the page of what is put before a worker.
MOST_SHOWN = 20
MOST_FOUND = 20


class WhyForm(BaseForm):
    class Meta:
        csrf = False

    q = SearchField(_l("活的名字、用工方或编号"), validators=[Length(max=64)])


@dataclass(frozen=True, slots=True)
class Answer:
    """A posting and why it is, or is not, put before the worker. said: the answer in a sentence."""

    card: show.Card
    said: str
    tone: str
    misses: tuple[Text, ...]
    turns: tuple[Text, ...]
    course: SessionRow | None


@door.get("/why")
def why() -> ResponseReturnValue:
    worker, today = myself(), clock.today()
    form = WhyForm(request.args)
    is_right = form.validate()
    words = (form.q.data or "").strip() if is_right else ""
    rows = _found(words, today) if words else []
    return render_template(
        "worker/dispatch/why.html",
        form=form,
        words=words,
        answers=_answers(worker, rows, today),
        opted_out=worker.matching_opt_out,
        most=MOST_FOUND,
    ), (200 if is_right else 422)


def _found(words: str, today: date) -> Sequence[BoardRow]:
    """By number, whatever has become of it; else what the board finds, full ones too."""
    if words.isascii() and words.isdigit() and len(words) < 10:
        row = postings.posting(int(words))
        if row is not None and row.state != "draft":
            return [BoardRow(row, postings.fills([row.id], today).get(row.id, EMPTY), None)]
    wanted = BoardFilter(words=words, full=True)
    return postings.board(wanted, today=today, size=MOST_FOUND).rows


def _answers(worker: WorkerRow, rows: Sequence[BoardRow], today: date) -> list[Answer]:
    if not rows:
        return []
    keys = [row.posting.id for row in rows]
    fits = matching.why(worker.id, keys, today)
    asked = own_work.postings_asked(worker.id)
    ranks = matching.ranks(worker.id, today, MOST_SHOWN, without=asked)
    courses = courses_of([fits[key] for key in keys], today)
    cards = show.cards(BoardRow(r.posting, r.fill, fits[r.posting.id].km) for r in rows)
    found = []
    for n, (card, row) in enumerate(zip(cards, rows, strict=True)):
        fit = fits[row.posting.id]
        said, tone = _said(row, fit, row.posting.id in asked, ranks.get(row.posting.id))
        is_open = show.is_open(row.posting)
        found.append(
            Answer(
                card, said, tone,
                misses=fit.misses if is_open else (),
                turns=fit.turns if is_open else (),
                course=courses.get(n) if is_open else None,
            )
        )  # fmt: skip
    return found


def _said(row: BoardRow, fit: Fit, is_asked: bool, rank: int | None) -> tuple[str, str]:
    """The answer and the tone of its badge."""
    if not show.is_open(row.posting):
        return show.state_name(row.posting, clock.today())
    if is_asked:
        return str(_("您已经报过名，在“我的活”里")), "info"
    if not fit.is_fit:
        return str(_("还差一点，所以没有推荐")), "short"
    if rank is None:
        return str(_("合适，只是前面还有更合适的")), "good"
    return str(_("推荐了，排在第 %(n)s 位", n=rank)), "good"
