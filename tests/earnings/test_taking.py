"""What comes off pay: the order, the bounds of each kind, and what is carried over."""

from datetime import date

import pytest

from jobmatch.earnings.rules.taking import Bound, Charge, Kind, Pay, least_for, spread, take

pytestmark = pytest.mark.same_everywhere

DAY = date(2026, 9, 20)
BOUNDS = {
    Kind.TAX: Bound(100, False, False),
    Kind.MEALS: Bound(30, True, True),
    Kind.DAMAGE: Bound(20, True, True),
    Kind.ADVANCE: Bound(50, True, False),
}


def charge(key: int, kind: Kind, fen: int, day: date = DAY) -> Charge:
    return Charge(key, kind, day, fen)


def off(gross: int, minimum: int, *charges: Charge) -> list[tuple[int, int]]:
    return [(t.charge.key, t.fen) for t in take(gross, minimum, charges, BOUNDS)]


def test_an_advance_comes_off_up_to_half_the_pay() -> None:
    assert off(36_000, 0, charge(1, Kind.ADVANCE, 10_000)) == [(1, 10_000)]
    assert off(36_000, 0, charge(1, Kind.ADVANCE, 30_000)) == [(1, 18_000)]


def test_damage_is_at_most_a_fifth_and_leaves_the_minimum() -> None:
    assert off(36_000, 0, charge(1, Kind.DAMAGE, 10_000)) == [(1, 7_200)]
    assert off(36_000, 33_760, charge(1, Kind.DAMAGE, 10_000)) == [(1, 2_240)]
    assert off(33_760, 33_760, charge(1, Kind.DAMAGE, 10_000)) == []


def test_two_charges_of_a_kind_share_its_bound_the_older_first() -> None:
    later, earlier = charge(1, Kind.DAMAGE, 5_000), charge(2, Kind.DAMAGE, 5_000, date(2026, 9, 1))
    assert off(36_000, 0, later, earlier) == [(2, 5_000), (1, 2_200)]


def test_what_law_takes_comes_first_and_advances_last() -> None:
    charges = [
        charge(1, Kind.ADVANCE, 9_000),
        charge(2, Kind.MEALS, 3_000),
        charge(3, Kind.TAX, 500),
    ]
    assert off(20_000, 0, *charges) == [(3, 500), (2, 3_000), (1, 9_000)]


def test_no_more_comes_off_than_is_left() -> None:
    charges = [charge(1, Kind.TAX, 19_000), charge(2, Kind.ADVANCE, 9_000)]
    assert off(20_000, 0, *charges) == [(1, 19_000), (2, 1_000)]


def test_a_kind_that_is_not_allowed_takes_nothing() -> None:
    assert off(20_000, 0, charge(1, Kind.LODGING, 100)) == []


@pytest.mark.parametrize(("gross", "minimum", "left"), [(-1, 0, 1), (1, -1, 1), (1, 1, 0)])
def test_impossible_amounts_are_refused(gross: int, minimum: int, left: int) -> None:
    with pytest.raises(ValueError):
        take(gross, minimum, [charge(1, Kind.TAX, left)], BOUNDS)


def test_the_minimum_of_hours() -> None:
    assert (least_for(480, 2_110), least_for(480, None), least_for(0, 2_110)) == (16_880, 0, 0)


def test_the_rest_is_carried_over_to_the_next_slip() -> None:
    pays = [Pay(1, 10_000, 0, BOUNDS), Pay(2, 20_000, 0, BOUNDS), Pay(3, 20_000, 0, BOUNDS)]
    found = spread(pays, [charge(9, Kind.ADVANCE, 12_000)])
    assert {key: [t.fen for t in taken] for key, taken in found.items()} == {
        1: [5_000], 2: [7_000], 3: [],
    }  # fmt: skip
