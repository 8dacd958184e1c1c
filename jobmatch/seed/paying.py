"""Pay under way in the demonstration: an advance to confirm, a deduction, a run that waits."""

from collections.abc import Callable

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from jobmatch.accounts import service as accounts
from jobmatch.accounts.models import RoleGrant, User
from jobmatch.earnings import charging, run_queries, runs
from jobmatch.earnings.rules.taking import Kind
from jobmatch.earnings.run_models import PayRun
from jobmatch.infra import clock
from jobmatch.infra.db import reading, transaction
from jobmatch.kernel.actor import Actor, Role
from jobmatch.kernel.errors import DomainError
from jobmatch.workers.models import Worker

ACCOUNTANT = "13900000010"


def accountant(session: Session, hashed: str, boss_phone: str) -> None:
    """A second person of the demonstration's employer, who computes its pay."""
    boss = session.scalars(
        select(RoleGrant)
        .join(User, User.id == RoleGrant.user_id)
        .where(User.phone == boss_phone, RoleGrant.role == Role.EMPLOYER.value)
    ).first()
    assert boss is not None
    user = User(phone=ACCOUNTANT, name="韩会计", password_hash=hashed, created_at=clock.now())
    session.add(user)
    session.flush()
    session.add(
        RoleGrant(
            user_id=user.id, role=Role.EMPLOYER.value, subject_id=boss.subject_id,
            granted_at=clock.now(),
        )
    )  # fmt: skip


def let_pay(worker_phone: str) -> None:
    """Charges and a run as the accountant leaves them in the evening."""
    actor = actor_by_phone(ACCOUNTANT)
    employer_id = min(actor.employer_ids)
    known = [key for key, _name in charging.workers_of(employer_id, actor=actor)]
    demo = actor_by_phone(worker_phone).worker_id
    today = clock.today()
    asked = 0
    for key in sorted(known, key=lambda key: key != demo):
        worker = _actor_of(key)
        if worker is None or asked == 2:
            continue
        kind, fen, why = (
            (Kind.ADVANCE, 10_000, "买过冬的煤，先支 100 元")
            if asked == 0
            else (Kind.MEALS, 3_000, "这个月的午饭，一顿 5 元，六顿")
        )
        charge = _try(
            lambda key=key, kind=kind, fen=fen, why=why: charging.record(  # type: ignore[misc]
                employer_id, key, kind, today, fen, why, actor=actor
            )
        )
        if charge is None:
            continue
        if asked == 1:
            charging.answer(charge, True, actor=worker)
        asked += 1
    first = run_queries.first_open(employer_id)
    run = None if first is None else _try(
        lambda: runs.begin(employer_id, first, today, actor=actor)
    )  # fmt: skip
    if run is not None:
        # Sent for approval: the sum may lie below what needs it, the page is to be seen.
        with transaction() as session:
            session.execute(update(PayRun).where(PayRun.id == run).values(state="awaiting"))


def _try(deed: Callable[[], int]) -> int | None:
    """None where the season has nothing to do it with."""
    try:
        return deed()
    except DomainError:
        return None


def actor_by_phone(phone: str) -> Actor:
    return accounts.actor_of(reading().scalars(select(User.id).where(User.phone == phone)).one())


def _actor_of(worker_id: int) -> Actor | None:
    user = reading().scalar(select(Worker.user_id).where(Worker.id == worker_id))
    return None if user is None else accounts.actor_of(user)
