import io
from datetime import date

from python_calamine import CalamineWorkbook

from jobmatch.infra.sheets import csv_bytes, xlsx_bytes
from jobmatch.kernel.text import Amount

COLUMNS = ["姓名", "手机号", "日期", "工钱", "天数"]
ROW = ["=1+1", "013800000000", date(2026, 9, 1), Amount(18_050), 3]


def test_text_stays_text_in_a_workbook():
    rows = (
        CalamineWorkbook.from_filelike(io.BytesIO(xlsx_bytes("名单:一/班", COLUMNS, [ROW])))
        .get_sheet_by_index(0)
        .to_python()
    )
    assert rows[0] == COLUMNS
    assert rows[1] == ["=1+1", "013800000000", date(2026, 9, 1), 180.5, 3.0]


def test_csv_begins_with_the_mark_and_disarms_formulas():
    body = csv_bytes(COLUMNS, [ROW, ["王秀兰", None, None, Amount(-5), -1]])
    assert body.startswith(b"\xef\xbb\xbf")
    assert body.decode("utf-8-sig").splitlines() == [
        "姓名,手机号,日期,工钱,天数",
        "'=1+1,013800000000,2026-09-01,180.50,3",
        "王秀兰,,,-0.05,-1",
    ]


def test_csv_keeps_a_number_that_excel_would_round_as_text():
    body = csv_bytes(["身份证号"], [["150525197205041234"], ["15052519720504123X"]])
    assert body.decode("utf-8-sig").splitlines()[1:] == [
        "\t150525197205041234",
        "15052519720504123X",
    ]


def test_an_empty_list_is_a_file_too():
    assert CalamineWorkbook.from_filelike(io.BytesIO(xlsx_bytes("", COLUMNS, []))).sheet_names == [
        "1"
    ]
