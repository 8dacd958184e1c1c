"""When pay is due: by agreement, by the footing where nothing was agreed, moved off holidays."""

from datetime import date

import pytest

from jobmatch.earnings.rules.arrears import (
    Agreed,
    PayLimits,
    Unpaid,
    days_overdue,
    due_on,
    working_days_after,
    working_days_between,
)
from jobmatch.earnings.rules.cycles import Cycle
from jobmatch.earnings.rules.overtime import Footing

LIMITS = PayLimits(task_days=3, month_days=15, part_time_days=15)
HOLIDAYS = frozenset({date(2026, 10, 1), date(2026, 10, 2)})


def d(month: int, day: int) -> date:
    return date(2026, month, day)


@pytest.mark.parametrize(
    ("unpaid", "footing", "agreed", "due"),
    [
        # A task of a few days is paid when it is done; three days are for doing it.
        (Unpaid(d(9, 20), d(9, 24), d(9, 24)), Footing.TASK, None, d(9, 27)),
        # It goes on until November: September is due in any case.
        (Unpaid(d(9, 20), d(9, 30), d(11, 5)), Footing.TASK, None, d(10, 3)),
        # The slip ends before the engagement does: the end counts.
        (Unpaid(d(9, 1), d(9, 5), d(9, 20)), Footing.TASK, None, d(9, 23)),
        # A day beyond the engagement (granted later) still has its pay due after itself.
        (Unpaid(d(9, 20), d(9, 25), d(9, 24)), Footing.TASK, None, d(9, 28)),
        # Full-time: the 15th of October is a Thursday.
        (Unpaid(d(9, 1), d(9, 30), d(12, 31)), Footing.FULL_TIME, None, d(10, 15)),
        # The 15th of August is a Saturday: the Friday before.
        (Unpaid(d(7, 1), d(7, 31), d(12, 31)), Footing.FULL_TIME, None, d(8, 14)),
        # Part-time: fifteen days from the first unpaid day, whatever was agreed.
        (Unpaid(d(9, 1), d(9, 10), d(9, 30)), Footing.PART_TIME, None, d(9, 16)),
        (Unpaid(d(9, 1), d(9, 20), d(9, 30)), Footing.PART_TIME, None, d(9, 20)),
        (
            Unpaid(d(9, 1), d(9, 10), d(9, 30)),
            Footing.PART_TIME,
            Agreed(Cycle.MONTH, 5),
            d(9, 16),
        ),
        (Unpaid(d(9, 1), d(9, 1), d(9, 1)), Footing.PART_TIME, Agreed(Cycle.DAY, 1), d(9, 2)),
        # Agreed: by the day, by the week, by the half month, by the month.
        (Unpaid(d(9, 24), d(9, 24), d(9, 24)), Footing.TASK, Agreed(Cycle.DAY, 0), d(9, 24)),
        (Unpaid(d(9, 21), d(9, 24), d(9, 24)), Footing.TASK, Agreed(Cycle.WEEK, 2), d(9, 29)),
        (
            Unpaid(d(9, 1), d(9, 12), d(9, 12)),
            Footing.TASK,
            Agreed(Cycle.HALF_MONTH, 5),
            # The 20th is a Sunday.
            d(9, 18),
        ),
        # The first and second of October are holidays: the last day of September.
        (Unpaid(d(9, 1), d(9, 30), d(9, 30)), Footing.TASK, Agreed(Cycle.MONTH, 2), d(9, 30)),
        # A Sunday's day wage is due on the Sunday: not before it was earned.
        (Unpaid(d(9, 27), d(9, 27), d(9, 27)), Footing.TASK, Agreed(Cycle.DAY, 0), d(9, 27)),
    ],
)
def test_pay_is_due(unpaid: Unpaid, footing: Footing, agreed: Agreed | None, due: date) -> None:
    assert due_on(unpaid, footing, agreed, LIMITS, HOLIDAYS) == due


def test_overdue_begins_the_day_after() -> None:
    assert days_overdue(d(9, 27), d(9, 26)) == 0
    assert days_overdue(d(9, 27), d(9, 27)) == 0
    assert days_overdue(d(9, 27), d(9, 28)) == 1


def test_working_days_leave_out_weekends_and_holidays() -> None:
    # Wednesday the 30th of September; holidays on Thursday and Friday.
    assert working_days_after(d(9, 30), 1, HOLIDAYS) == d(10, 5)
    assert working_days_after(d(9, 30), 1) == d(10, 1)
    assert working_days_after(d(9, 30), 0) == d(9, 30)
    assert working_days_between(d(9, 30), d(10, 6), HOLIDAYS) == 2
    assert working_days_between(d(9, 30), d(9, 1)) == 0
