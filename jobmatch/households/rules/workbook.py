"""What each row of the import workbook says, read by itself. Pure: no file, no database.

Whatever is wrong becomes a `RowError` of its row; what the rows would change together: import_plan.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from jobmatch.households.rules.kinds import (
    SOURCE_TEXT,
    Kind,
    Source,
    kinds_said,
    read_kind,
)
from jobmatch.kernel.identity import parse_id_number
from jobmatch.kernel.money import parse_yuan
from jobmatch.kernel.periods import add_months, month_of
from jobmatch.kernel.text import Amount, Text, text

MEMBER_SHEET = "家庭成员"  # i18n: data of the template
INCOME_SHEET = "收入"  # i18n: data of the template
ERROR_TITLE = "错误"  # i18n: data of the template
MEMBER_TITLES = (  # i18n: data of the template
    "户编号", "村代码或村名", "户类型", "姓名", "身份证号", "与户主关系",
)  # fmt: skip
INCOME_TITLES = (  # i18n: data of the template
    "户编号",
    "身份证号（选填）",
    "期间",
    *(f"{SOURCE_TEXT[source].msgid}（元）" for source in Source),
)
# Columns that a workbook may have besides: parts of the property income, the sum, what shows it.
LEASE, DIVIDEND = "土地流转", "分红"  # i18n: data of the template
MORE_TITLES = (  # i18n: data of the template
    f"其中{LEASE}（元）", f"其中{DIVIDEND}（元）", "合计（元，选填）", "凭据（选填）",
)  # fmt: skip
MOST_PROOF = 80
HEAD = "户主"  # i18n: data of the template
MOST_MONTHS = 12
_NUMBER = re.compile(r"[0-9A-Za-z-]{4,30}")
_PERIOD = re.compile(r"(\d{4})(?:[-/.年](\d{1,2})月?|年)?")  # i18n: as officers write it


@dataclass(frozen=True, slots=True)
class RowError:
    sheet: str
    row: int
    said: Text


@dataclass(frozen=True, slots=True)
class MemberLine:
    """A readable row of the member sheet; village and kind as written ("" for the household's)."""

    row: int
    household_no: str
    village: str
    kind: Kind | None
    name: str
    id_number: str
    born: date
    sex: str
    relation: str


@dataclass(frozen=True, slots=True)
class IncomeLine:
    """A readable row of the income sheet: fen by source and detail for the whole of these months.

    Property income comes in three parts whenever it is given: the lease, dividends, and the rest.
    """

    row: int
    household_no: str
    id_number: str
    months: tuple[date, ...]
    amounts: tuple[tuple[Source, str, int], ...]
    proof: str = ""


def title_error(titles: Sequence[str], row: Sequence[Any], sheet: str) -> Text | None:
    """What is wrong with the head line of a sheet, or None. Notes in brackets do not count."""
    for n, title in enumerate(titles):
        found = written(row[n]) if n < len(row) else ""
        if _bare(found) != _bare(title):
            return text(
                "不是本系统的模板：“{sheet}”表第 {n} 列应是“{title}”。请重新下载模板。",
                sheet=sheet,
                n=n + 1,
                title=title,
            )
    return None


def read_members(
    rows: Sequence[tuple[int, Sequence[Any]]], *, today: date
) -> tuple[list[MemberLine], list[RowError]]:
    """Read the member sheet: (row number, cells) in, lines and errors out."""
    lines: list[MemberLine] = []
    errors: list[RowError] = []
    for number, cells in rows:
        said, line = _member(number, _texts(cells, len(MEMBER_TITLES)), today)
        errors += [RowError(MEMBER_SHEET, number, one) for one in said]
        if line is not None:
            lines.append(line)
    return lines, errors


def _member(row: int, cells: list[str], today: date) -> tuple[list[Text], MemberLine | None]:
    no, village, kind_words, name, id_typed, relation = cells
    said: list[Text] = []
    if not _NUMBER.fullmatch(no):
        said.append(text("户编号要有 4 到 30 个数字或字母。"))
    kind = read_kind(kind_words)
    if kind_words and kind is None:
        said.append(
            text(
                "不认识户类型“{words}”。可写：{kinds}。", words=kind_words[:20], kinds=kinds_said()
            )
        )
    if not 2 <= len(name) <= 60:
        said.append(text("姓名要有 2 到 60 个字。"))
    if not 1 <= len(relation) <= 20:
        said.append(text("请填与户主关系，户主本人写“户主”。"))
    try:
        person = parse_id_number(id_typed, today=today)
    except ValueError:
        said.append(_bad_id(id_typed))
        return said, None
    if said:
        return said, None
    return [], MemberLine(
        row, no, village, kind, name, person.number, person.born, person.sex, relation
    )


def _bad_id(typed: str) -> Text:
    if not typed:
        return text("请填身份证号。")
    if re.fullmatch(r"\d+(\.\d+)?[eE]\+?\d+|\d{15,}\.0", typed):
        return text("身份证号被 Excel 当成数字，后几位已丢。请把这一列设成“文本”再填。")
    return text("身份证号不对：要 18 位，出生日期和最后一位要对得上。")


def read_incomes(
    rows: Sequence[tuple[int, Sequence[Any]]], *, today: date
) -> tuple[list[IncomeLine], list[RowError]]:
    """Read the income sheet: (row number, cells) in, lines and errors out."""
    lines: list[IncomeLine] = []
    errors: list[RowError] = []
    for number, cells in rows:
        said, line = _income(number, _texts(cells, len(INCOME_TITLES) + len(MORE_TITLES)), today)
        errors += [RowError(INCOME_SHEET, number, one) for one in said]
        if line is not None:
            lines.append(line)
    return lines, errors


def _income(row: int, cells: list[str], today: date) -> tuple[list[Text], IncomeLine | None]:
    no, id_typed, period, *typed, lease, dividend, total, proof = cells
    said: list[Text] = []
    if not _NUMBER.fullmatch(no):
        said.append(text("户编号要有 4 到 30 个数字或字母。"))
    id_number = ""
    if id_typed:
        try:
            id_number = parse_id_number(id_typed, today=today).number
        except ValueError:
            said.append(_bad_id(id_typed))
    months = read_period(period)
    if months is None:
        said.append(
            text("期间看不懂。写一个月（2026-03）、一年（2025）或起止月（2025-10至2026-09）。")
        )
    elif month_of(months[-1]).first > today:
        said.append(text("期间里有还没到的月份。"))
    amounts = _parted(_amounts(typed, said), lease, dividend, said)
    _adds_up(amounts, total, said)
    if len(proof) > MOST_PROOF:
        said.append(text("凭据最多 80 个字。"))
    if not said and not amounts:
        said.append(text("这一行没有填金额。"))
    if said or months is None:
        return said, None
    return [], IncomeLine(row, no, id_number, months, tuple(amounts), proof)


def _amounts(typed: list[str], said: list[Text]) -> list[tuple[Source, int]]:
    """Fen by source; what cannot be read is added to `said`."""
    amounts: list[tuple[Source, int]] = []
    for source, written in zip(Source, typed, strict=True):
        try:
            fen = parse_yuan(written) if written else 0
        except ValueError:
            words = written[:20]
            said.append(
                text("{source}不是金额：“{words}”。", source=SOURCE_TEXT[source], words=words)
            )
            continue
        if fen:
            amounts.append((source, fen))
    return amounts


def _fen(typed: str, title: str, said: list[Text]) -> int:
    """An amount of one cell, below nothing too; what cannot be read is added to `said`."""
    try:
        return -parse_yuan(typed[1:]) if typed[:1] == "-" else parse_yuan(typed) if typed else 0
    except ValueError:
        said.append(text("{source}不是金额：“{words}”。", source=title, words=typed[:20]))
        return 0


def _parted(
    amounts: list[tuple[Source, int]], lease: str, dividend: str, said: list[Text]
) -> list[tuple[Source, str, int]]:
    """The amounts with property income in its parts; parts alone are the whole."""
    parts = (LEASE, _fen(lease, LEASE, said)), (DIVIDEND, _fen(dividend, DIVIDEND, said))
    known = sum(fen for _, fen in parts)
    whole = dict(amounts).get(Source.PROPERTY, known)
    if min(fen for _, fen in parts) < 0 or known > whole:
        said.append(text("土地流转和分红加起来，比财产性收入还多。"))
    split = [(Source.PROPERTY, name, fen) for name, fen in (("", whole - known), *parts)]
    plain = [(source, "", fen) for source, fen in amounts if source is not Source.PROPERTY]
    # In the order of the columns.
    return sorted([*plain, *(split if whole else [])], key=lambda one: list(Source).index(one[0]))


def _adds_up(amounts: list[tuple[Source, str, int]], total: str, said: list[Text]) -> None:
    """The typed total, where there is one, is the net of the row."""
    if not total:
        return
    given = _fen(total, MORE_TITLES[2], said)
    net = sum(-fen if source is Source.COST else fen for source, _, fen in amounts)
    if not said and given != net:
        said.append(
            text(
                "合计不对：各项加起来减支出是 {net}，合计填的是 {given}。",
                net=Amount(net), given=Amount(given),
            )
        )  # fmt: skip


def read_period(written: str) -> tuple[date, ...] | None:
    """The months (first days) of a period: a month, a year, or two of them with a mark between.

    returns  1 to 12 months in order, or None for anything else
    """
    halves = re.split("[至到~～—]", written)  # i18n: as officers write it
    parts = [half.strip() for half in halves]
    if len(parts) > 2:
        return None
    ends = [_month_run(part) for part in parts]
    first, last = ends[0], ends[-1]
    if first is None or last is None:
        return None
    months = [first[0]]
    while months[-1] < last[1] and len(months) <= MOST_MONTHS:
        months.append(add_months(months[-1], 1))
    return tuple(months) if months[-1] == last[1] and len(months) <= MOST_MONTHS else None


def _month_run(written: str) -> tuple[date, date] | None:
    found = _PERIOD.fullmatch(written)
    if found is None or not 1990 <= int(found[1]) <= 2100:
        return None
    year = int(found[1])
    if found[2] is None:
        return date(year, 1, 1), date(year, 12, 1)
    month = int(found[2])
    return (date(year, month, 1),) * 2 if 1 <= month <= 12 else None


def _texts(cells: Sequence[Any], n: int) -> list[str]:
    found = [written(cell) for cell in cells[:n]]
    return found + [""] * (n - len(found))


def written(cell: Any) -> str:
    """A cell as a person sees it: 2025.0 is 2025, a date that Excel made of a month is a month."""
    if cell is None:
        return ""
    if isinstance(cell, (date, datetime)):
        return f"{cell:%Y-%m}"
    if isinstance(cell, float):
        # Beyond 15 digits the sheet has lost some: leave the mark, so that the row is refused.
        if abs(cell) < 10**15 and cell == int(cell):
            return str(int(cell))
        return repr(cell)
    return " ".join(str(cell).split())


def _bare(title: str) -> str:
    return re.split(r"[（(*]", "".join(title.split()))[0]
