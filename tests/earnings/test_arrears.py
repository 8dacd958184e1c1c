"""Overdue pay: marked and told once, gone at once when paid, seen by whom it concerns."""

from datetime import date

import pytest
from sqlalchemy import func, select

from jobmatch.attendance.models import WorkDay
from jobmatch.earnings import arrears, arrears_marking, payment, service
from jobmatch.earnings.arrears_models import WageArrears
from jobmatch.earnings.run_models import PayCycle
from jobmatch.infra import clock
from jobmatch.infra.db import reading, transaction
from jobmatch.kernel.errors import NotFound
from jobmatch.notify.models import Notice
from tests.earnings.support import Pay, all_present, pay, settle, slip_of
from tests.support import World, instant

# Two days of a task, the last on the 26th: due on the 29th.
IN_TIME, LATE = date(2026, 9, 29), date(2026, 9, 30)


def mark(day: date) -> tuple[int, int]:
    with clock.at(instant(day.year, day.month, day.day, 6)):
        return arrears_marking.mark(day)


def told() -> int:
    return reading().scalar(select(func.count()).where(Notice.link == "/my/arrears")) or 0


def test_a_slip_is_overdue_the_day_after_its_pay_day_and_told_once(field: Pay) -> None:
    all_present(field)
    settle(field)
    assert mark(IN_TIME) == (0, 0)
    assert mark(LATE) == (2, 0)
    assert told() == 2
    assert mark(LATE) == (0, 0)
    assert mark(date(2026, 10, 1)) == (0, 0)
    assert told() == 2
    with clock.at(instant(2026, 10, 2)):
        (row,) = arrears.of_worker(field.worker_id, actor=field.worker)
        assert (row.amount_fen, row.days, row.due_on, row.days_overdue) == (36_000, 2, IN_TIME, 3)
        assert row.slip_id == slip_of(field.worker_id)
        found = arrears.sum_of_employers(
            [field.employer.worker_id or 0, *field.employer.employer_ids]
        )
        assert (found.people, found.fen, found.longest) == (2, 72_000, 3)


def test_days_without_a_slip_are_overdue_too(field: Pay) -> None:
    all_present(field)
    assert mark(LATE) == (2, 0)
    (row,) = arrears.of_worker(field.worker_id, actor=field.worker)
    assert (row.slip_id, row.first_day, row.last_day, row.amount_fen) == (
        None, date(2026, 9, 25), date(2026, 9, 26), 36_000,
    )  # fmt: skip
    # Settled: the days are on a slip now, which is as late.
    with clock.at(instant(2026, 9, 30, 9)):
        settle(field)
    assert arrears.of_worker(field.worker_id, actor=field.worker) == []
    assert mark(LATE) == (2, 2)
    (row,) = arrears.of_worker(field.worker_id, actor=field.worker)
    assert row.slip_id == slip_of(field.worker_id)


def test_what_is_paid_is_gone_at_once_and_back_when_the_payment_was_a_mistake(field: Pay) -> None:
    all_present(field)
    settle(field)
    mark(LATE)
    slip = slip_of(field.worker_id)
    pay(field, slip)
    assert arrears.of_worker(field.worker_id, actor=field.worker) == []
    assert mark(date(2026, 10, 1)) == (0, 1)
    payment.reverse_payment(slip, actor=field.employer)
    assert mark(date(2026, 10, 2)) == (0, 0)
    assert len(arrears.of_worker(field.worker_id, actor=field.worker)) == 1
    assert told() == 2


def test_an_agreed_cycle_moves_the_pay_day_for_days_and_slips_alike(field: Pay) -> None:
    all_present(field)
    with transaction() as session:
        (employer_id,) = field.employer.employer_ids
        session.add(PayCycle(employer_id=employer_id, cycle="month", pay_days=5))
        session.add(PayCycle(posting_id=field.posting_id, cycle="week", pay_days=3))
    # The week ends on the 27th, a Sunday; three days later is Wednesday the 30th.
    assert mark(date(2026, 9, 30)) == (0, 0)
    assert mark(date(2026, 10, 1)) == (2, 0)
    (row,) = arrears.of_worker(field.worker_id, actor=field.worker)
    assert row.due_on == date(2026, 9, 30)


def test_a_settlement_that_was_reversed_leaves_the_days_owed(field: Pay) -> None:
    all_present(field)
    mark(LATE)
    with clock.at(instant(2026, 9, 30, 9)):
        run = settle(field)
    mark(LATE)
    service.reverse(run, actor=field.employer)
    mark(date(2026, 10, 1))
    rows = arrears.of_worker(field.worker_id, actor=field.worker)
    assert [(row.slip_id, row.amount_fen) for row in rows] == [(None, 36_000)]
    assert reading().scalar(select(func.count()).select_from(WorkDay)) == 4
    assert reading().scalar(select(func.count()).select_from(WageArrears)) == 4


def test_officers_of_the_work_place_and_of_the_home_see_it_and_no_others(
    field: Pay, world: World
) -> None:
    all_present(field)
    mark(LATE)
    assert arrears.in_place("150525102", actor=world.officer("150525102")).total == 2
    home = world.officer("150525102222")
    assert arrears.in_place("150525102222", actor=home).total == 2
    assert arrears.sum_in_place("150430", actor=world.officer("150430")).rows == 0
    with pytest.raises(NotFound):
        arrears.in_place("150525102", actor=world.officer("150430"))
    assert arrears.of_station(actor=world.station("150525102")).total == 2
    assert arrears.of_station(actor=world.station("150430")).total == 0
    assert arrears.sum_of_station(actor=world.station("150525102")).fen == 72_000
    with pytest.raises(NotFound):
        arrears.of_worker(field.worker_id, actor=field.other)
    with pytest.raises(NotFound):
        arrears.of_worker(field.worker_id, actor=world.officer("150430"))


def test_an_employers_list_is_narrowed_by_part_of_a_name(field: Pay) -> None:
    all_present(field)
    settle(field)
    mark(LATE)
    mine = field.employer.employer_ids

    def names(name: str) -> list[str]:
        return sorted(row.worker_name for row in arrears.of_employers(mine, name=name).rows)

    assert names("") == ["李桂芳", "王秀兰"]
    assert names("桂芳") == ["李桂芳"]
    assert names("%") == []
