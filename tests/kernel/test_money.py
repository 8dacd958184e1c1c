"""Money is whole fen: nothing is rounded away, lost or made."""

import itertools
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobmatch.kernel.money import MOST_FEN, parse_yuan, share_of, split_fen


@pytest.mark.parametrize(
    ("typed", "fen"),
    [
        ("180", 18_000),
        ("180.5", 18_050),
        ("180.50", 18_050),
        ("180.500", 18_050),
        ("180.", 18_000),
        (".5", 50),
        ("0.01", 1),
        ("0", 0),
        ("1,250.50", 125_050),
        ("1，250", 125_000),
        ("12,345,678", 1_234_567_800),
        ("¥0.5", 50),
        ("￥ 180", 18_000),
        (" 180 元 ", 18_000),
        ("１８０．５", 18_050),
        ("007", 700),
        ("100000000000", 10_000_000_000_000),
    ],
)
def test_an_amount_is_read_as_people_type_it(typed: str, fen: int) -> None:
    assert parse_yuan(typed) == fen


@pytest.mark.parametrize(
    "typed",
    [
        "", ".", "¥", "元", "-1", "-0.01", "+5", "1e5", "1_000", "1,5", "1,00", ",500", "0.001", "180.555",
        "0.0100000000000000000000000000000000001", "NaN", "Infinity", "一百八", "180块", "¥¥180",
        "1.2.3", "100000000000.01", "9" * 5000, "١٨٠", "0x10",
    ],
)  # fmt: skip
def test_what_is_no_amount_of_whole_fen_is_refused(typed: str) -> None:
    with pytest.raises(ValueError):
        parse_yuan(typed)


@given(st.integers(0, MOST_FEN))
def test_every_amount_is_read_back_as_it_was_written(fen: int) -> None:
    yuan = Decimal(fen) / 100
    assert parse_yuan(f"{yuan:.2f}") == fen
    assert parse_yuan(f"¥{yuan:,.2f}") == fen


@pytest.mark.parametrize(
    ("amount", "part", "whole", "share"),
    [
        (18_000, 240, 480, 9_000),
        (2_110, 450, 60, 15_825),
        (100, 1, 3, 33),
        (100, 2, 3, 67),
        (1, 1, 2, 1),
        (3, 1, 2, 2),
        (-1, 1, 2, -1),
        (-100, 2, 3, -67),
        (0, 7, 9, 0),
        (10**30 + 1, 1, 2, 5 * 10**29 + 1),
    ],
)
def test_half_a_fen_goes_away_from_zero(amount: int, part: int, whole: int, share: int) -> None:
    assert share_of(amount, part, whole) == share


@pytest.mark.parametrize("whole", [0, -1])
def test_there_is_no_share_of_nothing(whole: int) -> None:
    with pytest.raises(ValueError, match="whole"):
        share_of(100, 1, whole)


@pytest.mark.parametrize(
    ("total", "weights", "shares"),
    [
        (100, [1, 1, 1], [34, 33, 33]),
        (0, [5], [0]),
        (7, [1], [7]),
        (2, [1, 1, 1], [1, 1, 0]),
        (10, [3, 3, 4], [3, 3, 4]),
        (54_000, [480, 480, 240], [21_600, 21_600, 10_800]),
        (100, [1, 2, 4], [14, 29, 57]),
        (1, [1, 1_000_000], [0, 1]),
    ],
)
def test_the_largest_remainder_gets_the_odd_fen(
    total: int, weights: list[int], shares: list[int]
) -> None:
    assert split_fen(total, weights) == shares


@given(st.integers(0, 10**12), st.lists(st.integers(1, 10**6), min_size=1, max_size=40))
def test_no_fen_is_lost_or_made_and_nobody_is_a_fen_away_from_right(
    total: int, weights: list[int]
) -> None:
    shares = split_fen(total, weights)
    assert sum(shares) == total
    for share, weight in zip(shares, weights, strict=True):
        assert abs(share - Fraction(total * weight, sum(weights))) < 1


@given(st.integers(0, 10**9), st.lists(st.integers(1, 600), min_size=2, max_size=20))
def test_who_worked_more_never_gets_less(total: int, weights: list[int]) -> None:
    by_weight = sorted(zip(weights, split_fen(total, weights), strict=True))
    for (least, less), (most, more) in itertools.pairwise(by_weight):
        assert less <= more or least == most


@pytest.mark.parametrize(("total", "weights"), [(-1, [1]), (100, []), (100, [1, 0]), (100, [-1])])
def test_a_split_without_total_or_weights_is_refused(total: int, weights: list[int]) -> None:
    with pytest.raises(ValueError):
        split_fen(total, weights)
