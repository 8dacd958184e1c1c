"""What a county holds already: a new season must not meet it."""

from collections import defaultdict
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from jobmatch.brands.models import LaborBrand
from jobmatch.households.models import Household, HouseholdMember
from jobmatch.workers.models import Worker


def ids_used(session: Session, county: str) -> dict[tuple[date, str], int]:
    """How many people of the county are there already, by birth date and sex."""
    used: dict[tuple[date, str], int] = defaultdict(int)
    workers = (
        select(Worker.born, Worker.sex, func.count())
        .where(Worker.home_code.startswith(county))
        .group_by(Worker.born, Worker.sex)
    )
    members = (
        select(HouseholdMember.born, HouseholdMember.sex, func.count())
        .join(Household, Household.id == HouseholdMember.household_id)
        .where(Household.village_code.startswith(county))
        .group_by(HouseholdMember.born, HouseholdMember.sex)
    )
    for people in (workers, members):
        for born, sex, count in session.execute(people):
            used[born, sex] += count
    return used


def households_in(session: Session, county: str) -> int:
    """How many households of the county are there already."""
    count = select(func.count()).select_from(Household)
    return session.scalar(count.where(Household.village_code.startswith(county))) or 0


def free_name(session: Session, name: str) -> str:
    """The name, or with a number after it where a brand of that name is there already."""
    taken = set(session.scalars(select(LaborBrand.name).where(LaborBrand.name.startswith(name))))
    numbered = (f"{name} {n}" for n in range(2, len(taken) + 3))
    return next(free for free in (name, *numbered) if free not in taken)
