"""Consents, copies and deletion of what is held on a worker."""

import secrets
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from jobmatch.accounts.models import RoleGrant, User
from jobmatch.earnings import bank_accounts
from jobmatch.infra import audit, clock, crypto, events
from jobmatch.infra.db import Base, transaction
from jobmatch.kernel.actor import SYSTEM, Actor
from jobmatch.kernel.errors import Conflict, Invalid, NotFound
from jobmatch.kernel.ids import WorkerId
from jobmatch.kernel.text import text
from jobmatch.monitoring import service as monitoring
from jobmatch.privacy import queries
from jobmatch.privacy.models import ConsentEvent, Erasure
from jobmatch.privacy.queries import Part
from jobmatch.privacy.rules.tables import BY_USER, BY_WORKER, Fate, Held
from jobmatch.workers import policy
from jobmatch.workers import service as workers
from jobmatch.workers.events import WorkerLeft
from jobmatch.workers.models import Worker

# The version of the notice texts on the page; a new text asks for a new one.
NOTICE = "2026-11"
UNDO_DAYS = 7
NOBODY_NAMED = str(text("已注销"))
# No password has this hash.
NO_PASSWORD = "!"  # noqa: S105 # nosec B105 - the opposite of a password


class AlreadyAsked(Conflict):
    default = text("已经申请过删除了，等着就行，也可以撤回。")


class DaysAhead(Conflict):
    default = text("您还有说好要去的日子。请先取消，或者干完再申请删除。")


def set_consent(worker_id: int, kind: str, given: bool, *, actor: Actor) -> None:
    """Give or withdraw a consent, with its date. "sensitive" is withdrawn by deletion only.

    raises   NotFound, Invalid (a kind that is not given or withdrawn here)
    """
    with transaction() as session:
        _worker(session, worker_id, actor)
        if kind not in ("matching", "line_watch"):
            raise Invalid(text("没有这一项同意。"))
        if kind == "matching":
            workers.set_matching(worker_id, given, actor=actor)
        else:
            monitoring.worker_consents(session, worker_id, given, actor=actor)
        session.add(
            ConsentEvent(
                worker_id=worker_id, kind=kind, given=given, at=clock.now(), notice=NOTICE,
                told_by=actor.user_id,
            )
        )  # fmt: skip
        audit.record(
            session, actor, "privacy.consent", "worker", worker_id, consent=kind, given=given
        )


def copy(worker_id: int, *, actor: Actor) -> list[Part]:
    """All that is held on the worker; that it was taken stands in the log. raises NotFound."""
    with transaction() as session:
        _worker(session, worker_id, actor)
        found = [_with_number(part, worker_id, actor) for part in queries.everything(worker_id)]
        audit.record(session, actor, "privacy.copy", "worker", worker_id, parts=len(found))
        return found


def _with_number(part: Part, worker_id: int, actor: Actor) -> Part:
    """One's own account whole; whoever else takes the copy gets its last digits."""
    if part.name != "bank_account" or actor.worker_id != worker_id:
        return part
    whole = bank_accounts.own_number(worker_id, actor=actor)
    rows = [(*row, whole.number if whole else "") for row in part.rows]
    return replace(part, columns=(*part.columns, "number"), rows=rows)


def ask_erasure(worker_id: int, *, actor: Actor) -> None:
    """Delete the worker's data in seven days; until then it can be taken back.

    raises   NotFound, AlreadyAsked, DaysAhead
    """
    try:
        with transaction() as session:
            _worker(session, worker_id, actor)
            if queries.preview(worker_id).has_days_ahead:
                raise DaysAhead
            session.add(
                Erasure(
                    worker_id=worker_id, open_worker_id=worker_id, asked_at=clock.now(),
                    asked_by=actor.user_id, due_on=clock.today() + timedelta(days=UNDO_DAYS),
                )
            )  # fmt: skip
            session.flush()
            audit.record(session, actor, "privacy.ask_erasure", "worker", worker_id)
    except IntegrityError as error:
        raise AlreadyAsked from error


def undo_erasure(worker_id: int, *, actor: Actor) -> None:
    """Take the wish back. raises NotFound (also when there is none, or it was carried out)."""
    with transaction() as session:
        _worker(session, worker_id, actor)
        undone = session.scalar(
            update(Erasure)
            .where(Erasure.open_worker_id == worker_id)
            .values(state="undone", open_worker_id=None, ended_at=clock.now())
            .returning(Erasure.id)
        )
        if undone is None:
            raise NotFound
        audit.record(session, actor, "privacy.undo_erasure", "worker", worker_id)


