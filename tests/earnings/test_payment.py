"""Recording payments and taking them back."""

from datetime import date, timedelta

import pytest

from jobmatch.earnings import payment, queries, service
from jobmatch.earnings.errors import SlipClosed
from jobmatch.earnings.rules.slips import SlipState
from jobmatch.kernel.errors import Invalid
from tests.earnings.support import (
    FIRST,
    Pay,
    all_present,
    codes,
    earned,
    journal,
    pay,
    settle,
    slip_of,
)


def test_paying_twice_books_once(field: Pay) -> None:
    all_present(field)
    settle(field)
    slip, other = slip_of(field.worker_id), slip_of(field.other_id)
    pay(field, slip)
    with pytest.raises(SlipClosed):
        pay(field, slip, other)
    assert queries.slip(other, actor=field.other).row.state is SlipState.ISSUED
    assert [fen for account, fen in journal() if account == "paid"] == [-36_000]


@pytest.mark.parametrize(
    ("paid_on", "how", "proof", "field_name"),
    [
        (date(2026, 9, 28), "cash", "", "paid_on"),
        (FIRST - timedelta(days=1), "cash", "", "paid_on"),
        (date(1900, 1, 1), "bank", "7", "paid_on"),
        (FIRST, "barter", "", "how"),
        (FIRST, "bank", "x" * 81, "proof"),
    ],
)
def test_a_payment_that_cannot_be_is_refused(
    field: Pay, paid_on: date, how: str, proof: str, field_name: str
) -> None:
    all_present(field)
    settle(field)
    slip = slip_of(field.worker_id)
    with pytest.raises(Invalid) as caught:
        payment.record_payment([slip], paid_on, how, proof, actor=field.employer)
    assert caught.value.field == field_name
    with pytest.raises(Invalid):
        payment.record_payment([], FIRST, "cash", "", actor=field.employer)


def test_a_payment_taken_back_leaves_the_slip_as_it_was_and_can_be_made_again(field: Pay) -> None:
    all_present(field)
    settle(field)
    slip = slip_of(field.worker_id)
    for _ in range(3):
        pay(field, slip)
        assert (earned(field), codes()) == (36_000, [])
        payment.reverse_payment(slip, actor=field.employer)
        assert (earned(field), codes()) == (0, [])
    assert queries.slip(slip, actor=field.worker).row.state is SlipState.ISSUED
    with pytest.raises(SlipClosed):
        payment.reverse_payment(slip, actor=field.employer)
    service.confirm(slip, actor=field.worker)
    pay(field, slip)
    payment.reverse_payment(slip, actor=field.employer)
    assert queries.slip(slip, actor=field.worker).row.state is SlipState.CONFIRMED
    assert (earned(field), codes()) == (36_000, [])
