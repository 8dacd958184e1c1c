"""Signing in and holding roles."""

import secrets

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import bindparam, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from jobmatch.accounts.events import SignInChanged
from jobmatch.accounts.models import RoleGrant, User
from jobmatch.accounts.passwords import require_strong
from jobmatch.accounts.rules import proof
from jobmatch.accounts.rules.passwords import MOST as MOST_PASSWORD
from jobmatch.infra import audit, clock
from jobmatch.infra.db import fetch, reading, transaction
from jobmatch.infra.events import publish
from jobmatch.kernel.actor import Actor, Grant, Role
from jobmatch.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from jobmatch.kernel.identity import parse_phone
from jobmatch.kernel.ids import UserId
from jobmatch.kernel.text import text

# Letters and digits that nobody confuses when reading them out.
_SIGNS = "abcdefghjkmnpqrstuvwxyz23456789"
_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
_DUMMY = _hasher.hash("no such user")


class PhoneTaken(Conflict):
    default = text("这个手机号已经注册过，请直接登录。")


class WrongSignIn(Invalid):
    default = text("手机号或密码不对。")


def temporary_password() -> str:
    """Twelve signs in three groups, for one sign-in."""
    letters = drawn_signs(12)
    return "-".join(letters[n : n + 4] for n in (0, 4, 8))


def drawn_signs(count: int) -> str:
    """So many random signs that can be read out and written down."""
    return "".join(secrets.choice(_SIGNS) for _ in range(count))


def create_user(
    phone: str, name: str, password: str, *, locale: str = "zh", temporary: bool = False
) -> UserId:
    """A new user without roles. raises Invalid (field phone, name or password), PhoneTaken.

    temporary   the password was given to them: it holds for three days, and the first thing they
                do is change it
    """
    phone, name = checked_phone(phone), checked_name(name)
    hashed = hash_password(password, phone, name)
    try:
        with transaction() as session:
            user = User(
                phone=phone, name=name, password_hash=hashed, locale=locale, created_at=clock.now(),
                must_change_password=temporary,
                password_until=proof.temporary_until(clock.now()) if temporary else None,
            )  # fmt: skip
            session.add(user)
            session.flush()
            audit.record(session, Actor(UserId(user.id)), "user.create", "user", user.id)
            return UserId(user.id)
    except IntegrityError as error:
        raise PhoneTaken(field="phone") from error


def checked_phone(typed: str) -> str:
    try:
        return parse_phone(typed)
    except ValueError:
        raise Invalid(text("请填写 11 位手机号。"), field="phone") from None


def checked_name(typed: str) -> str:
    name = " ".join(typed.split())
    if not 2 <= len(name) <= 60:
        raise Invalid(text("请填写姓名，2 到 60 个字。"), field="name")
    return name


def hash_password(password: str, *own: str) -> str:
    """The argon2id hash. raises Invalid (field password): too short, too long, easily guessed.

    own     phone and name of the person: no password may be made of them
    """
    require_strong(password, *own)
    return _hasher.hash(password)


def check_sign_in(phone: str, password: str) -> UserId:
    """The user with this phone and password; as slow for an unknown phone. raises WrongSignIn."""
    try:
        phone = parse_phone(phone)
    except ValueError:
        phone = ""
    user = reading().scalar(select(User).where(User.phone == phone))
    is_right = _is_right(password, user.password_hash if user else _DUMMY)
    if user is None or not is_right or not user.is_active or _is_over(user):
        raise WrongSignIn(field="password")
    return UserId(user.id)


def _is_over(user: User) -> bool:
    """Whether the password was given by a desk, too long ago."""
    return user.password_until is not None and user.password_until <= clock.now()


def _is_right(password: str, hashed: str) -> bool:
    """As it was typed, whole; one that is too long to be anybody's costs no more than others."""
    try:
        _hasher.verify(hashed, password[:MOST_PASSWORD])
    except (VerificationError, InvalidHashError):
        return False
    return len(password) <= MOST_PASSWORD


def prove(password: str, *, actor: Actor) -> None:
    """The actor's password once more. raises WrongSignIn (field password), NotFound."""
    user = reading().get(User, actor.user_id)
    if user is None:
        raise NotFound
    if not _is_right(password, user.password_hash):
        raise WrongSignIn(text("密码不对。"), field="password")


def end_all_sessions(*, actor: Actor) -> None:
    """Sign the actor out everywhere: every copy of the session carries an older version."""
    with transaction() as session:
        session.execute(
            update(User)
            .where(User.id == actor.user_id)
            .values(session_version=User.session_version + 1)
        )
        audit.record(session, actor, "user.sign_out", "user", actor.user_id or 0)


def end_sessions_of(user_id: UserId, *, actor: Actor) -> None:
    """An administrator signs somebody out everywhere. raises NotAllowed, NotFound."""
    if not actor.has(Role.ADMIN):
        raise NotAllowed
    with transaction() as session:
        user = session.get(User, user_id)
        if user is None:
            raise NotFound
        user.session_version += 1
        audit.record(session, actor, "user.signed_out_by", "user", user_id)


