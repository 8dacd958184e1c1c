"""What a bank's result file says, line by line, and what of it can be booked."""

# i18n: data module

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from jobmatch.earnings.rules.slips import PAYABLE, SlipState
from jobmatch.kernel.identity import fold
from jobmatch.kernel.money import MOST_FEN, parse_yuan

Cell = str | int | float | bool | date | datetime | None

# How banks head the columns, the surest name first.
HEADS = {
    "serial": (
        "工资条号",
        "业务参考号",
        "客户流水号",
        "流水号",
        "编号",
        "序号",
        "serial",
        "payslipnumber",
    ),
    "name": ("收款人姓名", "收款户名", "收款人名称", "姓名", "户名", "name"),
    "tail": ("账号尾号", "尾号", "收款账号", "收款人账号", "账号", "卡号", "account"),
    "amount": ("金额", "交易金额", "实发", "amount"),
    "status": ("状态", "交易状态", "处理结果", "结果", "status"),
    "reason": ("原因", "失败原因", "备注", "说明", "reason"),
}
NEEDED = ("serial", "name", "amount", "status")
# Banks put a title or two above the head.
MOST_ABOVE = 10
DONE = frozenset(("成功", "交易成功", "处理成功", "已付", "已入账", "success", "ok"))
REFUSED = frozenset(("失败", "交易失败", "处理失败", "退回", "退票", "拒绝", "fail", "failed"))
WAITING = frozenset(("处理中", "待处理", "已受理", "processing", "pending"))
SUM = frozenset(("合计", "总计", "total"))
MOST_REASON = 120


class Status(StrEnum):
    """What the bank says of a payment; REFUSED stays owed, of WAITING nothing is known yet."""

    DONE = "done"
    REFUSED = "refused"
    WAITING = "waiting"


class Fault(StrEnum):
    """Why a line cannot be booked."""

    SERIAL = "serial"
    UNKNOWN = "unknown"
    TWICE = "twice"
    NAME = "name"
    AMOUNT = "amount"
    OTHER_AMOUNT = "other_amount"
    STATUS = "status"
    PAID = "paid"
    ENDED = "ended"


class NoHead(ValueError):
    """No line of the file heads the columns that are needed."""


@dataclass(frozen=True, slots=True)
class BankRow:
    """One line as read: slip_id, amount_fen and status are None where they cannot be read."""

    line: int
    serial: str
    slip_id: int | None
    name: str
    tail: str
    amount_fen: int | None
    status: Status | None
    reason: str


@dataclass(frozen=True, slots=True)
class Read:
    """The lines of a file, and the sum that it states in a line of its own, if any, in fen."""

    rows: tuple[BankRow, ...]
    stated_fen: int | None = None


@dataclass(frozen=True, slots=True)
class Owed:
    """A slip of the employer, as the books know it."""

    slip_id: int
    name: str
    net_fen: int
    state: SlipState


@dataclass(frozen=True, slots=True)
class Judged:
    row: BankRow
    fault: Fault | None
    owed: Owed | None


def read(sheet: Sequence[Sequence[Cell]]) -> Read:
    """The lines below the head. raises NoHead where serial, name, amount or status has no column"""
    at, columns = _head(sheet)
    rows: list[BankRow] = []
    stated = None
    for number, cells in enumerate(sheet[at + 1 :], at + 2):
        if all(_words(cell) == "" for cell in cells):
            continue
        found = {name: cells[n] if n < len(cells) else None for name, n in columns.items()}
        if any(_words(cell).rstrip("：:") in SUM for cell in cells[:3]):
            stated = fen(found["amount"])
            continue
        serial = _words(found["serial"])
        rows.append(
            BankRow(
                number, serial[:40], _key(serial), _words(found["name"])[:40],
                "".join(re.findall("[0-9]", _words(found.get("tail"))))[-4:],
                fen(found["amount"]), _status(found["status"]),
                _words(found.get("reason"))[:MOST_REASON],
            )
        )  # fmt: skip
    return Read(tuple(rows), stated)


def judge(rows: Sequence[BankRow], owed: Mapping[int, Owed]) -> list[Judged]:
    """Each line with why it cannot be booked; owed: the employer's slips by key."""
    seen: set[int] = set()
    return [_judged(row, owed, seen) for row in rows]


def done_fen(rows: Sequence[BankRow]) -> int:
    """What the lines that the bank paid come to."""
    return sum(row.amount_fen or 0 for row in rows if row.status is Status.DONE)


def fen(cell: Cell) -> int | None:
    """An amount in yuan as a whole number of fen; None for anything that is not one to the fen."""
    if isinstance(cell, bool) or cell is None:
        return None
    if isinstance(cell, int | float):
        exact = Decimal(repr(cell)) * 100
        whole = exact.is_finite() and 0 <= exact <= MOST_FEN and exact == exact.to_integral_value()
        return int(exact) if whole else None
    try:
        return parse_yuan(_words(cell))
    except ValueError:
        return None


def _judged(row: BankRow, owed: Mapping[int, Owed], seen: set[int]) -> Judged:
    slip = owed.get(row.slip_id) if row.slip_id is not None else None
    fault = next(_faults(row, slip, row.slip_id in seen), None)
    if row.slip_id is not None:
        seen.add(row.slip_id)
    return Judged(row, fault, slip)


def _faults(row: BankRow, slip: Owed | None, is_again: bool) -> Iterator[Fault]:
    if row.slip_id is None:
        yield Fault.SERIAL
    elif slip is None:
        yield Fault.UNKNOWN
    else:
        if is_again:
            yield Fault.TWICE
        if _same_name(row.name) != _same_name(slip.name):
            yield Fault.NAME
        if row.amount_fen is None:
            yield Fault.AMOUNT
        elif row.amount_fen != slip.net_fen:
            yield Fault.OTHER_AMOUNT
        if row.status is None:
            yield Fault.STATUS
        if slip.state is SlipState.PAID:
            yield Fault.PAID
        elif slip.state not in PAYABLE:
            yield Fault.ENDED


# No heading is longer; a pattern that looks for brackets need not read a novel.
MOST_TITLE = 60


def _head(sheet: Sequence[Sequence[Cell]]) -> tuple[int, dict[str, int]]:
    for at, cells in enumerate(sheet[:MOST_ABOVE]):
        titles = [
            re.sub(r"[（(].*?[）)]|\s", "", _words(cell)[:MOST_TITLE]).lower() for cell in cells
        ]
        columns = {
            name: next(titles.index(head) for head in heads if head in titles)
            for name, heads in HEADS.items()
            if any(head in titles for head in heads)
        }
        if all(name in columns for name in NEEDED):
            return at, columns
    raise NoHead


def _words(cell: Cell) -> str:
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    # An apostrophe or a tab before text is how sheets are told that it is no formula.
    return "" if cell is None else str(cell).strip().lstrip("'").strip()


def _key(serial: str) -> int | None:
    typed = fold(serial)
    return int(typed) if re.fullmatch("0*[1-9][0-9]{0,8}", typed) else None


def _status(cell: Cell) -> Status | None:
    said = _words(cell).lower()
    for known, status in (
        (DONE, Status.DONE), (REFUSED, Status.REFUSED), (WAITING, Status.WAITING),
    ):  # fmt: skip
        if said in known:
            return status
    return None


def _same_name(name: str) -> str:
    return re.sub(r"\s|[·•.]", "", name)
