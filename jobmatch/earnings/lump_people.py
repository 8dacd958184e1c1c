"""Whom a lump sum may be agreed for at a posting, and by which shares."""

from collections.abc import Mapping
from datetime import date

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from jobmatch.brands.models import Crew
from jobmatch.dispatch.models import Engagement
from jobmatch.earnings.rules.sharing import Agreement, Sharing, Way, sharing_on
from jobmatch.earnings.run_models import CrewSharing
from jobmatch.infra.db import reading
from jobmatch.kernel.errors import Invalid, NotFound
from jobmatch.kernel.text import text
from jobmatch.workers.models import Worker


def crews(posting_id: int) -> list[tuple[int, str]]:
    """The crews that are engaged for a posting, key and name."""
    rows = reading().execute(
        select(Crew.id, Crew.name)
        .where(Crew.id.in_(_engaged(posting_id).with_only_columns(Engagement.crew_id)))
        .order_by(Crew.name, Crew.id)
    )
    return [(key, name) for key, name in rows]


def people(posting_id: int, crew_id: int | None) -> list[tuple[int, str]]:
    """Who is engaged for a posting, of a crew or at all: key and name."""
    rows = reading().execute(
        select(Worker.id, Worker.name)
        .where(Worker.id.in_(_whose(posting_id, crew_id)))
        .order_by(Worker.name, Worker.id)
    )
    return [(key, name) for key, name in rows]


def on_record(crew_id: int | None, day: date, session: Session | None = None) -> Sharing | None:
    """The shares that a crew has on record for a day; None where it has none of its own."""
    if crew_id is None:
        return None
    rows = (session or reading()).scalars(select(CrewSharing).where(CrewSharing.crew_id == crew_id))
    found = [Agreement(row.valid_from, sharing_of(row.way, row.shares)) for row in rows]
    held = sharing_on(found, day)
    return held if held.way is Way.AGREED else None


def agreed(
    session: Session, posting_id: int, crew_id: int | None, day: date, typed: Mapping[int, int]
) -> dict[int, int]:
    """By which shares a lump sum that begins on the day is shared.

    What the crew put on record goes before what the employer typed: it was agreed before the work.
    raises   Invalid (field shares) for people who are not engaged
    """
    held = on_record(crew_id, day, session)
    if held is not None:
        return dict(held.shares)
    engaged = set(session.scalars(_whose(posting_id, crew_id)))
    if not set(typed) <= engaged:
        raise Invalid(text("份额只能给干这份活的人。"), field="shares")
    return dict(typed)


def require_crew(session: Session, posting_id: int, crew_id: int | None) -> None:
    """raises NotFound for a crew that is not engaged for the posting."""
    if crew_id is None:
        return
    found = _engaged(posting_id).where(Engagement.crew_id == crew_id).limit(1)
    if session.scalar(found) is None:
        raise NotFound


def sharing_of(way: str, shares: Mapping[str, int]) -> Sharing:
    """As it is stored."""
    return Sharing(Way(way), {int(key): int(share) for key, share in shares.items()})


def _engaged(posting_id: int) -> Select[int]:
    return select(Engagement.id).where(
        Engagement.posting_id == posting_id, Engagement.state == "active"
    )


def _whose(posting_id: int, crew_id: int | None) -> Select[int]:
    found = _engaged(posting_id).with_only_columns(Engagement.worker_id)
    return found.where(Engagement.crew_id == crew_id) if crew_id is not None else found
