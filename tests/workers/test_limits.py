import pytest

from jobmatch.workers.rules.limits import Limits, faults


def test_ordinary_limits_pass():
    assert faults(Limits(max_km=30, home_by=1080, least_day_fen=15_000, most_minutes=60)) == {}


@pytest.mark.parametrize(
    ("limits", "field"),
    [
        (Limits(max_km=0), "max_km"),
        (Limits(max_km=3001), "max_km"),
        (Limits(home_by=1441), "home_by"),
        (Limits(home_by=-1), "home_by"),
        (Limits(least_day_fen=-1), "least_day_fen"),
        (Limits(least_day_fen=1_000_001), "least_day_fen"),
        (Limits(most_minutes=59), "most_minutes"),
        (Limits(most_minutes=1441), "most_minutes"),
    ],
)
def test_a_limit_out_of_bounds_is_named_by_its_field(limits, field):
    assert list(faults(limits)) == [field]


def test_who_stays_away_needs_no_hour_to_be_home():
    assert str(faults(Limits(stays_away=True, home_by=1080))["home_by"]) == (
        "可以住在外地，就不用填几点前到家。"
    )
