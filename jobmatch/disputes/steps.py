"""Adding a step and telling those whom it concerns: what all verbs of the house share."""

from collections.abc import Iterable, Sequence
from datetime import date

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from jobmatch.disputes.models import DisputeCase, DisputeParty, DisputeStep
from jobmatch.disputes.policy import Person
from jobmatch.disputes.rules.states import LIVE, OURS, Deed, Side, State
from jobmatch.earnings.telling import users_of_employer
from jobmatch.infra import clock
from jobmatch.infra.db import transaction
from jobmatch.kernel.errors import NotFound
from jobmatch.kernel.text import Text
from jobmatch.notify import service as notify
from jobmatch.workers.models import Worker

__all__ = ["add", "end", "held", "people_of", "tell", "transaction"]


def held(session: Session, case_id: int) -> DisputeCase:
    """The dispute, held until the end of the transaction: steps go one after the other.

    raises   NotFound
    """
    case = session.get(DisputeCase, case_id, with_for_update=True)
    if case is None:
        raise NotFound
    return case


def people_of(session: Session, case_id: int) -> list[Person]:
    rows = session.execute(
        select(DisputeParty.worker_id, Worker.home_code, DisputeParty.state)
        .join(Worker, Worker.id == DisputeParty.worker_id)
        .where(DisputeParty.case_id == case_id)
        .order_by(DisputeParty.id)
    )
    return [Person(worker, home, state) for worker, home, state in rows]


def add(
    session: Session,
    case: DisputeCase,
    deed: Deed,
    side: Side,
    *,
    user_id: int | None,
    words: str = "",
    fen: int | None = None,
    on_day: date | None = None,
) -> None:
    """One line of the dispute's course; the case's state must be the one after the deed."""
    session.add(
        DisputeStep(
            case_id=case.id, deed=deed.value, side=side.value, state=case.state, words=words,
            fen=fen, on_day=on_day, done_by=user_id, done_at=clock.now(),
        )
    )  # fmt: skip


def end(session: Session, case: DisputeCase) -> None:
    """A dispute that lives no more lets go of what it was about: it may be brought up anew."""
    if State(case.state) in LIVE:
        return
    case.ended_at = clock.now()
    session.execute(
        update(DisputeParty).where(DisputeParty.case_id == case.id).values(live_key=None)
    )


def tell(
    session: Session,
    case: DisputeCase,
    people: Sequence[Person],
    said: Text,
    *,
    to: Iterable[Side],
    but: int | None = None,
) -> None:
    """Leave a notice with these sides; whoever did it is not told of it."""
    sides = set(to)
    if Side.EMPLOYER in sides:
        users = [u for u in users_of_employer(session, case.employer_id) if u != but]
        notify.tell(session, users, said, link=f"/employer/disputes/{case.id}")
    if sides & OURS:
        workers = [one.worker_id for one in people if one.state == "joined"]
        found = session.scalars(select(Worker.user_id).where(Worker.id.in_(workers)))
        users = [u for u in found if u is not None and u != but]
        notify.tell(session, users, said, link=f"/my/disputes/{case.id}")
