"""The report of training, down to the people behind it."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from flask import g, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from jobmatch.infra import clock
from jobmatch.infra.sheets import Out
from jobmatch.kernel.actor import Role
from jobmatch.kernel.periods import add_months
from jobmatch.training import report
from jobmatch.training.report import By, FiguresRow, ReportLine, Scope
from jobmatch.training.rules import (
    ENROLMENT_STATE_NAMES,
)
from jobmatch.web.downloads import sheet
from jobmatch.web.filters import month as month_name
from jobmatch.web.filters import named
from jobmatch.web.incoming import page_number
from jobmatch.web.texts import say
from jobmatch.web.training.base import Base
from jobmatch.web.training.forms import ReportForm


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a report is about."""

    scope: Scope
    first: date
    last: date
    by: By


class ReportPages(Base):
    """Figures, people, files."""

    def training_report(self) -> ResponseReturnValue:
        """Person-times and people trained, results, and work within 60 days."""
        form, wanted = self._wanted()
        rows = report.figures(wanted.scope, wanted.first, wanted.last, wanted.by)
        return self.show(
            "report",
            form=form,
            wanted=wanted,
            total=report.totals(wanted.scope, wanted.first, wanted.last),
            rows=rows,
            names=[_name(row, wanted.by) for row in rows],
            kept={"first": wanted.first, "last": wanted.last},
            urls=[self.url("training_people", **self._span(wanted, row.key)) for row in rows],
            sees_kind=self.brand() is None,
        )

    def training_report_file(self, kind: str) -> ResponseReturnValue:
        _form, wanted = self._wanted()
        kinds = [_("其中脱贫户"), _("其中监测户")] if self.brand() is None else []
        columns = [
            _("项目"), _("培训人次"), _("参训人数"), *kinds, _("合格人数"), _("60 天内上岗人数"),
        ]  # fmt: skip
        rows: list[list[Out]] = [
            [
                _name(row, wanted.by), f.person_times, f.people,
                *([f.lifted, f.monitored] if kinds else []), f.passed, f.worked,
            ]
            for row in report.figures(wanted.scope, wanted.first, wanted.last, wanted.by)
            for f in [row.figures]
        ]  # fmt: skip
        return sheet(kind, _("培训报表"), columns, rows)

    def training_people(self) -> ResponseReturnValue:
        """The people behind the figures."""
        form, wanted = self._wanted()
        page = report.people(wanted.scope, wanted.first, wanted.last, page_number())
        return self.show(
            "people",
            form=form,
            page=page,
            opens=report.to_be_seen({line.session_id for line in page.rows}, g.actor),
            kept={
                "first": wanted.first, "last": wanted.last,
                "place": request.args.get("place"), "skill": request.args.get("skill"),
            },
            sees_kind=self.brand() is None,
            kind_names=kind_names(),
        )  # fmt: skip

    def training_people_file(self, kind: str) -> ResponseReturnValue:
        _form, wanted = self._wanted()
        sees_kind = self.brand() is None
        columns = [
            _("姓名"), _("家在"), _("培训班"), _("开课日期"), _("结束日期"), _("上课地方"),
            _("到课天数"), _("结果"), _("60 天内首次上岗"), *([_("家庭类型")] if sees_kind else []),
        ]  # fmt: skip
        rows = [
            [*_line(line), *([kind_names().get(line.household_kind, "")] if sees_kind else [])]
            for line in report.all_people(wanted.scope, wanted.first, wanted.last)
        ]
        return sheet(kind, _("参训人员名单"), columns, rows, most=report.MOST_LINES)

    def _span(self, wanted: Wanted, key: str) -> dict[str, Any]:
        """The query of the people behind one row of the report."""
        span: dict[str, Any] = {"first": wanted.first, "last": wanted.last}
        if wanted.by is By.PLACE:
            return span | {"place": key}
        if wanted.by is By.SKILL:
            return span | {"skill": key}
        month = date.fromisoformat(f"{key}-01")
        return {
            "first": max(month, wanted.first),
            "last": min(add_months(month, 1) - timedelta(days=1), wanted.last),
        }

    def _wanted(self) -> tuple[ReportForm, Wanted]:
        form = ReportForm(request.args)
        form.fill_choices()
        valid = form.validate()
        today = clock.today()
        first = (form.first.data if valid else None) or add_months(today.replace(day=1), -11)
        last = (form.last.data if valid else None) or today
        by = By(form.by.data) if valid and form.by.data else By.MONTH
        if not request.args.get("first"):
            form.first.data = first
        if not request.args.get("last"):
            form.last.data = last
        skill, place = request.args.get("skill", "")[:40], request.args.get("place", "")[:12]
        brand_id = self.brand()
        if brand_id is not None:
            scope = Scope((place,) if place else (), brand_id, skill)
        else:
            held = g.actor.scopes(Role.OFFICER)
            inside = place and any(place.startswith(code) for code in held)
            scope = Scope((place,) if inside else held, None, skill)
        return form, Wanted(scope, first, max(first, last), by)


def kind_names() -> dict[str, str]:
    return {
        "ordinary": _("一般户"),
        "lifted": _("脱贫户"),
        "lifted_unstable": _("脱贫不稳定户"),
        "marginal_at_risk": _("边缘易致贫户"),
        "sudden_hardship": _("突发严重困难户"),
    }


def _name(row: FiguresRow, by: By) -> str:
    return month_name(date.fromisoformat(f"{row.key}-01")) if by is By.MONTH else named(row)


def _line(line: ReportLine) -> list[Any]:
    return [
        line.name, line.home_name, line.course, line.first_day, line.last_day, line.place_name,
        line.days, say(ENROLMENT_STATE_NAMES[line.state]), line.worked_on,
    ]  # fmt: skip
