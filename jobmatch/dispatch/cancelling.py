"""Giving back what was engaged: days are freed, then the waiting list moves up."""

from collections.abc import Collection
from datetime import date, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from jobmatch.dispatch import placing, seats
from jobmatch.dispatch.errors import AlreadyDecided, NothingToFree
from jobmatch.dispatch.models import Engagement, EngagementDay, Signup
from jobmatch.dispatch.rules import days as day_rules
from jobmatch.dispatch.rules.states import SignupState
from jobmatch.infra import clock
from jobmatch.postings.models import Posting


def free(
    session: Session,
    signup: Signup,
    to: SignupState,
    *,
    by: str,
    note: str = "",
    days: Collection[date] | None = None,
) -> set[date]:
    """Free the days to come of an accepted sign-up; with its last future day it ends.

    days      only these; to: the state that it ends in
    returns   the days that became free
    raises    AlreadyDecided, NothingToFree
    """
    move(session, signup, frozenset({SignupState.ACCEPTED}), SignupState.ACCEPTED)  # holds the row
    engagement = session.scalars(
        select(Engagement)
        .where(Engagement.signup_id == signup.id)
        .execution_options(populate_existing=True)
    ).one()
    posting = session.get_one(Posting, signup.posting_id)
    freeable = _freeable(session, posting, engagement)
    asked = [d for d in freeable if days is None or d in days]
    freed = seats.give_back(session, [engagement.id], asked)
    if not freed:
        raise NothingToFree
    if set(freeable) == freed:
        signup.state, signup.note = to, note
        signup.decided_at = clock.now()
        engagement.state, engagement.cancelled_by = "cancelled", by
        engagement.cancelled_at = clock.now()
    session.flush()
    return freed


def refill(session: Session, posting: Posting, worker_id: int) -> None:
    """After days were freed: the posting's waiting list, then what else the worker waits for."""
    placing.fill(session, posting)
    waits_for = session.scalars(
        select(Posting)
        .join(Signup, Signup.posting_id == Posting.id)
        .where(
            Signup.worker_id == worker_id, Signup.state == SignupState.WAITING,
            Posting.id != posting.id,
        )
        .order_by(Posting.id)
    )  # fmt: skip
    for other in waits_for.all():
        placing.fill(session, other)


def _freeable(session: Session, posting: Posting, engagement: Engagement) -> list[date]:
    held = session.scalars(
        select(EngagementDay.work_date).where(EngagementDay.engagement_id == engagement.id)
    )
    return day_rules.to_give_back(
        held, today=clock.today(), minute=placing.minute_now(), starts_at=posting.starts_at,
        minutes_since=(clock.now() - engagement.created_at) // timedelta(minutes=1),
    )  # fmt: skip


def move(
    session: Session,
    signup: Signup,
    allowed: frozenset[SignupState],
    to: SignupState,
    *,
    note: str = "",
) -> None:
    """Change the state in one guarded statement: of two who decide at once, one is told."""
    moved = session.scalar(
        update(Signup)
        .where(Signup.id == signup.id, Signup.state.in_(allowed))
        .values(state=to, note=note, decided_at=clock.now(), waiting_since=None)
        .returning(Signup.id)
        .execution_options(synchronize_session=False)
    )
    if moved is None:
        raise AlreadyDecided
    session.refresh(signup)
