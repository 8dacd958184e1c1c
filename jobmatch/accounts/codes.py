"""Signing in, and proving the phone of a sign-up, with a code by SMS.

Whether a phone is known changes nothing that the asker can see or time: a code is made and checked
for every phone, and only whoever sends it looks the user up.
"""

import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from jobmatch.accounts.models import SignInCode, User
from jobmatch.accounts.rules import proof
from jobmatch.accounts.service import checked_phone
from jobmatch.infra import audit, clock, crypto
from jobmatch.infra.db import reading, transaction
from jobmatch.kernel.actor import Actor
from jobmatch.kernel.errors import Invalid
from jobmatch.kernel.ids import UserId
from jobmatch.kernel.text import text

SIGN_IN, SIGN_UP = "sign_in", "sign_up"


class WrongCode(Invalid):
    default = text("验证码不对，或者已经过期。可以再要一个。")


class Tried(NamedTuple):
    """A code that was typed rightly."""

    id: int
    uid: str
    digest: str
    phone_sealed: bytes


@dataclass(frozen=True, slots=True)
class Proved:
    """A phone that the asker holds, and who signs in with it already (None: nobody)."""

    phone: str
    user_id: UserId | None


def ask(phone: str, purpose: str = SIGN_IN) -> str:
    """Make a code for a phone; the name of this request, to check the code against.

    Over the caps nothing is made and the answer looks the same. raises Invalid (field phone)
    """
    phone = checked_phone(phone)
    ring, now = crypto.ring(), clock.now()
    index, uid = ring.blind_index(f"phone:{phone}"), secrets.token_hex(16)
    code = f"{secrets.randbelow(10**proof.CODE_DIGITS):0{proof.CODE_DIGITS}d}"
    row = SignInCode(
        uid=uid, phone_index=index, made_at=now, digest=_digest(uid, code), sent="waiting",
        purpose=purpose,
        phone_sealed=ring.seal(phone, place=f"sign_in_code.phone:{uid}"),
        code_sealed=ring.seal(code, place=f"sign_in_code.code:{uid}"),
    )  # fmt: skip
    with transaction() as session:
        session.execute(delete(SignInCode).where(SignInCode.made_at < now - proof.KEPT))
        since = SignInCode.made_at > now - proof.CAP_OVER
        asked = select(func.count()).select_from(SignInCode).where(since)
        in_all = session.scalar(asked) or 0
        for_phone = session.scalar(asked.where(SignInCode.phone_index == index)) or 0
        if proof.may_have_code(for_phone, in_all):
            session.add(row)
    return uid


def check(asked: str, typed: str) -> UserId:
    """The user who typed the code of this request, while it is the last one of its phone; a code
    holds once. raises WrongCode.
    """
    tried, now = _tried(asked, typed, SIGN_IN), clock.now()
    _phone, user_id = _whose(tried)
    with transaction() as session:
        _use(session, tried.id, now)
        if user_id is None:
            raise WrongCode(field="code")
        audit.record(session, Actor(user_id), "user.sign_in_code", "user", user_id)
    return user_id


def prove(asked: str, typed: str) -> Proved:
    """The phone of a sign-up, by the code that went there. raises WrongCode."""
    tried, now = _tried(asked, typed, SIGN_UP), clock.now()
    phone, user_id = _whose(tried)
    with transaction() as session:
        _use(session, tried.id, now)
        if user_id is not None:
            audit.record(session, Actor(user_id), "user.sign_in_code", "user", user_id)
    return Proved(phone, user_id)


def _tried(asked: str, typed: str, purpose: str) -> Tried:
    """The code of this request after one more try at it. raises WrongCode."""
    now = clock.now()
    phone_of = select(SignInCode.phone_index).where(SignInCode.uid == asked).scalar_subquery()
    latest = (
        select(SignInCode.id)
        .where(SignInCode.phone_index == phone_of)
        .order_by(SignInCode.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    with transaction() as session:
        tried = session.execute(
            update(SignInCode)
            .where(
                SignInCode.uid == asked, SignInCode.id == latest, SignInCode.used_at.is_(None),
                SignInCode.purpose == purpose,
                SignInCode.tries < proof.CODE_TRIES, SignInCode.made_at > now - proof.CODE_LASTS,
            )
            .values(tries=SignInCode.tries + 1)
            .returning(SignInCode.id, SignInCode.uid, SignInCode.digest, SignInCode.phone_sealed)
        ).first()  # fmt: skip
    if tried is None:
        raise WrongCode(field="code")
    if not hmac.compare_digest(tried.digest, _digest(tried.uid, proof.digits(typed))):
        raise WrongCode(field="code")
    return Tried(*tried)


def _whose(tried: Tried) -> tuple[str, UserId | None]:
    phone = crypto.ring().open(tried.phone_sealed, place=f"sign_in_code.phone:{tried.uid}")
    user_id = reading().scalar(select(User.id).where(User.phone == phone, User.is_active))
    return phone, None if user_id is None else UserId(user_id)


def _use(session: Session, key: int, now: datetime) -> None:
    """Once. raises WrongCode."""
    used = session.scalar(
        update(SignInCode)
        .where(SignInCode.id == key, SignInCode.used_at.is_(None))
        .values(used_at=now, code_sealed=b"")
        .returning(SignInCode.id)
    )
    if used is None:
        raise WrongCode(field="code")


def _digest(uid: str, code: str) -> str:
    return crypto.ring().blind_index(f"sign_in_code:{uid}:{code}")
