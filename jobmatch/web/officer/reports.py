"""People in work by place, month, kind, brand and employer; every figure opens to its people or
work days, and these to a file.
"""

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
from jobmatch.reports import service as reports
from jobmatch.reports.figures import NO_BRAND
from jobmatch.reports.queries import By, FigureRow, Group, Report, Scope
from jobmatch.web.choices import SelectField
from jobmatch.web.downloads import sheet
from jobmatch.web.filters import date_full, month
from jobmatch.web.forms import BaseForm
from jobmatch.web.incoming import key_or_none, page_number
from jobmatch.web.officer import door
from jobmatch.web.officer.scope import Scope as Place
from jobmatch.web.officer.scope import chosen
from jobmatch.web.work_days import work_days_sheet

door.nav(_l("务工报表"), "report", 25)

GROUP_NAMES = {
    Group.ALL: _l("全部"),
    Group.LIFTED: _l("脱贫户"),
    Group.MONITORED: _l("监测户"),
    Group.OTHER: _l("其他"),
}
BY_NAMES = {
    By.PLACE: _l("按地方"),
    By.MONTH: _l("按月"),
    By.KIND: _l("按户类型"),
    By.BRAND: _l("按劳务品牌"),
    By.EMPLOYER: _l("按用工主体"),
}
FIRST_HEAD = {
    By.PLACE: _l("地方"),
    By.MONTH: _l("月份"),
    By.KIND: _l("户类型"),
    By.BRAND: _l("劳务品牌"),
    By.EMPLOYER: _l("用工主体"),
}
MOST_MONTHS = 36


class PeriodForm(BaseForm):
    """Which months, and how to break the figures down; comes by GET."""

    class Meta:
        csrf = False

    # Not the browser's own month picker: it speaks the browser's language, not the page's.
    first = SelectField(_l("从哪个月"), choices=[], validate_choice=False)
    last = SelectField(_l("到哪个月"), choices=[], validate_choice=False)
    brand = SelectField(_l("哪个品牌的活"), choices=[], validate_choice=False)
    employer = SelectField(_l("给谁干的活"), choices=[], validate_choice=False)
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
        self.scope: Place = chosen()
        self.form = PeriodForm(request.args)
        self.first = _sane(self.form.first.data or "", today) or today.replace(day=1)
        self.last = max(self.first, _sane(self.form.last.data or "", today) or today)
        self.last = min(self.last, add_months(self.first, MOST_MONTHS - 1))
        asked = request.args.get("by", "")
        self.by = By(asked) if asked in list(By) else By.PLACE
        group = request.args.get("group", "")
        self.group = Group(group) if group in list(Group) else Group.ALL
        self.page = page_number()
        self.brand, self.employer, self.worker = (
            key_or_none(request.args.get(name)) for name in ("brand", "employer", "worker")
        )
        for field, day in ((self.form.first, self.first), (self.form.last, self.last)):
            field.choices, field.data = _months(today, day), f"{day:%Y-%m}"
        self.form.by.data = self.by.value

    @property
    def place(self) -> str:
        return self.scope.here.code

    @property
    def scope_of_work(self) -> Scope:
        """What the figures on this page count, and the lists behind them show."""
        period = queries.whole_months(self.first, self.last)
        return Scope(self.place, self.brand, self.employer, self.worker, period.first, period.last)

    def name_parties(self) -> str:
        """Fill the choices of brands and employers; the names of the chosen ones."""
        chosen_names = []
        parties = queries.parties(g.actor, self.place, self.first, self.last)
        for field, by, key in (
            (self.form.brand, By.BRAND, self.brand),
            (self.form.employer, By.EMPLOYER, self.employer),
        ):
            named = {str(one.id): one.name for one in parties[by]}
            if by is By.BRAND:
                named[str(NO_BRAND)] = _("不是品牌派的活")
            field.choices = [("", _("全部")), *named.items()]
            field.data = "" if key is None else str(key)
            chosen_names += [named[field.data]] if field.data in named else []
        return "、".join(chosen_names)

    def address(self, endpoint: str, **changes: Any) -> str:
        """The address of another view of the same figures."""
        kept = {
            "place": self.place,
            "first": f"{self.first:%Y-%m}",
            "last": f"{self.last:%Y-%m}",
            "by": self.by.value,
            "brand": self.brand,
            "employer": self.employer,
        }
        return url_for(f"officer.{endpoint}", **(kept | changes))

    def row_address(self, endpoint: str, row: FigureRow, group: str = "all") -> str:
        """Where a figure of one line opens."""
        changes: dict[str, Any] = {"group": group}
        if self.by is By.PLACE:
            changes["place"] = row.key
        elif self.by is By.MONTH:
            changes["first"] = changes["last"] = row.key
        elif self.by in (By.BRAND, By.EMPLOYER):
            changes[self.by.value] = row.key
        elif group == Group.ALL:
            changes["group"] = row.key
        return self.address(endpoint, **changes)


