"""rules/presence: what the events of one person's day come to."""

from datetime import date, datetime

import pytest

from jobmatch.attendance.rules.kinds import Kind, Via, check_value
from jobmatch.attendance.rules.minutes import Shift, tapped_minutes
from jobmatch.attendance.rules.presence import Presence, Seen, presence
from tests.support import instant

DAY = date(2026, 9, 25)
SHIFT = Shift(day_minutes=480, starts_at=450, ends_at=1020)


def at(hour: int, minute: int = 0, day: int = 25) -> datetime:
    return instant(2026, 9, day, hour).replace(minute=minute)


def self_tap(kind: Kind, when: datetime) -> Seen:
    return Seen(kind, Via.SELF, when)


def said(kind: Kind, value: int | None = None, via: Via = Via.EMPLOYER) -> Seen:
    return Seen(kind, via, at(18), value)


IN, OUT = self_tap(Kind.CHECK_IN, at(7, 25)), self_tap(Kind.CHECK_OUT, at(17, 5))


def test_nothing_recorded_is_neither_present_nor_absent() -> None:
    assert presence([], SHIFT, DAY) == Presence()


@pytest.mark.parametrize(
    ("events", "present", "minutes", "pieces"),
    [
        ([said(Kind.PRESENT)], True, 480, 0),
        ([said(Kind.ABSENT)], False, 0, 0),
        ([IN], True, 480, 0),
        ([OUT], True, 480, 0),
        ([IN, OUT], True, 480, 0),
        ([IN, self_tap(Kind.CHECK_OUT, at(12, 15))], True, 240, 0),
        ([said(Kind.PRESENT), said(Kind.MINUTES, 300)], True, 300, 0),
        ([IN, OUT, said(Kind.MINUTES, 540)], True, 540, 0),
        ([said(Kind.MINUTES, 300), said(Kind.MINUTES, 360)], True, 360, 0),
        ([said(Kind.PIECES, 900)], True, 480, 900),
        ([said(Kind.PIECES, 900), said(Kind.PIECES, 0)], True, 480, 0),
        ([said(Kind.PRESENT), said(Kind.ABSENT)], False, 0, 0),
        ([said(Kind.ABSENT), said(Kind.PRESENT)], True, 480, 0),
        ([said(Kind.PIECES, 900), said(Kind.ABSENT)], False, 0, 0),
        ([said(Kind.PIECES, 900), said(Kind.ABSENT), said(Kind.PRESENT)], True, 480, 900),
    ],
)
def test_later_events_correct_earlier_ones(
    events: list[Seen], present: bool, minutes: int, pieces: int
) -> None:
    found = presence(events, SHIFT, DAY)
    assert (found.present, found.minutes, found.pieces) == (present, minutes, pieces)


def test_a_stated_measure_is_marked_as_given() -> None:
    assert presence([said(Kind.MINUTES, 300)], SHIFT, DAY).is_given
    assert not presence([said(Kind.PRESENT)], SHIFT, DAY).is_given


def test_the_workers_tap_does_not_overrule_a_witness_but_stays_visible() -> None:
    found = presence([said(Kind.ABSENT), IN], SHIFT, DAY)
    assert found.present is False
    assert found.contested
    assert found.checked_in == at(7, 25)


def test_the_desks_tap_counts_as_a_witness_and_the_difference_is_shown() -> None:
    found = presence([said(Kind.ABSENT), Seen(Kind.CHECK_IN, Via.DESK, at(8))], SHIFT, DAY)
    assert found.present is True
    assert found.contested


def test_a_tap_of_the_next_day_counts_and_is_marked_late() -> None:
    found = presence([self_tap(Kind.CHECK_IN, at(6, 0, day=26))], SHIFT, DAY)
    assert (found.present, found.minutes, found.is_late) == (True, 480, True)


def test_the_first_check_in_and_the_last_check_out_stand() -> None:
    found = presence(
        [IN, self_tap(Kind.CHECK_IN, at(9)), self_tap(Kind.CHECK_OUT, at(11)), OUT], SHIFT, DAY
    )
    assert (found.checked_in, found.checked_out) == (at(7, 25), at(17, 5))


@pytest.mark.parametrize(
    ("first", "last", "minutes"),
    [
        (at(7, 30), at(17), 480),
        (at(7, 45), at(16, 45), 480),
        (at(7, 46), at(17), 467),
        (at(5), at(21), 720),
        (at(7, 30), at(12, 15), 240),
        (at(16, 50), at(16, 51), 8),
        (at(18), at(19), 60),
        (at(12), at(9), None),
        (None, at(17), None),
        (at(8), None, None),
        (at(8, 0, day=24), at(17), None),
        (at(8), at(1, 0, day=26), None),
    ],
)
def test_taps_measure_the_time_inside_the_postings_hours(
    first: datetime | None, last: datetime | None, minutes: int | None
) -> None:
    assert tapped_minutes(first, last, SHIFT, DAY) == minutes


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        (Kind.MINUTES, None),
        (Kind.MINUTES, 0),
        (Kind.MINUTES, 1441),
        (Kind.PIECES, None),
        (Kind.PIECES, -1),
        (Kind.PIECES, 1_000_001),
        (Kind.PRESENT, 5),
        (Kind.CHECK_IN, 0),
    ],
)
def test_a_measure_out_of_bounds_is_refused(kind: Kind, value: int | None) -> None:
    with pytest.raises(ValueError):
        check_value(kind, value)


@pytest.mark.parametrize(
    ("kind", "value"),
    [(Kind.MINUTES, 1), (Kind.MINUTES, 1440), (Kind.PIECES, 0), (Kind.ABSENT, None)],
)
def test_measures_on_the_bounds_are_taken(kind: Kind, value: int | None) -> None:
    check_value(kind, value)
