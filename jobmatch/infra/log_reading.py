"""Looking at the log, which is itself noted: who looked for what."""

from datetime import datetime
from typing import Any

from jobmatch.infra import audit
from jobmatch.infra.audit import AuditRow
from jobmatch.infra.db import transaction
from jobmatch.kernel.actor import Actor, Role
from jobmatch.kernel.errors import NotAllowed
from jobmatch.kernel.paging import PAGE_SIZE, Page

MOST_IN_FILE = 20_000


def look(*, actor: Actor, **asked: Any) -> Page[AuditRow]:
    """A page of what is asked for (see audit.lines). raises NotAllowed."""
    found = _found(actor, asked, PAGE_SIZE)
    with transaction() as session:
        audit.record(session, actor, "log.read", "log", "", **_said(asked), found=found.total)
    return found


def take(*, actor: Actor, **asked: Any) -> Page[AuditRow]:
    """All of what is asked for, for a file; the newest, when it is too much. raises NotAllowed."""
    found = _found(actor, asked, MOST_IN_FILE)
    with transaction() as session:
        audit.record(session, actor, "log.export", "log", "", **_said(asked), found=found.total)
    return found


def _found(actor: Actor, asked: dict[str, Any], size: int) -> Page[AuditRow]:
    if not actor.has(Role.ADMIN):
        raise NotAllowed
    return audit.lines(**asked, size=size)


def _said(asked: dict[str, Any]) -> dict[str, Any]:
    """What was asked for; `action` and `key` are names of the record's own."""
    known = {"action": "topic", "key": "number", "user_id": "by"}
    return {
        known.get(name, name): value.isoformat() if isinstance(value, datetime) else value
        for name, value in asked.items()
    }
