"""The same request, however often it is sent, has one effect and one answer.

The row that says so is written in the transaction of the effect: where the one is, the other is.
A second sender of the same key waits for the first on the row's unique key.
"""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any, TypeVar

from sqlalchemy import JSON, Index, Integer, String, UniqueConstraint, delete, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, Session, mapped_column

from jobmatch.infra import clock, dated
from jobmatch.infra.db import Base, retried, transaction
from jobmatch.kernel.actor import Actor
from jobmatch.kernel.errors import Invalid
from jobmatch.kernel.periods import begin_of
from jobmatch.kernel.text import text

KEEP_DAYS = "retention.request_key_days"
FEW = 5_000


class IdempotencyKey(Base):
    """One request that took effect. body: SHA-256 of what was sent; answer: what came of it."""

    __tablename__ = "idempotency_key"
    __table_args__ = (UniqueConstraint("user_id", "key"), Index(None, "created_at"))
    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    user_id: Mapped[int] = mapped_column(Integer)
    key: Mapped[str] = mapped_column(String(36))
    endpoint: Mapped[str] = mapped_column(String(80))
    body: Mapped[str] = mapped_column(String(64))
    answer: Mapped[Any] = mapped_column(JSON, nullable=True)
    created_at: Mapped[datetime]


class OtherBody(Invalid):
    """The key stands for another request."""

    default = text("这张表已经交过一次，这次的内容不一样，没有再办。请刷新页面，看清楚再填。")


Answer = TypeVar("Answer", bound="int | str | list[Any] | None")


@retried
def once(key: str, endpoint: str, body: str, deed: Callable[[], Answer], *, actor: Actor) -> Answer:
    """Do the deed, unless this person's request with this key was done: then give its answer.

    key      made when the form was shown, at most 36 signs; endpoint: what was asked for
    body     SHA-256 of what was sent, 64 hex digits
    deed     a verb that writes in transaction(), and so in this one; gives what JSON can hold
    raises   OtherBody for a key that stands for something else; what the deed raises undoes both,
             so that the same request may be tried again
    """
    with transaction() as session:
        mine = _claimed(session, key, endpoint, body, actor.user_id or 0)
        if mine is None:
            return _answered(session, key, endpoint, body, actor.user_id or 0)  # type: ignore[return-value]
        answer = deed()
        session.execute(
            update(IdempotencyKey).where(IdempotencyKey.id == mine).values(answer=answer)
        )
        return answer


def forget(today: date) -> int:
    """Delete the keys that are older than the rule says; gives how many went."""
    with transaction() as session:
        days: int = dated.value(session, KEEP_DAYS, on=today)
        old = select(IdempotencyKey.id).where(
            IdempotencyKey.created_at < begin_of(today - timedelta(days=days))
        )
        gone = 0
        while keys := session.scalars(old.limit(FEW)).all():
            session.execute(delete(IdempotencyKey).where(IdempotencyKey.id.in_(keys)))
            gone += len(keys)
        return gone


def _claimed(session: Session, key: str, endpoint: str, body: str, user_id: int) -> int | None:
    """The new row's key; None when there is one. Waits for a sender who is at it just now."""
    is_sqlite = session.get_bind().dialect.name == "sqlite"
    made = (sqlite if is_sqlite else postgresql).insert(IdempotencyKey)
    found: int | None = session.scalar(
        made.values(
            user_id=user_id, key=key, endpoint=endpoint, body=body, created_at=clock.now()
        )
        .on_conflict_do_nothing(index_elements=["user_id", "key"])
        .returning(IdempotencyKey.id)
    )  # fmt: skip
    return found


def _answered(session: Session, key: str, endpoint: str, body: str, user_id: int) -> object:
    row = session.scalars(
        select(IdempotencyKey).where(IdempotencyKey.user_id == user_id, IdempotencyKey.key == key)
    ).one()
    if (row.endpoint, row.body) != (endpoint, body):
        raise OtherBody
    return row.answer
