"""The organizer's week: which crew is where, what lacks people, sending a crew."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms.validators import Optional

from jobmatch.brands import queries as brands
from jobmatch.brands.queries import CrewDetail, CrewRow
from jobmatch.dispatch import crew_orders, own_work, service
from jobmatch.dispatch.crew_orders import CrewDay, OrderRow
from jobmatch.dispatch.crews import CrewOutcome
from jobmatch.dispatch.rules.states import OrderState
from jobmatch.infra import clock
from jobmatch.kernel.errors import Conflict, Invalid, NotFound
from jobmatch.kernel.ids import CrewId
from jobmatch.kernel.periods import Days
from jobmatch.matching.rules.kinship import related
from jobmatch.postings import queries as postings
from jobmatch.postings.queries import PostingRow
from jobmatch.web import postings as show
from jobmatch.web.answers import telling
from jobmatch.web.brand import door
from jobmatch.web.brand.current import current_brand
from jobmatch.web.filters import days as days_text
from jobmatch.web.forms import BaseForm, DayField, KeyField
from jobmatch.web.incoming import page_number
from jobmatch.web.texts import say
from jobmatch.web.weeks import Block, Week, short_name, stretches, week_of
from jobmatch.web.weeks import lines as own_lines

MOST_POSTINGS = 100

door.nav(_l("排班板"), "dispatch", 20)


class SendForm(BaseForm):
    """Which crew goes where, on which days; empty days mean all."""

    crew_id = KeyField()
    posting_id = KeyField()
    first = DayField(_l("从哪天起"), validators=[Optional()])
    last = DayField(_l("到哪天止"), validators=[Optional()])


@dataclass(frozen=True, slots=True)
class FreeDay:
    """A day of a posting: places left, members of the crew who are free, names of the others."""

    day: date
    left: int
    free: int
    busy: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Clash:
    """An order that waits while its crew is elsewhere: on which of its days, and with whom."""

    order: OrderRow
    days: tuple[date, ...]
    employers: tuple[str, ...]


@door.get("/dispatch")
def dispatch() -> ResponseReturnValue:
    """The board: crews by days, week by week."""
    brand_id = current_brand()
    week = week_of(request.args.get("week"))
    crews = brands.crews(brand_id)
    placed = crew_orders.crew_week(brand_id, week.first, week.last)
    open_orders = crew_orders.open_orders(brand_id, clock.today())
    rows, clashes = _board(crews, placed, open_orders, week)
    sizes = {crew.id: crew.size for crew in crews}
    return render_template(
        "brand/dispatch/board.html",
        week=week,
        rows=rows,
        person_days=sum(day.people for day in placed),
        short=_short(placed, sizes),
        clashes=clashes,
        unanswered=len(open_orders),
        has_crews=bool(crews),
    )


@door.get("/dispatch/send")
def send() -> ResponseReturnValue:
    """Pick a crew and a posting, see who is free on which day, send."""
    return _send(SendForm(formdata=None))


@door.post("/dispatch/send")
def send_post() -> ResponseReturnValue:
    form = SendForm()
    if not form.validate_on_submit() or not form.crew_id.data or not form.posting_id.data:
        return _send(form), 422
    crew = _crew(form.crew_id.data)
    try:
        outcome = service.send_crew(
            crew.id, form.posting_id.data, form.first.data, form.last.data, actor=g.actor
        )
    except (Invalid, Conflict) as error:
        form.refuse(error)
        return _send(form), 422
    _tell(crew, outcome)
    return redirect(url_for("brand.dispatch_orders"), 303)


@door.get("/dispatch/orders")
def dispatch_orders() -> ResponseReturnValue:
    """What was sent and what came of it."""
    page = crew_orders.orders_of_brand(current_brand(), page_number())
    return render_template(
        "brand/dispatch/orders.html", page=page, over=_over, state_words=state_words
    )


@door.post("/dispatch/orders/<int:order_id>/withdraw")
def withdraw_order(order_id: int) -> ResponseReturnValue:
    """Take the crew back; its days to come are free again."""
    with telling(_("已撤回，班组的人又有空了。")):
        service.withdraw_crew(order_id, actor=g.actor)
    return redirect(url_for("brand.dispatch_orders"), 303)


def state_words(row: OrderRow) -> tuple[str, str]:
    """A crew order's state and the tone of its badge."""
    return {
        OrderState.PROPOSED: (str(_("等答复")), "info"),
        OrderState.ACCEPTED: (str(_("已录用")), "good"),
        OrderState.DECLINED: (str(_("被谢绝")), "bad"),
        OrderState.WITHDRAWN: (str(_("已撤回")), "plain"),
    }[row.state]


def _tell(crew: CrewRow, outcome: CrewOutcome) -> None:
    if outcome.state is OrderState.ACCEPTED:
        flash(_("“%(crew)s”已派出，%(n)s 人有活。", crew=crew.name, n=outcome.people), "success")
    else:
        said = _("已问用工方，%(n)s 人能去，等答复。", n=outcome.people)
        flash(said, "success")
    if outcome.left_out:
        who = str(_("；")).join(f"{r.name}{_('：')}{say(r.why)}" for r in outcome.left_out)
        flash(_("去不了的：%(who)s", who=who), "warning")


def _send(form: SendForm) -> str:
    brand_id = current_brand()
    crew_id = form.crew_id.data or request.args.get("crew", type=int)
    posting_id = form.posting_id.data or request.args.get("posting", type=int)
    crews = brands.crews(brand_id)
    crew = _crew(crew_id) if crew_id else None
    row = postings.posting(posting_id) if posting_id else None
    if posting_id and (row is None or row.state == "draft"):
        raise NotFound
    return render_template(
        "brand/dispatch/send.html",
        form=form,
        crews=crews,
        crew=crew,
        row=row,
        choices=_choices(brand_id, row),
        free=_free(crew, row) if crew and row else [],
        show=show,
    )


