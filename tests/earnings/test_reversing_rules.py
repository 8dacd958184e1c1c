"""Whose slips stay when a run is taken back."""

import pytest

from jobmatch.earnings.rules.reversing import Pair, staying

pytestmark = pytest.mark.same_everywhere

CREW = ((1, frozenset({10, 11})), (1, frozenset({11, 12})), (2, frozenset({12, 13})))


@pytest.mark.parametrize(
    ("paid", "wanted"),
    [
        (set(), {}),
        ({(1, 10)}, {(1, 10): "paid", (1, 11): "shared", (1, 12): "shared"}),
        ({(2, 10)}, {(2, 10): "paid"}),
        ({(2, 12), (2, 13)}, {(2, 12): "paid", (2, 13): "paid"}),
    ],
)
def test_who_is_paid_stays_with_whoever_shares_at_that_posting(
    paid: set[Pair], wanted: dict[Pair, str]
) -> None:
    slips = [(1, 10), (1, 11), (1, 12), (1, 14), (2, 10), (2, 12), (2, 13)]
    assert staying({pair: pair in paid for pair in slips}, CREW) == wanted


def test_whoever_has_no_slip_any_more_is_not_named() -> None:
    assert staying({(1, 10): True, (1, 12): False}, CREW) == {(1, 10): "paid"}