def carry_out(day: date) -> tuple[int, int]:
    """Delete what is due, and take the name off what has been kept long enough; each in a
    transaction of its own. Returns how many of either.
    """
    erased = forgotten = 0
    for worker_id in _keys(Erasure.state == "open", Erasure.due_on <= day):
        with transaction() as session:
            erased += _erase(session, worker_id)
    for worker_id in _keys(Erasure.state == "done", Erasure.kept_until <= day):
        with transaction() as session:
            forgotten += _forget(session, worker_id)
    return erased, forgotten


def _keys(*where: object) -> list[int]:
    with transaction() as session:
        return list(session.scalars(select(Erasure.worker_id).where(*where)))  # type: ignore[arg-type]


def _erase(session: Session, worker_id: int) -> bool:
    """What may go is gone: the rows, the account, the phone, the words. Days agreed put it off."""
    if queries.preview(worker_id).has_days_ahead:
        return False
    until = queries.until(worker_id)
    over = until is None or until <= clock.today()
    taken = session.scalar(
        update(Erasure)
        .where(Erasure.open_worker_id == worker_id, Erasure.state == "open")
        .values(
            state="done", open_worker_id=None, ended_at=clock.now(),
            kept_until=until or clock.today(),
        )
        .returning(Erasure.id)
    )  # fmt: skip
    if taken is None:
        return False  # taken back meanwhile
    worker = session.get_one(Worker, worker_id)
    for name in _going(BY_WORKER):
        table = Base.metadata.tables[name]
        session.execute(delete(table).where(table.c.worker_id == worker_id))
    if worker.user_id is not None and worker.phone is None:
        # The wage ledger that is kept names a phone too.
        worker.phone = session.scalar(select(User.phone).where(User.id == worker.user_id))
    worker.said, worker.matching_opt_out, worker.is_active = "", True, False
    events.publish(session, WorkerLeft(WorkerId(worker_id)))
    if worker.user_id is not None:
        _close_account(session, worker.user_id, worker_id)
    audit.record(session, SYSTEM, "privacy.erase", "worker", worker_id)
    if over:
        _forget(session, worker_id)
    return True


def _close_account(session: Session, user_id: int, worker_id: int) -> None:
    """The worker's role ends; an account that nobody else's work stands on ends with it."""
    held = (RoleGrant.user_id == user_id, RoleGrant.revoked_at.is_(None))
    mine = (RoleGrant.role == "worker", RoleGrant.subject_id == worker_id)
    session.execute(update(RoleGrant).where(*held, *mine).values(revoked_at=clock.now()))
    if session.scalar(select(RoleGrant.id).where(*held).limit(1)) is not None:
        return
    for name in _going(BY_USER):
        table = Base.metadata.tables[name]
        session.execute(delete(table).where(table.c.user_id == user_id))
    session.execute(
        update(User)
        .where(User.id == user_id)
        .values(
            phone=f"x{user_id}", name=NOBODY_NAMED, is_active=False, password_hash=NO_PASSWORD,
            session_version=User.session_version + 1,
        )
    )  # fmt: skip


def _forget(session: Session, worker_id: int) -> bool:
    """The rows that stay belong to nobody any more: no name, no ID number, no day of birth."""
    worker = session.get_one(Worker, worker_id)
    place = f"worker.id_number:{worker.uid}"
    worker.name, worker.phone, worker.said = NOBODY_NAMED, None, ""
    worker.id_sealed, worker.id_tail = crypto.ring().seal("", place=place), "----"
    worker.id_index = secrets.token_hex(32)
    worker.born = worker.born.replace(month=1, day=1)
    session.execute(
        update(Erasure)
        .where(Erasure.worker_id == worker_id, Erasure.state == "done")
        .values(state="over", ended_at=clock.now())
    )
    audit.record(session, SYSTEM, "privacy.forget", "worker", worker_id)
    return True


def _going(tables: dict[str, Held]) -> Iterable[str]:
    return (name for name, held in tables.items() if held.fate is Fate.GOES)


def _worker(session: Session, worker_id: int, actor: Actor) -> Worker:
    return policy.require_change(actor, session.get(Worker, worker_id))
