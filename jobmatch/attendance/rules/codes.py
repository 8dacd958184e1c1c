"""Codes that nobody can make up: short-lived ones to scan, one-time ones on paper.

A code to scan is an address that any phone's camera opens. It names the key that signed it, so keys
can change. A code on paper is short enough to be read out: the engagement day and five signs of
proof; used twice it counts once, because its event has one uid for ever.
"""

import base64
import hashlib
import hmac
import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum

# Without I, L, O and U: nothing to take for something else.
_SIGNS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_MISREAD = str.maketrans({"O": "0", "I": "1", "L": "1", "U": "V"})
_PROOF = 5
_NAMES = uuid.UUID("0f4a7f0e-52a4-4d0a-9a8e-7d8b0a9c2b11")
_TOKEN = re.compile(r"[A-Za-z0-9_-]{1,20}(\.[0-9a-z]{1,12}){5}\.[A-Za-z0-9_-]{22}")


class Shows(StrEnum):
    """Who shows the code: the site for its workers, or a worker for a leader or employer."""

    SITE = "s"
    WORKER = "w"


class Forged(ValueError):
    """Not one of ours."""


@dataclass(frozen=True, slots=True)
class Code:
    """key: the posting that the site's code is for, or the worker's engagement day.

    shown_by   the user who shows it: the witness
    """

    shows: Shows
    key: int
    day: date
    expires: datetime
    shown_by: int


def sign(code: Code, keys: Mapping[str, bytes]) -> str:
    """The part of an address that stands for this code; the first key signs."""
    key_id, key = next(iter(keys.items()))
    body = ".".join(
        (
            key_id, code.shows.value, str(code.key), str(code.day.toordinal()),
            str(int(code.expires.timestamp())), str(code.shown_by),
        )
    )  # fmt: skip
    return f"{body}.{_proof(body, key)}"


def read(token: str, keys: Mapping[str, bytes]) -> Code:
    """The code, whether it has expired or not. raises Forged."""
    if not _TOKEN.fullmatch(token):
        raise Forged("form")
    body, _, proof = token.rpartition(".")
    key_id, shows, key, day, expires, shown_by = body.split(".")
    secret = keys.get(key_id)
    if secret is None or not hmac.compare_digest(proof, _proof(body, secret)):
        raise Forged("proof")
    return Code(
        Shows(shows), int(key), date.fromordinal(int(day)),
        datetime.fromtimestamp(int(expires), UTC), int(shown_by),
    )  # fmt: skip


def paper(engagement_day_id: int, keys: Mapping[str, bytes]) -> str:
    """As it is printed, e.g. 3F7-K9TXA."""
    number = _digits(engagement_day_id)
    return f"{number}-{_short(number, next(iter(keys.values())))}"


def read_paper(typed: str, keys: Mapping[str, bytes]) -> int:
    """The engagement day of a code, however it was typed. raises Forged."""
    signs = re.sub(r"[\s\-－—]", "", typed).upper().translate(_MISREAD)
    number, proof = signs[:-_PROOF], signs[-_PROOF:]
    if not 1 <= len(number) <= 7 or any(sign not in _SIGNS for sign in signs):
        raise Forged("form")
    if not any(hmac.compare_digest(proof, _short(number, key)) for key in keys.values()):
        raise Forged("proof")
    found = 0
    for sign in number:
        found = found * 32 + _SIGNS.index(sign)
    return found


def uid_of(said: str, engagement_day_id: int, kind: str) -> str:
    """The uid of what a code records: the same code again is the same event."""
    return str(uuid.uuid5(_NAMES, f"{said}:{engagement_day_id}:{kind}"))


def _proof(body: str, key: bytes) -> str:
    return base64.urlsafe_b64encode(_mac("code to scan", body, key)[:16]).decode().rstrip("=")


def _short(number: str, key: bytes) -> str:
    value = int.from_bytes(_mac("code on paper", number, key)[:8])
    return "".join(_SIGNS[(value >> (5 * n)) & 31] for n in range(_PROOF))


def _mac(purpose: str, said: str, key: bytes) -> bytes:
    own = hmac.new(key, f"attendance {purpose}".encode(), hashlib.sha256).digest()
    return hmac.new(own, said.encode(), hashlib.sha256).digest()


def _digits(number: int) -> str:
    found = ""
    while number or not found:
        found = _SIGNS[number % 32] + found
        number //= 32
    return found
