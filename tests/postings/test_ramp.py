"""People by day when work swells and ebbs."""

from datetime import date

import pytest

from jobmatch.kernel.periods import Days
from jobmatch.postings.rules.ramp import spread

WEEK = Days(date(2026, 9, 1), date(2026, 9, 7))


@pytest.mark.parametrize(
    ("options", "people"),
    [
        ({}, [30, 30, 30, 30, 30, 30, 30]),
        ({"first": 10, "rise": 2}, [10, 20, 30, 30, 30, 30, 30]),
        ({"last": 5, "fall": 2}, [30, 30, 30, 30, 30, 18, 5]),
        ({"first": 10, "rise": 4, "last": 0, "fall": 4}, [10, 15, 20, 23, 15, 8, 0]),
        ({"first": 50, "rise": 2}, [50, 40, 30, 30, 30, 30, 30]),
        ({"first": 10, "rise": 0}, [30, 30, 30, 30, 30, 30, 30]),
        ({"first": 10}, [30, 30, 30, 30, 30, 30, 30]),
    ],
)
def test_the_ends_grow_and_shrink_evenly(options, people):
    assert list(spread(WEEK, 30, **options).values()) == people


def test_every_day_is_there_once():
    assert list(spread(WEEK, 3)) == [date(2026, 9, n) for n in range(1, 8)]
