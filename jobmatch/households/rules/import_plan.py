"""What saving an import workbook would change. Pure: no file, no database.

The rows that could be read (see workbook.py) are held against each other and against what is known;
whatever does not fit becomes a `RowError` of its row.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from jobmatch.households.rules.kinds import SOURCE_TEXT, Kind, Source, kinds_said
from jobmatch.households.rules.workbook import (
    DIVIDEND,
    HEAD,
    INCOME_SHEET,
    LEASE,
    MEMBER_SHEET,
    IncomeLine,
    MemberLine,
    RowError,
)
from jobmatch.kernel.money import split_fen
from jobmatch.kernel.text import Amount, Text, text


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
    detail: str = ""
    proof: str = ""


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
            return text("请填户类型：{kinds}。", kinds=kinds_said()), None
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
        for source, detail, month, fen, ref in income_refs(line, index):
            if not fen:
                continue
            self.first_row[ref] = line.row
            if ref in self.known.incomes:
                self.same["incomes"] += 1
                continue
            self.incomes.append(
                IncomeChange(line.household_no, index, source, month, fen, ref, detail, line.proof)
            )

    def income_error(self, line: IncomeLine, index: str) -> Text | None:
        old = self.known.households.get(line.household_no)
        if line.household_no not in self.accepted and (old is None or not old.in_scope):
            return text("没有这一户：请先在“{sheet}”表里填好。", sheet=MEMBER_SHEET)
        if index:
            there = self.known.members.get(index)
            home = self.home_of.get(index, there.household_no if there else "")
            if home != line.household_no:
                return text("这个身份证号不是这一户的人。")
        for source, _detail, month, fen, ref in income_refs(line, index):
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


def income_refs(line: IncomeLine, id_index: str) -> list[tuple[Source, str, date, int, str]]:
    """The line's amounts by month: a longer period is shared evenly over its months, to the fen.

    Parts of nothing are among them: what was booked whole must not be booked again in parts.
    """
    return [
        (
            source,
            detail,
            month,
            part,
            income_ref(line.household_no, id_index, source, month, detail),
        )
        for source, detail, fen in line.amounts
        for month, part in zip(line.months, split_fen(fen, [1] * len(line.months)), strict=True)
    ]


_PARTS = {"": "", LEASE: ".lease", DIVIDEND: ".dividend"}


def income_ref(
    household_no: str, id_index: str, source: Source, month: date, detail: str = ""
) -> str:
    """The name under which an imported amount is booked once and for all (at most 80 signs)."""
    who = f"{household_no}:{id_index[:12] or '-'}"
    return f"import:{who}:{source.value}{_PARTS[detail]}:{month:%Y-%m}"
