"""What workers hear from the houses below."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from jobmatch.households.events import MembersSaved
from jobmatch.infra import wall
from jobmatch.infra.events import subscribe
from jobmatch.skills import rereading
from jobmatch.skills.events import AliasTakenBack
from jobmatch.workers import proposals
from jobmatch.workers.models import Worker

_AT_ONCE = 500


def connect() -> None:
    subscribe(MembersSaved, link_members)
    subscribe(AliasTakenBack, proposals.withdraw)
    rereading.register("worker", proposals.find, proposals.settle)
    rereading.register_texts("worker", proposals.texts)


@wall.lifted("workers are found by the sign of their ID number wherever they live")
def link_members(session: Session, told: MembersSaved) -> None:
    """The same person as worker and as member of a household: tie them by the ID number's index."""
    for n in range(0, len(told.members), _AT_ONCE):
        member_of = {index: key for key, index in told.members[n : n + _AT_ONCE]}
        workers = session.scalars(
            select(Worker).where(Worker.id_index.in_(member_of), Worker.member_id.is_(None))
        )
        for worker in workers:
            worker.member_id = member_of[worker.id_index]
