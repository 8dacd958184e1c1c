"""People in work by place, month and kind; every figure opens to its people or work days."""

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

from flask import g, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from jobmatch.households.rules.kinds import KIND_TEXT, SOURCE_TEXT
from jobmatch.infra import clock
from jobmatch.kernel.periods import Days, add_months
from jobmatch.kernel.text import Amount
from jobmatch.reports import events, queries
from jobmatch.reports.queries import By, FigureRow, Group, Report
from jobmatch.web.choices import SelectField
from jobmatch.web.downloads import sheet
from jobmatch.web.filters import date_full, month
from jobmatch.web.forms import BaseForm
from jobmatch.web.incoming import page_number
from jobmatch.web.officer import door
from jobmatch.web.officer.scope import Scope, chosen

door.nav(_l("务工报表"), "report", 25)

GROUP_NAMES = {
    Group.ALL: _l("全部"),
    Group.LIFTED: _l("脱贫户"),
    Group.MONITORED: _l("监测户"),
    Group.OTHER: _l("其他"),
}
BY_NAMES = {By.PLACE: _l("按地方"), By.MONTH: _l("按月"), By.KIND: _l("按户类型")}
MOST_MONTHS = 36


class PeriodForm(BaseForm):
    """Which months, and how to break the figures down; comes by GET."""

    class Meta:
        csrf = False

    # Not the browser's own month picker: it speaks the browser's language, not the page's.
    first = SelectField(_l("从哪个月"), choices=[], validate_choice=False)
    last = SelectField(_l("到哪个月"), choices=[], validate_choice=False)
    by = SelectField(_l("怎么分"), choices=list(BY_NAMES.items()), validate_choice=False)


def _sane(typed: str, today: date) -> date | None:
    """The month, when it can hold work: no year before this century, none after the next."""
    try:
        found = date.fromisoformat(f"{typed}-01")
    except ValueError:
        return None
    return found if 2000 <= found.year <= today.year + 1 else None


def _months(today: date, chosen: date) -> dict[str, list[tuple[str, str]]]:
    """The last months by year, the latest first, with the chosen one among them."""
    this = today.replace(day=1)
    shown = {add_months(this, -n) for n in range(MOST_MONTHS)} | {chosen.replace(day=1)}
    found: dict[str, list[tuple[str, str]]] = {}
    for day in sorted(shown, reverse=True):
        found.setdefault(str(day.year), []).append((f"{day:%Y-%m}", month(day)))
    return found


class Asked:
    """What the address asks for: place, period, breakdown. Odd values give this month by place."""

    def __init__(self) -> None:
        today = clock.today()
        self.scope: Scope = chosen()
        self.form = PeriodForm(request.args)
        self.first = _sane(self.form.first.data or "", today) or today.replace(day=1)
        self.last = max(self.first, _sane(self.form.last.data or "", today) or today)
        self.last = min(self.last, add_months(self.first, MOST_MONTHS - 1))
        asked = request.args.get("by", "")
        self.by = By(asked) if asked in list(By) else By.PLACE
        group = request.args.get("group", "")
        self.group = Group(group) if group in list(Group) else Group.ALL
        self.page = page_number()
        for field, day in ((self.form.first, self.first), (self.form.last, self.last)):
            field.choices, field.data = _months(today, day), f"{day:%Y-%m}"
        self.form.by.data = self.by.value

    @property
    def place(self) -> str:
        return self.scope.here.code

    def address(self, endpoint: str, **changes: Any) -> str:
        """The address of another view of the same figures."""
        kept = {
            "place": self.place,
            "first": f"{self.first:%Y-%m}",
            "last": f"{self.last:%Y-%m}",
            "by": self.by.value,
        }
        return url_for(f"officer.{endpoint}", **(kept | changes))

    def row_address(self, endpoint: str, row: FigureRow, group: str = "all") -> str:
        """Where a figure of one line opens."""
        changes: dict[str, Any] = {"group": group}
        if self.by is By.PLACE:
            changes["place"] = row.key
        elif self.by is By.MONTH:
            changes["first"] = changes["last"] = row.key
        elif group == Group.ALL:
            changes["group"] = row.key
        return self.address(endpoint, **changes)


@door.get("/reports")
def report() -> ResponseReturnValue:
    asked = Asked()
    found = queries.figures(g.actor, asked.place, asked.first, asked.last, asked.by)
    return render_template(
        "officer/reports/report.html",
        asked=asked,
        report=found,
        trend=queries.trend(
            g.actor, asked.place, min(asked.first, add_months(asked.last, -11)), asked.last
        ),
        group_names=GROUP_NAMES,
        label=lambda row: label(found, asked.by, row),
        By=By,
    )


