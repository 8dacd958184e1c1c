"""A half-finished sign-up between its steps.

It travels in the session's cookie, sealed: the cookie alone is signed but readable, and the draft
holds a password and an ID number. Nothing is written to the database before the last step.
"""

import base64
import json
from dataclasses import asdict, dataclass, field

from flask import session

from jobmatch.infra import clock
from jobmatch.infra.crypto import CannotOpen, ring

KEY = "join"
PLACE = "join.draft"
SECONDS = 2 * 60 * 60


@dataclass(frozen=True, slots=True)
class Draft:
    """What the first two steps gave; empty strings and lists for what is still to come."""

    name: str = ""
    phone: str = ""
    password: str = ""
    id_number: str = ""
    home_code: str = ""
    consent: bool = False
    said: str = ""
    skills: list[str] = field(default_factory=list)

    @property
    def has_person(self) -> bool:
        return bool(self.name and self.id_number and self.home_code and self.consent)


def load() -> Draft:
    """The draft of this session; an empty one when there is none, it is old, or was changed."""
    sealed = session.get(KEY)
    if not isinstance(sealed, str):
        return Draft()
    try:
        plain = json.loads(ring().open(base64.b85decode(sealed), place=PLACE))
    except (CannotOpen, ValueError):
        return Draft()
    if clock.now().timestamp() - plain.pop("at") > SECONDS:
        return Draft()
    return Draft(**plain)


def save(draft: Draft) -> None:
    plain = json.dumps(
        asdict(draft) | {"at": int(clock.now().timestamp())},
        ensure_ascii=False,
        separators=(",", ":"),
    )
    session[KEY] = base64.b85encode(ring().seal(plain, place=PLACE)).decode()


def forget() -> None:
    session.pop(KEY, None)
