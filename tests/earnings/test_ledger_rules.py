"""rules/ledger and rules/slips: bookings that sum to zero, and what a slip may become."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobmatch.earnings.rules.ledger import (
    Account,
    Line,
    advanced,
    balances,
    is_balanced,
    issued,
    numbered,
    paid,
    reversed_,
)
from jobmatch.earnings.rules.slips import SlipState, unpaid_state


def test_a_slip_is_owed_and_then_paid() -> None:
    assert issued(7, 18_000) == (
        Line(Account.WAGE_COST, 7, 18_000),
        Line(Account.WAGE_PAYABLE, 7, -18_000),
    )
    assert paid(7, 18_000) == (
        Line(Account.WAGE_PAYABLE, 7, 18_000),
        Line(Account.PAID, 7, -18_000),
    )


def test_an_advance_is_paid_before_it_is_earned() -> None:
    assert advanced(7, 5_000) == (
        Line(Account.ADVANCE, 7, 5_000),
        Line(Account.PAID, 7, -5_000),
    )
    with pytest.raises(ValueError, match="some amount"):
        advanced(7, 0)


def test_a_deduction_has_a_line_of_its_own() -> None:
    assert issued(7, 18_000, 3_000) == (
        Line(Account.WAGE_COST, 7, 18_000),
        Line(Account.DEDUCTION, 7, -3_000),
        Line(Account.WAGE_PAYABLE, 7, -15_000),
    )


def test_a_slip_of_nothing_has_no_lines() -> None:
    assert (issued(7, 0), paid(7, 0)) == ((), ())


@pytest.mark.parametrize(("gross", "deduction"), [(-1, 0), (100, 101), (100, -1)])
def test_impossible_amounts_are_refused(gross: int, deduction: int) -> None:
    with pytest.raises(ValueError):
        issued(7, gross, deduction)
    with pytest.raises(ValueError):
        paid(7, -1)


def test_lines_that_do_not_balance_are_seen() -> None:
    assert not is_balanced([Line(Account.PAID, 7, 1)])


def test_a_second_booking_gets_a_number() -> None:
    assert numbered("pay_slip:1:paid", []) == "pay_slip:1:paid"
    taken = ["pay_slip:1:paid", "pay_slip:1:paid:2"]
    assert numbered("pay_slip:1:paid", taken) == "pay_slip:1:paid:3"


amounts = st.integers(0, 10**12)


@given(st.lists(st.tuples(st.integers(1, 5), amounts, st.booleans(), st.booleans()), max_size=30))
def test_any_sequence_of_bookings_sums_to_zero(
    deeds: list[tuple[int, int, bool, bool]],
) -> None:
    ledger: list[Line] = []
    open_: dict[int, int] = {}
    for worker, gross, is_paid, is_reversed in deeds:
        booking = issued(worker, gross, gross // 10)
        ledger += booking
        if is_paid:
            booking = paid(worker, gross - gross // 10)
            ledger += booking
        if is_reversed:
            ledger += reversed_(booking)
        owed = (gross - gross // 10) if is_paid == is_reversed else 0
        owed = 0 if is_reversed and not is_paid else owed
        open_[worker] = open_.get(worker, 0) + owed
        assert is_balanced(booking)
    assert is_balanced(ledger)
    owed_now = {w: -fen for (a, w), fen in balances(ledger).items() if a is Account.WAGE_PAYABLE}
    assert owed_now == {w: fen for w, fen in open_.items() if fen}


def test_a_payment_taken_back_leaves_the_slip_as_it_was() -> None:
    assert unpaid_state(False, "") is SlipState.ISSUED
    assert unpaid_state(True, "") is SlipState.CONFIRMED
    assert unpaid_state(True, "少记了一天") is SlipState.OBJECTED
