"""How many are asked at once, and what a receipt says."""

from datetime import UTC, date, datetime, timedelta

import pytest

from jobmatch.dispatch.rules.waves import (
    Rhythm,
    days_at_once,
    middle,
    minutes_between,
    next_wave,
    number,
    to_ask,
)

NOW = datetime(2026, 9, 25, 1, 0, tzinfo=UTC)
USUAL = Rhythm(per_place=3, minutes=10)


def ago(*minutes: int) -> list[datetime]:
    return [NOW - timedelta(minutes=n) for n in minutes]


@pytest.mark.parametrize(
    ("left", "unanswered", "asked"),
    [
        (5, [], 15),  # the first wave: three for each place
        (5, [1] * 15, 0),  # all asked a minute ago: wait
        (5, [1] * 14, 1),  # one said no: the next one is asked
        (4, [1] * 14, 0),  # one said yes: eleven would do
        (5, [10] * 15, 15),  # ten minutes without an answer: a new wave
        (5, [9] * 15, 0),
        (2, [10, 10, 10, 2, 2], 4),  # only fresh questions count
        (0, [1], 0),  # filled
        (-1, [], 0),
    ],
)
def test_each_place_has_three_fresh_questions(left, unanswered, asked):
    assert to_ask(left, ago(*unanswered), NOW, USUAL) == asked


def test_the_next_wave_comes_when_the_oldest_question_that_counts_is_ten_minutes_old():
    assert next_wave(1, ago(4, 3, 2), USUAL) == NOW + timedelta(minutes=6)
    assert next_wave(1, ago(30, 4, 3, 2), USUAL) == NOW + timedelta(minutes=6)


@pytest.mark.parametrize(("left", "unanswered"), [(0, [1]), (2, [])])
def test_no_wave_comes_by_time_when_nobody_is_asked_or_wanted(left, unanswered):
    assert next_wave(left, ago(*unanswered), USUAL) is None


def test_one_hires_at_once_for_today_and_tomorrow():
    assert days_at_once(date(2026, 9, 30)) == (date(2026, 9, 30), date(2026, 10, 1))


@pytest.mark.parametrize(("seconds", "minutes"), [(0, 1), (59, 1), (60, 1), (61, 2), (600, 10)])
def test_a_begun_minute_counts(seconds, minutes):
    assert minutes_between(NOW, NOW + timedelta(seconds=seconds)) == minutes


@pytest.mark.parametrize(
    ("values", "found"), [([], None), ([7], 7), ([1, 2], 2), ([3, 1, 20], 3), ([1, 4], 3)]
)
def test_the_middle_is_the_median(values, found):
    assert middle(values) == found


def test_a_receipt_bears_what_was_asked_the_day_and_a_running_number():
    assert number("KZ", date(2026, 9, 25), 12) == "KZ-20260925-0012"
