"""Requests for work at the desk, and how long people wait: for workers and for work."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import func, select

from jobmatch.accounts.models import User
from jobmatch.dispatch import policy
from jobmatch.dispatch.instant_models import InstantHire, WorkRequest
from jobmatch.dispatch.models import Engagement
from jobmatch.dispatch.rules.waves import middle, minutes_between, number
from jobmatch.infra import audit, clock
from jobmatch.infra.db import reading, transaction
from jobmatch.kernel.actor import Actor
from jobmatch.kernel.errors import NotFound
from jobmatch.kernel.periods import begin_of, business_day
from jobmatch.workers.models import Worker

HIRE, REQUEST = "KZ", "QZ"


@dataclass(frozen=True, slots=True)
class RequestRow:
    """A request for work. placed_at: when the worker was first engaged after it, or None."""

    id: int
    number: str
    worker_id: int
    asked_at: datetime
    written_by: str
    placed_at: datetime | None


@dataclass(frozen=True, slots=True)
class Waiting:
    """How long the market took in a span of days.

    hires, filled       instant hires asked, and those that got all their people
    minutes             median from asking to filled, or None
    requests, placed    requests for work at the desk, and those that found work since
    hours               median from the request to the first engagement, or None
    """

    hires: int
    filled: int
    minutes: int | None
    requests: int
    placed: int
    hours: int | None


def request_work(worker_id: int, *, actor: Actor) -> int:
    """Write down that the worker asks for work; one a day. Returns its key. raises NotFound"""
    with transaction() as session:
        worker = session.scalars(
            select(Worker).where(Worker.id == worker_id).with_for_update(key_share=True)
        ).first()
        if worker is None:
            raise NotFound
        policy.require_for_worker(actor, worker_id, worker.home_code)
        standing = session.scalars(
            select(WorkRequest.id).where(
                WorkRequest.worker_id == worker_id,
                WorkRequest.asked_at >= begin_of(clock.today()),
            )
        ).first()
        if standing is not None:
            return standing
        row = WorkRequest(worker_id=worker_id, asked_at=clock.now(), written_by=actor.user_id)
        session.add(row)
        session.flush()
        audit.record(session, actor, "work.request", "work_request", row.id, worker=worker_id)
        return row.id


def request(request_id: int, worker_id: int) -> RequestRow:
    """A request of this worker. raises NotFound"""
    session = reading()
    found = session.execute(
        select(WorkRequest, User.name)
        .outerjoin(User, User.id == WorkRequest.written_by)
        .where(WorkRequest.id == request_id, WorkRequest.worker_id == worker_id)
    ).first()
    if found is None:
        raise NotFound
    row, name = found
    placed = session.scalar(
        select(func.min(Engagement.created_at)).where(
            Engagement.worker_id == worker_id, Engagement.created_at >= row.asked_at
        )
    )
    return RequestRow(
        row.id, number(REQUEST, business_day(row.asked_at), row.id), worker_id, row.asked_at,
        name or "", placed,
    )  # fmt: skip


def waiting(first: date, last: date) -> Waiting:
    """What was asked from the first to the last day, at all places. Two queries."""
    session = reading()
    begin, ends = begin_of(first), begin_of(last + timedelta(1))
    hires = session.execute(
        select(InstantHire.asked_at, InstantHire.filled_at).where(
            InstantHire.asked_at >= begin, InstantHire.asked_at < ends
        )
    ).all()
    placed: Any = (
        select(func.min(Engagement.created_at))
        .where(
            Engagement.worker_id == WorkRequest.worker_id,
            Engagement.created_at >= WorkRequest.asked_at,
        )
        .scalar_subquery()
    )
    requests = session.execute(
        select(WorkRequest.asked_at, placed).where(
            WorkRequest.asked_at >= begin, WorkRequest.asked_at < ends
        )
    ).all()
    took = [minutes_between(asked, at) for asked, at in hires if at is not None]
    found = [minutes_between(asked, at) for asked, at in requests if at is not None]
    hours = [-(-minutes // 60) for minutes in found]
    return Waiting(len(hires), len(took), middle(took), len(requests), len(found), middle(hours))
