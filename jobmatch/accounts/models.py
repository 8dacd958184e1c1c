from datetime import datetime

from sqlalchemy import Boolean, CheckConstraint, ForeignKey, Index, Integer, String, false
from sqlalchemy.orm import Mapped, mapped_column

from jobmatch.infra.db import Base


class User(Base):
    """Somebody who may sign in. `session_version` is part of every session: raising it ends all.

    must_change_password   the password was given by a desk and holds for one sign-in
    """

    __tablename__ = "user"
    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    phone: Mapped[str] = mapped_column(String(11), unique=True)
    name: Mapped[str] = mapped_column(String(60))
    password_hash: Mapped[str] = mapped_column(String(200))
    locale: Mapped[str] = mapped_column(String(5), default="zh")
    session_version: Mapped[int] = mapped_column(Integer, default=1)
    is_active: Mapped[bool] = mapped_column(Boolean, default=True)
    must_change_password: Mapped[bool] = mapped_column(
        Boolean, default=False, server_default=false()
    )
    created_at: Mapped[datetime]


class RoleGrant(Base):
    """One role of one user: at a place (officer, station) or for a subject (worker, employer,
    brand).
    """

    __tablename__ = "role_grant"
    __table_args__ = (
        CheckConstraint(
            "role IN ('worker','employer','organizer','officer','station','admin')",
            name="role_known",
        ),
        Index(None, "user_id"),
        Index(None, "role", "subject_id"),
    )
    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="RESTRICT"))
    role: Mapped[str] = mapped_column(String(12))
    place_code: Mapped[str | None] = mapped_column(String(12))
    subject_id: Mapped[int | None] = mapped_column(Integer)
    granted_at: Mapped[datetime]
    granted_by: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="RESTRICT"))
    revoked_at: Mapped[datetime | None]
