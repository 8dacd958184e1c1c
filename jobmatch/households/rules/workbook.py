"""The import workbook: what each row says, and what it would change. Pure: no file, no database.

First each row is read by itself (`read_members`, `read_incomes`), then all are held against each
other and against what is known (`plan`). Whatever is wrong becomes a `RowError` of its row.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from jobmatch.households.rules.kinds import KIND_TEXT, SOURCE_TEXT, Kind, Source, read_kind
from jobmatch.kernel.identity import parse_id_number
from jobmatch.kernel.money import parse_yuan, split_fen
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
    """A readable row of the income sheet: fen by source for the whole of these months."""

    row: int
    household_no: str
    id_number: str
    months: tuple[date, ...]
    amounts: tuple[tuple[Source, int], ...]


@dataclass(frozen=True, slots=True)
class KnownHousehold:
    village_code: str
    kind: Kind
    head_name: str
    in_scope: bool


@dataclass(frozen=True, slots=True)
class KnownMember:
    household_no: str
    name: str
    relation: str


@dataclass(frozen=True, slots=True)
class Known:
    """What the database says about the rows.

    villages    village code or name, as written > codes inside the officer's scope
    households  by number; members by blind index; incomes: ref > fen, of all that were ever booked
    """

    villages: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    households: Mapping[str, KnownHousehold] = field(default_factory=dict)
    members: Mapping[str, KnownMember] = field(default_factory=dict)
    incomes: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class HouseholdChange:
    household_no: str
    village_code: str
    kind: Kind
    head_name: str
    is_new: bool


@dataclass(frozen=True, slots=True)
class MemberChange:
    line: MemberLine
    id_index: str
    is_new: bool


@dataclass(frozen=True, slots=True)
class IncomeChange:
    household_no: str
    id_index: str
    source: Source
    month: date
    fen: int
    ref: str


@dataclass(frozen=True, slots=True)
class Plan:
    """What saving would do. `same_*`: rows that say what is known already."""

    households: tuple[HouseholdChange, ...]
    members: tuple[MemberChange, ...]
    incomes: tuple[IncomeChange, ...]
    same_households: int
    same_members: int
    same_incomes: int
    errors: tuple[RowError, ...]

    @property
    def changes(self) -> int:
        return len(self.households) + len(self.members) + len(self.incomes)


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
            text("不认识户类型“{words}”。可写：{kinds}。", words=kind_words[:20], kinds=_kinds())
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


def _kinds() -> str:
    return "、".join(said.msgid for said in KIND_TEXT.values())


def read_incomes(
    rows: Sequence[tuple[int, Sequence[Any]]], *, today: date
) -> tuple[list[IncomeLine], list[RowError]]:
    """Read the income sheet: (row number, cells) in, lines and errors out."""
    lines: list[IncomeLine] = []
    errors: list[RowError] = []
    for number, cells in rows:
        said, line = _income(number, _texts(cells, len(INCOME_TITLES)), today)
        errors += [RowError(INCOME_SHEET, number, one) for one in said]
        if line is not None:
            lines.append(line)
    return lines, errors


def _income(row: int, cells: list[str], today: date) -> tuple[list[Text], IncomeLine | None]:
    no, id_typed, period, *typed = cells
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
    amounts = _amounts(typed, said)
    if not said and not amounts:
        said.append(text("这一行没有填金额。"))
    if said or months is None:
        return said, None
    return [], IncomeLine(row, no, id_number, months, tuple(amounts))


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


def read_period(written: str) -> tuple[date, ...] | None:
    """The months (first days) of a period: a month, a year, or two of them with a mark between.

    returns  1 to 12 months in order, or None for anything else
    """
    parts = re.split(r"\s*(?:至|到|~|～|—)\s*", written.strip())  # i18n: as officers write it
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


def income_ref(household_no: str, id_index: str, source: Source, month: date) -> str:
    """The name under which an imported amount is booked once and for all (at most 80 signs)."""
    return f"import:{household_no}:{id_index[:12] or '-'}:{source.value}:{month:%Y-%m}"


def income_refs(line: IncomeLine, id_index: str) -> list[tuple[Source, date, int, str]]:
    """The line's amounts by month: a longer period is shared evenly over its months, to the fen."""
    return [
        (source, month, part, income_ref(line.household_no, id_index, source, month))
        for source, fen in line.amounts
        for month, part in zip(line.months, split_fen(fen, [1] * len(line.months)), strict=True)
        if part
    ]


def plan(
    members: Sequence[MemberLine],
    incomes: Sequence[IncomeLine],
    known: Known,
    *,
    index_of: Callable[[str], str],
) -> Plan:
    """What saving the readable rows would change; rows at odds with others or the known are errors.

    index_of  the blind index of an ID number
    """
    return _Planner(known, index_of).run(members, incomes)


