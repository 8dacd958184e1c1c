"""Noting what the reader could not place, in the transaction that writes the text."""

import logging
from collections.abc import Mapping
from typing import Any

from sqlalchemy import case
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from jobmatch.infra import clock
from jobmatch.infra.db import DatabaseError, transaction
from jobmatch.skills import queries
from jobmatch.skills.models import UnreadWords
from jobmatch.skills.rules.unread import form, unread

# Rows written in one transaction.
PAGE = 1_000

log = logging.getLogger("jobmatch.skills")


def ready() -> None:
    """Have the catalogue at hand before a transaction begins: to load it takes over a second."""
    queries.catalogue()


def note(session: Session, said: str, *, before: str = "", source: str) -> None:
    """Count the words of a text that the reader cannot place, in the caller's transaction.

    before   the text that this one replaces: what stood there already is not counted again
    source   "worker", "desk" or "posting"

    Never in the way of the deed itself: a list that cannot be written is passed over. Call `ready`
    before the transaction.
    """
    if not said or said == before:
        return
    catalogue = queries.catalogue()
    known = {form(words) for words in unread(before, catalogue)} if before else set()
    # In one order, so that two writers never wait for each other in a ring.
    fresh = sorted(
        (form(words), words) for words in unread(said, catalogue) if form(words) not in known
    )
    if not fresh:
        return
    now = clock.now()
    rows = [
        {
            "normal": normal, "words": words, "times": 1, "first_seen": now, "last_seen": now,
            "source": source, "state": "open",
        }
        for normal, words in fresh
    ]  # fmt: skip
    try:
        with session.begin_nested():
            session.execute(_counted(session), rows)
    except DatabaseError as error:
        log.warning("unread words not noted", extra={"kind": type(error).__name__})


def note_counted(words: Mapping[str, str], times: Mapping[str, int], source: str) -> None:
    """List words (normal form -> as typed) that were counted over all texts of a source."""
    now = clock.now()
    rows = [
        {
            "normal": normal, "words": words[normal], "times": times[normal], "first_seen": now,
            "last_seen": now, "source": source, "state": "open",
        }
        for normal in sorted(words)
    ]  # fmt: skip
    for at in range(0, len(rows), PAGE):
        with transaction() as session:
            session.execute(_at_least(session), rows[at : at + PAGE])


def _at_least(session: Session) -> Any:
    """A new row; or, for the row that is there, as many times as given, if it had fewer."""
    made = _insert(session)
    more = case(
        (UnreadWords.times < made.excluded.times, made.excluded.times), else_=UnreadWords.times
    )
    return made.on_conflict_do_update(index_elements=[UnreadWords.normal], set_={"times": more})


def _counted(session: Session) -> Any:
    """One statement on both databases: a new row, or one more time for the row that is there."""
    made = _insert(session)
    return made.on_conflict_do_update(
        index_elements=[UnreadWords.normal],
        set_={"times": UnreadWords.times + 1, "last_seen": made.excluded.last_seen},
    )


def _insert(session: Session) -> Any:
    is_postgres = session.get_bind().dialect.name == "postgresql"
    return (postgresql if is_postgres else sqlite).insert(UnreadWords)
