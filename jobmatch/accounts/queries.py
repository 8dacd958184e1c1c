from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, or_, select

from jobmatch.accounts.models import RoleGrant, User
from jobmatch.infra.db import reading
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


def signed_in(user_id: int) -> SignedIn | None:
    user = reading().get(User, user_id)
    if user is None:
        return None
    return SignedIn(
        UserId(user.id), user.name, user.phone, user.locale, user.session_version, user.is_active
    )


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
    grants: dict[int, list[GrantRow]] = {user.id: [] for user in users}
    for g in session.scalars(
        select(RoleGrant)
        .where(RoleGrant.user_id.in_(grants), RoleGrant.revoked_at.is_(None))
        .order_by(RoleGrant.id)
    ):
        grants[g.user_id].append(
            GrantRow(g.id, Role(g.role), g.place_code, g.subject_id, g.granted_at)
        )
    rows = [
        UserRow(UserId(u.id), u.name, u.phone, u.is_active, u.created_at, tuple(grants[u.id]))
        for u in users
    ]
    return Page(rows, page, total)
