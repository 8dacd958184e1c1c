"""The funnel of the evening's push, on the officer's and the organizer's desk."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from flask import g, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from jobmatch.infra import clock
from jobmatch.reports import funnel as reports
from jobmatch.reports.funnel import Stage, Sums, Whose
from jobmatch.web.downloads import sheet
from jobmatch.web.filters import days
from jobmatch.web.guard import Door
from jobmatch.web.incoming import page_number

WEEKS = 8


class Pages:
    """The pages of one door. whose: gives the place or the brand at hand and its name."""

    def __init__(self, door: Door, whose: Callable[[], tuple[Whose, str]]) -> None:
        self.door, self.whose = door, whose
        door.add_url_rule("/push", "funnel", self.funnel, methods=["GET"])
        door.add_url_rule("/push/list", "funnel_events", self.funnel_events, methods=["GET"])
        door.add_url_rule("/push.<kind>", "funnel_file", self.funnel_file, methods=["GET"])

    def funnel(self) -> ResponseReturnValue:
        """The last weeks; each figure opens to its pushes."""
        whose, name = self.whose()
        rows, total = reports.funnel(whose, *span(), actor=g.actor)
        return render_template(
            "reports/funnel.html",
            rows=rows, total=total, name=name, stages=stages(), share=share,
            at=lambda endpoint, **more: self._url(endpoint, whose, **more),
        )  # fmt: skip

    def funnel_events(self) -> ResponseReturnValue:
        whose, name = self.whose()
        asked = request.args.get("stage", "")
        stage = Stage(asked) if asked in set(Stage) else Stage.PUSHED
        first, last = _week()
        page = reports.pushes(whose, first, last, stage, actor=g.actor, page=page_number())
        return render_template(
            "reports/pushes.html",
            page=page, stage=stage, stages=stages(), name=name, first=first, last=last,
            at=lambda endpoint, **more: self._url(endpoint, whose, **more),
        )  # fmt: skip

    def funnel_file(self, kind: str) -> ResponseReturnValue:
        whose, name = self.whose()
        rows, total = reports.funnel(whose, *span(), actor=g.actor)
        heads = [_("%(stage)s（条）", stage=words) for words in stages().values()]
        lines: list[list[Any]] = [
            [days(row.monday, row.sunday), *_counts(row.sums)] for row in rows
        ]
        lines.append([_("合计"), *_counts(total)])
        title = _("%(name)s推送结果 %(day)s", name=name, day=clock.today().isoformat())
        return sheet(kind, title, [_("哪一周"), *heads], lines)

    def _url(self, endpoint: str, whose: Whose, **more: Any) -> str:
        at = {"place": whose.place} if whose.brand_id is None else {"brand": whose.brand_id}
        return url_for(f"{self.door.name}.{endpoint}", **at, **more)


def span() -> tuple[date, date]:
    today = clock.today()
    return today - timedelta(weeks=WEEKS - 1), today


def stages() -> dict[Stage, str]:
    """The stages in words, in their order."""
    return {
        Stage.PUSHED: _("推送"), Stage.SEEN: _("看到"), Stage.SIGNED: _("报名"),
        Stage.WORKED: _("出工"),
    }  # fmt: skip


def share(part: int, of: int) -> str:
    """A part of the pushes in whole percent; a dash of none."""
    return f"{round(part * 100 / of)}%" if of else "–"


def _counts(sums: Sums) -> list[int]:
    return [sums.pushed, sums.seen, sums.signed, sums.worked]


def _week() -> tuple[date, date]:
    """The week that the address names by a day of it; else all that the report shows."""
    try:
        day = date.fromisoformat(request.args.get("week", ""))
    except ValueError:
        return span()
    return (day, day) if date(2000, 1, 3) <= day <= date(2190, 1, 1) else span()