def _choices(brand_id: int, chosen: PostingRow | None) -> list[tuple[int, str]]:
    """Open postings with a place: those meant for this brand, then its trade, then the rest."""
    today = clock.today()
    rows = postings.open_on_board(today)
    trade = brands.own_brand(brand_id, g.actor).trade.id

    def rank(row: PostingRow) -> int:
        if row.brand_id == brand_id:
            return 0
        if row.skill_id == trade or trade in row.also_skills:
            return 1
        return 2 if related(trade, row.skill_id) else 3

    rows.sort(key=lambda row: (rank(row), row.first_day, row.id))
    fills = postings.fills([row.id for row in rows], today)
    with_place = [r for r in rows if (fill := fills.get(r.id)) and fill.next_day][:MOST_POSTINGS]
    if chosen is not None and chosen.id not in {row.id for row in with_place}:
        with_place.insert(0, chosen)
    return [
        (
            row.id,
            " · ".join(
                (
                    row.title,
                    row.employer_name,
                    days_text(row.first_day, row.last_day),
                    show.left(fills.get(row.id, postings.EMPTY)),
                )
            ),
        )
        for row in with_place
    ]


def _free(crew: CrewDetail, row: PostingRow) -> list[FreeDay]:
    today = clock.today()
    days = [d for d in postings.days(row.id) if d.work_date >= today]
    if not days or not crew.members:
        return []
    names = {member.worker_id: member.name for member in crew.members}
    free = own_work.free_days_of(names, days[0].work_date, days[-1].work_date)
    return [
        FreeDay(
            d.work_date,
            d.left,
            sum(d.work_date in free[key] for key in names),
            tuple(name for key, name in names.items() if d.work_date not in free[key]),
        )
        for d in days
    ]


def _board(
    crews: Sequence[CrewRow], placed: Iterable[CrewDay], orders: Sequence[OrderRow], week: Week
) -> tuple[list[dict[str, object]], list[Clash]]:
    """Lines of the board and the clashes that it shows.

    A crew takes a second line where its people are at two places on one day.
    """
    by_crew: dict[int, list[CrewDay]] = defaultdict(list)
    for day in placed:
        by_crew[day.crew_id].append(day)
    lines: list[dict[str, object]] = []
    clashes: list[Clash] = []
    for crew in crews:
        busy: dict[date, list[str]] = defaultdict(list)
        for placed_day in by_crew[crew.id]:
            busy[placed_day.work_date].append(placed_day.employer_name)
        blocks = [_work_block(run, crew, week) for run in _runs(by_crew[crew.id])]
        for order in (o for o in orders if o.crew_id == crew.id):
            days = _days_in(order, week)
            if not days:
                continue
            hit = [day for day in days if day in busy]
            blocks.append(_order_block(order, days, bool(hit), week))
            if hit:
                there = tuple(dict.fromkeys(name for day in hit for name in busy[day]))
                clashes.append(Clash(order, tuple(hit), there))
        name: dict[str, object] = {
            "name": crew.name,
            "note": _("%(n)s 人", n=crew.size),
            "url": url_for("brand.crew", crew_id=crew.id),
        }
        lines += [{**name, "blocks": line} for line in own_lines(blocks)]
    return lines, clashes


def _runs(days: Iterable[CrewDay]) -> list[list[CrewDay]]:
    by_posting: dict[int, list[CrewDay]] = defaultdict(list)
    for day in days:
        by_posting[day.posting_id].append(day)
    return [
        run
        for rows in by_posting.values()
        for run in stretches(
            rows, lambda row: row.work_date, lambda row: (row.people, row.left > 0)
        )
    ]


def _work_block(run: list[CrewDay], crew: CrewRow, week: Week) -> Block:
    # Short is whom the employer still wants and the crew still has.
    is_full = run[0].people >= crew.size or run[0].left == 0
    return {
        "start": (run[0].work_date - week.first).days,
        "length": len(run),
        "title": short_name(run[0].employer_name),
        "full": run[0].employer_name,
        "count": _("%(n)s/%(m)s 人", n=run[0].people, m=crew.size),
        "state": _("已排满") if is_full else _("缺人"),
        "tone": "good" if is_full else "short",
        "url": url_for("public.posting", posting_id=run[0].posting_id),
    }


def _days_in(order: OrderRow, week: Week) -> list[date]:
    first, last = max(order.first_day, week.first), min(order.last_day, week.last)
    return list(Days(first, last)) if first <= last else []


def _order_block(order: OrderRow, days: Sequence[date], clashes: bool, week: Week) -> Block:
    """The block of an order that waits for its answer; it clashes where the crew works already."""
    return {
        "start": (days[0] - week.first).days,
        "length": len(days),
        "title": f"{short_name(order.employer_name)} · {order.title}",
        "full": order.employer_name,
        "state": _("冲突：那几天已有活") if clashes else _("等答复"),
        "tone": "bad" if clashes else "plain",
        "url": url_for("brand.dispatch_orders"),
    }


def _short(placed: Iterable[CrewDay], sizes: Mapping[CrewId, int]) -> int:
    """Person-days that employers still want of crews that are not whole there."""
    return sum(max(0, min(day.left, sizes.get(day.crew_id, 0) - day.people)) for day in placed)


def _over(row: OrderRow) -> bool:
    return row.last_day < clock.today()


def _crew(crew_id: int) -> CrewDetail:
    """One of the brand's active crews. raises NotFound."""
    row = brands.crew(crew_id)
    if row is None or not row.is_active or row.brand_id != current_brand():
        raise NotFound
    return row
