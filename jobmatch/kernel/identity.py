"""Numbers that stand for people and firms: resident ID, mobile phone, social credit code.

source   GB 11643-1999 (ID number, ISO 7064 MOD 11-2), GB 32100-2015 (credit code, MOD 31)
"""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date

_ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_ID_CHECKS = "10X98765432"
_CREDIT_SIGNS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
# Blanks, line ends, format marks and dashes, by Unicode category.
_UNSEEN = {"Zs", "Zl", "Zp", "Cc", "Cf", "Pd"}
_CREDIT_WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)


@dataclass(frozen=True, slots=True)
class IdNumber:
    """A resident ID number that passed its checks: what it says of its holder."""

    number: str
    born: date
    sex: str


def normalise(typed: str) -> str:
    """Digits and capitals as the standards write them: full-width folded, blanks and dashes off.

    Marks that cannot be seen go too: a number copied out of a chat or an address book has them.
    """
    seen = [c for c in fold(typed) if unicodedata.category(c) not in _UNSEEN]
    return "".join(seen).upper()


def fold(typed: str) -> str:
    """Full-width signs as the narrow ones that they mean."""
    return "".join(chr(ord(c) - 0xFEE0) if "！" <= c <= "～" else c for c in typed)


def parse_id_number(typed: str, *, today: date) -> IdNumber:
    """Read an 18-digit resident ID number.

    returns  the number in normal form, the birth date and the sex ("F" or "M")
    raises   ValueError for a wrong form, an impossible birth date, or a wrong check digit
    """
    number = normalise(typed)
    if not re.fullmatch(r"[1-9][0-9]{16}[0-9X]", number):
        raise ValueError("form")
    born = date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    if not date(1900, 1, 1) <= born <= today:
        raise ValueError("birth date")
    if number[17] != id_check_digit(number[:17]):
        raise ValueError("check digit")
    return IdNumber(number, born, "M" if int(number[16]) % 2 else "F")


def id_check_digit(first_17: str) -> str:
    """The 18th sign for the first 17 digits."""
    return _ID_CHECKS[sum(int(d) * w for d, w in zip(first_17, _ID_WEIGHTS, strict=True)) % 11]


def age_on(born: date, day: date) -> int:
    """Completed years of age."""
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def parse_phone(typed: str) -> str:
    """A mainland mobile number as 11 digits. raises ValueError for anything else."""
    number = re.sub(r"^(\+?86|0086)(?=1[0-9]{10}$)", "", normalise(typed))
    if not re.fullmatch(r"1[3-9][0-9]{9}", number):
        raise ValueError("phone")
    return number


def parse_credit_code(typed: str) -> str:
    """A unified social credit code of 18 signs. raises ValueError for a wrong form or check
    sign.
    """
    code = normalise(typed)
    if not re.fullmatch(rf"[{_CREDIT_SIGNS}]{{2}}[0-9]{{6}}[{_CREDIT_SIGNS}]{{10}}", code):
        raise ValueError("form")
    if code[17] != credit_check_sign(code[:17]):
        raise ValueError("check sign")
    return code


def credit_check_sign(first_17: str) -> str:
    """The 18th sign of a credit code for the first 17."""
    whole = sum(_CREDIT_SIGNS.index(c) * w for c, w in zip(first_17, _CREDIT_WEIGHTS, strict=True))
    return _CREDIT_SIGNS[-whole % 31]


def mask_id(tail: str) -> str:
    """An ID number as it may be shown: the last four signs."""
    return "*" * 14 + tail[-4:]


def mask_phone(phone: str) -> str:
    """A phone number as it may be shown to those who need not call."""
    return f"{phone[:3]}****{phone[-4:]}" if len(phone) == 11 else "****"
