"""What a rate comes to in a day and in an hour."""

from dataclasses import dataclass

import pytest

from jobmatch.postings.rules.pay import day_pay, hourly, weighted_minutes


@dataclass(frozen=True)
class Work:
    pay_kind: str
    rate_fen: int
    day_minutes: int = 480
    piece_lot: int = 1
    usual_day_pieces: int | None = None


@pytest.mark.parametrize(
    ("work", "a_day", "an_hour"),
    [
        (Work("day", 18_000), 18_000, 2_250),
        (Work("day", 18_000, 600), 18_000, 1_636),
        (Work("day", 18_000, 0), 18_000, None),
        (Work("hour", 2_200, 450), 16_500, 2_200),
        (Work("piece", 450, 480, 100, 4_500), 20_250, 2_531),
        (Work("piece", 450, 480, 100), None, None),
    ],
)
def test_a_day_and_an_hour_of_work(work, a_day, an_hour):
    assert day_pay(work) == a_day
    assert hourly(work, ordinary=480, percent=150) == an_hour


@pytest.mark.parametrize(("minutes", "weighted"), [(420, 420), (480, 480), (600, 660), (481, 481)])
def test_overtime_minutes_count_one_and_a_half_times(minutes, weighted):
    assert weighted_minutes(minutes, ordinary=480, percent=150) == weighted
