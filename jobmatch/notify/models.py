from datetime import datetime
from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    CheckConstraint,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from jobmatch.infra.db import Base


class Notice(Base):
    """A sentence for one user, kept as catalogue text and parameters, so that it shows in their
    language.
    """

    __tablename__ = "notice"
    __table_args__ = (Index(None, "user_id", "read_at"),)
    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"))
    msgid: Mapped[str] = mapped_column(String(300))
    params: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    link: Mapped[str] = mapped_column(String(200), default="")
    created_at: Mapped[datetime]
    read_at: Mapped[datetime | None]


class Reach(Base):
    """How else a user wants to be told, and when not; without a row: in the application only.

    quiet_from, quiet_to   minutes after midnight in Asia/Shanghai; nothing is sent between them
    wecom_sealed   the key of their robot in WeCom, bound to "reach.wecom:<user>"
    """

    __tablename__ = "reach"
    __table_args__ = (
        CheckConstraint(
            "quiet_from BETWEEN 0 AND 1439 AND quiet_to BETWEEN 0 AND 1439", name="quiet_in_day"
        ),
    )
    user_id: Mapped[int] = mapped_column(
        ForeignKey("user.id", ondelete="CASCADE"), primary_key=True
    )
    sms: Mapped[bool] = mapped_column(Boolean, default=False)
    wecom: Mapped[bool] = mapped_column(Boolean, default=False)
    wecom_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    quiet_from: Mapped[int] = mapped_column(Integer, default=21 * 60)
    quiet_to: Mapped[int] = mapped_column(Integer, default=8 * 60)


class Outgoing(Base):
    """A notice on its way by a channel: once for each, whatever is tried again.

    state   waiting (not before due_at); sending; sent; kept (no provider is set up: it would have
            been sent); failed (tried too often, or no address); unsure (the process died while it
            sent: not sent again)
    fault   the kind of the last error, never its words: they may hold an address
    """

    __tablename__ = "outgoing"
    __table_args__ = (
        CheckConstraint("channel IN ('sms','wecom')", name="channel_known"),
        CheckConstraint(
            "state IN ('waiting','sending','sent','kept','failed','unsure')", name="state_known"
        ),
        UniqueConstraint("notice_id", "channel"),
        Index(None, "state", "due_at"),
    )
    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    notice_id: Mapped[int] = mapped_column(ForeignKey("notice.id", ondelete="CASCADE"))
    channel: Mapped[str] = mapped_column(String(8))
    state: Mapped[str] = mapped_column(String(8), default="waiting")
    tries: Mapped[int] = mapped_column(Integer, default=0)
    due_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    fault: Mapped[str] = mapped_column(String(60), default="")
