"""The worker's own book, on the phone and at the station's desk: what is asked, groups, files."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from flask import Response, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from jobmatch.earnings import book
from jobmatch.earnings.book import BookFilter
from jobmatch.earnings.rules.book import BookDay, Owed, Sums, grouped, month_of_day, sums
from jobmatch.infra import clock
from jobmatch.kernel.actor import Actor
from jobmatch.kernel.text import Amount
from jobmatch.web.downloads import sheet

OWED_WORDS = {
    Owed.OPEN: (_l("还没结算"), "plain"),
    Owed.OWED: (_l("还没付"), "short"),
    Owed.PAID: (_l("已付"), "good"),
}


@dataclass(frozen=True, slots=True)
class Group:
    """A sum of the book with what its days are asked for by."""

    label: str
    asked: dict[str, Any]
    sums: Sums


@dataclass(frozen=True, slots=True)
class Shown:
    """The book of a year: its sums, and the same by month, employer, brand and crew."""

    year: int
    years: Sequence[int]
    total: Sums
    months: Sequence[Group]
    employers: Sequence[Group]
    brands: Sequence[Group]
    crews: Sequence[Group]
    days: Sequence[BookDay]


def _month(typed: str) -> date | None:
    try:
        return date.fromisoformat(f"{typed}-01")
    except ValueError:
        return None


def asked_year() -> int | None:
    """The year that the address asks for, if it is one that people work in."""
    year = request.args.get("year", None, int)
    return year if year is not None and 1990 <= year <= 2100 else None


def asked() -> BookFilter:
    """Which days the address asks for; odd values ask for nothing."""
    given = request.args
    owed = given.get("owed", "")
    return BookFilter(
        asked_year(),
        _month(given.get("month", "")),
        given.get("employer", None, int),
        given.get("brand", None, int),
        given.get("crew", None, int),
        Owed(owed) if owed in list(Owed) else None,
    )


def address(wanted: BookFilter) -> dict[str, Any]:
    """The same as parts of an address."""
    return {
        "year": wanted.year,
        "month": f"{wanted.month:%Y-%m}" if wanted.month else None,
        "employer": wanted.employer_id,
        "brand": wanted.brand_id,
        "crew": wanted.crew_id,
        "owed": wanted.owed.value if wanted.owed else None,
    }


def shown(worker_id: int, actor: Actor) -> Shown:
    """The book of the year that the address names, else of the latest. raises NotFound."""
    years = book.years(worker_id)
    year = asked().year or (years[0] if years else clock.today().year)
    wanted = BookFilter(year=year)
    days = book.days(worker_id, wanted, actor=actor)

    def groups(key: Any, label: Any, change: Any) -> list[Group]:
        return [
            Group(label(found), address(replace(wanted, **change(found))), amounts)
            for found, amounts in grouped(days, key)
            if found is not None
        ]

    months = groups(month_of_day, lambda m: m, lambda m: {"month": m, "year": None})
    employers = groups(
        lambda d: (d.employer_id, d.employer), lambda k: k[1], lambda k: {"employer_id": k[0]}
    )
    brands = groups(
        lambda d: (d.brand_id, d.brand) if d.brand_id else None,
        lambda k: k[1],
        lambda k: {"brand_id": k[0]},
    )
    crews = groups(
        lambda d: (d.crew_id, d.crew) if d.crew_id else None,
        lambda k: k[1],
        lambda k: {"crew_id": k[0]},
    )
    return Shown(year, years, sums(days), months, employers, brands, crews, days)


def pieces_said(amounts: Sums) -> str:
    """320 箱、1,200 斤: pieces of different units are never added up."""
    return str(_("、")).join(f"{n:,} {unit}".strip() for unit, n in amounts.pieces)


def owed_said(day: BookDay) -> tuple[str, str]:
    said, tone = OWED_WORDS[day.owed]
    return str(said), tone


def file_of(kind: str, worker_name: str, days: Sequence[BookDay], year: int | None) -> Response:
    """The days as a file to keep; raises NotFound for another kind than xlsx and csv."""
    period = _("%(y)s 年", y=year) if year else _("全部")
    title = _("%(name)s的账本 %(period)s", name=worker_name, period=period)
    columns = [
        _("日期"), _("活"), _("用工方"), _("劳务品牌"), _("班组"), _("分钟"), _("件数"), _("单位"),
        _("应发（元）"), _("扣款和借支（元）"), _("实发（元）"), _("付了没有"), _("工资条编号"),
    ]  # fmt: skip
    return sheet(kind, title, columns, _lines(days))


def _lines(days: Sequence[BookDay]) -> Iterator[list[Any]]:
    for day in sorted(days, key=lambda d: (d.work_date, d.id)):
        settled = day.fen is not None
        yield [
            day.work_date, day.title, day.employer, day.brand, day.crew, day.minutes,
            day.pieces or None, day.unit if day.pieces else "",
            Amount(day.fen or 0) if settled else None,
            Amount(day.taken_fen) if settled else None,
            Amount(day.net_fen or 0) if settled else None, owed_said(day)[0], day.slip_id,
        ]  # fmt: skip
    total = sums(days)
    yield [
        _("合计"), _("%(n)s 天", n=total.days), None, None, None, total.minutes, None,
        pieces_said(total), Amount(total.fen), Amount(total.taken_fen), Amount(total.net_fen),
        None, None,
    ]  # fmt: skip
