"""Who read or changed what: written in the transaction of the deed, without personal data."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, Index, Integer, String, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from jobmatch.infra import clock
from jobmatch.infra.db import Base, reading
from jobmatch.kernel.actor import Actor
from jobmatch.kernel.paging import PAGE_SIZE, Page


class AuditEntry(Base):
    __tablename__ = "audit_entry"
    __table_args__ = (Index(None, "object_kind", "object_id"), Index(None, "at"))
    id: Mapped[int] = mapped_column(BigInteger().with_variant(Integer, "sqlite"), primary_key=True)
    at: Mapped[datetime]
    actor_user_id: Mapped[int | None]
    action: Mapped[str] = mapped_column(String(60))
    object_kind: Mapped[str] = mapped_column(String(40))
    object_id: Mapped[str] = mapped_column(String(40))
    detail: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)


def record(
    session: Session, actor: Actor, action: str, kind: str, key: int | str, **detail: Any
) -> None:
    """Write one line. detail: JSON values; keys, states and counts, never names or numbers of
    people.
    """
    session.add(
        AuditEntry(
            at=clock.now(),
            actor_user_id=actor.user_id,
            action=action,
            object_kind=kind,
            object_id=str(key),
            detail=detail,
        )
    )


@dataclass(frozen=True, slots=True)
class AuditRow:
    id: int
    at: datetime
    actor_user_id: int | None
    action: str
    object_kind: str
    object_id: str
    detail: dict[str, Any]


def lines(
    *,
    action: str = "",
    kind: str = "",
    key: str = "",
    user_id: int | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    page: int = 1,
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
        .limit(PAGE_SIZE)
        .offset((page - 1) * PAGE_SIZE)
    )
    rows = [
        AuditRow(e.id, e.at, e.actor_user_id, e.action, e.object_kind, e.object_id, e.detail)
        for e in found
    ]
    return Page(rows, page, total)
