"""Numbers of people and firms: what is read, what is refused, what is shown."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobmatch.kernel import identity

TODAY = date(2026, 9, 1)


# --- resident ID numbers ------------------------------------------------------------------------


def test_the_standards_own_example_is_read() -> None:
    """GB 11643-1999, annex: 11010519491231002X."""
    found = identity.parse_id_number("11010519491231002X", today=TODAY)
    assert found == identity.IdNumber("11010519491231002X", date(1949, 12, 31), "F")


@pytest.mark.parametrize(
    "typed",
    [
        "11010519491231002x",
        "110105 19491231 002X",
        "110105-19491231-002X",
        "110105–19491231—002X",
        "１１０１０５１９４９１２３１００２Ｘ",
        "１１０１０５１９４９１２３１００２ｘ",
        "\u202d11010519491231002X\u202c",
        "\ufeff110105\u200b19491231002X\n",
        "110105\u300019491231002X",
    ],
)
def test_the_same_number_is_read_however_it_is_typed(typed: str) -> None:
    assert identity.parse_id_number(typed, today=TODAY).number == "11010519491231002X"


@pytest.mark.parametrize(
    ("number", "sex"), [("110101199003070011", "M"), ("11010519491231002X", "F")]
)
def test_the_seventeenth_digit_tells_the_sex(number: str, sex: str) -> None:
    with_check = number[:17] + identity.id_check_digit(number[:17])
    assert identity.parse_id_number(with_check, today=TODAY).sex == sex


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("", "form"),
        ("X", "form"),
        ("1101051949123100", "form"),
        ("110105491231002", "form"),
        ("11010519491231002XX", "form"),
        ("01010519491231002X", "form"),
        ("1101051949123100AX", "form"),
        ("١١٠١٠٥١٩٤٩١٢٣١٠٠٢X", "form"),
        ("110105194912310021", "check digit"),
        ("110105194912310O2X", "form"),
        ("150525202609020017", "birth date"),
        ("440524188001010014", "birth date"),
    ],
)
def test_a_number_is_refused_for_its_fault(typed: str, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        identity.parse_id_number(typed, today=TODAY)


@pytest.mark.parametrize(
    "digits",
    ["19900231", "19900001", "19901301", "19900100", "19900132", "00000000", "19000229"],
)
def test_a_day_that_never_was_is_refused_as_a_value(digits: str) -> None:
    first_17 = f"150525{digits}001"
    with pytest.raises(ValueError):
        identity.parse_id_number(first_17 + identity.id_check_digit(first_17), today=TODAY)


def test_who_is_born_today_has_a_number_already() -> None:
    first_17 = "15052520260901001"
    number = first_17 + identity.id_check_digit(first_17)
    assert identity.parse_id_number(number, today=TODAY).born == TODAY
    with pytest.raises(ValueError, match="birth date"):
        identity.parse_id_number(number, today=date(2026, 8, 31))


@given(st.text(max_size=40))
def test_nothing_but_a_value_error_comes_of_any_text(typed: str) -> None:
    for parse in (
        lambda text: identity.parse_id_number(text, today=TODAY),
        identity.parse_phone,
        identity.parse_credit_code,
    ):
        try:
            parse(typed)
        except ValueError:
            continue


@given(
    area=st.integers(110000, 659999),
    born=st.dates(date(1900, 1, 1), TODAY),
    order=st.integers(0, 999),
    at=st.integers(0, 17),
    other=st.integers(1, 9),
)
def test_one_wrong_digit_is_always_noticed(
    area: int, born: date, order: int, at: int, other: int
) -> None:
    first_17 = f"{area}{born:%Y%m%d}{order:03d}"
    number = first_17 + identity.id_check_digit(first_17)
    assert identity.parse_id_number(number, today=TODAY).born == born
    digit = 10 if number[at] == "X" else int(number[at])
    changed = number[:at] + str((digit + other) % 10) + number[at + 1 :]
    if changed != number:
        with pytest.raises(ValueError):
            identity.parse_id_number(changed, today=TODAY)


# --- age ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("born", "day", "age"),
    [
        (date(2010, 9, 2), date(2026, 9, 1), 15),
        (date(2010, 9, 1), date(2026, 9, 1), 16),
        (date(2010, 8, 31), date(2026, 9, 1), 16),
        (date(2008, 2, 29), date(2026, 2, 28), 17),
        (date(2008, 2, 29), date(2026, 3, 1), 18),
        (date(2026, 9, 1), date(2026, 9, 1), 0),
    ],
)
def test_a_year_of_age_is_complete_on_the_birthday(born: date, day: date, age: int) -> None:
    assert identity.age_on(born, day) == age


# --- phones -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "typed",
    [
        "13847512345",
        "138 4751 2345",
        "138-4751-2345",
        "+86 138 4751 2345",
        "+8613847512345",
        "8613847512345",
        "008613847512345",
        "＋８６１３８４７５１２３４５",
        "\u202d138 4751 2345\u202c",
    ],
)
def test_a_mobile_number_is_read_however_it_is_typed(typed: str) -> None:
    assert identity.parse_phone(typed) == "13847512345"


@pytest.mark.parametrize(
    "typed",
    [
        "", "1384751234", "138475123456", "12847512345", "04751234567", "+85213847512345",
        "+86", "86138475123", "13847512l45", "١٣٨٤٧٥١٢٣٤٥", "+8686 13847512345",
    ],
)  # fmt: skip
def test_what_is_no_mainland_mobile_number_is_refused(typed: str) -> None:
    with pytest.raises(ValueError, match="phone"):
        identity.parse_phone(typed)


# --- social credit codes ------------------------------------------------------------------------


@pytest.mark.parametrize(
    "code",
    [
        "91350100M000100Y43",  # the example of GB 32100-2015
        "9144030071526726XG",
        "91330100799655058B",
        "91110000802100433B",
        "91110108551385082Q",
        "914403001922038216",
    ],
)
def test_published_codes_of_real_firms_are_read(code: str) -> None:
    assert identity.parse_credit_code(code) == code
    assert identity.parse_credit_code(f" {code[:8].lower()}-{code[8:].lower()} ") == code


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("", "form"),
        ("91350100M000100Y4", "form"),
        ("91350100M000100Y433", "form"),
        ("91350I00M000100Y43", "form"),
        ("9135010AM000100Y43", "form"),
        ("91350100M000100Y4O", "form"),
        ("91350100M000100Z43", "form"),
        ("91350100M000100Y44", "check sign"),
        ("91350100M000010Y43", "check sign"),
    ],
)
def test_a_code_is_refused_for_its_fault(typed: str, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        identity.parse_credit_code(typed)


# --- what may be shown --------------------------------------------------------------------------


def test_an_id_number_shows_its_last_four_signs_alone() -> None:
    assert identity.mask_id("002X") == "**************002X"
    assert identity.mask_id("11010519491231002X") == "**************002X"


@pytest.mark.parametrize(
    ("phone", "shown"), [("13847512345", "138****2345"), ("12345", "****"), ("", "****")]
)
def test_a_phone_shows_neither_its_middle_nor_itself_when_short(phone: str, shown: str) -> None:
    assert identity.mask_phone(phone) == shown
