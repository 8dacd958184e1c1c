"""Recording what a bank made of the payments."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import func, select

from jobmatch.earnings import bank_file, bank_queries, payment, queries
from jobmatch.earnings.bank_file import FileRecorded, Upload
from jobmatch.earnings.models import BankFile, BankFileRow
from jobmatch.earnings.rules.slips import SlipState
from jobmatch.infra import clock
from jobmatch.infra.db import reading
from jobmatch.infra.sheets import csv_bytes, xlsx_bytes
from jobmatch.infra.workbooks import BadWorkbook
from jobmatch.kernel.errors import Invalid, NotFound
from jobmatch.notify.models import Notice
from tests.earnings.support import Pay, all_present, codes, earned, pay, settle, slip_of
from tests.support import World

HEAD = ["工资条号", "姓名", "账号尾号", "金额（元）", "状态", "原因"]
TODAY = date(2026, 9, 27)


@pytest.fixture
def owed(field: Pay) -> tuple[Pay, int, int, int]:
    """Two slips of 360 yuan each: the employer's key, then theirs."""
    all_present(field)
    settle(field)
    (employer_id,) = field.employer.employer_ids
    return field, employer_id, slip_of(field.worker_id), slip_of(field.other_id)


def upload(*rows: list[object], total: int = 36_000, kind: str = "csv") -> Upload:
    lines = [[str(cell) for cell in row] for row in rows]
    data = csv_bytes(HEAD, lines) if kind == "csv" else xlsx_bytes("结果", HEAD, lines)
    return Upload(f"result.{kind}", data, TODAY, total)


def line(
    slip: int, name: str = "王秀兰", yuan: str = "360.00", status: str = "成功", why: str = ""
) -> list[object]:
    return [slip, name, "6789", yuan, status, why]


def state(slip: int, field: Pay) -> SlipState:
    return queries.slip(slip, actor=field.employer).row.state


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_what_the_bank_paid_is_paid_and_what_it_refused_stays_owed(
    owed: tuple[Pay, int, int, int], kind: str
) -> None:
    field, employer_id, one, other = owed
    given = upload(line(one), line(other, "李桂芳", status="失败", why="账号不存在"), kind=kind)
    key = bank_file.save(employer_id, given, only_good=False, actor=field.employer)
    assert (state(one, field), state(other, field)) == (SlipState.PAID, SlipState.ISSUED)
    assert bank_queries.refusals([one, other]) == {other: "账号不存在"}
    assert [row.id for row in bank_queries.payable(employer_id)] == [other]
    head, lines = bank_queries.lines(key, actor=field.employer)
    assert (head.paid, head.paid_fen, head.refused, head.faults) == (1, 36_000, 1, 0)
    assert [(row.worker_name, row.state, row.tail) for row in lines] == [
        ("王秀兰", "paid", "6789"), ("李桂芳", "refused", "6789"),
    ]  # fmt: skip
    assert (earned(field), codes()) == (36_000, [])
    paid_row = queries.slip(one, actor=field.employer).row
    assert (paid_row.paid_how, paid_row.paid_proof) == ("bank", f"B{key}")
    told = select(func.count()).where(
        Notice.user_id == field.worker.user_id, Notice.msgid.contains("已付")
    )
    assert reading().scalar(told) == 1


def test_a_refused_slip_is_paid_by_the_next_file(owed: tuple[Pay, int, int, int]) -> None:
    field, employer_id, one, _other = owed
    first = upload(line(one, status="失败", why="户名不符"), total=0)
    bank_file.save(employer_id, first, only_good=False, actor=field.employer)
    assert bank_queries.refusals([one]) == {one: "户名不符"}
    bank_file.save(employer_id, upload(line(one)), only_good=False, actor=field.employer)
    assert bank_queries.refusals([one]) == {}
    assert state(one, field) is SlipState.PAID


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_the_same_file_is_recorded_once_however_it_is_saved(
    owed: tuple[Pay, int, int, int], kind: str
) -> None:
    field, employer_id, one, _other = owed
    bank_file.save(employer_id, upload(line(one)), only_good=False, actor=field.employer)
    with pytest.raises(FileRecorded) as caught:
        bank_file.save(employer_id, upload(line(one), kind=kind), only_good=True, actor=field.employer)  # fmt: skip
    assert caught.value.field == "file"
    assert codes() == []


