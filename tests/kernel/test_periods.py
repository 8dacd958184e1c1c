"""Days and months of business in Shanghai."""

import itertools
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobmatch.kernel.periods import (
    Days,
    add_months,
    begin_of,
    business_day,
    monday_of,
    month_of,
    runs,
    twelve_months_before,
)

some_days = st.dates(date(2020, 1, 1), date(2020, 3, 31))


def test_both_ends_belong_to_a_run() -> None:
    run = Days(date(2026, 9, 25), date(2026, 9, 27))
    assert len(run) == 3
    assert list(run) == [date(2026, 9, 25), date(2026, 9, 26), date(2026, 9, 27)]
    assert date(2026, 9, 25) in run
    assert date(2026, 9, 27) in run
    assert date(2026, 9, 24) not in run
    assert date(2026, 9, 28) not in run


def test_a_run_holds_days_and_nothing_else() -> None:
    run = Days(date(2026, 9, 25), date(2026, 9, 27))
    assert "2026-09-26" not in run
    assert datetime(2026, 9, 26, tzinfo=UTC) not in run


def test_a_run_that_ends_before_it_begins_is_refused() -> None:
    with pytest.raises(ValueError, match="ends before"):
        Days(date(2026, 9, 2), date(2026, 9, 1))


@pytest.mark.parametrize(
    ("one", "other", "common"),
    [
        ((1, 5), (3, 9), (3, 5)),
        ((1, 5), (5, 9), (5, 5)),
        ((1, 5), (6, 9), None),
        ((1, 9), (3, 4), (3, 4)),
        ((6, 9), (1, 5), None),
    ],
)
def test_common_days_are_those_of_both(
    one: tuple[int, int], other: tuple[int, int], common: tuple[int, int] | None
) -> None:
    def run(ends: tuple[int, int]) -> Days:
        return Days(date(2026, 9, ends[0]), date(2026, 9, ends[1]))

    assert run(one).common(run(other)) == (run(common) if common else None)


def test_days_that_touch_are_one_run_and_repeated_days_count_once() -> None:
    days = [date(2026, 9, 3), date(2026, 9, 1), date(2026, 9, 2), date(2026, 9, 2)]
    assert runs([*days, date(2026, 9, 5)]) == [
        Days(date(2026, 9, 1), date(2026, 9, 3)),
        Days(date(2026, 9, 5), date(2026, 9, 5)),
    ]
    assert runs([]) == []


@given(st.sets(some_days))
def test_runs_hold_exactly_the_days_and_are_the_fewest(days: set[date]) -> None:
    found = runs(days)
    assert [day for run in found for day in run] == sorted(days)
    for before, after in itertools.pairwise(found):
        assert after.first - before.last > timedelta(days=1)


@pytest.mark.parametrize(
    ("instant", "day"),
    [
        (datetime(2026, 8, 31, 15, 59, tzinfo=UTC), date(2026, 8, 31)),
        (datetime(2026, 8, 31, 16, 0, tzinfo=UTC), date(2026, 9, 1)),
        (datetime(2026, 8, 31, 16, 0, tzinfo=timezone(timedelta(hours=-5))), date(2026, 9, 1)),
    ],
)
def test_the_day_changes_at_midnight_in_shanghai(instant: datetime, day: date) -> None:
    assert business_day(instant) == day


def test_an_instant_without_a_zone_has_no_day() -> None:
    with pytest.raises(ValueError, match="zone"):
        business_day(datetime(2026, 9, 1, 4, 0))


@pytest.mark.parametrize(
    ("day", "first", "last"),
    [
        (date(2026, 2, 14), date(2026, 2, 1), date(2026, 2, 28)),
        (date(2028, 2, 29), date(2028, 2, 1), date(2028, 2, 29)),
        (date(2026, 12, 31), date(2026, 12, 1), date(2026, 12, 31)),
        (date(2026, 9, 1), date(2026, 9, 1), date(2026, 9, 30)),
    ],
)
def test_a_month_runs_from_its_first_to_its_last_day(day: date, first: date, last: date) -> None:
    assert month_of(day) == Days(first, last)


@pytest.mark.parametrize(
    ("day", "months", "then"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2028, 1, 31), 1, date(2028, 2, 29)),
        (date(2026, 3, 31), -1, date(2026, 2, 28)),
        (date(2026, 6, 1), 6, date(2026, 12, 1)),
        (date(2026, 12, 15), 1, date(2027, 1, 15)),
        (date(2026, 1, 15), -1, date(2025, 12, 15)),
        (date(2026, 8, 31), 6, date(2027, 2, 28)),
        (date(2026, 5, 5), 0, date(2026, 5, 5)),
    ],
)
def test_months_later_is_the_same_day_or_the_months_last(
    day: date, months: int, then: date
) -> None:
    assert add_months(day, months) == then


def test_income_is_counted_over_the_twelve_full_months_before() -> None:
    assert twelve_months_before(date(2026, 9, 15)) == Days(date(2025, 9, 1), date(2026, 8, 31))
    assert twelve_months_before(date(2026, 1, 1)) == Days(date(2025, 1, 1), date(2025, 12, 31))


def test_a_business_day_begins_at_midnight_of_shanghai() -> None:
    assert begin_of(date(2026, 9, 25)) == datetime(2026, 9, 24, 16, tzinfo=UTC)


def test_a_week_is_called_by_its_monday() -> None:
    assert monday_of(date(2026, 9, 27)) == monday_of(date(2026, 9, 21)) == date(2026, 9, 21)
