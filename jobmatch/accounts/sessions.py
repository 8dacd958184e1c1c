"""Where somebody is signed in: each device by itself, to be ended from any other."""

import ipaddress
import secrets
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, select, update

from jobmatch.accounts.models import User, UserSession
from jobmatch.infra import audit, clock
from jobmatch.infra.db import fetch, reading, transaction
from jobmatch.kernel.actor import Actor
from jobmatch.kernel.errors import NotFound
from jobmatch.kernel.ids import UserId

MOST_SHOWN = 50


@dataclass(frozen=True, slots=True)
class SessionRow:
    """One device. key: what its session carries, to tell the asker's own."""

    id: int
    key: str
    device: str
    network: str
    began_at: datetime


def begin(user_id: int, version: int, device: str, network: str, *, how: str = "password") -> str:
    """Note that a session begins; its key of 128 random bits. how: by which proofs."""
    key = secrets.token_hex(16)
    with transaction() as session:
        session.add(
            UserSession(
                key=key, user_id=user_id, version=version, device=device[:60],
                network=shortened(network), began_at=clock.now(),
            )
        )  # fmt: skip
        audit.record(session, Actor(UserId(user_id)), "user.sign_in", "user", user_id, how=how)
    return key


def renew(key: str, *, actor: Actor) -> str:
    """After a fresh proof a session goes on under another key: copies of the old one end.

    Its age stays. A session that named no device goes on without one.
    """
    fresh = secrets.token_hex(16)
    with transaction() as session:
        renewed = session.scalar(
            update(UserSession)
            .where(
                UserSession.key == key, UserSession.user_id == actor.user_id,
                UserSession.ended_at.is_(None),
            )
            .values(key=fresh)
            .returning(UserSession.id)
        )  # fmt: skip
        audit.record(session, actor, "user.proved", "user", actor.user_id or 0)
    return "" if renewed is None else fresh


_BEGAN = select(UserSession.began_at).where(
    UserSession.key == bindparam("its_key"), UserSession.user_id == bindparam("its_user"),
    UserSession.ended_at.is_(None),
)  # fmt: skip


def began(key: str, user_id: int) -> datetime | None:
    """When a session began; None when it was ended or never was."""
    found = fetch(_BEGAN, its_key=key, its_user=user_id)
    return found[0][0] if found else None


def lives(key: str, user_id: int) -> bool:
    """Whether a session goes on: nobody ended it."""
    return began(key, user_id) is not None


def of_user(user_id: int) -> list[SessionRow]:
    """The devices on which a user is signed in, the latest first."""
    rows = reading().scalars(
        select(UserSession)
        .join(User, User.id == UserSession.user_id)
        .where(
            UserSession.user_id == user_id, UserSession.ended_at.is_(None),
            UserSession.version == User.session_version,
        )
        .order_by(UserSession.id.desc())
        .limit(MOST_SHOWN)
    )  # fmt: skip
    return [SessionRow(row.id, row.key, row.device, row.network, row.began_at) for row in rows]


def end(session_id: int, *, actor: Actor) -> None:
    """End one of the actor's sessions; ending it twice is ending it once. raises NotFound."""
    with transaction() as session:
        row = session.get(UserSession, session_id)
        if row is None or row.user_id != actor.user_id:
            raise NotFound
        session.execute(
            update(UserSession)
            .where(UserSession.id == session_id, UserSession.ended_at.is_(None))
            .values(ended_at=clock.now())
        )
        audit.record(session, actor, "user.session_end", "user", actor.user_id)


def shortened(network: str) -> str:
    """An address without the part that names one line: enough to know one's own by."""
    try:
        address = ipaddress.ip_address(network)
    except ValueError:
        return ""
    if address.version == 4:
        return ".".join([*str(address).split(".")[:3], "*"])
    return ":".join([*address.exploded.split(":")[:3], "*"])
