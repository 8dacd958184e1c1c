"""The workbook into the database and back."""

import contextlib
import io
import struct
import zipfile

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from jobmatch.households import importing, queries, service
from jobmatch.households.models import Household, HouseholdMember, IncomeEntry
from jobmatch.households.rules.kinds import Kind
from jobmatch.households.rules.workbook import INCOME_TITLES, MORE_TITLES
from jobmatch.infra import clock, workbooks
from jobmatch.infra.audit import AuditEntry
from jobmatch.infra.db import reading
from jobmatch.infra.workbooks import BadWorkbook
from jobmatch.kernel.errors import NotAllowed
from jobmatch.workers.models import Worker
from tests.households.books import (
    HEAD_ID,
    OTHER_ID,
    WIFE_ID,
    book,
    income,
    member,
    part,
    repacked,
)
from tests.support import instant

FAMILY = [member(), member(name="李秀英", number=WIFE_ID, relation="配偶", kind="", village="")]


@pytest.fixture(autouse=True)
def _september():
    with clock.at(instant(2026, 9, 1)):
        yield


def counts() -> tuple[int, int, int]:
    session = reading()
    return tuple(
        session.scalar(select(func.count()).select_from(table)) or 0
        for table in (Household, HouseholdMember, IncomeEntry)
    )


def everything() -> list:
    session = reading()
    tables = (Household, HouseholdMember, IncomeEntry, AuditEntry)
    return [[tuple(row) for row in session.execute(select(t.__table__))] for t in tables]


def test_a_dry_run_writes_nothing_and_says_what_would_be_saved(world):
    officer = world.officer()
    before = everything()
    checked = importing.check(book(FAMILY, [income("H0001", "", "2025", 1200)]), actor=officer)
    assert (len(checked.plan.households), len(checked.plan.members), len(checked.plan.incomes)) == (
        1,
        2,
        12,
    )
    assert everything() == before


def test_valid_rows_are_saved_and_the_others_are_not(world):
    checked = importing.save(
        book(
            [*FAMILY, member(no="H0002", village="新惠村", number=OTHER_ID)],
            [income("H0001", "", "2026-03", 50)],
        ),
        actor=world.officer(),
    )
    assert counts() == (1, 2, 1)
    assert [e.row for e in checked.plan.errors] == [4]


def test_a_second_import_changes_nothing(world):
    officer = world.officer()
    data = book(FAMILY, [income("H0001", HEAD_ID, "2025", 1200, 5, 6, 7, 8)])
    importing.save(data, actor=officer)
    before = everything()
    again = importing.save(data, actor=officer)
    assert again.plan.changes == 0
    assert everything() == before


def test_a_reversed_amount_does_not_come_back_with_the_next_import(world):
    officer = world.officer()
    data = book(FAMILY, [income("H0001", "", "2026-03", 50)])
    importing.save(data, actor=officer)
    entry = reading().scalars(select(IncomeEntry)).one()
    service.reverse_entry(entry.household_id, entry.id, actor=officer)
    importing.save(data, actor=officer)
    assert reading().scalar(select(func.sum(IncomeEntry.amount_fen))) == 0


def test_the_same_workbook_comes_back_with_a_column_of_errors_and_can_be_sent_again(world):
    officer = world.officer()
    checked = importing.check(
        book([*FAMILY, member(no="H0002", village="新惠村", number=OTHER_ID)]), actor=officer
    )
    back = importing.with_errors(checked, str)
    rows = workbooks.read_workbook(back)["家庭成员"]
    assert rows[0][-1] == "错误"
    assert rows[1][:4] == ["H0001", "卧龙泉子村", "脱贫户", "王建国"]
    assert rows[1][6] is None
    assert rows[3][6] == "您的辖区里没有“新惠村”这个村。"
    assert importing.check(back, actor=officer).plan.errors == checked.plan.errors


def test_the_template_itself_can_be_read_and_is_empty(world):
    checked = importing.check(importing.template(), actor=world.officer())
    assert (checked.rows, checked.plan.changes, checked.plan.errors) == (0, 0, ())


def test_the_template_offers_the_kinds_to_choose_from():
    sheet = part(importing.template(), "xl/worksheets/sheet1.xml").decode()
    assert "脱贫不稳定户" in sheet
    assert "dataValidation" in sheet


def test_text_that_looks_like_a_formula_comes_back_as_text(world):
    checked = importing.check(
        book([member(name='=HYPERLINK("http://x")', number=WIFE_ID, no="1")]), actor=world.officer()
    )
    back = importing.with_errors(checked, str)
    assert b"<f>" not in part(back, "xl/worksheets/sheet1.xml")
    assert workbooks.read_workbook(back)["家庭成员"][1][3] == '=HYPERLINK("http://x")'


