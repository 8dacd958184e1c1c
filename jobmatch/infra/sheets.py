"""Tables out to Excel and CSV.

Texts stay texts (an ID number keeps its digits, "=1+1" is no formula); an Amount is yuan.
"""

import csv
import io
import itertools
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import xlsxwriter

from jobmatch.kernel.text import Amount

Out = str | int | float | date | Amount | None

WIDEST = 48


@dataclass(frozen=True, slots=True)
class Column:
    """A column to be filled in: what is typed there stays text. width in letters of the sheet."""

    title: str
    width: int


def xlsx_bytes(title: str, columns: Sequence[str], rows: Iterable[Sequence[Out]]) -> bytes:
    """A workbook with one sheet: headings that stay in sight, a filter, columns as wide as their
    text. Texts (phones and ID numbers too) are text, an Amount is yuan with two decimals.
    """
    out = io.BytesIO()
    with new_book(out) as book:
        sheet = add_sheet(book, title, columns, rows)
        if columns:
            sheet.autofilter(0, 0, sheet.dim_rowmax, len(columns) - 1)
    return out.getvalue()


def new_book(out: io.BytesIO) -> Any:
    """A workbook in which nothing typed by people becomes a formula or a link."""
    return xlsxwriter.Workbook(
        out,
        {
            "in_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
        },
    )


def add_sheet(
    book: Any, title: str, columns: Sequence[str | Column], rows: Iterable[Sequence[Out]]
) -> Any:
    """Write a sheet of these columns; returns it for widths, lists and colours."""
    sheet = book.add_worksheet("".join("-" if c in "[]:*?/\\'" else c for c in title)[:31] or "1")
    head = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
    words, count, yuan, day = (
        book.add_format({"num_format": form}) for form in ("@", "#,##0", "#,##0.00", "yyyy-mm-dd")
    )
    widths = [_width(column) if isinstance(column, str) else 0 for column in columns]
    for n, column in enumerate(columns):
        sheet.write_string(0, n, column if isinstance(column, str) else column.title, head)
    for r, row in enumerate(rows, 1):
        for c, cell in enumerate(row):
            if cell is None:
                continue
            if isinstance(cell, Amount):
                sheet.write_number(r, c, cell.fen / 100, yuan)
            elif isinstance(cell, date):
                sheet.write_datetime(r, c, datetime(cell.year, cell.month, cell.day), day)  # noqa: DTZ001
            elif isinstance(cell, (int, float)):
                sheet.write_number(r, c, cell, count if isinstance(cell, int) else None)
            else:
                sheet.write_string(r, c, cell, words)
            widths[c] = max(widths[c], _width(_written(cell)))
    for n, column in enumerate(columns):
        if isinstance(column, Column):
            sheet.set_column(n, n, column.width, words)
        else:
            sheet.set_column(n, n, min(widths[n], WIDEST) + 2)
    sheet.freeze_panes(1, 0)
    return sheet


def csv_bytes(columns: Sequence[str], rows: Iterable[Sequence[Out]]) -> bytes:
    """UTF-8 with a byte order mark, so that Excel reads Chinese; no text is taken for a formula."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    for row in itertools.chain([columns], rows):
        writer.writerow([_plain(c) if isinstance(c, str) else _written(c) for c in row])
    return out.getvalue().encode("utf-8-sig")


def _written(cell: Out) -> str:
    if cell is None:
        return ""
    if isinstance(cell, Amount):
        return f"{'-' if cell.fen < 0 else ''}{abs(cell.fen) // 100}.{abs(cell.fen) % 100:02d}"
    return cell.isoformat() if isinstance(cell, date) else str(cell)


def _plain(words: str) -> str:
    """Text that no spreadsheet takes for a formula, nor for a number that it would round."""
    if re.fullmatch(r"\d{16,}", words):
        return f"\t{words}"
    return f"'{words}" if words[:1] in ("=", "+", "-", "@", "\t", "\r", "\n") else words


def _width(words: str) -> int:
    """Width in letters: a Chinese sign takes two."""
    return sum(2 if ord(c) > 0x2E80 else 1 for c in words)


# in
