"""The second factor: an authenticator on the phone, and codes on paper for who lost it."""

import hmac
import secrets

import pyotp
from argon2.low_level import Type, hash_secret_raw
from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from jobmatch.accounts.events import SignInChanged
from jobmatch.accounts.models import RecoveryCode, SecondFactor, User
from jobmatch.accounts.rules import proof
from jobmatch.accounts.service import drawn_signs
from jobmatch.infra import audit, clock, crypto
from jobmatch.infra.db import reading, transaction
from jobmatch.infra.events import publish
from jobmatch.kernel.actor import Actor, Role
from jobmatch.kernel.errors import Invalid, NotAllowed, NotFound
from jobmatch.kernel.ids import UserId
from jobmatch.kernel.text import text

ISSUER = "jobmatch"
SALT = 8
# Whoever sees households, or everything, proves it twice.
MUST_HAVE = frozenset({Role.OFFICER, Role.ADMIN})


class WrongFactor(Invalid):
    default = text("验证码不对。请看身份验证器里现在的 6 位数字，或用一个备用码。")


def must_have(actor: Actor) -> bool:
    """Whether this person's roles ask for a second factor."""
    return any(actor.has(role) for role in MUST_HAVE)


def has(user_id: int) -> bool:
    """Whether the user has an authenticator that works."""
    row = reading().get(SecondFactor, user_id)
    return row is not None and row.confirmed_at is not None


def recovery_left(user_id: int) -> int:
    """How many codes on paper are unused."""
    unused = (RecoveryCode.user_id == user_id) & RecoveryCode.used_at.is_(None)
    return reading().scalar(select(func.count()).select_from(RecoveryCode).where(unused)) or 0


def begin(*, actor: Actor) -> None:
    """Make a secret for an authenticator; it counts when a code of it was typed.

    raises   NotAllowed (not signed in; one is there already: it is removed first)
    """
    if actor.user_id is None:
        raise NotAllowed
    with transaction() as session:
        row = session.get(SecondFactor, actor.user_id)
        if row is not None and row.confirmed_at is not None:
            raise NotAllowed
        if row is None:
            row = SecondFactor(user_id=actor.user_id)
            session.add(row)
        row.secret_sealed = crypto.ring().seal(pyotp.random_base32(), place=_place(actor.user_id))
        row.made_at, row.last_step = clock.now(), 0
        audit.record(session, actor, "user.second_begin", "user", actor.user_id)


def address(user_id: int, name: str) -> tuple[str, str] | None:
    """The secret, and the address that authenticators read from a picture, until confirmed."""
    row = reading().get(SecondFactor, user_id)
    if row is None or row.confirmed_at is not None:
        return None
    secret = crypto.ring().open(row.secret_sealed, place=_place(user_id))
    return secret, pyotp.TOTP(secret).provisioning_uri(name=name, issuer_name=ISSUER)


def confirm(typed: str, *, actor: Actor) -> list[str]:
    """The first code of the new authenticator; ten codes on paper, shown this once. Ends all
    sessions: those that began without it.

    raises   NotAllowed, NotFound, WrongFactor (field code)
    """
    if actor.user_id is None:
        raise NotAllowed
    _take(actor.user_id, typed, confirmed=False)
    codes = [drawn_signs(10) for _ in range(proof.RECOVERY_CODES)]
    salt = secrets.token_bytes(SALT)
    digests = [_digest(actor.user_id, code, salt) for code in codes]
    with transaction() as session:
        session.execute(
            update(SecondFactor)
            .where(SecondFactor.user_id == actor.user_id)
            .values(confirmed_at=clock.now())
        )
        session.execute(delete(RecoveryCode).where(RecoveryCode.user_id == actor.user_id))
        session.add_all(RecoveryCode(user_id=actor.user_id, digest=digest) for digest in digests)
        _end_sessions(session, actor.user_id)
        audit.record(session, actor, "user.second_confirm", "user", actor.user_id)
        publish(session, SignInChanged(UserId(actor.user_id), "second"))
    return [f"{code[:5]}-{code[5:]}" for code in codes]


