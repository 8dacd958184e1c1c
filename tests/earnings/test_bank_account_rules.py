"""Numbers of accounts: form, length and check digit."""

import pytest

from jobmatch.earnings.rules.bank_account import BadNumber, Fault, Kind, luhn, read

pytestmark = pytest.mark.same_everywhere


@pytest.mark.parametrize(
    ("typed", "kind", "number"),
    [
        ("4532 0151 1283 0366", Kind.CARD, "4532015112830366"),
        ("6222-0200-0000-0000-000", Kind.CARD, "6222020000000000000"),
        ("４５３２０１５１１２８３０３６６", Kind.CARD, "4532015112830366"),
        ("0512345678", Kind.BOOK, "0512345678"),
        ("1" * 24, Kind.BOOK, "1" * 24),
    ],
)
def test_a_number_is_read_as_people_write_it(typed: str, kind: Kind, number: str) -> None:
    assert read(typed, kind) == number


@pytest.mark.parametrize(
    ("typed", "kind", "fault"),
    [
        ("", Kind.CARD, Fault.DIGITS),
        ("4532x15112830366", Kind.CARD, Fault.DIGITS),
        ("٤532015112830366", Kind.CARD, Fault.DIGITS),
        ("453201511283036", Kind.CARD, Fault.LENGTH),
        ("45320151128303660000", Kind.CARD, Fault.LENGTH),
        ("4532015112830367", Kind.CARD, Fault.CHECK),
        ("4532015112830636", Kind.CARD, Fault.CHECK),
        ("123456789", Kind.BOOK, Fault.LENGTH),
        ("1" * 25, Kind.BOOK, Fault.LENGTH),
    ],
)
def test_a_number_that_cannot_be_is_refused(typed: str, kind: Kind, fault: Fault) -> None:
    with pytest.raises(BadNumber) as found:
        read(typed, kind)
    assert found.value.fault is fault


def test_the_check_digit_of_known_numbers() -> None:
    assert luhn("79927398713")
    assert [n for n in range(10) if luhn(f"7992739871{n}")] == [3]
