"""Who read or changed what: written in the transaction of the deed, without personal data."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, Index, Integer, String
from sqlalchemy.orm import Mapped, Session, mapped_column

from jobmatch.infra import clock
from jobmatch.infra.db import Base
from jobmatch.kernel.actor import Actor


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
