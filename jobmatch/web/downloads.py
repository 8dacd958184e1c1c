"""Lists as files to keep: the same rows as a workbook or as CSV."""

from collections.abc import Iterable, Sequence, Sized
from urllib.parse import quote

from flask import Response
from flask_babel import gettext as _

from jobmatch.infra.sheets import Out, csv_bytes, xlsx_bytes
from jobmatch.kernel.errors import NotFound
from jobmatch.web import reads

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def sheet(
    kind: str,
    title: str,
    columns: Sequence[str],
    rows: Iterable[Sequence[Out]],
    *,
    most: int | None = None,
) -> Response:
    """The list as a file named after its title. kind: xlsx or csv; raises NotFound otherwise.

    most   as many rows the file holds; a row more in the list is left out, and a last row says so
    """
    columns = [str(name) for name in columns]
    if most is not None:
        rows = _held(list(rows), most)
    if isinstance(rows, Sized):
        reads.shown(len(rows))
    if kind == "xlsx":
        body, mimetype = xlsx_bytes(title, columns, rows), XLSX
    elif kind == "csv":
        body, mimetype = csv_bytes(columns, rows), "text/csv; charset=utf-8"
    else:
        raise NotFound
    name = quote(f"{title}.{kind}")
    return Response(
        body,
        content_type=mimetype,
        headers={
            "Content-Disposition": f"attachment; filename=\"list.{kind}\"; filename*=UTF-8''{name}"
        },
    )


def _held(rows: list[Sequence[Out]], most: int) -> list[Sequence[Out]]:
    if len(rows) <= most:
        return rows
    said = _("这个文件只放得下前 %(n)s 行，后面还有。请把范围选小一点，再存一次。", n=most)
    return [*rows[:most], [said]]
