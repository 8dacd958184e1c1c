"""Sending the codes that people sign in with: to users only, once, and soon or not at all."""

import logging
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update

from jobmatch.accounts.models import SignInCode, User
from jobmatch.accounts.rules import proof
from jobmatch.infra import clock, crypto
from jobmatch.infra.db import forget_reads, reading, transaction
from jobmatch.kernel.identity import mask_phone
from jobmatch.kernel.text import Text, text
from jobmatch.notify.channels import Channel
from jobmatch.notify.speaking import speaker

log = logging.getLogger("jobmatch.notify")

AT_ONCE = 50


@dataclass(frozen=True, slots=True)
class CodeRow:
    """A code that stayed in the house, as the outbox of a development machine shows it."""

    phone: str
    said: Text
    made_at: datetime


def send_waiting(way: Channel) -> int:
    """Send the codes that wait; how many went out. A late one is not sent: it holds no more."""
    forget_reads()
    waiting = reading().scalars(
        select(SignInCode.id).where(SignInCode.sent == "waiting").order_by(SignInCode.id)
        .limit(AT_ONCE)
    ).all()  # fmt: skip
    return sum(_send(key, way) for key in waiting)


def kept(most: int = 20) -> list[CodeRow]:
    """The codes that would have been sent, where no provider is set up; phones masked."""
    rows = (
        reading()
        .scalars(
            select(SignInCode)
            .where(SignInCode.sent == "kept", SignInCode.made_at > clock.now() - proof.CODE_LASTS)
            .order_by(SignInCode.id.desc())
            .limit(most)
        )
        .all()
    )
    return [
        CodeRow(mask_phone(_phone(row)), _words(row), row.made_at)
        for row in rows
        if row.code_sealed
    ]


def _send(key: int, way: Channel) -> bool:
    with transaction() as session:
        row = session.scalar(
            update(SignInCode)
            .where(SignInCode.id == key, SignInCode.sent == "waiting")
            .values(sent="failed")  # until the provider has it
            .returning(SignInCode)
        )
        if row is None or not proof.holds(row.made_at, clock.now(), proof.CODE_LASTS):
            return False
        phone = _phone(row)
        known = session.scalar(select(User).where(User.phone == phone, User.is_active))
        if known is None:
            row.sent = "nobody"
            return False
        words = speaker.say(_words(row), known.locale)
    try:
        way.send(phone, words)
    except Exception as error:  # whatever a provider's library throws: the next code goes on
        log.warning("code not sent", extra={"kind": type(error).__name__})
        return False
    with transaction() as session:
        session.execute(
            update(SignInCode)
            .where(SignInCode.id == key)
            .values(sent="sent" if way.is_real else "kept")
        )
    return True


def _phone(row: SignInCode) -> str:
    return crypto.ring().open(row.phone_sealed, place=f"sign_in_code.phone:{row.uid}")


def _words(row: SignInCode) -> Text:
    code = crypto.ring().open(row.code_sealed, place=f"sign_in_code.code:{row.uid}")
    return text("登录验证码 {code}，10 分钟内有效。不要告诉任何人。", code=code)
