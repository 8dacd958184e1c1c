"""rules/codes and rules/review: codes that nobody can make up, and why a record is looked at."""

from datetime import UTC, date, datetime, timedelta

import pytest

from jobmatch.attendance.rules.codes import (
    Code,
    Forged,
    Shows,
    paper,
    read,
    read_paper,
    sign,
    uid_of,
)  # fmt: skip
from jobmatch.attendance.rules.kinds import Kind, Via
from jobmatch.attendance.rules.review import (
    Limits,
    Reason,
    corrected,
    reasons,
    waits,
    written,
)  # fmt: skip
from jobmatch.attendance.rules.review import read as read_reasons
from tests.support import instant

KEYS = {"k1": bytes(range(32))}
OTHER = {"k1": bytes(32)}
NEWER = {"k2": bytes(reversed(range(32))), **KEYS}
CODE = Code(Shows.SITE, 17, date(2026, 9, 25), datetime(2026, 9, 25, 1, 0, tzinfo=UTC), 5)


def test_a_code_is_read_as_it_was_signed_also_after_a_new_key_came() -> None:
    assert read(sign(CODE, KEYS), KEYS) == CODE
    assert read(sign(CODE, KEYS), NEWER) == CODE


def test_a_code_signed_by_another_key_or_an_unknown_one_is_forged() -> None:
    for keys in (OTHER, {"k9": KEYS["k1"]}):
        with pytest.raises(Forged):
            read(sign(CODE, KEYS), keys)


def test_every_change_of_any_sign_of_a_code_is_found_out() -> None:
    token = sign(CODE, KEYS)
    for n, was in enumerate(token[:-1]):  # the last sign carries two bits of nothing
        changed = token[:n] + ("0" if was != "0" else "1") + token[n + 1 :]
        with pytest.raises(Forged):
            read(changed, KEYS)


@pytest.mark.parametrize("token", ["", ".", "a.b", "x" * 3000, "k1.s.1.1.1.1.", "\u5b57"])
def test_what_is_no_code_is_forged(token: str) -> None:
    with pytest.raises(Forged):
        read(token, KEYS)


@pytest.mark.parametrize("key", [0, 1, 31, 32, 12_345, 2**31 - 1])
def test_a_code_on_paper_is_read_however_it_is_typed(key: int) -> None:
    printed = paper(key, KEYS)
    for typed in (printed, printed.lower(), printed.replace("-", ""), f"  {printed} "):
        assert read_paper(typed, KEYS) == key
        assert read_paper(typed.replace("0", "O").replace("1", "l"), NEWER) == key


def test_codes_on_paper_are_not_guessed_by_their_neighbour() -> None:
    printed = paper(12_345, KEYS)
    proof = printed.partition("-")[2]
    number = paper(12_346, KEYS).partition("-")[0]
    with pytest.raises(Forged):
        read_paper(f"{number}-{proof}", KEYS)
    with pytest.raises(Forged):
        read_paper(printed, OTHER)


@pytest.mark.parametrize("typed", ["", "ABCDE", "-----", "中文-12345", "1" * 13, "!!!-!!!!!"])
def test_what_is_no_code_on_paper_is_forged(typed: str) -> None:
    with pytest.raises(Forged):
        read_paper(typed, KEYS)


def test_the_same_code_for_the_same_day_and_kind_has_one_name_for_ever() -> None:
    assert uid_of("a", 1, "present") == uid_of("a", 1, "present")
    names = {uid_of(*said) for said in (("a", 1, "present"), ("b", 1, "present"),
                                        ("a", 2, "present"), ("a", 1, "check_in"))}  # fmt: skip
    assert len(names) == 4


DAY = date(2026, 9, 25)
NOON = instant(2026, 9, 25)


def minutes(n: int) -> timedelta:
    return timedelta(minutes=n)


@pytest.mark.parametrize(
    ("tapped", "sent", "received", "at", "skewed"),
    [
        (NOON, NOON, NOON, NOON, False),
        (NOON, NOON + minutes(60), NOON + minutes(60), NOON, False),
        (NOON + minutes(10), NOON + minutes(70), NOON + minutes(60), NOON, False),
        (NOON + minutes(11), NOON + minutes(71), NOON + minutes(60), NOON, True),
        (NOON - minutes(11), NOON + minutes(49), NOON + minutes(60), NOON, True),
        (NOON + minutes(30), NOON, NOON, NOON, True),
        (NOON - timedelta(days=400), NOON, NOON, NOON, True),
        (NOON + timedelta(days=400), NOON + timedelta(days=400), NOON, NOON, True),
    ],
)
def test_the_error_of_a_clock_is_taken_off(
    tapped: datetime, sent: datetime, received: datetime, at: datetime, skewed: bool
) -> None:
    found = corrected(tapped, sent, received, DAY, Limits())
    assert (found.at, found.is_skewed) == (at, skewed)


def why(**given: object) -> set[Reason]:
    usual = {
        "kind": Kind.PRESENT, "value": None, "happened": NOON, "received": NOON, "day": DAY,
        "is_skewed": False, "is_outside": False, "is_settled": False, "limits": Limits(),
    }  # fmt: skip
    return set(reasons(**(usual | given)))  # type: ignore[arg-type]


def days(n: int) -> datetime:
    return NOON + timedelta(days=n)


def test_each_oddity_has_its_reason_and_the_bounds_are_free() -> None:
    assert why() == set()
    assert why(happened=days(1), received=days(1)) == set()
    assert why(happened=days(2), received=days(2)) == {Reason.LATE}
    assert why(received=days(7)) == set()
    assert why(received=days(8)) == {Reason.LATE}
    assert why(is_skewed=True) == {Reason.SKEW}
    assert why(is_outside=True, is_settled=True) == {Reason.OUTSIDE, Reason.SETTLED}
    assert why(kind=Kind.MINUTES, value=660) == set()
    assert why(kind=Kind.MINUTES, value=661) == {Reason.LONG}
    assert why(kind=Kind.PIECES, value=661) == set()


def test_only_a_workers_own_claim_waits_and_only_for_some_reasons() -> None:
    assert waits(Via.SELF, [Reason.LATE])
    assert waits(Via.SELF, [Reason.SKEW, Reason.OUTSIDE])
    assert not waits(Via.SELF, [Reason.SKEW])
    assert not waits(Via.LEADER, [Reason.LATE, Reason.SETTLED])


def test_reasons_are_read_as_they_were_written() -> None:
    every = frozenset(Reason)
    assert read_reasons(written(every)) == every
    assert len(written(every)) <= 40
    assert read_reasons("") == frozenset()
