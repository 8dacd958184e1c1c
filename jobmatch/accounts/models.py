from datetime import datetime

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    false,
)
from sqlalchemy.orm import Mapped, mapped_column

from jobmatch.infra.db import Base


class User(Base):
    """Somebody who may sign in. `session_version` is part of every session: raising it ends all.

    must_change_password   the password was given by a desk and holds for one sign-in
    password_until         such a password is none any more from then on
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
    password_until: Mapped[datetime | None]
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


class SecondFactor(Base):
    """The authenticator of a user. secret_sealed is bound to "second_factor.secret:<user>".

    confirmed_at   None: shown as a picture, no code of it was typed yet
    last_step      the step of the last code that was taken: it is not taken twice
    """

    __tablename__ = "second_factor"
    user_id: Mapped[int] = mapped_column(
        ForeignKey("user.id", ondelete="CASCADE"), primary_key=True
    )
    secret_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    made_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]
    last_step: Mapped[int] = mapped_column(Integer, default=0)


class RecoveryCode(Base):
    """A code on paper for who lost the authenticator. Good for once.

    digest   16 hex digits of salt, drawn for the ten of a user, and argon2id of the keyed hash:
             ten signs are few enough to be tried out by whoever has the table
    """

    __tablename__ = "recovery_code"
    __table_args__ = (Index(None, "user_id"),)
    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"))
    digest: Mapped[str] = mapped_column(String(64))
    used_at: Mapped[datetime | None]


class SignInCode(Base):
    """A code by SMS, asked for a phone, whether anybody has it or not.

    phone_index    keyed hash of the phone; phone and code are sealed for whoever sends them, bound
                   to "sign_in_code.phone:<uid>" and ".code:<uid>", and emptied when the code ends
    digest         keyed hash of the code
    purpose        sign_in, or sign_up: that the phone is the newcomer's own
    sent           waiting, sent, kept (no provider is set up), nobody (no such user), failed
    """

    __tablename__ = "sign_in_code"
    __table_args__ = (
        CheckConstraint("sent IN ('waiting','sent','kept','nobody','failed')", name="sent_known"),
        CheckConstraint("purpose IN ('sign_in','sign_up')", name="purpose_known"),
        Index(None, "phone_index", "made_at"),
        Index(None, "made_at"),
        Index(None, "sent"),
    )
    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    uid: Mapped[str] = mapped_column(String(32), unique=True)
    phone_index: Mapped[str] = mapped_column(String(64))
    phone_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    code_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    digest: Mapped[str] = mapped_column(String(64))
    made_at: Mapped[datetime]
    tries: Mapped[int] = mapped_column(Integer, default=0)
    used_at: Mapped[datetime | None]
    sent: Mapped[str] = mapped_column(String(8), default="waiting")
    purpose: Mapped[str] = mapped_column(String(8), default="sign_in", server_default="sign_in")


class UserSession(Base):
    """Where a user is signed in. `key` is part of the session; ending the row ends it.

    device   the kind of browser and system in words; network: the address without its last part
    """

    __tablename__ = "user_session"
    __table_args__ = (Index(None, "user_id"),)
    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    key: Mapped[str] = mapped_column(String(32), unique=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"))
    version: Mapped[int] = mapped_column(Integer)
    device: Mapped[str] = mapped_column(String(60))
    network: Mapped[str] = mapped_column(String(45))
    began_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
