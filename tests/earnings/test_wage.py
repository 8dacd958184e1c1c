"""rules/wage: the cases of docs/rules/wage.md, in the same order."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobmatch.earnings.rules.wage import (
    DayPay,
    PayKind,
    Terms,
    Whole,
    Worked,
    formula,
    own_pay,
    pay,
    payable,
)

DAY = date(2026, 9, 25)
BY_DAY = Terms(PayKind.DAY, 18_000, 480)
BY_HOUR = Terms(PayKind.HOUR, 2_250, 480)
BY_PIECE = Terms(PayKind.PIECE, 450, 480, "斤", 100)
BY_CREW = Terms(PayKind.PIECE, 450, 480, "斤", 100, crew_share=True)


@pytest.mark.parametrize(
    ("terms", "minutes", "pieces", "fen"),
    [
        (BY_DAY, 480, 0, 18_000),
        (BY_DAY, 600, 0, 18_000),
        (BY_DAY, 240, 0, 9_000),
        (BY_DAY, 467, 0, 17_513),
        (BY_DAY, 1, 0, 38),
        (BY_HOUR, 480, 0, 18_000),
        (BY_HOUR, 450, 0, 16_875),
        (BY_HOUR, 25, 0, 938),
        (BY_PIECE, 480, 4_200, 18_900),
        (BY_PIECE, 480, 4_255, 19_148),
        (BY_PIECE, 480, 0, 0),
        (Terms(PayKind.PIECE, 600, 480, "只"), 480, 31, 18_600),
    ],
)
def test_one_persons_day(terms: Terms, minutes: int, pieces: int, fen: int) -> None:
    assert own_pay(terms, minutes, pieces) == fen


def worked(
    key: int, minutes: int, pieces: int = 0, crew: int | None = 1, day: date = DAY
) -> Worked:
    return Worked(key, key, day, minutes, pieces, crew)


def test_a_crews_pieces_are_shared_over_minutes_by_largest_remainder() -> None:
    found = pay(BY_CREW, [worked(1, 480, 10_000), worked(2, 480), worked(3, 240)])
    assert [row.amount_fen for row in found] == [18_000, 18_000, 9_000]
    odd = pay(BY_CREW, [worked(1, 480, 1_000), worked(2, 480, 1_000), worked(3, 480, 223)])
    assert [row.amount_fen for row in odd] == [3_335, 3_335, 3_334]


def test_the_fen_that_is_left_over_does_not_depend_on_the_order_asked() -> None:
    found = pay(BY_CREW, [worked(3, 480, 223), worked(1, 480, 1_000), worked(2, 480, 1_000)])
    assert {row.worked.key: row.amount_fen for row in found} == {1: 3_335, 2: 3_335, 3: 3_334}


def test_each_crew_and_each_day_is_shared_for_itself() -> None:
    next_day = date(2026, 9, 26)
    found = pay(
        BY_CREW,
        [
            worked(1, 480, 1_000),
            worked(2, 480, 2_000, crew=2),
            worked(3, 480, 3_000, day=next_day),
            worked(4, 480, 400, crew=None),
        ],
    )
    assert [row.amount_fen for row in found] == [4_500, 9_000, 13_500, 1_800]


def test_without_crew_sharing_everybody_has_their_own_pieces() -> None:
    found = pay(BY_PIECE, [worked(1, 480, 1_000), worked(2, 480, 2_000)])
    assert [row.amount_fen for row in found] == [4_500, 9_000]


def test_a_day_rate_is_never_shared() -> None:
    terms = Terms(PayKind.DAY, 18_000, 480, crew_share=True)
    assert [row.amount_fen for row in pay(terms, [worked(1, 480), worked(2, 240)])] == [
        18_000,
        9_000,
    ]


def test_days_without_a_count_stay_open() -> None:
    ready, open_ = payable(pay(BY_PIECE, [worked(1, 480, 1_000), worked(2, 480, 0)]))
    assert [row.worked.key for row in ready] == [1]
    assert [row.worked.key for row in open_] == [2]


def test_a_share_of_nothing_goes_with_its_crew() -> None:
    terms = Terms(PayKind.PIECE, 1, 480, "斤", 1, crew_share=True)
    ready, open_ = payable(pay(terms, [worked(1, 480, 1), worked(2, 480, 0)]))
    assert [(row.worked.key, row.amount_fen) for row in ready] == [(1, 1), (2, 0)]
    assert open_ == []


@given(
    st.lists(st.tuples(st.integers(0, 1440), st.integers(0, 20_000)), min_size=1, max_size=40),
    st.integers(1, 100_000),
    st.integers(1, 1_000),
)
def test_a_crews_shares_add_up_to_its_pieces(
    members: list[tuple[int, int]], rate: int, lot: int
) -> None:
    terms = Terms(PayKind.PIECE, rate, 480, "斤", lot, crew_share=True)
    found = pay(terms, [worked(n, m, p) for n, (m, p) in enumerate(members)])
    whole = found[0].whole
    assert whole is not None
    assert sum(row.amount_fen for row in found) == whole.amount_fen
    assert abs(whole.amount_fen * lot - rate * sum(p for _, p in members)) * 2 <= lot


@pytest.mark.parametrize(
    ("terms", "minutes", "pieces", "whole", "words"),
    [
        (BY_DAY, 480, 0, None, "1 整天 × ¥180.00"),
        (BY_DAY, 240, 0, None, "240 分钟 ÷ 480 分钟 × ¥180.00"),
        (BY_HOUR, 450, 0, None, "450 分钟 ÷ 60 × ¥22.50"),
        (BY_PIECE, 480, 4200, None, "4200 斤 ÷ 100 × ¥4.50"),
        (Terms(PayKind.PIECE, 600, 480, "只"), 480, 31, None, "31 只 × ¥6.00"),
        (
            BY_CREW,
            240,
            0,
            Whole(10_000, 1_200, 45_000),
            "全班 10000 斤，每 100 斤 ¥4.50，共 ¥450.00；按工时分：本人 240 分钟，全班 1200 分钟",
        ),
    ],
)
def test_the_amount_is_told_in_words(
    terms: Terms, minutes: int, pieces: int, whole: Whole | None, words: str
) -> None:
    assert str(formula(terms, minutes, pieces, whole)) == words


def test_a_share_names_its_whole() -> None:
    (first, second) = pay(BY_CREW, [worked(1, 480, 900), worked(2, 240, 100)])
    assert first == DayPay(worked(1, 480, 900), 3_000, Whole(1_000, 720, 4_500, 480))
    assert second.amount_fen == 1_500
