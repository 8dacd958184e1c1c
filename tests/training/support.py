"""Short ways to make courses, sessions and work in tests of training."""

from datetime import date

from jobmatch.attendance.models import WorkDay
from jobmatch.dispatch.models import Engagement, EngagementDay, Signup
from jobmatch.infra import clock
from jobmatch.infra.db import transaction
from jobmatch.kernel.actor import Actor
from jobmatch.postings.models import PostingDay
from jobmatch.training import service
from tests.support import World


def session_of(
    actor: Actor,
    *,
    brand_id: int | None = None,
    first: date = date(2026, 8, 10),
    last: date = date(2026, 8, 11),
    seats: int = 30,
    skill_id: str = "ag.swpotato.sort",
    level: int = 2,
) -> int:
    """An open session of a new course; the actor runs it."""
    course = service.create_course(
        service.NewCourse("甘薯分拣上岗培训", skill_id, "150525", level, "分大中小三级"),
        actor=actor, brand_id=brand_id,
    )  # fmt: skip
    return service.create_session(
        course,
        service.NewSession("150525102", "镇文化站", "张老师", first, last, 510, seats),
        actor=actor,
    )


def work_day(
    world: World,
    worker_id: int,
    day: date,
    *,
    skill_id: str = "ag.swpotato.sort",
    brand_id: int | None = None,
    posting: int | None = None,
) -> int:
    """A day worked, with all that must stand behind it."""
    if posting is None:
        employer_id, _ = world.employer(f"用工{next(world.number)}")
        posting = world.posting(employer_id, first=day, last=day, skill_id=skill_id)
    with transaction() as session:
        from jobmatch.postings.models import Posting

        row = session.get_one(Posting, posting)
        seat = session.query(PostingDay).filter_by(posting_id=posting, work_date=day).one()
        signup = session.query(Signup).filter_by(worker_id=worker_id, posting_id=posting).first()
        if signup is None:
            signup = Signup(
                worker_id=worker_id, posting_id=posting, first_day=row.first_day,
                last_day=row.last_day, state="accepted", via="self", created_at=clock.now(),
            )  # fmt: skip
            session.add(signup)
            session.flush()
            session.add(
                Engagement(
                    signup_id=signup.id, worker_id=worker_id, posting_id=posting,
                    brand_id=brand_id, created_at=clock.now(),
                )
            )  # fmt: skip
            session.flush()
        engagement = session.query(Engagement).filter_by(signup_id=signup.id).one()
        booked = EngagementDay(
            engagement_id=engagement.id, posting_day_id=seat.id, worker_id=worker_id, work_date=day
        )
        seat.taken += 1
        session.add(booked)
        session.flush()
        work = WorkDay(
            engagement_day_id=booked.id, worker_id=worker_id, work_date=day, posting_id=posting,
            employer_id=row.employer_id, brand_id=brand_id, minutes=480, updated_at=clock.now(),
        )  # fmt: skip
        session.add(work)
        session.flush()
        return work.id
