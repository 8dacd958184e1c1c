"""Half-finished things of a visitor, sealed in the session's cookie.

The cookie alone is signed but readable, and a draft holds a phone, a password or an ID number.
"""

import base64
import json
from typing import Any

from flask import session

from jobmatch.infra import clock
from jobmatch.infra.crypto import CannotOpen, ring

SECONDS = 2 * 60 * 60


def get(key: str) -> dict[str, Any] | None:
    """What was put there; None when there is nothing, it is two hours old, or was changed."""
    sealed = session.get(key)
    if not isinstance(sealed, str):
        return None
    try:
        plain = json.loads(ring().open(base64.b85decode(sealed), place=_place(key)))
    except (CannotOpen, ValueError):
        return None
    if clock.now().timestamp() - plain.pop("at") > SECONDS:
        return None
    return dict(plain)


def put(key: str, plain: dict[str, Any]) -> None:
    """plain: what JSON can carry."""
    words = json.dumps(
        plain | {"at": int(clock.now().timestamp())}, ensure_ascii=False, separators=(",", ":")
    )
    session[key] = base64.b85encode(ring().seal(words, place=_place(key))).decode()


def drop(key: str) -> None:
    session.pop(key, None)


def _place(key: str) -> str:
    return f"{key}.draft"
