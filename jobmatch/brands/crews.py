"""Crews of a brand: who works together, and who leads."""

from collections.abc import Sequence

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from jobmatch.brands import policy, rules
from jobmatch.brands.models import BrandMember, Crew, CrewMember
from jobmatch.brands.rules import InOtherCrew, MemberState, NameTaken, NotMember
from jobmatch.infra import audit, clock
from jobmatch.infra.db import transaction
from jobmatch.kernel.actor import Actor
from jobmatch.kernel.errors import Invalid, NotFound
from jobmatch.kernel.ids import BrandId, CrewId, WorkerId
from jobmatch.kernel.text import text


def create_crew(
    brand_id: BrandId,
    name: str,
    worker_ids: Sequence[WorkerId] = (),
    *,
    leader_id: WorkerId | None = None,
    is_whole: bool = False,
    actor: Actor,
) -> CrewId:
    """A crew of these members; a dissolved crew of the same name is taken up again.

    raises NotFound, Invalid, NameTaken (field name), NotMember, InOtherCrew
    """
    policy.require_organizer(actor, brand_id)
    name = rules.checked_crew_name(name)
    try:
        with transaction() as session:
            crew = session.scalar(select(Crew).where(Crew.brand_id == brand_id, Crew.name == name))
            if crew is not None and crew.is_active:
                raise NameTaken(field="name")
            if crew is None:
                crew = Crew(brand_id=brand_id, name=name, created_at=clock.now())
                session.add(crew)
            crew.is_active, crew.is_whole = True, is_whole
            session.flush()
            _seat(session, crew, worker_ids)
            _lead(session, crew, leader_id)
            audit.record(session, actor, "crew.create", "crew", crew.id, members=len(worker_ids))
            return CrewId(crew.id)
    except IntegrityError as error:
        raise InOtherCrew from error


def update_crew(
    crew_id: CrewId, *, name: str, leader_id: WorkerId | None, is_whole: bool, actor: Actor
) -> None:
    """Name, leader (one of its members, or nobody) and whether it goes only as a whole.

    raises NotFound, Invalid (field name or leader_id), NameTaken (field name)
    """
    name = rules.checked_crew_name(name)
    try:
        with transaction() as session:
            crew = own_crew(session, crew_id, actor)
            crew.name, crew.is_whole = name, is_whole
            _lead(session, crew, leader_id)
            session.flush()
            audit.record(session, actor, "crew.update", "crew", crew_id)
    except IntegrityError as error:
        raise NameTaken(field="name") from error


def add_to_crew(crew_id: CrewId, worker_ids: Sequence[WorkerId], *, actor: Actor) -> None:
    """Put members without a crew into this one. raises NotFound, NotMember, InOtherCrew."""
    try:
        with transaction() as session:
            crew = own_crew(session, crew_id, actor)
            _seat(session, crew, worker_ids)
            audit.record(session, actor, "crew.add", "crew", crew_id, members=len(worker_ids))
    except IntegrityError as error:
        raise InOtherCrew from error


def move_to_crew(
    brand_id: BrandId, worker_id: WorkerId, crew_id: CrewId | None, *, actor: Actor
) -> None:
    """Put a member into this crew of the brand out of any other, or into none (None).

    raises NotFound, also for somebody unknown to the brand; NotMember; InOtherCrew for one who is
    in another brand's crew
    """
    policy.require_organizer(actor, brand_id)
    try:
        with transaction() as session:
            crew = own_crew(session, crew_id, actor) if crew_id is not None else None
            if crew is not None and crew.brand_id != brand_id:
                raise NotFound
            _require_member(session, brand_id, worker_id)
            _unseat(session, brand_id, worker_id)
            if crew is not None:
                _seat(session, crew, [worker_id])
            audit.record(session, actor, "crew.move", "brand", brand_id, crew_id=crew_id)
    except IntegrityError as error:
        raise InOtherCrew from error


def remove_from_crew(crew_id: CrewId, worker_ids: Sequence[WorkerId], *, actor: Actor) -> None:
    """They stay members of the brand. A leader who goes leaves the crew without one.

    raises NotFound
    """
    with transaction() as session:
        crew = own_crew(session, crew_id, actor)
        session.execute(
            delete(CrewMember).where(
                CrewMember.crew_id == crew.id, CrewMember.worker_id.in_(worker_ids)
            )
        )
        if crew.leader_id in worker_ids:
            crew.leader_id = None
        audit.record(session, actor, "crew.remove", "crew", crew_id, members=len(worker_ids))


def dissolve(crew_id: CrewId, *, actor: Actor) -> None:
    """The crew ends, its members stay in the brand; what it worked keeps its name. raises
    NotFound.
    """
    with transaction() as session:
        crew = own_crew(session, crew_id, actor)
        session.execute(delete(CrewMember).where(CrewMember.crew_id == crew.id))
        crew.is_active, crew.leader_id = False, None
        audit.record(session, actor, "crew.dissolve", "crew", crew_id)


def own_crew(session: Session, crew_id: int, actor: Actor) -> Crew:
    """The live crew of a brand that the actor organizes. raises NotFound."""
    crew = session.get(Crew, crew_id)
    if crew is None or not crew.is_active:
        raise NotFound
    policy.require_organizer(actor, crew.brand_id)
    return crew


def _require_member(session: Session, brand_id: int, worker_id: int) -> None:
    """raises NotFound for somebody who never had to do with the brand, NotMember."""
    state = session.scalar(
        select(BrandMember.state).where(
            BrandMember.brand_id == brand_id, BrandMember.worker_id == worker_id
        )
    )
    if state is None:
        raise NotFound
    if state != MemberState.MEMBER.value:
        raise NotMember


def _seat(session: Session, crew: Crew, worker_ids: Sequence[int]) -> None:
    wanted = set(worker_ids)
    members = set(
        session.scalars(
            select(BrandMember.worker_id).where(
                BrandMember.brand_id == crew.brand_id,
                BrandMember.state == MemberState.MEMBER.value,
                BrandMember.worker_id.in_(wanted),
            )
        )
    )
    if wanted - members:
        raise NotMember
    seated = dict(
        session.execute(
            select(CrewMember.worker_id, CrewMember.crew_id).where(CrewMember.worker_id.in_(wanted))
        ).all()
    )
    if any(crew_id != crew.id for crew_id in seated.values()):
        raise InOtherCrew
    # The key of crew_member is the worker: two organizers at once cannot seat one person twice.
    session.add_all(
        CrewMember(worker_id=key, crew_id=crew.id) for key in sorted(wanted - seated.keys())
    )
    session.flush()


def _unseat(session: Session, brand_id: int, worker_id: int) -> None:
    crews = select(Crew.id).where(Crew.brand_id == brand_id)
    session.execute(
        delete(CrewMember).where(CrewMember.worker_id == worker_id, CrewMember.crew_id.in_(crews))
    )
    led = session.scalars(
        select(Crew).where(Crew.brand_id == brand_id, Crew.leader_id == worker_id)
    )
    for crew in led:
        crew.leader_id = None


def _lead(session: Session, crew: Crew, leader_id: int | None) -> None:
    if leader_id is not None:
        seat = session.get(CrewMember, leader_id)
        if seat is None or seat.crew_id != crew.id:
            raise Invalid(text("班组长要从本班组的人里选。"), field="leader_id")
    crew.leader_id = leader_id
