"""Reading a bank's result file, and what stands against each line."""

from typing import Any

import pytest

from jobmatch.earnings.rules.bank import (
    BankRow,
    Fault,
    NoHead,
    Owed,
    Status,
    done_fen,
    fen,
    judge,
    read,
)
from jobmatch.earnings.rules.slips import SlipState

HEAD = ["工资条号", "姓名", "账号尾号", "金额（元）", "状态", "原因"]


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("180", 18_000), ("1,234.50", 123_450), ("¥0.01", 1), (180, 18_000), (180.5, 18_050),
        (0.29, 29), (1.15, 115), ("180.005", None), (180.005, None), (-1, None), (True, None),
        (None, None), ("", None), ("一百", None), (float("inf"), None), (float("nan"), None),
        (1e15, None), ("-5", None), ("'200", 20_000),
    ],
)  # fmt: skip
def test_an_amount_is_read_to_the_fen_or_not_at_all(cell: Any, expected: int | None) -> None:
    assert fen(cell) == expected


def test_lines_are_read_below_the_head_whatever_stands_above_and_in_any_order() -> None:
    found = read(
        [
            ["某某银行代发结果", None],
            ["状态", "金额", "收款人姓名", "业务参考号", "收款账号", "失败原因"],
            ["成功", "360.00", " 王秀兰 ", "0012", "6228 4801 2345 6789", None],
            [None, None, None, None, None, None],
            ["失败", 180.0, "李桂芳", 13.0, None, "账号不存在"],
            ["处理中", 1, "张玉梅", "十四"],
            ["合计", 541.0],
        ]
    )
    assert found.rows == (
        BankRow(3, "0012", 12, "王秀兰", "6789", 36_000, Status.DONE, ""),
        BankRow(5, "13", 13, "李桂芳", "", 18_000, Status.REFUSED, "账号不存在"),
        BankRow(6, "十四", None, "张玉梅", "", 100, Status.WAITING, ""),
    )
    assert found.stated_fen == 54_100
    assert done_fen(found.rows) == 36_000


def test_the_slip_number_goes_before_a_bare_order() -> None:
    found = read([["序号", *HEAD], [1, 77, "王", "", 1, "成功", ""]])
    assert found.rows[0].slip_id == 77
    assert found.stated_fen is None


@pytest.mark.parametrize("missing", ["工资条号", "姓名", "金额（元）", "状态"])
def test_without_a_column_that_is_needed_there_is_no_head(missing: str) -> None:
    with pytest.raises(NoHead):
        read([[title for title in HEAD if title != missing], ["x"] * 6])


def test_a_head_far_below_the_top_is_none() -> None:
    with pytest.raises(NoHead):
        read([["标题"]] * 10 + [HEAD])


KNOWN = {
    5: Owed(5, "王秀兰", 36_000, SlipState.ISSUED),
    6: Owed(6, "阿拉坦·巴特尔", 18_000, SlipState.OBJECTED),
    7: Owed(7, "李桂芳", 18_000, SlipState.PAID),
    8: Owed(8, "李桂芳", 18_000, SlipState.REVERSED),
}


def row(
    slip: Any = "5", name: str = "王秀兰", amount: Any = "360", status: str = "成功"
) -> BankRow:
    return read([HEAD, [slip, name, "6789", amount, status, ""]]).rows[0]


@pytest.mark.parametrize(
    ("given", "fault"),
    [
        (row(), None),
        (row(status="失败"), None),
        (row(status="处理中"), None),
        (row("6", "阿拉坦 巴特尔", "180"), None),
        (row("x"), Fault.SERIAL),
        (row("0"), Fault.SERIAL),
        (row("9999999999"), Fault.SERIAL),
        (row("9"), Fault.UNKNOWN),
        (row(name="王秀英"), Fault.NAME),
        (row(amount="三百六"), Fault.AMOUNT),
        (row(amount="360.01"), Fault.OTHER_AMOUNT),
        (row(amount="359.99"), Fault.OTHER_AMOUNT),
        (row(status="不详"), Fault.STATUS),
        (row("7", "李桂芳", "180"), Fault.PAID),
        (row("8", "李桂芳", "180"), Fault.ENDED),
    ],
)
def test_each_line_is_held_against_its_slip(given: BankRow, fault: Fault | None) -> None:
    (found,) = judge([given], KNOWN)
    assert found.fault == fault


def test_the_second_line_of_a_slip_is_one_too_many() -> None:
    assert [one.fault for one in judge([row(), row(), row("x"), row("x")], KNOWN)] == [
        None, Fault.TWICE, Fault.SERIAL, Fault.SERIAL,
    ]  # fmt: skip