class _Planner:
    def __init__(self, known: Known, index_of: Callable[[str], str]) -> None:
        self.known = known
        self.index_of = index_of
        self.errors: list[RowError] = []
        self.households: list[HouseholdChange] = []
        self.members: list[MemberChange] = []
        self.incomes: list[IncomeChange] = []
        self.same = {"households": 0, "members": 0, "incomes": 0}
        self.home_of: dict[str, str] = {}
        self.accepted: set[str] = set()
        self.first_row: dict[str, int] = {}

    def run(self, members: Sequence[MemberLine], incomes: Sequence[IncomeLine]) -> Plan:
        groups: dict[str, list[tuple[MemberLine, str]]] = {}
        for line in members:
            index = self.index_of(line.id_number)
            if self.is_free(line, index):
                groups.setdefault(line.household_no, []).append((line, index))
        for no, group in groups.items():
            self.household(no, group)
        for income in incomes:
            self.income(income)
        return Plan(
            tuple(self.households), tuple(self.members), tuple(self.incomes),
            self.same["households"], self.same["members"], self.same["incomes"],
            tuple(sorted(self.errors, key=lambda e: (e.sheet != MEMBER_SHEET, e.row))),
        )  # fmt: skip

    def wrong(self, sheet: str, row: int, said: Text) -> None:
        self.errors.append(RowError(sheet, row, said))

    def is_free(self, line: MemberLine, index: str) -> bool:
        """Whether this person stands in no other row and no other household."""
        if index in self.first_row:
            said = text("这个身份证号和第 {row} 行重复。", row=self.first_row[index])
            self.wrong(MEMBER_SHEET, line.row, said)
            return False
        self.first_row[index] = line.row
        there = self.known.members.get(index)
        if there is not None and there.household_no != line.household_no:
            self.wrong(MEMBER_SHEET, line.row, text("这个人已登记在另一户。"))
            return False
        return True

    def household(self, no: str, group: list[tuple[MemberLine, str]]) -> None:
        lines = [line for line, _ in group]
        said, change = self.judge(no, lines)
        if said is not None or change is None:
            for line in lines:
                more = said or text("这一户有错，整户没有导入。")
                self.wrong(MEMBER_SHEET, line.row, more)
            return
        old = self.known.households.get(no)
        if old and (old.village_code, old.kind, old.head_name) == (
            change.village_code, change.kind, change.head_name,
        ):  # fmt: skip
            self.same["households"] += 1
        else:
            self.households.append(change)
        self.accepted.add(no)
        for line, index in group:
            self.home_of[index] = no
            there = self.known.members.get(index)
            if there and (there.name, there.relation) == (line.name, line.relation):
                self.same["members"] += 1
            else:
                self.members.append(MemberChange(line, index, there is None))

    def judge(self, no: str, lines: list[MemberLine]) -> tuple[Text | None, HouseholdChange | None]:
        """What is wrong with a household as a whole, or what becomes of it."""
        old = self.known.households.get(no)
        if old and not old.in_scope:
            return text("这个户编号已经用在您辖区以外。"), None
        heads = [line.name for line in lines if line.relation == HEAD]
        if len(heads) > 1 or (not heads and old is None):
            return text("户编号 {no} 要有一个户主，现在有 {n} 个。", no=no, n=len(heads)), None
        kinds = {line.kind for line in lines if line.kind is not None}
        if len(kinds) > 1:
            return text("户编号 {no} 各行的户类型不一样。", no=no), None
        if not kinds and old is None:
            return text("请填户类型：{kinds}。", kinds=_kinds()), None
        said, village = self.village({line.village for line in lines if line.village}, no)
        if said is not None or (not village and old is None):
            return said or text("请填村代码或村名。"), None
        return None, HouseholdChange(
            no,
            village or (old.village_code if old else ""),
            next(iter(kinds), old.kind if old else Kind.ORDINARY),
            heads[0] if heads else (old.head_name if old else ""),
            old is None,
        )

    def village(self, written: set[str], no: str) -> tuple[Text | None, str]:
        codes: set[str] = set()
        for words in sorted(written):
            found = self.known.villages.get(words, ())
            if not found:
                return text("您的辖区里没有“{words}”这个村。", words=words[:30]), ""
            if len(found) > 1:
                return (
                    text(
                        "辖区里有 {n} 个“{words}”，请改填 12 位村代码。",
                        n=len(found),
                        words=words[:30],
                    ),
                    "",
                )
            codes.add(found[0])
        if len(codes) > 1:
            return text("户编号 {no} 各行的村不一样。", no=no), ""
        return None, next(iter(codes), "")

    def income(self, line: IncomeLine) -> None:
        index = self.index_of(line.id_number) if line.id_number else ""
        said = self.income_error(line, index)
        if said is not None:
            self.wrong(INCOME_SHEET, line.row, said)
            return
        for source, month, fen, ref in income_refs(line, index):
            self.first_row[ref] = line.row
            if ref in self.known.incomes:
                self.same["incomes"] += 1
            else:
                self.incomes.append(IncomeChange(line.household_no, index, source, month, fen, ref))

    def income_error(self, line: IncomeLine, index: str) -> Text | None:
        old = self.known.households.get(line.household_no)
        if line.household_no not in self.accepted and (old is None or not old.in_scope):
            return text("没有这一户：请先在“{sheet}”表里填好。", sheet=MEMBER_SHEET)
        if index:
            there = self.known.members.get(index)
            home = self.home_of.get(index, there.household_no if there else "")
            if home != line.household_no:
                return text("这个身份证号不是这一户的人。")
        for source, month, fen, ref in income_refs(line, index):
            if ref in self.first_row:
                return text(
                    "{month}的{source}在第 {row} 行已经填过。",
                    month=f"{month:%Y-%m}", source=SOURCE_TEXT[source], row=self.first_row[ref],
                )  # fmt: skip
            if self.known.incomes.get(ref, fen) != fen:
                return text(
                    "{month}的{source}已导入过 {old}，这里是 {new}。请到家庭页冲销后重记。",
                    month=f"{month:%Y-%m}", source=SOURCE_TEXT[source],
                    old=Amount(self.known.incomes[ref]), new=Amount(fen),
                )  # fmt: skip
        return None


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
