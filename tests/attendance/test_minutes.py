"""rules/minutes: two taps and the posting's hours; the worked table of docs/rules/attendance.md."""

from datetime import date, datetime, timedelta

import pytest

from jobmatch.attendance.rules.kinds import How, Kind, Via
from jobmatch.attendance.rules.minutes import Shift, overtime, tapped_minutes
from jobmatch.attendance.rules.presence import Presence, Recorded, in_order, presence
from jobmatch.attendance.rules.review import Reason
from tests.support import instant

DAY = date(2026, 9, 25)
NORMAL = Shift(day_minutes=480, starts_at=450, ends_at=1020)  # 7:30-17:00, 1.5 hours of breaks
NIGHT = Shift(day_minutes=480, starts_at=1200, ends_at=300)  # 20:00-5:00, one hour of breaks
WHOLE = Shift(day_minutes=1440, starts_at=0, ends_at=1440)


def at(clock: str, day: int = 25) -> datetime:
    hour, minute = clock.split(":")
    return instant(2026, 9, day, int(hour)) + timedelta(minutes=int(minute))


@pytest.mark.parametrize(
    ("shift", "first", "last", "minutes"),
    [
        (NORMAL, at("7:30"), at("17:00"), 480),
        (NORMAL, at("7:45"), at("16:45"), 480),
        (NORMAL, at("7:46"), at("17:00"), 467),
        (NORMAL, at("7:30"), at("12:15"), 240),
        (NORMAL, at("6:00"), at("17:15"), 480),
        (NORMAL, at("7:30"), at("17:16"), 496),
        (NORMAL, at("7:30"), at("19:00"), 600),
        (NORMAL, at("7:30"), at("23:30"), 870),
        (NORMAL, at("7:30"), at("23:31"), None),
        (NORMAL, at("18:00"), at("20:00"), 120),
        (NORMAL, at("12:15"), at("0:30", 26), 690),
        (NORMAL, at("17:00"), at("7:30"), None),
        (NORMAL, at("7:30"), at("7:30"), None),
        (NORMAL, at("8:00", 26), at("17:00", 26), None),
        (NORMAL, at("23:00", 24), at("8:00"), None),
        (NORMAL, at("5:00"), at("6:00"), None),
        (NIGHT, at("20:00"), at("5:00", 26), 480),
        (NIGHT, at("20:00"), at("0:30", 26), 240),
        (NIGHT, at("0:30", 26), at("5:00", 26), 240),
        (NIGHT, at("20:00"), at("6:00", 26), 540),
        (WHOLE, at("0:10"), at("16:10"), 970),
        (NORMAL, None, at("17:00"), None),
        (NORMAL, at("7:30"), None, None),
    ],
)
def test_two_taps_measure_the_day(
    shift: Shift, first: datetime | None, last: datetime | None, minutes: int | None
) -> None:
    assert tapped_minutes(first, last, shift, DAY) == minutes


def test_a_posting_that_promises_more_than_its_hours_hold_counts_its_hours() -> None:
    assert tapped_minutes(at("8:00"), at("12:00"), Shift(480, 480, 720), DAY) == 240


@pytest.mark.parametrize(("minutes", "more"), [(0, 0), (480, 0), (481, 1), (660, 180)])
def test_overtime_is_what_lies_beyond_the_normal_day(minutes: int, more: int) -> None:
    assert overtime(minutes, 480) == more


def seen(*events: Recorded, shift: Shift = NORMAL) -> Presence:
    return presence(in_order(events), shift, DAY)


def test_a_check_out_in_the_night_of_the_shift_is_not_late_one_of_the_next_noon_is() -> None:
    begun = Recorded(1, Kind.CHECK_IN, Via.SELF, at("20:00"))
    ended = Recorded(2, Kind.CHECK_OUT, Via.SELF, at("5:00", 26))
    assert not seen(begun, ended, shift=NIGHT).is_late
    assert seen(begun, ended).is_late
    assert seen(Recorded(1, Kind.CHECK_IN, Via.SELF, at("12:01", 26)), shift=NIGHT).is_late


LATE = Recorded(1, Kind.CHECK_IN, Via.SELF, at("9:00", 28), review=frozenset({Reason.LATE}))


def test_a_late_claim_waits_until_it_is_granted_or_denied() -> None:
    granted = Recorded(2, Kind.GRANTED, Via.EMPLOYER, at("9:00", 29), corrects=1)
    denied = Recorded(2, Kind.DENIED, Via.EMPLOYER, at("9:00", 29), corrects=1)
    assert (seen(LATE).present, seen(LATE).waiting) == (None, True)
    assert seen(LATE).review == {Reason.LATE}
    assert (seen(LATE, granted).present, seen(LATE, granted).waiting) == (True, False)
    found = seen(LATE, denied)
    assert (found.present, found.waiting, found.contested) == (None, False, True)
    there = Recorded(3, Kind.PRESENT, Via.LEADER, at("9:00", 30))
    assert not seen(LATE, denied, there).contested


def test_a_witness_who_is_late_counts_at_once() -> None:
    late = Recorded(1, Kind.PRESENT, Via.LEADER, at("9:00", 28), review=frozenset({Reason.LATE}))
    assert (seen(late).present, seen(late).waiting, seen(late).review) == (
        True, False, {Reason.LATE},
    )  # fmt: skip


@pytest.mark.parametrize(
    ("mine", "theirs", "differs"),
    [
        ((Kind.PRESENT, None), (Kind.ABSENT, None), True),
        ((Kind.PRESENT, None), (Kind.PRESENT, None), False),
        ((Kind.PRESENT, None), (Kind.MINUTES, 300), False),
        ((Kind.MINUTES, 480), (Kind.MINUTES, 300), True),
        ((Kind.PIECES, 700), (Kind.PIECES, 690), True),
        ((Kind.PIECES, 700), (Kind.PIECES, 700), False),
    ],
)
def test_two_recorders_differ_only_in_what_both_have_said(
    mine: tuple[Kind, int | None], theirs: tuple[Kind, int | None], differs: bool
) -> None:
    found = seen(
        Recorded(1, mine[0], Via.LEADER, at("8:00"), mine[1]),
        Recorded(2, theirs[0], Via.EMPLOYER, at("9:00"), theirs[1]),
    )
    assert found.contested is differs
    assert bool(found.said) is differs


def test_what_both_agreed_on_ends_the_difference() -> None:
    found = seen(
        Recorded(1, Kind.CHECK_IN, Via.SELF, at("7:30")),
        Recorded(2, Kind.MINUTES, Via.LEADER, at("8:00"), 480),
        Recorded(3, Kind.ABSENT, Via.EMPLOYER, at("9:00")),
        Recorded(4, Kind.MINUTES, Via.EMPLOYER, at("20:00"), 400, how=How.ANSWER),
    )
    assert (found.present, found.minutes, found.contested) == (True, 400, False)


def test_events_count_as_they_happened_whatever_their_order_of_arrival() -> None:
    one = Recorded(1, Kind.PRESENT, Via.LEADER, at("12:00"))
    two = Recorded(2, Kind.ABSENT, Via.LEADER, at("8:00"))
    assert seen(one, two) == seen(two, one)
    assert seen(one, two).present is True


def test_of_two_events_of_one_instant_the_later_to_arrive_counts() -> None:
    one = Recorded(1, Kind.PRESENT, Via.LEADER, at("12:00"))
    two = Recorded(2, Kind.ABSENT, Via.LEADER, at("12:00"))
    assert seen(two, one).present is False
