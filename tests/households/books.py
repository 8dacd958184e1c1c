"""Workbooks as officers make them, and as attackers do."""

import io
import zipfile
from collections.abc import Sequence
from datetime import date

import xlsxwriter

from jobmatch.households.rules.workbook import INCOME_TITLES, MEMBER_TITLES
from tests.support import id_number

HEAD_ID = id_number(date(1970, 1, 1), 1)
WIFE_ID = id_number(date(1972, 2, 2), 2)
OTHER_ID = id_number(date(1980, 3, 3), 3)


def member(
    no: str = "H0001",
    village: str = "卧龙泉子村",
    kind: str = "脱贫户",
    name: str = "王建国",
    number: str = HEAD_ID,
    relation: str = "户主",
) -> list[object]:
    return [no, village, kind, name, number, relation]


def income(
    no: str = "H0001", number: str = "", period: str = "2025", *yuan: object
) -> list[object]:
    return [no, number, period, *yuan, *[None] * (5 - len(yuan))]


def book(
    members: Sequence[Sequence[object]] = (),
    incomes: Sequence[Sequence[object]] = (),
    *,
    formula: str = "",
    member_titles: Sequence[str] = MEMBER_TITLES,
    member_sheet: str = "家庭成员",
    income_titles: Sequence[str] = INCOME_TITLES,
) -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(
        out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    ) as written:
        for name, titles, rows in (
            (member_sheet, member_titles, members),
            ("收入", income_titles, incomes),
        ):
            sheet = written.add_worksheet(name)
            sheet.write_row(0, 0, titles)
            for n, row in enumerate(rows, 1):
                sheet.write_row(n, 0, row)
            if formula and name == member_sheet:
                sheet.write_formula(1, 6, formula)
    return out.getvalue()


def repacked(data: bytes, changes: dict[str, bytes]) -> bytes:
    """The same package with some parts replaced or added."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as old,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for entry in old.infolist():
            if entry.filename not in changes:
                new.writestr(entry.filename, old.read(entry))
        for name, content in changes.items():
            new.writestr(name, content)
    return out.getvalue()


def part(data: bytes, name: str) -> bytes:
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        return package.read(name)
