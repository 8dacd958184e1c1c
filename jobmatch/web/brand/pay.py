"""The members' days and pay, to look at: whether the brand's people get what they worked for."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date

from flask import g, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from jobmatch.brands import queries as brands
from jobmatch.earnings import brand_pay
from jobmatch.earnings.brand_pay import MemberPay
from jobmatch.infra import clock
from jobmatch.infra.sheets import Out
from jobmatch.kernel.errors import NotFound
from jobmatch.kernel.periods import add_months, month_of
from jobmatch.kernel.text import Amount
from jobmatch.web.brand import door
from jobmatch.web.brand.current import current_brand
from jobmatch.web.downloads import sheet

door.nav(_l("工钱"), "pay", 70)

MONTHS = 12


@door.get("/pay")
def pay() -> ResponseReturnValue:
    """A month's days worked, slips and payments, crew by crew."""
    brand_id = current_brand()
    this_month = clock.today().replace(day=1)
    month, crew_id, rows = _asked(brand_id)
    crews = brands.crews(brand_id)
    return render_template(
        "brand/earnings/pay.html",
        rows=rows,
        by_crew=_by_crew(rows, [crew.name for crew in crews]),
        crews=crews,
        crew_id=crew_id,
        month=month,
        months=[add_months(this_month, -n) for n in range(MONTHS)],
        days_worked=sum(row.days for row in rows),
        net=sum(row.net_fen for row in rows),
        paid=sum(row.paid_fen for row in rows),
        open_days=sum(row.days - row.settled_days for row in rows),
        objected=sum(row.objected for row in rows),
    )


@door.get("/pay.<kind>")
def pay_file(kind: str) -> ResponseReturnValue:
    """The same month as a file, a row for each member and crew."""
    brand_id = current_brand()
    month, _crew, rows = _asked(brand_id)
    names = [crew.name for crew in brands.crews(brand_id)]
    columns = [
        _("班组"), _("姓名"), _("出工天数"), _("已结算"), _("件数"),
        _("工钱（元）"), _("已付（元）"), _("未付（元）"), _("异议（张）"),
    ]  # fmt: skip
    cells: list[list[Out]] = [
        [
            crew, row.name, row.days, row.settled_days, row.pieces, Amount(row.net_fen),
            Amount(row.paid_fen), Amount(row.net_fen - row.paid_fen), row.objected,
        ]
        for crew, people in _by_crew(rows, names)
        for row in people
    ]  # fmt: skip
    title = _("%(brand)s成员的工钱", brand=brands.own_brand(brand_id, g.actor).name)
    return sheet(kind, f"{title}-{month:%Y-%m}", columns, cells)


def _asked(brand_id: int) -> tuple[date, int | None, list[MemberPay]]:
    """The month, the crew and the rows that the address asks for. raises NotFound."""
    month = _month(request.args.get("month"), clock.today().replace(day=1))
    span, crew_id = month_of(month), request.args.get("crew", type=int)
    rows = brand_pay.members_pay(brand_id, span.first, span.last, actor=g.actor, crew_id=crew_id)
    return month, crew_id, rows


def _by_crew(rows: Sequence[MemberPay], names: Sequence[str]) -> list[tuple[str, list[MemberPay]]]:
    """In the order of the crews' list; crews of that month that are no more, then no crew, last."""
    found: dict[str, list[MemberPay]] = defaultdict(list)
    for row in rows:
        found[row.crew_name].append(row)
    order = {name: n for n, name in enumerate(names)}
    return sorted(found.items(), key=lambda item: (not item[0], order.get(item[0], len(order))))


def _month(written: str | None, fallback: date) -> date:
    if not written:
        return fallback
    try:
        return date.fromisoformat(f"{written}-01")
    except ValueError:
        raise NotFound from None
