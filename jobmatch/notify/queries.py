from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import bindparam, func, select

from jobmatch.accounts.models import User
from jobmatch.infra.db import fetch, reading
from jobmatch.kernel.ids import UserId
from jobmatch.kernel.paging import PAGE_SIZE, Page
from jobmatch.kernel.text import Amount, Param, Text
from jobmatch.notify.models import Notice, Outgoing, Reach


@dataclass(frozen=True, slots=True)
class NoticeRow:
    said: Text
    link: str
    created_at: datetime
    is_new: bool


_UNREAD = select(func.count()).where(
    Notice.user_id == bindparam("its_user"), Notice.read_at.is_(None)
)


def unread(user_id: UserId) -> int:
    return int(fetch(_UNREAD, its_user=user_id)[0][0])


def page(user_id: UserId, number: int = 1) -> Page[NoticeRow]:
    """All that a user was ever told, newest first."""
    counted = select(func.count()).where(Notice.user_id == user_id)
    total = reading().scalar(counted) or 0
    return Page(notices(user_id, skip=(number - 1) * PAGE_SIZE), number, total)


def notices(user_id: UserId, most: int = PAGE_SIZE, skip: int = 0) -> list[NoticeRow]:
    """The latest notices, newest first."""
    rows = reading().scalars(
        select(Notice)
        .where(Notice.user_id == user_id)
        .order_by(Notice.id.desc())
        .limit(most)
        .offset(skip)
    )
    return [
        NoticeRow(_text(n.msgid, n.params), n.link, n.created_at, n.read_at is None) for n in rows
    ]


def words_of(notice: Notice) -> Text:
    """What a notice says."""
    return _text(notice.msgid, notice.params)


@dataclass(frozen=True, slots=True)
class ReachRow:
    """How else a user is told. Times minutes after midnight; has_key: a robot's key is kept."""

    sms: bool = False
    wecom: bool = False
    has_key: bool = False
    quiet_from: int = 21 * 60
    quiet_to: int = 8 * 60


def reach(user_id: UserId) -> ReachRow:
    row = reading().get(Reach, user_id)
    if row is None:
        return ReachRow()
    return ReachRow(row.sms, row.wecom, row.wecom_sealed is not None, row.quiet_from, row.quiet_to)


@dataclass(frozen=True, slots=True)
class OutgoingRow:
    """A message on its way, as the administrator sees it: the phone is masked by the page."""

    id: int
    channel: str
    state: str
    tries: int
    due_at: datetime
    changed_at: datetime
    fault: str
    phone: str
    said: Text


def outgoing(most: int = 100) -> list[OutgoingRow]:
    """The latest messages by other channels, newest first."""
    rows = reading().execute(
        select(Outgoing, Notice, User.phone)
        .join(Notice, Notice.id == Outgoing.notice_id)
        .join(User, User.id == Notice.user_id)
        .order_by(Outgoing.id.desc())
        .limit(most)
    )
    return [
        OutgoingRow(
            o.id, o.channel, o.state, o.tries, o.due_at, o.changed_at, o.fault, phone, words_of(n)
        )
        for o, n, phone in rows
    ]


def outgoing_counts() -> dict[str, int]:
    """How many messages are in each state."""
    rows = reading().execute(select(Outgoing.state, func.count()).group_by(Outgoing.state))
    return {state: n for state, n in rows}  # noqa: C416


def longest_due() -> datetime | None:
    """Since when the oldest waiting message is due; None where none waits."""
    return reading().scalar(select(func.min(Outgoing.due_at)).where(Outgoing.state == "waiting"))


def _text(msgid: str, params: dict[str, Any]) -> Text:
    return Text(msgid, tuple((name, _param(value)) for name, value in params.items()))


def _param(value: Any) -> Param:
    if isinstance(value, dict):
        if "date" in value:
            return date.fromisoformat(value["date"])
        if "fen" in value:
            return Amount(value["fen"])
        return _text(value["text"], value["params"])
    found: Param = value
    return found
