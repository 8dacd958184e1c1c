"""Bounds of codes and proofs: pure."""

from datetime import UTC, datetime, timedelta

import pytest

from jobmatch.accounts.rules import proof
from jobmatch.kernel.actor import Role

NOON = datetime(2026, 9, 1, 4, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("age_s", "still"), [(0, True), (599, True), (600, False), (-1, False), (86_400, False)]
)
def test_a_code_holds_ten_minutes_and_none_comes_from_the_future(age_s, still):
    made = NOON - timedelta(seconds=age_s)
    assert proof.holds(made, NOON, proof.CODE_LASTS) is still


@pytest.mark.parametrize(
    ("for_phone", "in_all", "may"),
    [(0, 0, True), (4, 1_999, True), (5, 5, False), (0, 2_000, False)],
)
def test_five_codes_an_hour_for_a_phone_and_two_thousand_in_all(for_phone, in_all, may):
    assert proof.may_have_code(for_phone, in_all) is may


def test_the_code_before_and_after_hold_too():
    here, before, after = proof.steps_around(NOON)
    assert here == int(NOON.timestamp()) // 30
    assert (before, after) == (here - 1, here + 1)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [(" 123 456 ", "123456"), ("Ab3de-Fgh45", "ab3defgh45"), ("１２", ""), ("", "")],
)
def test_spaces_and_signs_between_do_not_count(typed, meant):
    assert proof.digits(typed) == meant


@pytest.mark.parametrize(
    ("roles", "idle_min", "age_min", "still"),
    [
        ([Role.WORKER], 14 * 1440 - 1, 20 * 1440, True),
        ([Role.WORKER], 14 * 1440, 20 * 1440, False),
        ([Role.WORKER], 0, 30 * 1440 - 1, True),
        ([Role.WORKER], 0, 30 * 1440, False),
        ([], 60, 60, True),
        ([Role.EMPLOYER, Role.ORGANIZER], 61, 721, True),
        ([Role.OFFICER], 59, 719, True),
        ([Role.OFFICER], 60, 60, False),
        ([Role.STATION], 0, 720, False),
        ([Role.WORKER, Role.ADMIN], 60, 60, False),
    ],
)
def test_a_session_ends_left_alone_or_old_and_sooner_at_a_desk(roles, idle_min, age_min, still):
    found = proof.goes_on(
        proof.lifetime(roles), began_at=NOON - timedelta(minutes=age_min),
        seen_at=NOON - timedelta(minutes=idle_min), now=NOON,
    )  # fmt: skip
    assert found is still


def test_a_password_of_a_desk_holds_three_days():
    assert proof.temporary_until(NOON) == datetime(2026, 9, 4, 4, 0, tzinfo=UTC)