def test_id_numbers_are_kept_sealed_and_never_in_the_log(world):
    importing.save(book(FAMILY), actor=world.officer())
    row = reading().scalars(select(HouseholdMember).order_by(HouseholdMember.id)).first()
    assert HEAD_ID.encode() not in row.id_sealed
    assert row.id_tail == HEAD_ID[-4:]
    assert not any(HEAD_ID in str(e.detail) for e in reading().scalars(select(AuditEntry)))


def test_a_worker_with_the_same_id_number_is_tied_to_the_member(world):
    from jobmatch.infra import crypto
    from jobmatch.infra.db import transaction

    worker_id, _ = world.worker()
    with transaction() as session:
        session.get_one(Worker, worker_id).id_index = crypto.ring().blind_index(HEAD_ID)
    importing.save(book(FAMILY), actor=world.officer())
    member_id = reading().get(Worker, worker_id).member_id
    assert reading().get(HouseholdMember, member_id).name == "王建国"


def test_a_changed_kind_is_written_to_the_log(world):
    officer = world.officer()
    importing.save(book(FAMILY), actor=officer)
    importing.save(book([member(kind="突发严重困难户")]), actor=officer)
    line = reading().scalars(select(AuditEntry).where(AuditEntry.action == "household.kind")).one()
    assert (line.detail["before"], line.detail["after"]) == ("lifted", "sudden_hardship")
    assert queries.counts_by_kind(officer)[Kind.SUDDEN_HARDSHIP] == 1


def test_only_officers_import(world):
    for actor in (world.admin(), world.station()):
        with pytest.raises(NotAllowed):
            importing.save(book(FAMILY), actor=actor)


# what is refused as a whole


def refused(world, data: bytes) -> str:
    before = everything()
    with pytest.raises(BadWorkbook) as error:
        importing.check(data, actor=world.officer())
    assert everything()[:3] == before[:3]
    return str(error.value.text)


@pytest.mark.parametrize(
    "data", [b"", b"hello", b"PK\x03\x04garbage", b"\xd0\xcf\x11\xe0old excel"]
)
def test_what_is_no_workbook_is_refused(world, data):
    assert "这不是 Excel 工作簿" in refused(world, data)


def test_a_zip_without_a_workbook_is_refused(world):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        package.writestr("a.txt", "x")
    assert "这不是 Excel 工作簿" in refused(world, out.getvalue())


def test_a_wrong_template_is_refused_with_the_sheet_or_column(world):
    assert "缺少“家庭成员”表" in refused(world, book(member_sheet="Sheet1"))
    assert "第 1 列应是“户编号”" in refused(world, book(member_titles=["姓名", "电话"]))


def test_a_formula_is_refused(world):
    assert "公式" in refused(world, book(FAMILY, formula="=1+1"))


def test_a_hundred_thousand_rows_are_refused_with_the_reason(world):
    rows = "".join(f'<row r="{n}"><c r="A{n}"><v>1</v></c></row>' for n in range(1, 100_001))
    data = repacked(
        book(),
        {
            "xl/worksheets/sheet1.xml": f"<worksheet><sheetData>{rows}</sheetData></worksheet>".encode()
        },
    )
    assert "行数太多：一个文件最多 20000 行" in refused(world, data)


def test_one_cell_in_the_last_row_is_refused_before_the_sheet_is_laid_out(world):
    sheet = b'<worksheet><sheetData><row><c r="A1"><v>1</v></c><c r="A1048576"><v>1</v></c></row></sheetData></worksheet>'
    assert "行数太多" in refused(world, repacked(book(), {"xl/worksheets/sheet1.xml": sheet}))


def test_a_cell_in_the_last_column_is_refused(world):
    sheet = (
        b'<worksheet><sheetData><row r="1"><c r="XFD1"><v>1</v></c></row></sheetData></worksheet>'
    )
    assert "列数太多" in refused(world, repacked(book(), {"xl/worksheets/sheet1.xml": sheet}))


def test_a_row_of_nameless_cells_is_counted_too(world):
    cells = b"<c><v>1</v></c>" * 61
    sheet = b"<worksheet><sheetData><row>" + cells + b"</row></sheetData></worksheet>"
    assert "列数太多" in refused(world, repacked(book(), {"xl/worksheets/sheet1.xml": sheet}))


def test_a_sheet_hidden_under_another_name_is_looked_through_too(world):
    sheet = b'<worksheet><sheetData><row><c r="A1"><f>1+1</f></c></row></sheetData></worksheet>'
    assert "公式" in refused(world, repacked(book(), {"xl/other/part9.xml": sheet}))


def test_a_dtd_is_refused(world):
    sheet = b'<!DOCTYPE x [<!ENTITY a "aaaa">]><worksheet>&a;</worksheet>'
    assert "DTD" in refused(world, repacked(book(), {"xl/worksheets/sheet1.xml": sheet}))


