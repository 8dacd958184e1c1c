"""Registering workers and keeping their profiles."""

import uuid
from collections.abc import Mapping, Sequence
from datetime import date

from sqlalchemy import delete, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from jobmatch.accounts import service as accounts
from jobmatch.accounts.models import User
from jobmatch.accounts.service import PhoneTaken
from jobmatch.households.models import HouseholdMember
from jobmatch.infra import audit, clock, crypto, events, wall
from jobmatch.infra.db import reading, transaction
from jobmatch.kernel.actor import Actor, Role
from jobmatch.kernel.errors import Conflict, FieldErrors, Invalid
from jobmatch.kernel.identity import IdNumber
from jobmatch.kernel.ids import SkillId, UserId, WorkerId
from jobmatch.kernel.periods import Days
from jobmatch.kernel.text import text
from jobmatch.places import queries as places
from jobmatch.skills import noting
from jobmatch.workers import checking, policy
from jobmatch.workers.checking import MOST_SAID, AlreadyRegistered, SignUp
from jobmatch.workers.events import WorkerLeft
from jobmatch.workers.models import Availability, Credential, Worker, WorkerSkill
from jobmatch.workers.rules import days as free_days
from jobmatch.workers.rules.limits import Limits, faults
from jobmatch.workers.rules.person import Refused


@wall.lifted("a newcomer is nobody's yet")
def register(data: SignUp, *, actor: Actor, via: str = "self") -> WorkerId:
    """A new worker, with the role and (via "self") an account; a signed-in actor keeps theirs.

    via      "self", "desk" (a station's clerk) or "brand" (an organizer, for its people)
    raises   FieldErrors (fields of SignUp), AlreadyRegistered (id_number), PhoneTaken (phone),
             NotAllowed; then nothing is written
    """
    policy.require_registrar(actor, via)
    person = checking.checked(data, actor, via)
    noting.ready()
    try:
        with transaction() as session:
            checking.require_new(session, data.id_number)
            user_id = _user_for(data, actor, via)
            worker = _write(session, data, person, user_id, actor, via)
            if user_id is not None:
                accounts.grant(session, user_id, Role.WORKER, actor=actor, subject_id=worker.id)
            noting.note(session, worker.said, source="worker" if via == "self" else "desk")
            audit.record(session, actor, "worker.register", "worker", worker.id, via=via)
            return WorkerId(worker.id)
    except IntegrityError as error:
        # Two phones sent the same person at once; the other one was first.
        raise AlreadyRegistered(field="id_number") from error


def check_person(
    name: str,
    id_number: str,
    phone: str,
    home_code: str,
    *,
    actor: Actor,
    is_told: bool = True,
) -> None:
    """What the first step of signing up can know.

    is_told  whether the visitor may learn who is known already: not before the phone is proved
    raises   FieldErrors, AlreadyRegistered (id_number), PhoneTaken (phone)
    """
    errors = checking.person_faults(name, id_number, phone, home_code)
    if errors:
        raise FieldErrors(errors)
    if not is_told:
        return
    session = reading()
    checking.require_new(session, id_number)
    if actor.user_id is None and phone:
        taken = select(User.id).where(User.phone == accounts.checked_phone(phone))
        if session.scalar(taken) is not None:
            raise PhoneTaken(field="phone")


def open_account(worker_id: int, phone: str, password: str, *, actor: Actor) -> UserId:
    """The desk gives a worker without a phone an account, once they have one.

    raises   NotFound, Conflict (has one already), Invalid, PhoneTaken
    """
    with transaction() as session:
        worker = policy.require_change(actor, session.get(Worker, worker_id))
        policy.require_desk(actor)
        if worker.user_id is not None:
            raise Conflict(text("这位务工人员已经有登录账号了。"))
        user_id = accounts.create_user(phone, worker.name, password)
        worker.user_id = user_id
        worker.phone = accounts.checked_phone(phone)
        accounts.grant(session, user_id, Role.WORKER, actor=actor, subject_id=worker.id)
        audit.record(session, actor, "worker.account", "worker", worker.id)
        return user_id


