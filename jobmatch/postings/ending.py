"""Postings whose days are over leave the board by themselves."""

from datetime import date

from sqlalchemy import select, update

from jobmatch.infra import audit, events
from jobmatch.infra.db import transaction
from jobmatch.kernel.actor import SYSTEM
from jobmatch.kernel.ids import PostingId
from jobmatch.postings.events import PostingClosed
from jobmatch.postings.models import Posting
from jobmatch.postings.rules.states import State


def close_past(today: date) -> int:
    """Close every open posting whose last day is before today; returns how many."""
    with transaction() as session:
        past = session.scalars(
            select(Posting.id)
            .where(Posting.state == State.OPEN.value, Posting.last_day < today)
            .order_by(Posting.id)
        ).all()
        closed = session.scalars(
            update(Posting)
            .where(Posting.id.in_(past), Posting.state == State.OPEN.value)
            .values(state=State.CLOSED.value, version=Posting.version + 1)
            .returning(Posting.id)
            .execution_options(synchronize_session=False)
        ).all()
        for posting_id in sorted(closed):
            events.publish(session, PostingClosed(PostingId(posting_id)))
            audit.record(session, SYSTEM, "posting.end", "posting", posting_id)
        return len(closed)