def test_macros_are_refused(world):
    assert "宏" in refused(world, repacked(book(), {"xl/vbaProject.bin": b"x"}))


def test_one_long_text_used_in_thousands_of_cells_is_refused(world):
    strings = b"<sst><si><t>" + b"x" * 30_000 + b"</t></si></sst>"
    rows = b"".join(b'<row><c t="s"><v>0</v></c></row>' for _ in range(2_000))
    data = repacked(
        book(),
        {
            "xl/sharedStrings.xml": strings,
            "xl/worksheets/sheet1.xml": b"<worksheet><sheetData>"
            + rows
            + b"</sheetData></worksheet>",
        },
    )
    assert "文字太多" in refused(world, data)


def test_a_zip_bomb_is_refused_by_what_it_holds(world):
    data = repacked(book(), {"xl/media/bomb.bin": b"\0" * (65 * 1024 * 1024)})
    assert len(data) < 200_000
    assert "压缩炸弹" in refused(world, data)


def test_a_zip_bomb_that_lies_about_its_size_is_refused_too(world):
    data = bytearray(repacked(book(), {"xl/media/bomb.bin": b"\0" * (65 * 1024 * 1024)}))
    lie = struct.pack("<L", 10)
    true = struct.pack("<L", 65 * 1024 * 1024)
    assert data.count(true) >= 2
    assert "压缩炸弹" in refused(world, bytes(data.replace(true, lie)))


def test_too_many_parts_are_refused(world):
    extra = {f"xl/media/{n}.xml": b"<a/>" for n in range(201)}
    assert "部件太多" in refused(world, repacked(book(), extra))


def test_a_large_file_is_refused_unopened(world):
    assert "文件太大：最多 8 MB" in refused(world, b"PK\x03\x04" + b"\0" * (8 * 1024 * 1024))


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.binary(max_size=400))
def test_no_bytes_make_the_reader_fail_otherwise_than_by_a_refusal(noise):
    for data in (noise, b"PK\x03\x04" + noise):
        with pytest.raises(BadWorkbook):
            workbooks.read_workbook(data)


GOOD = book(FAMILY, [income("H0001", "", "2025", 1200)])


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.integers(0, len(GOOD) - 1), st.integers(0, 255), st.integers(0, len(GOOD)))
def test_a_damaged_workbook_is_read_or_refused(at, value, cut):
    damaged = bytearray(GOOD)
    damaged[at] = value
    for data in (bytes(damaged), GOOD[:cut]):
        with contextlib.suppress(BadWorkbook):
            assert isinstance(workbooks.read_workbook(data), dict)


cells = st.one_of(
    st.none(),
    st.text(max_size=30),
    st.integers(),
    st.floats(),
    st.booleans(),
    st.dates(),
    st.datetimes(),
)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.lists(cells, max_size=9), max_size=5))
def test_any_cells_are_read_or_said_to_be_wrong(rows):
    from datetime import date

    from jobmatch.households.rules import workbook as rules

    numbered = list(enumerate(rows, 2))
    lines, errors = rules.read_members(numbered, today=date(2026, 9, 1))
    assert {x.row for x in lines} | {e.row for e in errors} == {n for n, _ in numbered}
    lines, errors = rules.read_incomes(numbered, today=date(2026, 9, 1))
    assert {x.row for x in lines} | {e.row for e in errors} == {n for n, _ in numbered}


def test_all_rows_or_none_when_that_is_asked_for(world):
    officer = world.officer()
    broken = book(
        [member()], [income("H0001", "", "2025", "100"), income("H9999", "", "2025", "1")]
    )
    with pytest.raises(importing.NotAllRight):
        importing.save(broken, actor=officer, whole=True)
    assert reading().scalar(select(func.count()).select_from(Household)) == 0
    importing.save(broken, actor=officer)
    assert reading().scalar(select(func.count()).select_from(IncomeEntry)) == 12


def test_imported_amounts_keep_who_by_what_proof_and_which_part(world):
    officer = world.officer()
    row = [*income("H0001", "", "2026-03", "", "", "1000"), "600", "", "1000", "流转合同"]
    data = book([member()], [row], income_titles=(*INCOME_TITLES, *MORE_TITLES))
    importing.save(data, actor=officer)
    importing.save(data, actor=officer)
    found = reading().execute(
        select(IncomeEntry.detail, IncomeEntry.amount_fen, IncomeEntry.proof,
               IncomeEntry.recorded_by).order_by(IncomeEntry.id)
    )  # fmt: skip
    assert [tuple(one) for one in found] == [
        ("", 40_000, "流转合同", officer.user_id),
        ("土地流转", 60_000, "流转合同", officer.user_id),
    ]
