from datetime import date

import pytest

from jobmatch.kernel.periods import Days
from jobmatch.workers.rules.days import Quick, answer_of, checked, chosen, harvest, ticked
from jobmatch.workers.rules.person import Refused

TODAY = date(2026, 9, 10)


def test_this_month_runs_from_today_to_its_last_day():
    assert chosen(Quick.MONTH, [], today=TODAY) == (Days(TODAY, date(2026, 9, 30)),)


def test_always_runs_a_year_ahead():
    assert chosen(Quick.ALWAYS, [], today=TODAY) == (Days(TODAY, date(2027, 9, 10)),)


def test_the_harvest_season_begins_today_when_it_is_on():
    assert chosen(Quick.HARVEST, [], today=TODAY) == (Days(TODAY, date(2026, 10, 31)),)


def test_the_harvest_season_is_next_years_once_it_is_over():
    assert harvest(date(2026, 10, 31)) == Days(date(2026, 9, 1), date(2026, 10, 31))
    assert harvest(date(2026, 11, 1)) == Days(date(2027, 9, 1), date(2027, 10, 31))


def test_picked_days_become_the_fewest_runs():
    picked = [date(2026, 9, 12), date(2026, 9, 10), date(2026, 9, 11), date(2026, 9, 20)]
    assert chosen(Quick.PICK, picked, today=TODAY) == (
        Days(date(2026, 9, 10), date(2026, 9, 12)),
        Days(date(2026, 9, 20), date(2026, 9, 20)),
    )


def test_days_that_are_over_are_left_out():
    assert checked([Days(date(2026, 9, 1), date(2026, 9, 11))], today=TODAY) == (
        Days(date(2026, 9, 10), date(2026, 9, 11)),
    )


def test_runs_that_touch_become_one():
    free = [Days(date(2026, 9, 12), date(2026, 9, 13)), Days(date(2026, 9, 10), date(2026, 9, 11))]
    assert checked(free, today=TODAY) == (Days(date(2026, 9, 10), date(2026, 9, 13)),)


@pytest.mark.parametrize("picked", [[], [date(2026, 9, 9)]])
def test_no_day_ahead_is_refused(picked):
    with pytest.raises(Refused, match="至少选一天"):
        chosen(Quick.PICK, picked, today=TODAY)


def test_a_day_more_than_a_year_ahead_is_refused():
    with pytest.raises(Refused, match="2027-09-11"):
        checked([Days(date(2027, 9, 12), date(2027, 9, 12))], today=TODAY)


@pytest.mark.parametrize("quick", [Quick.MONTH, Quick.HARVEST, Quick.ALWAYS])
def test_a_quick_answer_is_known_again(quick):
    assert answer_of(chosen(quick, [], today=TODAY), today=TODAY) is quick


def test_other_days_are_days_of_ones_own():
    assert answer_of((Days(TODAY, TODAY),), today=TODAY) is Quick.PICK


def test_the_calendar_posts_single_days_and_a_stretch():
    assert ticked(["2026-09-20", "nonsense"], "2026-09-11", "2026-09-12") == [
        date(2026, 9, 11),
        date(2026, 9, 12),
        date(2026, 9, 20),
    ]


def test_a_stretch_given_backwards_is_turned_round():
    assert ticked([], "2026-09-12", "2026-09-11") == [date(2026, 9, 11), date(2026, 9, 12)]


@pytest.mark.parametrize(
    ("first", "last"), [("2026-09-11", ""), ("", "x"), ("1900-01-01", "2026-09-11")]
)
def test_half_a_stretch_or_an_endless_one_counts_for_nothing(first, last):
    assert ticked([], first, last) == []