def check(user_id: int, typed: str) -> None:
    """A code of the authenticator, or one on paper; each is taken once. raises WrongFactor."""
    given = proof.digits(typed)
    if len(given) == proof.CODE_DIGITS and given.isdigit():
        _take(user_id, given, confirmed=True)
        return
    unused = select(RecoveryCode.digest).where(
        RecoveryCode.user_id == user_id, RecoveryCode.used_at.is_(None)
    )
    some = reading().scalar(unused.limit(1))
    if some is None:
        raise WrongFactor(field="code")
    digest = _digest(user_id, given, bytes.fromhex(some[: 2 * SALT]))
    with transaction() as session:
        used = session.scalar(
            update(RecoveryCode)
            .where(
                RecoveryCode.user_id == user_id, RecoveryCode.used_at.is_(None),
                RecoveryCode.digest == digest,
            )
            .values(used_at=clock.now())
            .returning(RecoveryCode.id)
        )  # fmt: skip
        if used is None:
            raise WrongFactor(field="code")
        audit.record(session, Actor(UserId(user_id)), "user.recovery_code", "user", user_id)


def remove(typed: str, *, actor: Actor) -> None:
    """Give the authenticator up, with one last code. raises NotAllowed, WrongFactor."""
    if actor.user_id is None:
        raise NotAllowed
    check(actor.user_id, typed)
    _drop(actor.user_id, actor)


def take_away(user_id: UserId, *, actor: Actor) -> None:
    """An administrator frees somebody who lost phone and paper; they set up a new one.

    raises   NotAllowed (no administrator; oneself), NotFound
    """
    if not actor.has(Role.ADMIN) or user_id == actor.user_id:
        raise NotAllowed
    if reading().get(SecondFactor, user_id) is None:
        raise NotFound
    _drop(user_id, actor)


def _drop(user_id: int, actor: Actor) -> None:
    with transaction() as session:
        session.execute(delete(SecondFactor).where(SecondFactor.user_id == user_id))
        session.execute(delete(RecoveryCode).where(RecoveryCode.user_id == user_id))
        _end_sessions(session, user_id)
        is_own = user_id == actor.user_id
        publish(session, SignInChanged(UserId(user_id), "no_second" if is_own else "freed"))
        deed = "user.second_remove" if is_own else "user.second_taken_away"
        audit.record(session, actor, deed, "user", user_id)


def _take(user_id: int, typed: str, *, confirmed: bool) -> None:
    """Take a code of the authenticator, unless it or a later one was taken before."""
    row = reading().get(SecondFactor, user_id)
    if row is None or (row.confirmed_at is not None) != confirmed:
        raise NotFound if not confirmed else WrongFactor(field="code")
    totp = pyotp.TOTP(crypto.ring().open(row.secret_sealed, place=_place(user_id)))
    given = proof.digits(typed)
    step = next(
        (
            step
            for step in proof.steps_around(clock.now())
            if hmac.compare_digest(totp.generate_otp(step), given)
        ),
        None,
    )
    if step is None:
        raise WrongFactor(field="code")
    with transaction() as session:
        taken = session.scalar(
            update(SecondFactor)
            .where(SecondFactor.user_id == user_id, SecondFactor.last_step < step)
            .values(last_step=step)
            .returning(SecondFactor.user_id)
        )
        if taken is None:
            raise WrongFactor(field="code")


def _place(user_id: int) -> str:
    return f"second_factor.secret:{user_id}"


def _end_sessions(session: Session, user_id: int) -> None:
    session.execute(
        update(User).where(User.id == user_id).values(session_version=User.session_version + 1)
    )


def _digest(user_id: int, code: str, salt: bytes) -> str:
    keyed = crypto.ring().blind_index(f"recovery_code:{user_id}:{code}").encode()
    slow = hash_secret_raw(
        keyed, salt, time_cost=2, memory_cost=19 * 1024, parallelism=1, hash_len=24, type=Type.ID
    )
    return salt.hex() + slow.hex()
