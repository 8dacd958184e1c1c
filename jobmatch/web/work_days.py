"""Work days as a file: the same columns for the officer, the brand and the employer."""

from collections.abc import Sequence
from typing import Any

from flask import Response
from flask_babel import gettext as _

from jobmatch.kernel.text import Amount
from jobmatch.reports.events import MOST_LINES, EventRow
from jobmatch.web.downloads import sheet


def work_days_sheet(
    kind: str, title: str, rows: Sequence[EventRow], *, homes: bool = True
) -> Response:
    """The events behind a figure. kind: xlsx or csv; raises NotFound otherwise.

    homes   whether it says where people live: an employer need not know
    """
    columns: list[Any] = [
        _("日期"), _("姓名"), _("住处"), _("班组"), _("劳务品牌"), _("用工需求"), _("用工主体"),
        _("工时（小时）"), _("件数"), _("应发（元）"), _("工资条编号"),
    ]  # fmt: skip
    lines: list[list[Any]] = [
        [
            row.work_date, row.worker, row.home, row.crew, row.brand, row.posting, row.employer,
            round(row.minutes / 60, 2), row.pieces,
            None if row.fen is None else Amount(row.fen), row.slip_id,
        ]
        for row in rows
    ]  # fmt: skip
    if not homes:
        for line in (columns, *lines):
            del line[2]
    return sheet(kind, title, columns, lines, most=MOST_LINES)
