"""Sending the codes that people sign in and sign up with: once, and soon or not at all.

A code to sign in goes to users only. One to sign up goes to whoever holds the phone, and the words
tell whom they are for: only the phone's holder learns whether there is an account.
"""

import logging
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, select, update

from jobmatch.accounts.codes import SIGN_UP
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
    phones = {row.id: _phone(row) for row in rows if row.code_sealed}
    known = set(reading().scalars(select(User.phone).where(*_active(set(phones.values())))))
    return [
        CodeRow(mask_phone(phones[row.id]), _words(row, phones[row.id] in known), row.made_at)
        for row in rows
        if row.id in phones
    ]


def unsent(asked: str) -> Text | None:
    """What would go to the phone of this request to sign up, where no provider is set up: for the
    page of a trial machine. None once it is used, and for phones that have an account: with that
    code anybody could sign in as somebody else.
    """
    row = reading().scalar(
        select(SignInCode).where(SignInCode.uid == asked, SignInCode.purpose == SIGN_UP)
    )
    if row is None or not row.code_sealed:
        return None
    known = reading().scalar(select(User.id).where(*_active({_phone(row)})))
    return None if known is not None else _words(row, False)


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
        locale = session.scalar(select(User.locale).where(*_active({phone})))
        if locale is None and row.purpose != SIGN_UP:
            row.sent = "nobody"
            return False
        words = speaker.say(_words(row, locale is not None), locale or "zh")
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


def _active(phones: set[str]) -> tuple[ColumnElement[bool], ...]:
    return User.phone.in_(phones), User.is_active.is_(True)


def _words(row: SignInCode, is_known: bool) -> Text:
    code = crypto.ring().open(row.code_sealed, place=f"sign_in_code.code:{row.uid}")
    if row.purpose != SIGN_UP:
        return text("登录验证码 {code}，10 分钟内有效。不要告诉任何人。", code=code)
    if is_known:
        return text(
            "您的手机号已经有账号，不用再登记。在登记的页面填 {code} 就能直接登录，10 分钟内有效。"
            "不是您本人在登记，就不用管，不要告诉任何人。",
            code=code,
        )
    return text("登记验证码 {code}，10 分钟内有效。不要告诉任何人。", code=code)
