from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, func, or_, select

from jobmatch.accounts.models import RoleGrant, User
from jobmatch.infra.db import fetch, reading
from jobmatch.kernel.actor import Role
from jobmatch.kernel.ids import UserId
from jobmatch.kernel.paging import PAGE_SIZE, Page


@dataclass(frozen=True, slots=True)
class SignedIn:
    """What a session needs to know of its user."""

    id: UserId
    name: str
    phone: str
    locale: str
    session_version: int
    is_active: bool
    must_change_password: bool


@dataclass(frozen=True, slots=True)
class GrantRow:
    id: int
    role: Role
    place_code: str | None
    subject_id: int | None
    granted_at: datetime


@dataclass(frozen=True, slots=True)
class UserRow:
    id: UserId
    name: str
    phone: str
    is_active: bool
    created_at: datetime
    grants: tuple[GrantRow, ...]


_SIGNED_IN = select(
    User.id, User.name, User.phone, User.locale, User.session_version, User.is_active,
    User.must_change_password,
).where(User.id == bindparam("user_id"))  # fmt: skip


def signed_in(user_id: int) -> SignedIn | None:
    found = fetch(_SIGNED_IN, user_id=user_id)
    return SignedIn(*found[0]) if found else None


def find_users(words: str, page: int = 1) -> Page[UserRow]:
    """Users whose phone begins with, or name contains, the words; all for no words."""
    where = (
        or_(
            User.phone.startswith(words, autoescape=True),
            User.name.contains(words, autoescape=True),
        )
        if words
        else User.id > 0
    )
    session = reading()
    total = session.scalar(select(func.count()).select_from(User).where(where)) or 0
    users = session.scalars(
        select(User).where(where).order_by(User.id).limit(PAGE_SIZE).offset((page - 1) * PAGE_SIZE)
    ).all()
    return Page(_with_grants(users), page, total)


def users(ids: Iterable[int]) -> dict[UserId, UserRow]:
    """These users with their live roles; unknown keys are left out."""
    wanted = list(ids)
    if not wanted:
        return {}
    found = reading().scalars(select(User).where(User.id.in_(wanted))).all()
    return {row.id: row for row in _with_grants(found)}


def _with_grants(users: Sequence[User]) -> list[UserRow]:
    session = reading()
    grants: dict[int, list[GrantRow]] = {user.id: [] for user in users}
    for g in session.scalars(
        select(RoleGrant)
        .where(RoleGrant.user_id.in_(grants), RoleGrant.revoked_at.is_(None))
        .order_by(RoleGrant.id)
    ):
        grants[g.user_id].append(
            GrantRow(g.id, Role(g.role), g.place_code, g.subject_id, g.granted_at)
        )
    return [
        UserRow(UserId(u.id), u.name, u.phone, u.is_active, u.created_at, tuple(grants[u.id]))
        for u in users
    ]
