"""Sealed numbers open only where they were sealed, with the key that sealed them."""

import pytest
from flask import Flask

from jobmatch.infra import crypto
from jobmatch.infra.crypto import CannotOpen, KeyRing

OLD, NEW, INDEX = b"o" * 32, b"n" * 32, b"i" * 32
RING = KeyRing({"k1": OLD}, INDEX)
PLACE = "worker.id_number:abc"
NUMBER = "11010519491231002X"


def test_what_was_sealed_opens_at_its_place() -> None:
    assert RING.open(RING.seal(NUMBER, place=PLACE), place=PLACE) == NUMBER


def test_the_same_number_is_never_sealed_the_same_twice() -> None:
    assert RING.seal(NUMBER, place=PLACE) != RING.seal(NUMBER, place=PLACE)


def test_the_sealed_bytes_do_not_hold_the_number() -> None:
    sealed = RING.seal(NUMBER, place=PLACE)
    assert NUMBER.encode() not in sealed
    assert b"1949" not in sealed[3:]


@pytest.mark.parametrize(
    "place", ["worker.id_number:abd", "household_member.id_number:abc", "worker.id_number:", ""]
)
def test_moved_to_another_row_it_does_not_open(place: str) -> None:
    sealed = RING.seal(NUMBER, place=PLACE)
    with pytest.raises(CannotOpen, match="changed or moved"):
        RING.open(sealed, place=place)


def test_changed_in_any_byte_it_does_not_open() -> None:
    sealed = RING.seal(NUMBER, place=PLACE)
    for at in range(len(sealed)):
        broken = sealed[:at] + bytes([sealed[at] ^ 1]) + sealed[at + 1 :]
        with pytest.raises(CannotOpen):
            RING.open(broken, place=PLACE)


@pytest.mark.parametrize("rest", [b"", b"k1", b"k1\0", b"k1\0short", b"\xff\0" + b"x" * 40])
def test_what_was_never_sealed_does_not_open(rest: bytes) -> None:
    with pytest.raises(CannotOpen):
        RING.open(rest, place=PLACE)


def test_without_its_key_it_does_not_open() -> None:
    sealed = RING.seal(NUMBER, place=PLACE)
    with pytest.raises(CannotOpen, match="unknown key"):
        KeyRing({"k2": NEW}, INDEX).open(sealed, place=PLACE)
    with pytest.raises(CannotOpen, match="changed or moved"):
        KeyRing({"k1": NEW}, INDEX).open(sealed, place=PLACE)


def test_after_a_new_key_the_old_one_opens_and_the_new_one_seals() -> None:
    sealed = RING.seal(NUMBER, place=PLACE)
    rotated = KeyRing({"k2": NEW, "k1": OLD}, INDEX)
    assert rotated.open(sealed, place=PLACE) == NUMBER
    anew = rotated.seal(NUMBER, place=PLACE)
    assert anew.startswith(b"k2\0")
    with pytest.raises(CannotOpen):
        RING.open(anew, place=PLACE)


def test_the_blind_index_is_stable_across_key_changes() -> None:
    """HMAC-SHA256 of the number under the index key, checked against openssl."""
    assert RING.blind_index(NUMBER) == KeyRing({"k2": NEW}, INDEX).blind_index(NUMBER)
    assert RING.blind_index(NUMBER) == (
        "f26b6fe7f62ab7844e37a82f44a0356884743e8da3f2820a1eb035e68afe9d32"
    )


def test_the_blind_index_differs_by_number_and_by_key() -> None:
    assert RING.blind_index(NUMBER) != RING.blind_index("110105194912310021")
    assert RING.blind_index(NUMBER) != KeyRing({"k1": OLD}, b"j" * 32).blind_index(NUMBER)


def test_the_application_carries_its_ring(app: Flask) -> None:
    ring = crypto.ring()
    assert ring.open(ring.seal(NUMBER, place=PLACE), place=PLACE) == NUMBER
