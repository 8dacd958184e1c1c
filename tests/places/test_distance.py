import pytest

from jobmatch.places.rules import great_circle_km, reach, road_km

NAIMAN = (120.658282, 42.867226)
HORQIN = (122.255671, 43.623078)


def test_road_is_1_3_times_the_great_circle():
    # The table of distances between seats says 154.3 and 201.
    assert great_circle_km(*NAIMAN, *HORQIN) == pytest.approx(154.3, abs=0.1)
    assert road_km(*NAIMAN, *HORQIN) == pytest.approx(200.6, abs=0.4)


def test_one_degree_of_latitude_is_111_km():
    assert great_circle_km(120.0, 42.0, 120.0, 43.0) == pytest.approx(111.19, abs=0.01)


def test_opposite_points_are_half_the_earth_apart():
    assert great_circle_km(0.0, 0.0, 180.0, 0.0) == pytest.approx(20015.1, abs=0.1)


@pytest.mark.parametrize(
    ("code1", "code2", "km"),
    [
        ("150525102222", "150525102201", 5.0),
        ("150525102", "150525102222", 5.0),
        ("150525102222", "150525101201", 20.0),
        ("150525102222", "150525", 20.0),
        ("150525102222", "150430100201", 0.0),
        ("", "150525102201", 0.0),
        ("1505", "150525102201", 0.0),
    ],
)
def test_two_places_on_one_point_are_as_far_as_their_codes_say(code1, code2, km):
    assert road_km(*NAIMAN, *NAIMAN, code1=code1, code2=code2) == km


def test_within_a_banner_points_that_differ_count_but_never_below_5_km():
    near = (NAIMAN[0] + 0.01, NAIMAN[1])
    assert road_km(*NAIMAN, *near, code1="150525102", code2="150525101") == 5.0
    far = (NAIMAN[0], NAIMAN[1] + 0.1)
    assert road_km(*NAIMAN, *far, code1="150525102", code2="150525101") == pytest.approx(
        14.45, abs=0.02
    )
    farther = (NAIMAN[0], NAIMAN[1] + 0.5)
    assert road_km(*NAIMAN, *farther, code1="150525102", code2="150525102") == pytest.approx(
        72.27, abs=0.05
    )


def test_reach_holds_all_within_the_road_kilometres():
    west, south, east, north = reach(120.0, 42.0, 130.0)
    # 130 km by road are 100 km as the crow flies: 0.9 degrees of latitude, 1.22 of longitude.
    assert south == pytest.approx(41.1, abs=0.01)
    assert north == pytest.approx(42.9, abs=0.01)
    assert 1.21 < 120.0 - west < 1.25
    assert east - 120.0 == pytest.approx(120.0 - west)
