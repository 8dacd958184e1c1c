"""When an employer counts as verified."""

from dataclasses import dataclass
from datetime import date

import pytest

from jobmatch.employers.rules.verification import (
    days_left,
    is_verified,
    standing,
    verified_until,
)


@dataclass(frozen=True)
class Row:
    state: str
    verified_until: date | None


TODAY = date(2026, 9, 1)


@pytest.mark.parametrize(
    ("state", "until", "counts", "left", "word"),
    [
        ("verified", date(2026, 12, 1), True, 91, "verified"),
        ("verified", date(2026, 10, 1), True, 30, "ends_soon"),
        ("verified", date(2026, 9, 1), True, 0, "ends_soon"),
        ("verified", date(2026, 8, 31), False, None, "ended"),
        ("verified", None, False, None, "ended"),
        ("pending", None, False, None, "pending"),
        ("pending", date(2026, 12, 1), False, None, "pending"),
        ("refused", None, False, None, "refused"),
    ],
)
def test_the_last_day_of_a_verification_counts(state, until, counts, left, word):
    row = Row(state, until)
    assert is_verified(row, TODAY) is counts
    assert days_left(row, TODAY) == left
    assert standing(row, TODAY) == word


def test_a_verification_of_six_months_ends_on_the_same_day_or_the_months_last():
    assert verified_until(date(2026, 3, 15), 6) == date(2026, 9, 15)
    assert verified_until(date(2026, 8, 31), 6) == date(2027, 2, 28)


def test_a_verification_of_no_months_is_refused():
    with pytest.raises(ValueError):
        verified_until(date(2026, 3, 15), 0)
