"""A household whose first member is the crew's leader: watched, with income, found wrong by her."""

from datetime import date

from jobmatch.households import service as households
from jobmatch.households.models import HouseholdMember
from jobmatch.households.rules.kinds import Source
from jobmatch.infra import clock, crypto
from jobmatch.infra.db import transaction
from jobmatch.kernel.actor import Actor
from jobmatch.kernel.ids import HouseholdId
from jobmatch.monitoring import service as monitoring
from jobmatch.workers.models import Worker
from tests.support import World


def home(
    world: World, village: str, officer: Actor, leader: Actor, name: str
) -> tuple[int, list[int], int]:
    """The keys of the household, of its members, and of what the leader found wrong."""
    household_id, members = world.household(village=village, kind="lifted")
    with transaction() as session:
        person = session.get_one(Worker, leader.worker_id)
        member = session.get_one(HouseholdMember, members[0])
        number = crypto.ring().open(person.id_sealed, place=f"worker.id_number:{person.uid}")
        member.id_index, member.id_tail = person.id_index, person.id_tail
        member.id_sealed = crypto.ring().seal(
            number, place=f"household_member.id_number:{member.uid}"
        )
        person.member_id = member.id
    households.add_income(
        HouseholdId(household_id), Source.TRANSFER, 120_000, date(2026, 8, 1),
        detail="补贴", member_id=None, uid=f"{name}-income", actor=officer,
    )  # fmt: skip
    monitoring.consent(household_id, True, clock.today(), "同意书", actor=officer)
    return household_id, members, monitoring.doubt("卖羊的钱没有记", actor=leader)
