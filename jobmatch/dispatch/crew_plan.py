"""Who of a crew can go to a posting on which days; nothing is written here."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from jobmatch.brands.models import BrandMember, Crew, CrewMember
from jobmatch.dispatch import placing
from jobmatch.dispatch.errors import (
    CrewIncomplete,
    DaysOver,
    NobodyFree,
    PostingClosed,
)
from jobmatch.dispatch.models import Engagement, EngagementDay
from jobmatch.dispatch.placing import Candidate
from jobmatch.dispatch.rules import days as day_rules
from jobmatch.kernel.periods import Days
from jobmatch.kernel.text import Text, text
from jobmatch.postings.models import Posting


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A member of the crew who does not go, and why."""

    worker_id: int
    name: str
    why: Text


@dataclass(frozen=True, slots=True)
class CrewPlan:
    """Who of a crew can go on which days, before any seat is taken."""

    people: dict[int, Candidate]
    days: dict[int, list[date]]
    left_out: tuple[LeftOut, ...]


def plan_of(
    session: Session,
    posting: Posting,
    crew: Crew,
    wanted: Days,
    only: Collection[date] | None = None,
) -> CrewPlan:
    """Who of the crew can go on which of the wanted days.

    only    of these days, where a season's plan sends the crew with days off between
    raises  PostingClosed, DaysOver, NobodyFree; CrewIncomplete when a whole crew is not free
    """
    if posting.state != "open":
        raise PostingClosed
    offered = [day for day in placing.days_open(session, posting) if day in wanted]
    if only is not None:
        offered = [day for day in offered if day in only]
    if not offered:
        raise DaysOver
    members = members_of(session, crew)
    people = placing.candidates(session, members, wanted)
    held = held_here(session, posting.id, members)
    days: dict[int, list[date]] = {}
    left_out: list[LeftOut] = []
    for who in people.values():
        # Days that the member already has here are kept, not a clash.
        booked = who.booked - held.get(who.worker_id, frozenset())
        found = day_rules.days_to_take(wanted, offered, who.runs, booked)
        why = placing.why_not(session, posting, who, offered[0])
        if why is None and not found:
            why = text("这几天没空")
        if why is not None:
            left_out.append(LeftOut(who.worker_id, who.name, why))
        else:
            days[who.worker_id] = found
    if not days:
        raise NobodyFree
    if crew.is_whole:
        require_whole(people, left_out, {w: len(d) for w, d in days.items()}, len(offered))
    return CrewPlan(people, days, tuple(left_out))


def members_of(session: Session, crew: Crew) -> Sequence[int]:
    """Who of the crew is still a member of its brand."""
    return session.scalars(
        select(CrewMember.worker_id)
        .join(BrandMember, BrandMember.worker_id == CrewMember.worker_id)
        .where(
            CrewMember.crew_id == crew.id,
            BrandMember.brand_id == crew.brand_id,
            BrandMember.state == "member",
        )
        .order_by(CrewMember.worker_id)
    ).all()


def require_whole(
    people: dict[int, Candidate], left_out: Sequence[LeftOut], n_days: dict[int, int], all_days: int
) -> None:
    """raises CrewIncomplete when somebody is left out or has fewer than all the days."""
    short = [row.name for row in left_out]
    short += [people[w].name for w, n in n_days.items() if n < all_days]
    if short:
        raise CrewIncomplete(
            text(
                "这个班组要整班去，但 {names} 等 {n} 人不能全程到。",
                names="、".join(short[:3]), n=len(short),
            )
        )  # fmt: skip


def held_here(
    session: Session, posting_id: int, worker_ids: Sequence[int]
) -> dict[int, frozenset[date]]:
    """The days that these workers have at this posting already, by worker."""
    rows = session.execute(
        select(EngagementDay.worker_id, EngagementDay.work_date)
        .join(Engagement, Engagement.id == EngagementDay.engagement_id)
        .where(Engagement.posting_id == posting_id, EngagementDay.worker_id.in_(worker_ids))
    )
    held: dict[int, set[date]] = {}
    for worker_id, day in rows:
        held.setdefault(worker_id, set()).add(day)
    return {worker_id: frozenset(days) for worker_id, days in held.items()}