def test_a_fault_refuses_the_whole_file_or_only_its_line_as_the_user_says(
    owed: tuple[Pay, int, int, int],
) -> None:
    field, employer_id, one, other = owed
    given = upload(line(one), line(other, "李桂花"), line(one), line(999_999), total=144_000)
    found = bank_file.check(employer_id, given, actor=field.employer)
    assert [judged.fault and judged.fault.value for judged in found.rows] == [
        None, "name", "twice", "unknown",
    ]  # fmt: skip
    with pytest.raises(Invalid):
        bank_file.save(employer_id, given, only_good=False, actor=field.employer)
    assert state(one, field) is SlipState.ISSUED
    assert reading().scalar(select(func.count(BankFileRow.id))) == 0
    bank_file.save(employer_id, given, only_good=True, actor=field.employer)
    assert (state(one, field), state(other, field)) == (SlipState.PAID, SlipState.ISSUED)
    assert [f.faults for f in bank_queries.files(employer_id).rows] == [3]
    assert codes() == []


def test_a_slip_paid_meanwhile_is_named_and_not_paid_twice(owed: tuple[Pay, int, int, int]) -> None:
    field, employer_id, one, _other = owed
    pay(field, one)
    given = upload(line(one))
    (judged,) = bank_file.check(employer_id, given, actor=field.employer).rows
    assert judged.fault == "paid"
    with pytest.raises(Invalid, match="没有一行"):
        bank_file.save(employer_id, given, only_good=True, actor=field.employer)
    assert reading().scalar(select(func.count(BankFile.id))) == 0


@pytest.mark.parametrize("total", [35_999, 36_001, 0])
def test_a_sum_that_is_off_by_a_fen_refuses_the_file(
    owed: tuple[Pay, int, int, int], total: int
) -> None:
    field, employer_id, one, _other = owed
    with pytest.raises(Invalid) as caught:
        bank_file.check(employer_id, upload(line(one), total=total), actor=field.employer)
    assert caught.value.field == "total"


@pytest.mark.parametrize(
    ("stated", "is_taken"), [("720.00", True), ("360.00", True), ("719.99", False)]
)
def test_a_sum_that_the_file_states_must_be_its_own(
    owed: tuple[Pay, int, int, int], stated: str, is_taken: bool
) -> None:
    field, employer_id, one, other = owed
    given = upload(
        line(one), line(other, "李桂芳", status="失败"), ["合计", "", "", stated, "", ""]
    )
    if is_taken:
        assert len(bank_file.check(employer_id, given, actor=field.employer).rows) == 2
    else:
        with pytest.raises(Invalid) as caught:
            bank_file.check(employer_id, given, actor=field.employer)
        assert caught.value.field == "file"


@pytest.mark.parametrize(
    "data",
    [
        b"", b"\xff\xfe\x00", b"a,b\n1,2\n", "工资条号,姓名,金额,状态\n".encode(), b"PK\x03\x04x",
        b"\x81\xff\xff", b'"' + b"x" * 200_000, ("a" + ",a" * 70).encode(),
    ],
)  # fmt: skip
def test_what_is_no_result_file_is_refused_in_words(
    owed: tuple[Pay, int, int, int], data: bytes
) -> None:
    field, employer_id, _one, _other = owed
    with pytest.raises(BadWorkbook):
        bank_file.check(employer_id, Upload("x", data, TODAY, 0), actor=field.employer)


def test_a_file_in_the_banks_own_coding_is_read(owed: tuple[Pay, int, int, int]) -> None:
    field, employer_id, one, _other = owed
    written = f"工资条号,姓名,金额,状态\n{one},王秀兰,360,成功\n".encode("gb18030")
    given = Upload("r.csv", written, TODAY, 36_000)
    assert bank_file.check(employer_id, given, actor=field.employer).faults == []


def test_a_day_to_come_and_other_employers_slips_are_refused(
    owed: tuple[Pay, int, int, int], world: World
) -> None:
    field, employer_id, one, _other = owed
    late = replace(upload(line(one)), paid_on=clock.today() + timedelta(days=1))
    with pytest.raises(Invalid) as caught:
        bank_file.check(employer_id, late, actor=field.employer)
    assert caught.value.field == "paid_on"
    stranger_id, stranger = world.employer()
    (judged,) = bank_file.check(stranger_id, upload(line(one)), actor=stranger).rows
    assert judged.fault == "unknown"
    with pytest.raises(NotFound):
        bank_file.check(employer_id, upload(line(one)), actor=stranger)
    key = bank_file.save(employer_id, upload(line(one)), only_good=False, actor=field.employer)
    with pytest.raises(NotFound):
        bank_queries.lines(key, actor=stranger)


def test_a_payment_of_a_file_can_be_taken_back_alone(owed: tuple[Pay, int, int, int]) -> None:
    field, employer_id, one, other = owed
    both = upload(line(one), line(other, "李桂芳"), total=72_000)
    bank_file.save(employer_id, both, only_good=False, actor=field.employer)
    payment.reverse_payment(one, actor=field.employer)
    assert (state(one, field), state(other, field)) == (SlipState.ISSUED, SlipState.PAID)
    told = select(func.count()).where(
        Notice.user_id == field.worker.user_id, Notice.msgid.contains("冲销了付款")
    )
    assert (reading().scalar(told), codes()) == (1, [])
