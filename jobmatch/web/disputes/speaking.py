"""Bringing something up, the same on the worker's phone and at the station's desk."""

from flask import flash, g, render_template, request
from flask_babel import gettext as _

from jobmatch.attendance import queries as attendance
from jobmatch.disputes import opening, queries
from jobmatch.disputes.errors import AlreadyOpen
from jobmatch.disputes.opening import About
from jobmatch.disputes.rules.states import Kind
from jobmatch.earnings import arrears
from jobmatch.earnings import queries as earnings
from jobmatch.kernel.errors import Conflict, Invalid, NotFound
from jobmatch.web import filters
from jobmatch.web.disputes.forms import SpeakForm
from jobmatch.web.texts import say

OF_SLIP = (Kind.UNPAID, Kind.SLIP, Kind.DEDUCTION, Kind.OTHER)
OF_ARREARS = (Kind.UNPAID, Kind.OTHER)
OF_POSTING = (Kind.UNPAID, Kind.OTHER)
OF_DAY = (Kind.DAY, Kind.OTHER)


class Speaking:
    """What the address says it is about; only the worker's own. raises NotFound for others."""

    def __init__(self, worker_id: int, layout: str, cancel: str = "") -> None:
        self.worker_id, self.layout, self.cancel = worker_id, layout, cancel
        self.about = About(
            slip_id=_key("slip"),
            day_id=_key("day"),
            arrears_id=_key("arrears"),
            posting_id=_key("posting"),
        )
        self.living: int | None = None
        kinds, self.of = self._look()
        self.form = SpeakForm(formdata=request.form if request.method == "POST" else None)
        self.form.offer(kinds)
        if not self.form.kind.data:
            self.form.kind.data = kinds[0].value

    def take(self, done: str) -> int | None:
        """Open the dispute; None: the form says what is wrong."""
        if not self.form.validate_on_submit():
            return None
        try:
            key = opening.complain(
                Kind(self.form.kind.data), self.form.words.data or "", self.about,
                worker_id=self.worker_id, actor=g.actor,
            )  # fmt: skip
        except AlreadyOpen as error:
            self.living = self._living()
            self.form.form_errors.append(say(error.text))
            return None
        except (Invalid, Conflict) as error:
            self.form.refuse(error)
            return None
        flash(done, "success")
        return key

    def page(self) -> str:
        return render_template(
            "disputes/speak.html", layout=self.layout, form=self.form, of=self.of,
            living=self.living, cancel=self.cancel, door=request.blueprint,
        )  # fmt: skip

    def _living(self) -> int | None:
        about = self.about
        key = f"slip:{about.slip_id}" if about.slip_id else f"day:{about.day_id}"
        if about.posting_id:
            key = f"other:{about.posting_id}:{self.worker_id}"
        if about.arrears_id:
            row = arrears.one(about.arrears_id)
            key = f"slip:{row.slip_id}" if row and row.slip_id else ""
            if row and not row.slip_id:
                key = f"pay:{row.posting_id}:{self.worker_id}"
        return queries.live_of([key]).get(key)

    def _look(self) -> tuple[tuple[Kind, ...], str]:
        """What can be said of it, and what it is in words."""
        about = self.about
        if about.slip_id is not None:
            slip = earnings.slip(about.slip_id, actor=g.actor).row
            if slip.worker_id != self.worker_id:
                raise NotFound
            when = filters.days(slip.first_day, slip.last_day)
            return OF_SLIP, _(
                "%(title)s，%(when)s，工资条 %(fen)s", title=slip.title, when=when,
                fen=filters.yuan(slip.net_fen),
            )  # fmt: skip
        if about.day_id is not None:
            day = attendance.own_day(self.worker_id, about.day_id)
            if day is None:
                raise NotFound
            return OF_DAY, f"{day.title} · {filters.day_week(day.work_date)}"
        if about.arrears_id is not None:
            row = arrears.one(about.arrears_id)
            if row is None or row.worker_id != self.worker_id:
                raise NotFound
            return OF_ARREARS, _(
                "%(title)s，没给的工钱 %(fen)s", title=row.title, fen=filters.yuan(row.amount_fen)
            )
        if about.posting_id is None:
            raise NotFound
        head = attendance.heads([about.posting_id]).get(about.posting_id)
        if head is None:
            raise NotFound
        return OF_POSTING, f"{head.title} · {head.employer_name}"


def _key(name: str) -> int | None:
    return request.args.get(name, None, int) or request.form.get(name, None, int)
