"""The worked table of docs/rules/line-watch.md, and what holds for every forecast."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jobmatch.households.rules.kinds import Source
from jobmatch.households.rules.windows import collection_year, sane
from jobmatch.kernel.periods import Days, add_months
from jobmatch.monitoring.rules.forecast import Known, Params, forecast, left_of

pytestmark = pytest.mark.same_everywhere

YEAR = Days(date(2026, 1, 1), date(2026, 12, 31))
OCTOBER = date(2026, 10, 31)
PLAIN = Params(kept=90, spread=100, wage=40, other=30)


def wages(first: date, *fen: int) -> dict[date, dict[Source, int]]:
    return {add_months(first, n): {Source.WAGE: one} for n, one in enumerate(fen)}


def test_the_months_left_begin_tomorrow_and_end_with_the_year() -> None:
    assert left_of(date(2026, 11, 20), YEAR) == [
        (date(2026, 11, 1), 10, 30),
        (date(2026, 12, 1), 31, 31),
    ]
    assert left_of(date(2026, 10, 31), YEAR)[0] == (date(2026, 11, 1), 30, 30)
    assert left_of(date(2026, 12, 31), YEAR) == []


def test_a_household_of_which_nothing_is_known_gets_nothing_more() -> None:
    found = forecast(Known({}), OCTOBER, YEAR, PLAIN)
    assert (found.low, found.likely, found.high, found.has_last_year) == (0, 0, 0, False)


def test_same_wages_each_month_go_on() -> None:
    known = Known(wages(date(2025, 1, 1), *[100_000] * 22))
    found = forecast(known, OCTOBER, YEAR, PLAIN)
    assert (found.so_far, found.rest[Source.WAGE]) == (1_000_000, 200_000)
    assert (found.low, found.likely, found.high) == (1_200_000, 1_200_000, 1_200_000)
    assert found.has_last_year


def test_agreed_work_counts_for_nine_of_ten_and_is_part_of_what_history_brings() -> None:
    known = Known(wages(date(2025, 1, 1), *[100_000] * 22), {date(2026, 11, 1): 90_000})
    found = forecast(known, OCTOBER, YEAR, PLAIN)
    assert (found.agreed, found.rest[Source.WAGE]) == (81_000, 200_000)
    more = Known(known.booked, {date(2026, 11, 1): 300_000})
    assert forecast(more, OCTOBER, YEAR, PLAIN).rest[Source.WAGE] == 270_000 + 100_000


def test_agreed_work_alone_is_uncertain_by_what_may_rain_out() -> None:
    found = forecast(Known({}, {date(2026, 11, 1): 200_000}), OCTOBER, YEAR, PLAIN)
    assert (found.low, found.likely, found.high) == (162_000, 180_000, 198_000)


def test_without_last_year_the_last_months_are_moved_to_the_season() -> None:
    season = Params(spread=100, season={8: 100, 9: 200, 10: 200, 11: 100, 12: 50})
    known = Known(wages(date(2026, 8, 1), 50_000, 100_000, 100_000))
    found = forecast(known, OCTOBER, YEAR, season)
    assert (found.rest[Source.WAGE], found.has_last_year) == (50_000 + 25_000, False)


def test_a_season_in_which_nothing_was_done_tells_nothing() -> None:
    known = Known(wages(date(2026, 10, 1), 100_000))
    found = forecast(known, date(2026, 11, 10), YEAR, Params(season={10: 0}))
    assert found.rest[Source.WAGE] == 0


def test_less_than_last_year_is_drawn_towards_it_by_nine_usual_months() -> None:
    known = Known(wages(date(2025, 1, 1), *[100_000] * 12, *[50_000] * 10))
    found = forecast(known, OCTOBER, YEAR, PLAIN)
    # Full months: (450,000 + 900,000) / (900,000 + 900,000) = 75 %; half way to the last twelve
    # full months' mean, (3 x 100,000 + 9 x 50,000) / 12 = 62,500.
    assert found.rest[Source.WAGE] == 2 * 68_750


def test_a_late_harvest_is_half_expected_yet_and_widens_the_interval() -> None:
    then = {date(2025, 10, 1): {Source.BUSINESS: 400_000}}
    found = forecast(Known(then), OCTOBER, YEAR, PLAIN)
    assert found.rest[Source.BUSINESS] == 200_000
    assert (found.low, found.high) == (200_000 - 208_806, 200_000 + 208_806)


def test_an_early_harvest_is_not_expected_twice() -> None:
    books = {
        date(2025, 11, 1): {Source.BUSINESS: 400_000},
        date(2026, 10, 1): {Source.BUSINESS: 400_000},
    }
    assert forecast(Known(books), OCTOBER, YEAR, PLAIN).rest[Source.BUSINESS] == 200_000


def test_costs_are_counted_off() -> None:
    then = {date(2025, 11, 1): {Source.COST: 80_000}}
    found = forecast(Known(then), OCTOBER, YEAR, PLAIN)
    assert (found.rest[Source.COST], found.likely) == (80_000, -80_000)


def test_a_day_outside_the_year_is_refused() -> None:
    with pytest.raises(ValueError):
        forecast(Known({}), date(2027, 1, 1), YEAR, PLAIN)


def test_a_collection_year_runs_from_october_to_september() -> None:
    assert collection_year(date(2026, 11, 22), 10) == Days(date(2026, 10, 1), date(2027, 9, 30))
    assert collection_year(date(2026, 9, 30), 10) == Days(date(2025, 10, 1), date(2026, 9, 30))
    assert collection_year(date(2026, 9, 30), 1) == YEAR


def test_windows_out_of_order_or_too_long_are_none() -> None:
    assert sane(date(2026, 2, 1), date(2026, 1, 31)) is None
    assert sane(date(2023, 1, 1), date(2026, 1, 1)) is None
    assert sane(date(2023, 1, 1), date(2025, 12, 31)) == Days(date(2023, 1, 1), date(2025, 12, 31))


MONTHS = st.dictionaries(
    st.integers(0, 34).map(lambda n: add_months(date(2024, 1, 1), n)),
    st.dictionaries(st.sampled_from(Source), st.integers(-50_000, 2_000_000), max_size=5),
)
AGREED = st.dictionaries(
    st.integers(9, 11).map(lambda n: add_months(date(2026, 1, 1), n)), st.integers(0, 900_000)
)


@settings(deadline=None)
@given(MONTHS, AGREED, st.dates(date(2026, 1, 1), date(2026, 12, 31)))
def test_low_likely_and_high_stand_in_order_and_agreed_work_never_lowers(
    books: dict[date, dict[Source, int]], agreed: dict[date, int], day: date
) -> None:
    bare = forecast(Known(books), day, YEAR, Params())
    found = forecast(Known(books, agreed), day, YEAR, Params())
    assert found.low <= found.likely <= found.high
    assert found.likely >= bare.likely
    assert all(fen >= 0 for fen in found.rest.values())