def change_password(old: str | None, new: str, *, actor: Actor) -> None:
    """Sets a new password and ends all sessions. raises WrongSignIn (field old), Invalid.

    old   None: the caller has another proof of who they are
    """
    if new == old:
        raise Invalid(text("新密码要和原密码不一样。"), field="new")
    known = reading().get(User, actor.user_id)
    if known is None:
        raise NotFound
    hashed = hash_password(new, known.phone, known.name)
    with transaction() as session:
        user = session.get_one(User, actor.user_id)
        if old is not None and not _is_right(old, user.password_hash):
            raise WrongSignIn(text("原密码不对。"), field="old")
        user.password_hash = hashed
        user.must_change_password, user.password_until = False, None
        user.session_version += 1
        audit.record(session, actor, "user.password", "user", user.id)
        publish(session, SignInChanged(UserId(user.id), "password"))


def set_locale(locale: str, *, actor: Actor) -> None:
    with transaction() as session:
        session.execute(update(User).where(User.id == actor.user_id).values(locale=locale))


def grant(
    session: Session,
    user_id: UserId,
    role: Role,
    *,
    actor: Actor,
    place_code: str | None = None,
    subject_id: int | None = None,
) -> None:
    """Give a role; giving it twice is giving it once. The caller has judged whether the actor
    may.
    """
    live = select(RoleGrant.id).where(
        RoleGrant.user_id == user_id,
        RoleGrant.role == role.value,
        RoleGrant.place_code.is_(place_code)
        if place_code is None
        else RoleGrant.place_code == place_code,
        RoleGrant.subject_id.is_(subject_id)
        if subject_id is None
        else RoleGrant.subject_id == subject_id,
        RoleGrant.revoked_at.is_(None),
    )
    if session.scalar(live) is not None:
        return
    session.add(
        RoleGrant(
            user_id=user_id,
            role=role.value,
            place_code=place_code,
            subject_id=subject_id,
            granted_at=clock.now(),
            granted_by=actor.user_id,
        )
    )
    audit.record(
        session, actor, "role.grant", "user", user_id,
        role=role.value, place_code=place_code, subject_id=subject_id,
    )  # fmt: skip


def appoint(
    user_id: UserId,
    role: Role,
    place_code: str | None,
    *,
    actor: Actor,
    subject_id: int | None = None,
) -> None:
    """An administrator gives a role. raises NotAllowed, NotFound, Invalid."""
    if not actor.has(Role.ADMIN):
        raise NotAllowed
    if role in (Role.OFFICER, Role.STATION) and not place_code:
        raise Invalid(text("请选择管辖的地方。"), field="place_code")
    with transaction() as session:
        if session.get(User, user_id) is None:
            raise NotFound
        grant(session, user_id, role, actor=actor, place_code=place_code, subject_id=subject_id)


def revoke(grant_id: int, *, actor: Actor) -> None:
    """An administrator takes a role back; the person's sessions end.

    raises   NotAllowed; NotFound; Conflict for one's own role of administrator: one must remain
    """
    if not actor.has(Role.ADMIN):
        raise NotAllowed
    with transaction() as session:
        row = session.get(RoleGrant, grant_id)
        if row is None or row.revoked_at is not None:
            raise NotFound
        if row.user_id == actor.user_id and row.role == Role.ADMIN.value:
            raise Conflict(text("不能收回自己的管理员身份，请另一位管理员来办。"))
        row.revoked_at = clock.now()
        session.execute(
            update(User)
            .where(User.id == row.user_id)
            .values(session_version=User.session_version + 1)
        )
        audit.record(session, actor, "role.revoke", "user", row.user_id, role=row.role)


def reset_password(user_id: UserId, password: str, *, actor: Actor) -> None:
    """An administrator sets a temporary password for who forgot theirs; all sessions end.

    raises   NotAllowed; NotFound; Invalid (field password)
    """
    if not actor.has(Role.ADMIN):
        raise NotAllowed
    with transaction() as session:
        give_temporary(session, user_id, password, actor=actor)


def give_temporary(session: Session, user_id: UserId, password: str, *, actor: Actor) -> None:
    """A password for one sign-in. The caller has judged whether the actor may.

    raises   NotFound; Invalid (field password)
    """
    hashed = hash_password(password)
    user = session.get(User, user_id)
    if user is None:
        raise NotFound
    user.password_hash = hashed
    user.must_change_password, user.password_until = True, proof.temporary_until(clock.now())
    user.session_version += 1
    audit.record(session, actor, "user.reset_password", "user", user_id)
    publish(session, SignInChanged(user_id, "reset"))


_LIVE_ROLES = (
    select(RoleGrant.role, RoleGrant.place_code, RoleGrant.subject_id)
    .where(RoleGrant.user_id == bindparam("its_user"), RoleGrant.revoked_at.is_(None))
    .order_by(RoleGrant.id)
)


def actor_of(user_id: int) -> Actor:
    """The actor with all live roles of a user."""
    rows = fetch(_LIVE_ROLES, its_user=user_id)
    return Actor(UserId(user_id), tuple(Grant(Role(r), p, s) for r, p, s in rows))
