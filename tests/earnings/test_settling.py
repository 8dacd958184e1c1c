"""Settling days into slips, and taking settlements and slips back."""

from datetime import date

import pytest
from sqlalchemy import func, select, update

from jobmatch.attendance.models import WorkDay
from jobmatch.attendance.rules.kinds import Kind
from jobmatch.attendance.service import DaySettled
from jobmatch.earnings import outstanding, payment, queries, service
from jobmatch.earnings.checks import check_ledger
from jobmatch.earnings.errors import NothingToSettle, PaidAlready, SlipClosed
from jobmatch.earnings.models import PaySlip
from jobmatch.earnings.rules.slips import SlipState
from jobmatch.infra.db import reading, transaction
from jobmatch.kernel.errors import Invalid, NotFound
from jobmatch.notify import queries as notices
from jobmatch.postings.models import Posting
from tests.attendance.support import mark
from tests.earnings.support import (
    FIRST,
    SECOND,
    Pay,
    all_present,
    codes,
    earned,
    journal,
    pay,
    settle,
    slip_of,
)
from tests.support import World


def test_settling_issues_a_slip_with_its_days_and_books_it(field: Pay) -> None:
    all_present(field)
    mark(field.employer, field.days[1], Kind.MINUTES, 240)
    settle(field)
    found = queries.slip(slip_of(field.worker_id), actor=field.worker)
    assert (found.row.net_fen, found.row.state, found.row.days) == (27_000, SlipState.ISSUED, 2)
    assert [(line.work_date, line.amount_fen) for line in found.lines] == [
        (FIRST, 18_000),
        (SECOND, 9_000),
    ]
    assert [str(line.formula) for line in found.lines] == [
        "1 整天 × ¥180.00",
        "240 分钟 ÷ 480 分钟 × ¥180.00",
    ]
    assert journal() == [
        ("wage_cost", 27_000),
        ("wage_payable", -27_000),
        ("wage_cost", 36_000),
        ("wage_payable", -36_000),
    ]
    assert check_ledger() == []


def test_nothing_is_settled_twice(field: Pay) -> None:
    all_present(field)
    settle(field)
    with pytest.raises(NothingToSettle):
        settle(field)
    assert reading().scalar(select(func.count()).select_from(PaySlip)) == 2


def test_only_the_days_of_the_cycle_are_settled(field: Pay) -> None:
    all_present(field)
    service.settle(field.posting_id, FIRST, FIRST, actor=field.employer)
    span = outstanding.unsettled_span(field.posting_id)
    assert span is not None
    assert (span.first, span.last, span.days) == (SECOND, SECOND, 2)
    settle(field)
    assert outstanding.unsettled_span(field.posting_id) is None
    assert [run.slips for run in queries.settlements(field.posting_id)] == [2, 2]


def test_a_settled_day_is_not_changed_any_more(field: Pay) -> None:
    all_present(field)
    settle(field)
    with pytest.raises(DaySettled):
        mark(field.employer, field.days[0], Kind.ABSENT)


def test_work_days_on_slips_are_settled(field: Pay) -> None:
    all_present(field)
    settle(field)
    assert set(reading().scalars(select(WorkDay.state))) == {"settled"}


def test_issuing_tells_each_worker_the_amount(field: Pay) -> None:
    all_present(field)
    settle(field)
    told = notices.notices(field.worker.user_id)  # type: ignore[arg-type]
    assert str(told[0].said) == "“甘薯分拣工”的工资条来了：¥360.00，请核对。"
    assert told[0].link == f"/my/pay/{slip_of(field.worker_id)}"


@pytest.mark.parametrize(
    ("first", "last"), [(SECOND, FIRST), (FIRST, date(2026, 9, 28))], ids=["backwards", "ahead"]
)
def test_an_impossible_cycle_is_refused(field: Pay, first: date, last: date) -> None:
    all_present(field)
    with pytest.raises(Invalid):
        service.settle(field.posting_id, first, last, actor=field.employer)


