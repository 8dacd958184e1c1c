"""Who read or changed what, from where: written in the transaction of the deed, without personal
data. Each line carries a keyed sign of what it says; audit_chain.py binds the lines together.
"""

import hashlib
import hmac
import json
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, Index, Integer, String, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from jobmatch.infra import clock, crypto
from jobmatch.infra.db import Base, reading
from jobmatch.kernel.actor import Actor
from jobmatch.kernel.paging import PAGE_SIZE, Page

# Where what is done now comes from: the network of a request, or nothing for the machine's own.
_source: ContextVar[str] = ContextVar("audit_source", default="")


class AuditEntry(Base):
    """One deed.

    source   the network that it came from ("203.0.113.0/24"); empty: a command or the clock
    uid      16 hex digits, never twice: a line that is copied is found out
    mac      the keyed sign of all of it (see `sign`); none on lines older than signs
    """

    __tablename__ = "audit_entry"
    __table_args__ = (
        Index(None, "object_kind", "object_id"),
        Index(None, "at"),
        Index(None, "actor_user_id", "at"),
        Index(None, "uid", unique=True),
    )
    id: Mapped[int] = mapped_column(BigInteger().with_variant(Integer, "sqlite"), primary_key=True)
    at: Mapped[datetime]
    actor_user_id: Mapped[int | None]
    action: Mapped[str] = mapped_column(String(60))
    object_kind: Mapped[str] = mapped_column(String(40))
    object_id: Mapped[str] = mapped_column(String(40))
    detail: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    source: Mapped[str] = mapped_column(String(43), default="", server_default="")
    uid: Mapped[str | None] = mapped_column(String(16))
    mac: Mapped[str | None] = mapped_column(String(64))


@contextmanager
def coming_from(source: str) -> Iterator[None]:
    """What is recorded inside comes from there."""
    token = _source.set(source)
    try:
        yield
    finally:
        _source.reset(token)


def set_source(source: str) -> None:
    """The same until it is set again: for servers, whose threads take one request after another."""
    _source.set(source)


def said(entry: AuditEntry) -> bytes:
    """All that a line says, in one way of writing it down."""
    at = entry.at.astimezone(UTC).isoformat(timespec="microseconds")
    parts = [
        entry.uid, at, entry.actor_user_id, entry.action, entry.object_kind, entry.object_id,
        entry.source, entry.detail,
    ]  # fmt: skip
    return json.dumps(parts, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()


def sign(words: bytes) -> str:
    """The keyed sign of some bytes, as 64 hex digits: who can only write to the database cannot
    make one.
    """
    return hmac.new(crypto.ring().derived("audit"), words, hashlib.sha256).hexdigest()


def record(
    session: Session, actor: Actor, action: str, kind: str, key: int | str, **detail: Any
) -> None:
    """Write one line. detail: JSON values; keys, states and counts, never names or numbers of
    people.
    """
    entry = AuditEntry(
        at=clock.now(),
        actor_user_id=actor.user_id,
        action=action,
        object_kind=kind,
        object_id=str(key),
        detail=json.loads(json.dumps(detail)),  # as the database gives it back
        source=_source.get(),
        uid=secrets.token_hex(8),
    )
    entry.mac = sign(said(entry))
    session.add(entry)


@dataclass(frozen=True, slots=True)
class AuditRow:
    id: int
    at: datetime
    actor_user_id: int | None
    action: str
    object_kind: str
    object_id: str
    detail: dict[str, Any]
    source: str = ""


def lines(
    *,
    action: str = "",
    kind: str = "",
    key: str = "",
    user_id: int | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    page: int = 1,
    size: int = PAGE_SIZE,
) -> Page[AuditRow]:
    """A page of the log, the newest first. action: how it begins; until: not itself included."""
    where = [AuditEntry.action.startswith(action, autoescape=True)] if action else []
    where += [AuditEntry.object_kind == kind] if kind else []
    where += [AuditEntry.object_id == key] if key else []
    where += [AuditEntry.actor_user_id == user_id] if user_id is not None else []
    where += [AuditEntry.at >= since] if since else []
    where += [AuditEntry.at < until] if until else []
    session = reading()
    total = session.scalar(select(func.count()).select_from(AuditEntry).where(*where)) or 0
    found = session.scalars(
        select(AuditEntry)
        .where(*where)
        .order_by(AuditEntry.id.desc())
        .limit(size)
        .offset((page - 1) * size)
    )
    rows = [
        AuditRow(
            e.id, e.at, e.actor_user_id, e.action, e.object_kind, e.object_id, e.detail, e.source
        )
        for e in found
    ]
    return Page(rows, page, total, size)
