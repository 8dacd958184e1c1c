"""Telling people: a notice in the application; other channels come later."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from sqlalchemy import insert, update
from sqlalchemy.orm import Session

from jobmatch.infra import clock
from jobmatch.infra.db import transaction
from jobmatch.kernel.actor import Actor
from jobmatch.kernel.text import Amount, Param, Text
from jobmatch.notify.models import Notice


def tell(session: Session, user_ids: Iterable[int | None], said: Text, *, link: str = "") -> None:
    """Leave a notice for each user, in the caller's transaction; None (no account) is passed over.

    link   a path of this application ("/my/mine")
    """
    tell_each(session, ((u, said) for u in user_ids if u is not None), link=link)


def tell_each(session: Session, said: Iterable[tuple[int, Text]], *, link: str = "") -> None:
    """Leave each user a notice of their own, in the caller's transaction."""
    now = clock.now()
    rows = [
        {
            "user_id": user_id,
            "msgid": words.msgid,
            "params": {name: _plain(value) for name, value in words.params},
            "link": link,
            "created_at": now,
        }
        for user_id, words in said
    ]
    if rows:  # by the connection: an evening has hundreds of thousands of plain rows
        table: Any = Notice.__table__
        session.connection().execute(insert(table), rows)


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