def test_strangers_settle_pay_and_see_nothing(field: Pay, world: World) -> None:
    all_present(field)
    run = settle(field)
    slip = slip_of(field.worker_id)
    stranger = world.employer("别家")[1]
    deeds = [
        lambda: service.settle(field.posting_id, FIRST, SECOND, actor=stranger),
        lambda: service.settle(999_999, FIRST, SECOND, actor=field.employer),
        lambda: payment.record_payment([slip], FIRST, "cash", "", actor=stranger),
        lambda: payment.record_payment([999_999], FIRST, "cash", "", actor=field.employer),
        lambda: service.reverse(run, actor=stranger),
        lambda: service.reverse(999_999, actor=field.employer),
        lambda: payment.reverse_payment(slip, actor=stranger),
        lambda: service.confirm(slip, actor=field.other),
        lambda: service.confirm(slip, actor=field.employer),
        lambda: service.confirm(999_999, actor=field.worker),
        lambda: service.object_to(slip, "不对", actor=field.other),
        lambda: queries.slip(slip, actor=field.other),
        lambda: queries.slip(slip, actor=stranger),
        lambda: queries.slip(999_999, actor=field.worker),
    ]
    for deed in deeds:
        with pytest.raises(NotFound):
            deed()
    assert queries.slip(slip, actor=field.worker).row.state is SlipState.ISSUED


def test_days_without_a_count_of_pieces_wait(field: Pay) -> None:
    with transaction() as session:
        session.execute(
            update(Posting).values(pay_kind="piece", rate_fen=450, piece_lot=100, piece_unit="斤")
        )
    all_present(field)
    mark(field.employer, field.days[0], Kind.PIECES, 4_000)
    before = outstanding.preview(field.posting_id, FIRST, SECOND)
    assert [(row.name, row.amount_fen) for row in before.rows] == [("王秀兰", 18_000)]
    assert sorted((row.name, row.days) for row in before.left_out) == [("李桂芳", 2), ("王秀兰", 1)]
    settle(field)
    mark(field.employer, field.days[1], Kind.PIECES, 3_800)
    settle(field)
    assert [row.net_fen for row in queries.slips_of_worker(field.worker_id)] == [17_100, 18_000]
    assert codes() == []


def test_a_reversed_settlement_frees_its_days_to_be_corrected_and_settled_anew(
    field: Pay,
) -> None:
    all_present(field)
    run = settle(field)
    slip = slip_of(field.worker_id)
    service.confirm(slip, actor=field.worker)
    service.reverse(run, actor=field.employer)
    assert (earned(field), codes()) == (0, [])
    assert sum(fen for _account, fen in journal()) == 0
    mark(field.employer, field.days[1], Kind.ABSENT)
    settle(field)
    again = slip_of(field.worker_id)
    service.confirm(again, actor=field.worker)
    assert again != slip
    assert (earned(field), codes()) == (18_000, [])
    states = [row.state for row in queries.slips_of_worker(field.worker_id)]
    assert states == [SlipState.CONFIRMED, SlipState.REVERSED]
    with pytest.raises(SlipClosed):
        service.confirm(slip, actor=field.worker)
    with pytest.raises(SlipClosed):
        service.reverse(run, actor=field.employer)


def test_a_settlement_with_a_paid_slip_stands_until_the_payment_is_reversed(field: Pay) -> None:
    all_present(field)
    run = settle(field)
    slip = slip_of(field.worker_id)
    pay(field, slip)
    with pytest.raises(PaidAlready):
        service.reverse(run, actor=field.employer)
    assert queries.slip(slip_of(field.other_id), actor=field.other).row.state is SlipState.ISSUED
    payment.reverse_payment(slip, actor=field.employer)
    service.reverse(run, actor=field.employer)
    assert (earned(field), codes()) == (0, [])


def test_one_slip_goes_and_the_others_stand(field: Pay) -> None:
    all_present(field)
    run = settle(field)
    slip = slip_of(field.other_id)
    service.object_to(slip, "多记了一天", actor=field.other)
    service.reverse_slip(slip, actor=field.employer)
    mark(field.employer, field.other_days[1], Kind.ABSENT)
    settle(field)
    assert [row.net_fen for row in queries.slips(field.posting_id)] == [18_000, 36_000]
    assert codes() == []
    with pytest.raises(SlipClosed):
        service.reverse_slip(slip, actor=field.employer)
    with pytest.raises(NotFound):
        service.reverse_slip(slip_of(field.worker_id), actor=field.worker)
    service.reverse(run, actor=field.employer)
    assert [row.net_fen for row in queries.slips(field.posting_id)] == [18_000]
    assert codes() == []


def test_a_paid_slip_does_not_go(field: Pay) -> None:
    all_present(field)
    settle(field)
    slip = slip_of(field.worker_id)
    pay(field, slip)
    with pytest.raises(PaidAlready):
        service.reverse_slip(slip, actor=field.employer)
