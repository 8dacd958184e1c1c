"""Overtime, the minimum wage and part-time bounds from a posting to the slip."""

from datetime import date

from sqlalchemy import select, update

from jobmatch.attendance.models import WorkDay
from jobmatch.earnings import outstanding, queries
from jobmatch.earnings.models import PaySlipLine
from jobmatch.earnings.rules.overtime import Breach
from jobmatch.infra.db import reading, transaction
from jobmatch.postings.models import Posting
from tests.earnings.support import FIRST, SECOND, Pay, all_present, codes, settle, slip_of


def change(field: Pay, **values: object) -> None:
    with transaction() as session:
        session.execute(update(Posting).where(Posting.id == field.posting_id).values(**values))


def measure(minutes: int) -> None:
    with transaction() as session:
        session.execute(update(WorkDay).values(minutes=minutes))


def test_a_full_time_holiday_pays_three_times_and_says_so(field: Pay) -> None:
    change(field, footing="full_time")
    all_present(field)
    measure(540)
    settle(field)
    slip = queries.slip(slip_of(field.worker_id), actor=field.worker)
    # 25 September is a holiday: 202.50 x 3; the day after 202.50 + 11.25.
    assert [line.amount_fen for line in slip.lines] == [60_750, 21_375]
    assert slip.row.net_fen == 82_125
    assert [str(each) for each in slip.lines[0].more] == [
        "法定节假日 540 分钟按 300%",
        "加班多得 ¥405.00",
    ]
    assert str(slip.lines[1].formula) == "540 分钟 ÷ 480 分钟 × ¥180.00"
    assert codes() == []


def test_a_slip_goes_on_showing_the_percents_it_was_paid_by(field: Pay) -> None:
    change(field, footing="full_time")
    all_present(field)
    settle(field)
    change(field, footing="task")
    slip = queries.slip(slip_of(field.worker_id), actor=field.worker)
    assert str(slip.lines[0].more[0]) == "法定节假日 480 分钟按 300%"


def test_a_task_has_no_holiday(field: Pay) -> None:
    all_present(field)
    settle(field)
    assert reading().scalars(select(PaySlipLine.overtime_fen)).all() == [0, 0, 0, 0]


def test_a_day_below_the_hourly_minimum_is_lifted_to_it(field: Pay) -> None:
    change(field, rate_fen=16_000)
    all_present(field)
    shown = outstanding.preview(field.posting_id, FIRST, SECOND)
    assert [(row.amount_fen, row.top_up_fen) for row in shown.rows] == [(33_760, 1_760)] * 2
    settle(field)
    slip = queries.slip(slip_of(field.worker_id), actor=field.worker)
    assert [line.amount_fen for line in slip.lines] == [16_880, 16_880]
    assert [str(each) for each in slip.lines[0].more] == ["补到当地最低小时工资 ¥8.80"]
    assert codes() == []


def test_part_time_days_that_are_too_long_and_the_day_to_pay_by_are_shown(field: Pay) -> None:
    change(field, footing="part_time")
    all_present(field)
    measure(300)
    shown = outstanding.preview(field.posting_id, FIRST, SECOND)
    assert shown.pay_by == date(2026, 10, 10)
    assert {(one.name, one.breach) for one in shown.too_long} == {
        (name, Breach("day", day, 60)) for name in ("王秀兰", "李桂芳") for day in (FIRST, SECOND)
    }
    assert outstanding.preview(field.posting_id, date(2026, 1, 1), date(2026, 1, 2)).pay_by is None