def reset_password(worker_id: int, *, actor: Actor) -> str:
    """The desk of the home place gives a visitor who forgot theirs a password for one sign-in.

    Only for accounts that do nothing but look for work: others go to the administrator, or a clerk
    could sign in as an officer. Returns the password, which is kept nowhere.
    raises   NotFound, NotAllowed, Conflict (no account, or one with other roles)
    """
    password = accounts.temporary_password()
    with transaction() as session:
        worker = policy.require_change(actor, session.get(Worker, worker_id))
        policy.require_desk_of(actor, worker)
        if worker.user_id is None:
            raise Conflict(text("这位务工人员还没有登录账号。"))
        held = accounts.actor_of(worker.user_id)
        if any(grant.role is not Role.WORKER for grant in held.grants):
            raise Conflict(text("这个账号还有别的身份，请找管理员重设密码。"))
        accounts.give_temporary(session, UserId(worker.user_id), password, actor=actor)
        audit.record(session, actor, "worker.reset_password", "worker", worker.id)
    return password


def update_skills(
    worker_id: int, skills: Mapping[str, str], said: str = "", *, actor: Actor
) -> None:
    """The worker's skills are these; kept ones keep their level. raises NotFound, FieldErrors."""
    errors = checking.skill_faults(skills)
    if errors:
        raise FieldErrors(errors)
    noting.ready()
    with transaction() as session:
        worker = policy.require_change(actor, session.get(Worker, worker_id))
        held = {
            row.skill_id: row
            for row in session.scalars(
                select(WorkerSkill).where(WorkerSkill.worker_id == worker.id)
            )
        }
        for skill_id in held.keys() - skills.keys():
            session.delete(held[skill_id])
        for skill_id in skills.keys() - held.keys():
            session.add(_skill(worker.id, skill_id, skills[skill_id]))
        if said:
            before, worker.said = worker.said, said[:MOST_SAID]
            is_own = actor.worker_id == worker.id
            noting.note(session, worker.said, before=before, source="worker" if is_own else "desk")
        audit.record(session, actor, "worker.skills", "worker", worker.id, count=len(skills))


def update_days(worker_id: int, free: Sequence[Days], *, actor: Actor) -> None:
    """The worker can work on these days, from today on. raises NotFound, Invalid (days)."""
    try:
        ahead = free_days.checked(free, today=clock.today())
    except Refused as error:
        raise Invalid(error.said, field="days") from None
    with transaction() as session:
        worker = policy.require_change(actor, session.get(Worker, worker_id))
        session.execute(delete(Availability).where(Availability.worker_id == worker.id))
        _write_days(session, worker.id, ahead)
        audit.record(session, actor, "worker.days", "worker", worker.id, runs=len(ahead))


def update_limits(worker_id: int, limits: Limits, *, actor: Actor) -> None:
    """How far, how long, for how much. raises NotFound, FieldErrors."""
    errors = faults(limits)
    if errors:
        raise FieldErrors(errors)
    with transaction() as session:
        worker = policy.require_change(actor, session.get(Worker, worker_id))
        _set_limits(worker, limits)
        audit.record(session, actor, "worker.limits", "worker", worker.id)


def update_person(worker_id: int, home_code: str, phone: str, *, actor: Actor) -> None:
    """Where the worker lives and whom to call; an account keeps the phone that it signs in with.

    raises   NotFound, FieldErrors (home_code, phone)
    """
    errors = checking.home_faults(home_code) | checking.phone_faults(phone)
    if errors:
        raise FieldErrors(errors)
    with transaction() as session:
        worker = policy.require_change(actor, session.get(Worker, worker_id))
        _set_home(worker, home_code)
        worker.phone = accounts.checked_phone(phone) if phone else None
        audit.record(session, actor, "worker.person", "worker", worker.id)


def set_matching(worker_id: int, wanted: bool, *, actor: Actor) -> None:
    """Whether the machine may match the worker; without it they still find work on the board."""
    with transaction() as session:
        worker = policy.require_change(actor, session.get(Worker, worker_id))
        worker.matching_opt_out = not wanted
        audit.record(session, actor, "worker.matching", "worker", worker.id, wanted=wanted)


def leave(worker_id: int, *, actor: Actor) -> None:
    """The worker no longer looks for work: nobody is offered them. Records and days agreed stay."""
    _set_active(worker_id, False, actor)


def come_back(worker_id: int, *, actor: Actor) -> None:
    """The worker looks for work again."""
    _set_active(worker_id, True, actor)


