"""What earnings hears of lower houses."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from jobmatch.earnings import income
from jobmatch.households.events import MembersSaved
from jobmatch.infra import events
from jobmatch.workers.models import Worker

CHUNK = 5_000


def connect() -> None:
    events.subscribe(MembersSaved, on_members_saved)


def on_members_saved(session: Session, event: MembersSaved) -> None:
    """Workers found among the new members: what they earned before counts for their household.

    Listens after `workers`, which links them in the same transaction.
    """
    keys = [member_id for member_id, _index in event.members]
    for start in range(0, len(keys), CHUNK):
        linked = select(Worker.id).where(Worker.member_id.in_(keys[start : start + CHUNK]))
        income.book_income_of(session, session.scalars(linked).all())
