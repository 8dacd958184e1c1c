"""Who may do what about a household's line watch and income."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from jobmatch.households import policy as households
from jobmatch.households.models import Household, HouseholdMember
from jobmatch.kernel.actor import Actor
from jobmatch.kernel.errors import NotFound
from jobmatch.workers.models import Worker


def require_officer_of(session: Session, actor: Actor, household_id: int) -> str:
    """The village of a household in the officer's scope. raises NotAllowed, NotFound."""
    households.require_officer(actor)
    village = session.scalar(select(Household.village_code).where(Household.id == household_id))
    if village is None:
        raise NotFound
    households.require_scope(actor, village)
    return village


def require_officer_of_all(session: Session, actor: Actor, household_ids: Sequence[int]) -> None:
    """Every one of these households is in the officer's scope. raises NotAllowed, NotFound."""
    households.require_officer(actor)
    villages = session.scalars(
        select(Household.village_code).where(Household.id.in_(household_ids))
    ).all()
    if len(villages) != len(household_ids):
        raise NotFound
    for village in set(villages):
        households.require_scope(actor, village)


def own_household(session: Session, actor: Actor) -> int | None:
    """The household in which the worker who acts lives; None when none is registered."""
    if actor.worker_id is None:
        raise NotFound
    return household_of(session, actor.worker_id)


def household_of(session: Session, worker_id: int) -> int | None:
    """The household in which a worker lives; None when none is registered."""
    return session.scalar(
        select(HouseholdMember.household_id)
        .join(Worker, Worker.member_id == HouseholdMember.id)
        .where(Worker.id == worker_id, HouseholdMember.left_on.is_(None))
    )
