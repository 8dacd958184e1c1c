"""Sending what notices say by other channels: never in a request, never twice.

A message is taken by one guarded statement before it is sent. Whoever dies while sending leaves it
taken; then nobody knows whether it went out, and it is not sent again.
"""

import logging
from collections.abc import Mapping
from datetime import timedelta

from sqlalchemy import func, or_, select, update
from sqlalchemy.orm import Session

from jobmatch.accounts.models import User
from jobmatch.infra import audit, clock, crypto
from jobmatch.infra.db import forget_reads, reading, transaction
from jobmatch.kernel.actor import Actor
from jobmatch.kernel.errors import Invalid, NotAllowed
from jobmatch.kernel.text import text
from jobmatch.notify.channels import SMS, WECOM, Channel, NotSent
from jobmatch.notify.models import Notice, Outgoing, Reach
from jobmatch.notify.queries import words_of
from jobmatch.notify.rules import not_before, try_again
from jobmatch.notify.speaking import speaker

log = logging.getLogger("jobmatch.notify")

AT_ONCE = 100
# A message that is being sent for so long was left by a process that died.
LOST = timedelta(minutes=5)


def queue_up(session: Session, notices: Mapping[int, int]) -> None:
    """Put notices on their way, for users who want other channels. notices: user by notice."""
    now = clock.now()
    wants = {
        row.user_id: row
        for row in session.scalars(select(Reach).where(Reach.user_id.in_(set(notices.values()))))
    }
    for notice_id, user_id in notices.items():
        row = wants[user_id]
        due = not_before(now, row.quiet_from, row.quiet_to)
        for channel, wanted in ((SMS, row.sms), (WECOM, row.wecom)):
            if wanted:
                session.add(
                    Outgoing(notice_id=notice_id, channel=channel, due_at=due, changed_at=now)
                )
    session.flush()


def send_due(ways: Mapping[str, Channel], most: int = AT_ONCE) -> int:
    """Send what is due, the oldest first; returns how many were sent or kept."""
    forget_reads()
    with transaction() as session:
        session.execute(
            update(Outgoing)
            .where(Outgoing.state == "sending", Outgoing.changed_at < clock.now() - LOST)
            .values(state="unsure", changed_at=clock.now())
        )
    due = reading().scalars(
        select(Outgoing.id)
        .where(Outgoing.state == "waiting", Outgoing.due_at <= clock.now())
        .order_by(Outgoing.due_at, Outgoing.id)
        .limit(most)
    ).all()  # fmt: skip
    return sum(_send(key, ways) for key in due)


def _send(key: int, ways: Mapping[str, Channel]) -> bool:
    with transaction() as session:
        taken = session.execute(
            update(Outgoing)
            .where(Outgoing.id == key, Outgoing.state == "waiting")
            .values(state="sending", tries=Outgoing.tries + 1, changed_at=clock.now())
            .returning(Outgoing.channel, Outgoing.tries, Outgoing.notice_id)
        ).first()
        if taken is None:
            return False
        channel, tries, notice_id = taken
        notice = session.get_one(Notice, notice_id)
        to = _address(session, notice.user_id, channel)
        said, locale = words_of(notice), session.get_one(User, notice.user_id).locale
    if to is None:
        _end(key, "failed", "no address")
        return False
    way = ways[channel]
    try:
        way.send(to, speaker.say(said, locale))
    except Exception as error:
        # Whatever a provider's library throws: this message waits, the others go on.
        kind = "not sent" if isinstance(error, NotSent) else type(error).__name__
        log.warning("message not sent", extra={"channel": channel, "kind": kind, "tries": tries})
        _later(key, tries, kind)
        return False
    _end(key, "sent" if way.is_real else "kept")
    return True


def _address(session: Session, user_id: int, channel: str) -> str | None:
    """Where the user is reached now; None when they took it back or have none."""
    row = session.get(Reach, user_id)
    if row is None:
        return None
    if channel == SMS:
        user = session.get_one(User, user_id)
        return user.phone if row.sms else None
    if not row.wecom or row.wecom_sealed is None:
        return None
    return crypto.ring().open(row.wecom_sealed, place=f"reach.wecom:{user_id}")


def _later(key: int, tries: int, kind: str) -> None:
    pause = try_again(tries)
    if pause is None:
        _end(key, "failed", kind)
        return
    with transaction() as session:
        row = session.get_one(Outgoing, key)
        notice = session.get_one(Notice, row.notice_id)
        reach = session.get_one(Reach, notice.user_id)
        row.state, row.fault, row.changed_at = "waiting", kind[:60], clock.now()
        row.due_at = not_before(clock.now() + pause, reach.quiet_from, reach.quiet_to)


def _end(key: int, state: str, fault: str = "") -> None:
    with transaction() as session:
        session.execute(
            update(Outgoing)
            .where(Outgoing.id == key)
            .values(state=state, fault=fault[:60], changed_at=clock.now())
        )


def set_reach(
    *, actor: Actor, sms: bool, wecom: bool, wecom_key: str, quiet_from: int, quiet_to: int
) -> None:
    """How else the user wants to be told. wecom_key: "" keeps the one that is there.

    raises   NotAllowed; Invalid (wecom_key, quiet_from)
    """
    if actor.user_id is None:
        raise NotAllowed
    for minutes, name in ((quiet_from, "quiet_from"), (quiet_to, "quiet_to")):
        if not 0 <= minutes < 24 * 60:
            raise Invalid(text("请填写时间，例如 21:00。"), field=name)
    key = wecom_key.strip()
    if key and not (8 <= len(key) <= 80 and key.isascii() and key.replace("-", "").isalnum()):
        raise Invalid(text("机器人的钥匙不对，请从企业微信里原样复制。"), field="wecom_key")
    with transaction() as session:
        row = session.get(Reach, actor.user_id) or Reach(user_id=actor.user_id)
        row.sms, row.wecom = sms, wecom
        row.quiet_from, row.quiet_to = quiet_from, quiet_to
        if key:
            place = f"reach.wecom:{actor.user_id}"
            row.wecom_sealed = crypto.ring().seal(key, place=place)
        if wecom and row.wecom_sealed is None:
            raise Invalid(text("开企业微信，先填机器人的钥匙。"), field="wecom_key")
        session.add(row)
        audit.record(session, actor, "notify.reach", "user", actor.user_id, sms=sms, wecom=wecom)


def waits() -> bool:
    """Whether there is anything to look after: one look without writing."""
    due = (Outgoing.state == "waiting") & (Outgoing.due_at <= clock.now())
    lost = (Outgoing.state == "sending") & (Outgoing.changed_at < clock.now() - LOST)
    found = select(func.count()).select_from(Outgoing).where(or_(due, lost))
    return bool(reading().scalar(found))
