"""Telling people: a notice in the application, and on its way by other channels if they wish."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from sqlalchemy import insert, or_, select, update
from sqlalchemy.orm import Session

from jobmatch.infra import clock
from jobmatch.infra.db import transaction
from jobmatch.kernel.actor import Actor
from jobmatch.kernel.text import Amount, Param, Text
from jobmatch.notify import sending
from jobmatch.notify.models import Notice, Reach

# So many keys in one question.
AT_ONCE = 1_000


def tell(session: Session, user_ids: Iterable[int | None], said: Text, *, link: str = "") -> None:
    """Leave a notice for each user, in the caller's transaction; None (no account) is passed over.

    link   a path of this application ("/my/mine")
    """
    tell_each(session, ((u, said) for u in user_ids if u is not None), link=link)


def tell_each(session: Session, said: Iterable[tuple[int, Text]], *, link: str = "") -> None:
    """Leave each user a notice of their own, in the caller's transaction."""
    tell_linked(session, ((user_id, words, link) for user_id, words in said))


def tell_linked(session: Session, said: Iterable[tuple[int, Text, str]]) -> None:
    """The same, each with a path of its own."""
    now = clock.now()
    rows: list[dict[str, Any]] = [
        {
            "user_id": user_id,
            "msgid": words.msgid,
            "params": {name: _plain(value) for name, value in words.params},
            "link": link,
            "created_at": now,
        }
        for user_id, words, link in said
    ]
    if not rows:
        return
    away = _who_wants_more(session, [row["user_id"] for row in rows])
    table: Any = Notice.__table__
    plain = [row for row in rows if row["user_id"] not in away]
    if plain:  # by the connection: an evening has hundreds of thousands of plain rows
        session.connection().execute(insert(table), plain)
    keys = {}
    for row in rows:
        if row["user_id"] in away:
            made = session.execute(insert(table).values(row).returning(table.c.id)).scalar_one()
            keys[made] = row["user_id"]
    if keys:
        sending.queue_up(session, keys)


def _who_wants_more(session: Session, user_ids: Sequence[int]) -> set[int]:
    """Those of them who are told by other channels too."""
    found: set[int] = set()
    for n in range(0, len(user_ids), AT_ONCE):
        some = user_ids[n : n + AT_ONCE]
        wants = select(Reach.user_id).where(
            Reach.user_id.in_(some), or_(Reach.sms.is_(True), Reach.wecom.is_(True))
        )
        found |= set(session.scalars(wants))
    return found


def mark_read(*, actor: Actor) -> None:
    with transaction() as session:
        session.execute(
            update(Notice)
            .where(Notice.user_id == actor.user_id, Notice.read_at.is_(None))
            .values(read_at=clock.now())
        )


def _plain(value: Param) -> object:
    if isinstance(value, date):
        return {"date": value.isoformat()}
    if isinstance(value, Amount):
        return {"fen": value.fen}
    if isinstance(value, Text):
        return {"text": value.msgid, "params": {n: _plain(v) for n, v in value.params}}
    return value