@door.get("/reports")
def report() -> ResponseReturnValue:
    asked = Asked()
    found = figures_of(asked)
    return render_template(
        "officer/reports/report.html",
        asked=asked,
        report=found,
        trend=queries.trend(
            g.actor, asked.place, min(asked.first, add_months(asked.last, -11)), asked.last,
            brand_id=asked.brand, employer_id=asked.employer,
        ),
        of=asked.name_parties(),
        group_names=GROUP_NAMES,
        label=lambda row: label(found, asked.by, row),
        By=By,
        first_head=FIRST_HEAD[asked.by],
    )  # fmt: skip


def figures_of(asked: Asked) -> Report:
    return queries.figures(
        g.actor, asked.place, asked.first, asked.last, asked.by,
        brand_id=asked.brand, employer_id=asked.employer,
    )  # fmt: skip


def label(found: Report, by: By, row: FigureRow) -> str:
    """The name of a line: a place, a month, a kind, a brand, an employer."""
    if by in (By.PLACE, By.EMPLOYER):
        return row.name
    if by is By.BRAND:
        return row.name or _("不是品牌派的活")
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
        page=events.people(g.actor, asked.scope_of_work, group=asked.group, page=asked.page),
        of=asked.name_parties(),
        group_names=GROUP_NAMES,
    )


@door.get("/reports/people/export.<any(xlsx, csv):kind>")
def report_people_file(kind: str) -> ResponseReturnValue:
    """The same as a file; who takes lists of names along leaves a line in the log."""
    asked = Asked()
    reports.note_people(asked.place, asked.group, actor=g.actor)
    rows = events.all_people(g.actor, asked.scope_of_work, group=asked.group)
    heads = [_("姓名"), _("住处"), _("人次"), _("工日（8 小时）"), _("出工的月数"), _("工钱（元）")]
    return sheet(kind, file_title(asked, _("在岗的人")), heads, [
        [
            row.name, row.home, row.sums.person_times, row.sums.person_days, row.sums.months,
            Amount(row.sums.fen),
        ]
        for row in rows
    ], most=events.MOST_LINES)  # fmt: skip


@door.get("/reports/work-days")
def report_events() -> ResponseReturnValue:
    """The work days behind person-times, person-days and yuan."""
    asked = Asked()
    return render_template(
        "officer/reports/events.html",
        asked=asked,
        period=queries.whole_months(asked.first, asked.last),
        page=events.events(g.actor, asked.scope_of_work, group=asked.group, page=asked.page),
        of=asked.name_parties(),
        group_names=GROUP_NAMES,
    )


@door.get("/reports/work-days/export.<any(xlsx, csv):kind>")
def report_events_file(kind: str) -> ResponseReturnValue:
    """The same as a file; who takes lists of names along leaves a line in the log."""
    asked = Asked()
    reports.note_people(asked.place, asked.group, actor=g.actor)
    rows = events.all_events(g.actor, asked.scope_of_work, group=asked.group)
    return work_days_sheet(kind, file_title(asked, _("出工记录")), rows)


def file_title(asked: Asked, what: str) -> str:
    """What the file holds: place, list, whose work, months, which people."""
    period = queries.whole_months(asked.first, asked.last)
    parts = [f"{asked.scope.here.short_name}{what}", asked.name_parties(), period_words(period)]
    if asked.group is not Group.ALL:
        parts.append(str(GROUP_NAMES[asked.group]))
    return " ".join(part for part in parts if part)


@door.get("/reports/export.<kind>")
def report_export(kind: str) -> ResponseReturnValue:
    asked = Asked()
    found, of = figures_of(asked), asked.name_parties()
    heads = [
        _("在岗人数（人）"), _("人次"), _("工日（8 小时）"), _("工钱（元）"), _("务工月数（人月）"),
        _("脱贫户人数（人）"), _("脱贫户人次"), _("脱贫户工钱（元）"),
        _("监测户人数（人）"), _("监测户人次"), _("监测户工钱（元）"),
    ]  # fmt: skip
    title = _("%(place)s务工报表 %(period)s", place=found.place, period=period_words(found.period))
    rows = _lines(found, asked)
    return sheet(kind, f"{title} {of}".strip(), [str(FIRST_HEAD[asked.by]), *heads], rows)


def _lines(found: Report, asked: Asked) -> Iterator[list[Any]]:
    for name, row in [
        *((label(found, asked.by, row), row) for row in found.rows),
        (_("合计"), found.total),
    ]:
        one = row.all
        yield [
            name, one.headcount, one.person_times, one.person_days, Amount(one.fen), one.months,
            row.lifted.headcount, row.lifted.person_times, Amount(row.lifted.fen),
            row.monitored.headcount, row.monitored.person_times, Amount(row.monitored.fen),
        ]  # fmt: skip
    yield [None] * 12
    for note in basis(found.period):
        yield [note, *[None] * 11]


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
        _("务工月数：一人在一个月里出过工，算一个人月。"),
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
