"""Short ways to engaged people for the tests of attendance and pay."""

from datetime import date

from sqlalchemy import select, update

from jobmatch.attendance import service
from jobmatch.attendance.rules.kinds import Kind
from jobmatch.attendance.service import Mark
from jobmatch.dispatch.models import Engagement, EngagementDay, Signup
from jobmatch.infra import clock
from jobmatch.infra.db import transaction
from jobmatch.kernel.actor import Actor
from jobmatch.postings.models import PostingDay


def engage(
    posting_id: int,
    worker_id: int,
    *days: date,
    crew_id: int | None = None,
    brand_id: int | None = None,
) -> list[int]:
    """Engage the worker for the days; the keys of the engagement days."""
    with transaction() as session:
        signup = Signup(
            worker_id=worker_id, posting_id=posting_id, first_day=min(days), last_day=max(days),
            state="accepted", via="crew" if crew_id else "self", crew_id=crew_id,
            created_at=clock.now(),
        )  # fmt: skip
        session.add(signup)
        session.flush()
        engagement = Engagement(
            signup_id=signup.id, worker_id=worker_id, posting_id=posting_id, crew_id=crew_id,
            brand_id=brand_id, created_at=clock.now(),
        )  # fmt: skip
        session.add(engagement)
        session.flush()
        keys = []
        for day in days:
            place = session.scalars(
                select(PostingDay).where(
                    PostingDay.posting_id == posting_id, PostingDay.work_date == day
                )
            ).one()
            session.execute(
                update(PostingDay).where(PostingDay.id == place.id).values(taken=place.taken + 1)
            )
            row = EngagementDay(
                engagement_id=engagement.id, posting_day_id=place.id, worker_id=worker_id,
                work_date=day,
            )  # fmt: skip
            session.add(row)
            session.flush()
            keys.append(row.id)
        return keys


def mark(
    actor: Actor, engagement_day_id: int, kind: Kind, value: int | None = None, uid: str = ""
) -> None:
    service.record_crew(
        [Mark(engagement_day_id, kind, value)],
        actor=actor,
        uid=uid or f"{engagement_day_id}-{kind.value}-{value}-{clock.now().timestamp()}",
    )