def give_credential(
    session: Session,
    worker_id: WorkerId,
    skill_id: SkillId,
    level: int,
    issued_on: date,
    *,
    ref: str,
    origin: str,
    actor: Actor,
) -> None:
    """Proof of a skill, in the caller's transaction; giving it twice is giving it once.

    ref   what it comes from ("session:12"), one credential per worker, skill and ref. The skill is
          entered among the worker's skills, at least at this level.
    """
    there = select(Credential.id).where(
        Credential.worker_id == worker_id, Credential.skill_id == skill_id, Credential.ref == ref
    )
    if session.scalar(there) is not None:
        return
    session.add(
        Credential(
            worker_id=worker_id, skill_id=skill_id, level=level, issued_on=issued_on,
            origin=origin, ref=ref,
        )
    )  # fmt: skip
    held = session.get(WorkerSkill, (worker_id, skill_id))
    if held is None:
        held = _skill(worker_id, skill_id, "")
        session.add(held)
    held.level = max(held.level, level)
    audit.record(
        session, actor, "worker.credential", "worker", worker_id, skill=skill_id, level=level
    )


def note_search(kind: str, found: int, *, actor: Actor) -> None:
    """Write down that the desk looked somebody up; kind: name, phone or id_number."""
    policy.require_desk(actor)
    with transaction() as session:
        audit.record(session, actor, "worker.search", "worker", "", by=kind, found=found)


def _user_for(data: SignUp, actor: Actor, via: str) -> UserId | None:
    if via != "self":
        return None
    if actor.user_id is None:
        return accounts.create_user(data.phone, data.name, data.password)
    if actor.has(Role.WORKER):
        raise Conflict(text("您已经登记过了。"))
    return actor.user_id


# Rows


def _write(
    session: Session, data: SignUp, person: IdNumber, user_id: UserId | None, actor: Actor, via: str
) -> Worker:
    uid = uuid.uuid4().hex
    index = crypto.ring().blind_index(person.number)
    worker = Worker(
        uid=uid,
        user_id=user_id,
        name=accounts.checked_name(data.name),
        phone=accounts.checked_phone(data.phone) if data.phone else None,
        sex=person.sex,
        born=person.born,
        id_sealed=crypto.ring().seal(person.number, place=f"worker.id_number:{uid}"),
        id_index=index,
        id_tail=person.number[-4:],
        said=data.said[:MOST_SAID],
        consented_at=clock.now(),
        registered_via=via,
        registered_by=actor.user_id,
        member_id=session.scalar(
            select(HouseholdMember.id).where(HouseholdMember.id_index == index)
        ),
        created_at=clock.now(),
    )
    _set_home(worker, data.home_code)
    _set_limits(worker, data.limits)
    session.add(worker)
    session.flush()
    session.add_all(_skill(worker.id, key, words) for key, words in data.skills.items())
    _write_days(session, worker.id, free_days.checked(data.free, today=clock.today()))
    return worker


def _skill(worker_id: int, skill_id: str, words: str) -> WorkerSkill:
    return WorkerSkill(
        worker_id=worker_id, skill_id=skill_id, level=1, words=words[:60],
        confirmed_at=clock.now(),
    )  # fmt: skip


def _write_days(session: Session, worker_id: int, free: Sequence[Days]) -> None:
    rows = [{"worker_id": worker_id, "first_day": r.first, "last_day": r.last} for r in free]
    session.execute(insert(Availability), rows)


def _set_home(worker: Worker, home_code: str) -> None:
    home = places.place(home_code)
    assert home is not None
    worker.home_code, worker.lon, worker.lat = home.code, home.lon, home.lat


def _set_limits(worker: Worker, limits: Limits) -> None:
    worker.max_km = limits.max_km
    worker.stays_away = limits.stays_away
    worker.home_by = limits.home_by
    worker.least_day_fen = limits.least_day_fen
    worker.no_heavy = limits.no_heavy
    worker.most_minutes = limits.most_minutes


def _set_active(worker_id: int, active: bool, actor: Actor) -> None:
    with transaction() as session:
        worker = policy.require_change(actor, session.get(Worker, worker_id))
        session.execute(update(Worker).where(Worker.id == worker.id).values(is_active=active))
        action = "worker.come_back" if active else "worker.leave"
        audit.record(session, actor, action, "worker", worker.id)
        if not active:
            events.publish(session, WorkerLeft(WorkerId(worker.id)))
