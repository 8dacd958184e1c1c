"""Short ways to sign up and to look at what dispatch wrote."""

from datetime import date

from sqlalchemy import select

from jobmatch.dispatch import service
from jobmatch.dispatch.models import Engagement, EngagementDay, Signup
from jobmatch.infra.db import transaction
from jobmatch.kernel.actor import Actor
from jobmatch.kernel.ids import SignupId, WorkerId
from jobmatch.notify.models import Notice
from jobmatch.postings.models import PostingDay
from jobmatch.workers.models import Credential

D25, D26, D27 = (date(2026, 9, d) for d in (25, 26, 27))


def ask(posting_id: int, worker: tuple[WorkerId, Actor], **days: date) -> SignupId:
    """The worker signs up for themselves; gives the sign-up."""
    worker_id, actor = worker
    return service.sign_up(posting_id, actor=actor, worker_id=worker_id, **days)


def state_of(signup_id: int) -> str:
    with transaction() as session:
        return session.get_one(Signup, signup_id).state


def days_of(worker_id: int) -> list[date]:
    """The days on which the worker is engaged, in order."""
    with transaction() as session:
        found = select(EngagementDay.work_date).where(EngagementDay.worker_id == worker_id)
        return sorted(session.scalars(found))


def taken(posting_id: int) -> list[int]:
    """Places taken, day by day."""
    with transaction() as session:
        found = (
            select(PostingDay.taken)
            .where(PostingDay.posting_id == posting_id)
            .order_by(PostingDay.work_date)
        )
        return list(session.scalars(found))


def engagement(signup_id: int) -> tuple[str, str | None] | None:
    with transaction() as session:
        row = session.scalars(select(Engagement).where(Engagement.signup_id == signup_id)).first()
        return (row.state, row.cancelled_by) if row else None


def told(user_id: int | None) -> list[str]:
    """The sentences left for a user, oldest first."""
    with transaction() as session:
        found = select(Notice).where(Notice.user_id == user_id).order_by(Notice.id)
        return [n.msgid for n in session.scalars(found)]


def credential(worker_id: int, skill_id: str = "ag.swpotato.sort", level: int = 1) -> None:
    with transaction() as session:
        session.add(
            Credential(
                worker_id=worker_id, skill_id=skill_id, level=level, issued_on=date(2026, 8, 1),
                origin="document", ref="test",
            )
        )  # fmt: skip
