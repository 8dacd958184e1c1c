"""Who read what about other people: one line in the log for each page and person."""

from typing import Any

from jobmatch.infra import audit
from jobmatch.infra.db import transaction
from jobmatch.kernel.actor import Actor


def note(kind: str, key: int | str, *, actor: Actor, **detail: Any) -> None:
    """Leave a line before the answer goes out; who cannot be written down reads nothing.

    kind, key   what the page is about; key "" for a list
    detail      the page; for a list how many people and what was asked for
    """
    with transaction() as session:
        audit.record(session, actor, "privacy.read", kind, key, **detail)
