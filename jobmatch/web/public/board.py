"""The landing page, the open board and the page of a posting: for everybody, remembering nobody."""

import io
from typing import Any

import segno
from flask import Response, current_app, g, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, SearchField
from wtforms.validators import Length, NumberRange, Optional

from jobmatch.employers import queries as employers
from jobmatch.employers.rules.verification import is_verified
from jobmatch.infra import clock
from jobmatch.kernel.errors import NotFound
from jobmatch.kernel.ids import PostingId
from jobmatch.matching import queries as matching
from jobmatch.places import queries as places
from jobmatch.postings import queries
from jobmatch.postings.queries import BoardFilter, PostingRow
from jobmatch.postings.rules.states import State
from jobmatch.skills import queries as skills
from jobmatch.web import postings as show
from jobmatch.web.choices import SelectField
from jobmatch.web.filters import named
from jobmatch.web.forms import BaseForm, DayField, WholeField, YuanField
from jobmatch.web.language import gettext as _
from jobmatch.web.places import PlaceField
from jobmatch.web.public import door

ON_HOME = 8
# A phone shows two cards at a time; fifty were 10,000 pixels to scroll.
ON_BOARD = 20
KM = (10, 20, 30, 50, 80, 120)

door.nav(_l("首页"), "home", 10)
door.nav(_l("找活"), "board", 20)


class BoardForm(BaseForm):
    """The filters; a wrong value is said next to its field and leaves that filter out."""

    class Meta:
        csrf = False

    q = SearchField(_l("想干什么活"), validators=[Length(max=64)])
    place = PlaceField(_l("在哪里"), least=places.REGION)
    km = SelectField(_l("多远以内"), choices=[], default="")
    category = SelectField(_l("哪一类活"), choices=[], default="")
    first = DayField(_l("从哪天起"), validators=[Optional()])
    last = DayField(_l("到哪天止"), validators=[Optional()])
    least = YuanField(_l("一天至少挣多少元"))
    lodging = BooleanField(_l("包住"))
    meals = BooleanField(_l("管饭"))
    transport = BooleanField(_l("车接车送"))
    full = BooleanField(_l("招满的也显示"))
    order = SelectField(_l("怎么排"), choices=[], default="")
    page = WholeField(validators=[Optional(), NumberRange(1, 10_000)])

    def fill_choices(self) -> None:
        self.km.choices = [("", _("不限")), *((str(km), _("%(n)s 公里", n=km)) for km in KM)]
        self.category.choices = [
            ("", _("都看")),
            *((row.id, named(row)) for row in skills.kinds()),
        ]
        self.order.choices = [
            ("", _("自动")),
            ("soon", _("开工早的在前")),
            ("near", _("离得近的在前")),
            ("pay", _("挣得多的在前")),
        ]

    def wanted(self) -> BoardFilter:
        """The filter, from the fields that are right."""

        def right(name: str) -> Any:
            field = self._fields[name]
            return None if field.errors else field.data

        return BoardFilter(
            place=right("place") or "",
            km=int(right("km")) if right("km") and right("place") else None,
            category=right("category") or "",
            words=right("q") or "",
            first=right("first"),
            last=right("last"),
            least_fen=right("least"),
            lodging=bool(self.lodging.data),
            meals=bool(self.meals.data),
            transport=bool(self.transport.data),
            full=bool(self.full.data),
            order=right("order") or "",
        )

    @property
    def has_more(self) -> bool:
        """Whether one of the folded filters is set."""
        names = set(self._fields) - {"q", "page"}
        return any(self._fields[name].data or self._fields[name].errors for name in names)


@door.get("/")
def home() -> ResponseReturnValue:
    """What this is, the next work, the ways in."""
    today = clock.today()
    found = queries.board(BoardFilter(), today=today, size=ON_HOME)
    return render_template(
        "public/home.html",
        cards=show.cards(found.rows),
        figures=queries.figures(today),
        brands=known("public.brands"),
        board_card=show.board_card,
    )


@door.get("/board")
def board() -> ResponseReturnValue:
    form = BoardForm(request.args)
    form.fill_choices()
    is_right = form.validate()
    page = 1 if form.page.errors else form.page.data or 1
    found = queries.board(form.wanted(), page, today=clock.today(), size=ON_BOARD)
    return render_template(
        "public/postings/board.html",
        form=form,
        page=found,
        cards=show.cards(found.rows),
        unfit=_unfit([row.posting.id for row in found.rows]),
        board_card=show.board_card,
    ), (200 if is_right else 422)


def _unfit(posting_ids: list[PostingId]) -> set[int]:
    """Those that do not fit the worker who looks: they may ask why. Nobody else is told."""
    worker_id = g.actor.worker_id
    return matching.unfit(worker_id, posting_ids, clock.today()) if worker_id else set()


@door.get("/p/<int:posting_id>")
def posting(posting_id: int) -> ResponseReturnValue:
    """All facts of one posting. A draft is seen by its employer alone."""
    row = shown(posting_id)
    today = clock.today()
    employer = employers.employer(row.employer_id)
    days = [day for day in queries.days(posting_id) if day.work_date >= today]
    return render_template(
        "public/postings/posting.html",
        row=row,
        employer=employer,
        is_verified=employer is not None and is_verified(employer, today),
        is_member=row.employer_id in g.actor.employer_ids,
        place=places.full_names([row.place_code]).get(row.place_code, ""),
        skill=show.skill_names([row.skill_id]),
        also=show.skill_names(row.also_skills),
        day_rows=days,
        fill=queries.fills([posting_id], today).get(PostingId(posting_id), queries.EMPTY),
        state=show.state_name(row, today),
        is_open=show.is_open(row),
        link=url_for("public.posting", posting_id=posting_id, _external=True),
        sign_up=known("worker.sign_up", posting_id=posting_id),
        show=show,
    )


@door.get("/p/<int:posting_id>/qr.svg")
def posting_qr(posting_id: int) -> ResponseReturnValue:
    """A QR picture that opens the posting."""
    shown(posting_id)
    out = io.BytesIO()
    link = url_for("public.posting", posting_id=posting_id, _external=True)
    segno.make(link, error="m").save(out, kind="svg", scale=6, border=2, xmldecl=False)
    return Response(out.getvalue(), mimetype="image/svg+xml")


def shown(posting_id: int) -> PostingRow:
    """The posting that a stranger may see. raises NotFound."""
    row = queries.posting(posting_id)
    if row is None or (row.state == State.DRAFT and row.employer_id not in g.actor.employer_ids):
        raise NotFound
    return row


def known(endpoint: str, **values: Any) -> str:
    """The address of a page, or "" where this application has none of that name."""
    return url_for(endpoint, **values) if endpoint in current_app.view_functions else ""
