"""Which passwords are refused, and why."""

import pytest

from jobmatch.accounts import passwords
from jobmatch.accounts.rules.passwords import Weak, is_context, weakness
from jobmatch.kernel.errors import Invalid

LISTED = {"iloveyou1", "woaini1314"}
OWN = ("13847512345", "王 秀兰")


@pytest.mark.parametrize(
    ("password", "why"),
    [
        ("1234567", Weak.LENGTH),
        ("x" * 129, Weak.LENGTH),
        ("ILoveYou1", Weak.COMMON),
        ("woaini1314", Weak.COMMON),
        ("啊啊啊啊啊啊啊啊", Weak.COMMON),
        ("jobmatch2026", Weak.CONTEXT),
        ("2026-Naiman-QI!", Weak.CONTEXT),
        ("奈曼零工2026", Weak.CONTEXT),
        ("admin-tongliao", Weak.CONTEXT),
        ("a13847512345", Weak.OWN),
        ("138 47512345", Weak.OWN),
        ("王秀兰19720504", Weak.OWN),
    ],
)
def test_a_password_that_is_guessed_early_is_refused(password: str, why: Weak) -> None:
    assert weakness(password, common=LISTED, own=OWN) is why


@pytest.mark.parametrize(
    "password",
    [
        "harvest-2026", "aaaaaaab", "12 34 56 78 90", "        x", "秋收甘薯八千斤整", "naimanharvest",
        "x" * 127 + "y", "13847512", "!!!!!!!?", "王秀兰是个大好人",
    ],
)  # fmt: skip
def test_any_signs_make_a_password(password: str) -> None:
    assert weakness(password, common=LISTED, own=OWN) is None


def test_figures_alone_are_no_context() -> None:
    assert not is_context("20260901")


def test_the_list_has_thousands_of_passwords_that_would_be_long_enough() -> None:
    found = passwords.common()
    assert len(found) == 21_651
    assert min(map(len, found)) == 8
    assert {"12345678", "password1", "woaini1314", "qq123456", "1qaz2wsx"} <= found
    assert all(one == one.casefold() for one in found)


@pytest.mark.parametrize("password", ["Password1", "jobmatch1", "138475123456789"])
def test_the_refusal_stands_at_the_password(password: str) -> None:
    with pytest.raises(Invalid) as refused:
        passwords.require_strong(password, *OWN)
    assert refused.value.field == "password"
    passwords.require_strong("harvest-2026", *OWN)
