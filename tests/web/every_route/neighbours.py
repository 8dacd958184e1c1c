"""Who stands next door to the own side: the same roles in the same banner, for another village, another
township, another employer, another brand, another crew. What is the own side's is not theirs.
"""

from sqlalchemy import select

from jobmatch.accounts.models import User
from jobmatch.households.models import Household
from jobmatch.infra.db import reading, transaction
from jobmatch.kernel.actor import Actor
from jobmatch.workers.models import Worker
from tests.support import World
from tests.web.every_route.two_sides import Side

# The columns of the matrix, and who of the own side stands in each.
OWN = {
    "worker": "member", "leader": "worker", "employer": "employer", "organizer": "organizer",
    "village": "", "township": "", "county": "officer", "station": "station", "admin": "admin",
}  # fmt: skip
VILLAGE, TOWNSHIP = "150525102222", "150525102"
NEXT_VILLAGE, NEXT_TOWNSHIP, NEXT_COUNTY = "150525102201", "150525100", "150430"


def own_people(world: World, own: Side) -> dict[str, Actor]:
    """One person for each column: the own side's, and its officers of village and township."""
    officers = {"village": world.officer(VILLAGE), "township": world.officer(TOWNSHIP)}
    return {column: officers.get(column) or own.actors[name] for column, name in OWN.items()}


def neighbours(world: World) -> dict[str, Actor]:
    """One person for each column who has nothing to do with the own side's objects."""
    worker_id, worker = world.worker("邻村工人", home=NEXT_VILLAGE)
    leader_id, leader = world.worker("邻村班长", home=NEXT_VILLAGE)
    employer_id, employer = world.employer("邻镇合作社", place=NEXT_TOWNSHIP)
    brand_id, organizer = world.brand("邻镇品牌")
    world.crew(brand_id, [leader_id, worker_id], name="邻镇一班")
    world.posting(employer_id, title="邻镇分拣")
    household_id, _members = world.household(village=NEXT_VILLAGE)
    with transaction() as session:
        session.get_one(Household, household_id).head_name = "邻家户主"
    return {
        "worker": worker, "leader": leader, "employer": employer, "organizer": organizer,
        "village": world.officer(NEXT_VILLAGE), "township": world.officer(NEXT_TOWNSHIP),
        "county": world.officer(NEXT_COUNTY), "station": world.station(NEXT_TOWNSHIP),
        "admin": world.admin(),
    }  # fmt: skip


def give_phones() -> None:
    """Each worker's own number, other than the one they sign in with: so pages may show either."""
    with transaction() as session:
        for worker in session.scalars(select(Worker)):
            worker.phone = f"137{worker.id:08d}"


def phones_of(people: dict[str, Actor]) -> dict[str, set[str]]:
    """The numbers that each may see anywhere: their own."""
    found = {}
    for column, actor in people.items():
        user = reading().get_one(User, actor.user_id)
        found[column] = {user.phone}
        if actor.worker_id:
            found[column].add(f"137{actor.worker_id:08d}")
    return found
