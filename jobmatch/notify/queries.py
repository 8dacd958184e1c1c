from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select

from jobmatch.infra.db import reading
from jobmatch.kernel.ids import UserId
from jobmatch.kernel.text import Amount, Param, Text
from jobmatch.notify.models import Notice


@dataclass(frozen=True, slots=True)
class NoticeRow:
    said: Text
    link: str
    created_at: datetime
    is_new: bool


def unread(user_id: UserId) -> int:
    count = select(func.count()).where(Notice.user_id == user_id, Notice.read_at.is_(None))
    return reading().scalar(count) or 0


def notices(user_id: UserId, most: int = 50) -> list[NoticeRow]:
    """The latest notices, newest first."""
    rows = reading().scalars(
        select(Notice).where(Notice.user_id == user_id).order_by(Notice.id.desc()).limit(most)
    )
    return [
        NoticeRow(_text(n.msgid, n.params), n.link, n.created_at, n.read_at is None) for n in rows
    ]


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