def label(found: Report, by: By, row: FigureRow) -> str:
    """The name of a line: a place, a month, a kind."""
    if by is By.PLACE:
        return row.name
    if by is By.MONTH:
        return month(date.fromisoformat(f"{row.key}-01"))
    return str(GROUP_NAMES[Group(row.key)])


@door.get("/reports/people")
def report_people() -> ResponseReturnValue:
    """The people behind a headcount."""
    asked = Asked()
    return render_template(
        "officer/reports/people.html",
        asked=asked,
        period=queries.whole_months(asked.first, asked.last),
        page=events.people(
            g.actor, asked.place, asked.first, asked.last, group=asked.group, page=asked.page
        ),
        group_names=GROUP_NAMES,
    )


@door.get("/reports/work-days")
def report_events() -> ResponseReturnValue:
    """The work days behind person-times, person-days and yuan."""
    asked = Asked()
    worker = request.args.get("worker", type=int)
    return render_template(
        "officer/reports/events.html",
        asked=asked,
        period=queries.whole_months(asked.first, asked.last),
        worker=worker,
        page=events.events(
            g.actor, asked.place, asked.first, asked.last,
            group=asked.group, worker_id=worker, page=asked.page,
        ),
        group_names=GROUP_NAMES,
    )  # fmt: skip


@door.get("/reports/export.<kind>")
def report_export(kind: str) -> ResponseReturnValue:
    asked = Asked()
    found = queries.figures(g.actor, asked.place, asked.first, asked.last, asked.by)
    heads = [
        _("在岗人数（人）"), _("人次"), _("工日（8 小时）"), _("工钱（元）"),
        _("脱贫户人数（人）"), _("脱贫户人次"), _("脱贫户工钱（元）"),
        _("监测户人数（人）"), _("监测户人次"), _("监测户工钱（元）"),
    ]  # fmt: skip
    title = _("%(place)s务工报表 %(period)s", place=found.place, period=period_words(found.period))
    first = {By.PLACE: _("地方"), By.MONTH: _("月份"), By.KIND: _("户类型")}[asked.by]
    return sheet(kind, title, [first, *heads], _lines(found, asked))


def _lines(found: Report, asked: Asked) -> Iterator[list[Any]]:
    for name, row in [
        *((label(found, asked.by, row), row) for row in found.rows),
        (_("合计"), found.total),
    ]:
        one = row.all
        yield [
            name, one.headcount, one.person_times, one.person_days, Amount(one.fen),
            row.lifted.headcount, row.lifted.person_times, Amount(row.lifted.fen),
            row.monitored.headcount, row.monitored.person_times, Amount(row.monitored.fen),
        ]  # fmt: skip
    yield [None] * 11
    for note in basis(found.period):
        yield [note, *[None] * 10]


def basis(period: Days) -> list[str]:
    """How the figures are counted, in the reader's words."""
    return [
        _(
            "期间：%(first)s至%(last)s（整月）。",
            first=date_full(period.first), last=date_full(period.last),
        ),
        _("在岗人数：期间里至少出工一天的人，一人只算一次；按住处归到地方。各月人数不能相加。"),
        _("人次：一人出工一天算一人次。工日：出工的分钟数除以 480。"),
        _("工钱：工资条上的应发，按出工那天归月；已冲销的工资条不算。"),
        _("脱贫户、监测户：按这户现在的类型；脱贫不稳定户算监测户。"),
        _("生成日期：%(day)s。", day=date_full(clock.today())),
    ]  # fmt: skip


def period_words(period: Days) -> str:
    """2026年9月, or 2026年7月–2026年9月"""
    first, last = month(period.first), month(period.last)
    return first if first == last else f"{first}–{last}"


def address_of(asked: Asked, row: FigureRow | None) -> Callable[[str, str], str]:
    """Where the figures of a line open; None: of the last line, the total."""

    def address(endpoint: str, group: str) -> str:
        if row is None:
            return asked.address(endpoint, group=group)
        return asked.row_address(endpoint, row, group)

    return address


@door.context_processor
def words() -> dict[str, Any]:
    return {
        "report_basis": basis,
        "period_words": period_words,
        "address_of": address_of,
        "kind_text": KIND_TEXT,
        "source_text": SOURCE_TEXT,
    }
