"""Lists as files: workbooks and CSV. Nothing that people typed becomes a formula."""

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import date

import xlsxwriter

from jobmatch.kernel.text import Amount

Cell = str | int | float | date | Amount | None
# Spreadsheet programs run a CSV field that begins so as a formula; tabs and returns may hide one.
_FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")
WIDEST = 48


def xlsx_bytes(title: str, columns: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    """A workbook with one sheet: bold headings that stay in sight, a filter, columns as wide as
    their text. Strings (phones and ID numbers too) are text, an Amount is yuan with two decimals.
    """
    out = io.BytesIO()
    book = xlsxwriter.Workbook(
        out,
        {
            "in_memory": True,
            "strings_to_formulas": False,
            "strings_to_numbers": False,
            "strings_to_urls": False,
            "default_date_format": "yyyy-mm-dd",
        },
    )
    sheet = book.add_worksheet(_sheet_name(title))
    bold, text = book.add_format({"bold": True}), book.add_format({"num_format": "@"})
    yuan, day = (
        book.add_format({"num_format": "0.00"}),
        book.add_format({"num_format": "yyyy-mm-dd"}),
    )
    widths = [_width(name) for name in columns]
    sheet.write_row(0, 0, list(columns), bold)
    last = 0
    for last, row in enumerate(rows, start=1):
        for n, value in enumerate(row):
            if value is None:
                continue
            if isinstance(value, str):
                sheet.write_string(last, n, value, text)
            elif isinstance(value, Amount):
                sheet.write_number(last, n, value.fen / 100, yuan)
            elif isinstance(value, date):
                sheet.write_datetime(last, n, value, day)
            else:
                sheet.write_number(last, n, value)
            widths[n] = max(widths[n], _width(_plain(value)))
    for n, width in enumerate(widths):
        sheet.set_column(n, n, min(width, WIDEST) + 2)
    sheet.freeze_panes(1, 0)
    if columns:
        sheet.autofilter(0, 0, last, len(columns) - 1)
    book.close()
    return out.getvalue()


def csv_bytes(columns: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    """UTF-8 with a byte order mark, so that Excel reads it; text that looks like a formula gets an
    apostrophe before it.
    """
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow([_harmless(name) for name in columns])
    for row in rows:
        writer.writerow([_harmless(_plain(v)) if isinstance(v, str) else _plain(v) for v in row])
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def _plain(value: Cell) -> str:
    if value is None:
        return ""
    if isinstance(value, Amount):
        sign = "-" if value.fen < 0 else ""
        return f"{sign}{abs(value.fen) // 100}.{abs(value.fen) % 100:02d}"
    return value.isoformat() if isinstance(value, date) else str(value)


def _harmless(words: str) -> str:
    return f"'{words}" if words.startswith(_FORMULA_SIGNS) else words


def _sheet_name(title: str) -> str:
    """A name that workbooks allow: at most 31 signs, none of []:*?/\\ ."""
    return "".join("-" if c in "[]:*?/\\'" else c for c in title)[:31] or "1"


def _width(words: str) -> int:
    """Width in columns: a Chinese sign takes two."""
    return sum(2 if ord(c) > 0x2E80 else 1 for c in words)
