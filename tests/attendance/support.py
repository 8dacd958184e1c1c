"""Short ways to engaged people for the tests of attendance and pay."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select, update

from jobmatch.attendance import service
from jobmatch.attendance.rules.kinds import Kind
from jobmatch.attendance.service import Mark
from jobmatch.dispatch.models import Engagement, EngagementDay, Signup
from jobmatch.infra import clock
from jobmatch.infra.db import transaction
from jobmatch.kernel.actor import Actor
from jobmatch.postings.models import PostingDay
from tests.support import World, instant


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


DAY = date(2026, 9, 25)


@dataclass
class Field:
    """Three people of a crew engaged on one day, and those around them."""

    posting_id: int
    employer: Actor
    organizer: Actor
    leader: Actor
    worker: Actor
    worker_id: int
    crew_id: int
    days: list[int]
    people: list[int]


@contextmanager
def crew_at_work(world: World, **fields: Any) -> Iterator[Field]:
    """The crew on the evening of its day."""
    with clock.at(instant(2026, 9, 25, 18)):
        employer_id, employer = world.employer()
        posting_id = world.posting(employer_id, **fields)
        brand_id, organizer = world.brand()
        people = [world.worker(name) for name in ("王秀兰", "李桂芳", "张玉梅")]
        crew_id = world.crew(brand_id, [key for key, _ in people])
        days = [
            engage(posting_id, key, DAY, crew_id=crew_id, brand_id=brand_id)[0] for key, _ in people
        ]
        yield Field(
            posting_id, employer, organizer, people[0][1], people[1][1], people[1][0], crew_id,
            days, [key for key, _ in people],
        )  # fmt: skip


def milliseconds(at: datetime) -> int:
    return int(at.timestamp() * 1000)


def tapped(
    field: Field, person: int, kind: str, at: datetime | None = None, **more: Any
) -> dict[str, Any]:
    """An item as a phone sends it: of this person of the crew (0 the leader)."""
    return {
        "uid": str(uuid.uuid4()), "kind": kind, "posting_id": field.posting_id,
        "worker_id": field.people[person], "date": DAY.isoformat(),
        "at": milliseconds(at or clock.now()), **more,
    }  # fmt: skip
