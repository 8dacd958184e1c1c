"""How many days close the gap, how urgent it is, and why."""

import pytest

from jobmatch.households.rules.kinds import Source
from jobmatch.monitoring.rules.forecast import Forecast
from jobmatch.monitoring.rules.gap import (
    Home,
    Level,
    Paid,
    PayFrom,
    UsualPay,
    days_to_close,
    usual_pay,
    watch,
    words,
)

pytestmark = pytest.mark.same_everywhere

LINE = 880_000
OWN = UsualPay(18_000, PayFrom.OWN)


def year(likely: int, low: int | None = None, *, agreed: int = 0, known: bool = True) -> Forecast:
    return Forecast(
        likely, {Source.WAGE: 0}, agreed, likely if low is None else low, likely, likely, known
    )


@pytest.mark.parametrize(
    ("missing", "pay", "days"),
    [(0, 18_000, 0), (1, 18_000, 1), (18_000, 18_000, 1), (18_001, 18_000, 2), (-5, 1, 0)],
)
def test_days_are_whole_and_enough(missing: int, pay: int, days: int) -> None:
    assert days_to_close(missing, pay) == days


def test_no_pay_closes_no_gap() -> None:
    with pytest.raises(ValueError):
        days_to_close(100, 0)


@pytest.mark.parametrize(
    ("own", "crew", "place", "found"),
    [
        (Paid(5, 90_003), Paid(50, 1), Paid(50, 1), UsualPay(18_001, PayFrom.OWN)),
        (Paid(4, 90_000), Paid(10, 200_000), Paid(), UsualPay(20_000, PayFrom.CREW)),
        (Paid(), Paid(10, 5), Paid(9, 171_000), UsualPay(19_000, PayFrom.PLACE)),
        (Paid(), Paid(), Paid(4, 9_999), UsualPay(16_880, PayFrom.LAW)),
    ],
)
def test_a_usual_day_is_the_own_else_the_crews_else_the_places(
    own: Paid, crew: Paid, place: Paid, found: UsualPay
) -> None:
    assert usual_pay(own, crew, place, 16_880) == found


def test_a_gap_that_ten_days_close_is_short() -> None:
    found = watch(year(1_580_000), LINE, Home(2, 1, 39, idle_days=61), OWN, 60)
    assert (found.level, found.missing_fen, found.days, found.need) == (Level.SHORT, 180_000, 10, 2)
    assert [str(one) for one in words(found.reasons)] == [
        "到年底，人均大约比监测线少 ¥900.00。",
        "还差 10 个工日，按平常一天 ¥180.00 算就能补上。",
        "现在没有约好的活。",
        "已经 61 天没有出工。",
    ]


def test_a_gap_is_beyond_work_when_the_free_days_are_too_few() -> None:
    # 39 days with a rest day each week are 33; two of them are agreed already.
    enough = watch(year(1_760_000 - 31 * 18_000), LINE, Home(2, 1, 39, 2), OWN, 60)
    beyond = watch(year(1_760_000 - 32 * 18_000), LINE, Home(2, 1, 39, 2), OWN, 60)
    assert (enough.level, enough.days) == (Level.SHORT, 31)
    assert (beyond.level, beyond.days) == (Level.BEYOND, 32)
    assert "光靠干活不行" in str(words(beyond.reasons)[1])


def test_without_anybody_to_work_no_days_are_told() -> None:
    found = watch(year(100), LINE, Home(1, 0, 39), OWN, 60)
    assert (found.level, found.days) == (Level.BEYOND, None)
    assert ("no_hands", ()) in found.reasons


def test_who_may_fall_short_in_the_bad_case_is_unsure() -> None:
    found = watch(
        year(1_800_000, 1_700_000, agreed=30_000), LINE, Home(2, 1, 39, 2, 0, 70, 100), OWN, 60
    )
    assert (found.level, found.missing_fen, found.days, found.need) == (Level.UNSURE, 0, None, 1)
    assert found.reasons == (("unsure", (30_000,)), ("agreed", (2, 30_000)), ("less", (30,)))


def test_who_reaches_the_line_even_then_is_safe_and_not_preferred() -> None:
    found = watch(year(1_760_000, known=False), LINE, Home(2, 1, 39), OWN, 60)
    assert (found.level, found.missing_fen, found.need) == (Level.SAFE, 0, 0)
    assert found.reasons == (("new", ()),)


def test_codes_of_another_version_are_passed_over() -> None:
    assert words([("of old", (1, 2))]) == []
