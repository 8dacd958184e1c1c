"""Days of the demonstration that two sides tell differently: one open, one settled by a word."""

from contextlib import suppress
from datetime import date, timedelta

from sqlalchemy import select

from jobmatch.attendance import disputes
from jobmatch.attendance.disputes import Version
from jobmatch.attendance.models import WorkDay
from jobmatch.infra import clock
from jobmatch.infra.db import reading
from jobmatch.kernel.actor import Actor
from jobmatch.kernel.errors import DomainError
from jobmatch.seed.people import at

# i18n: data module


def let_days_be_doubted(worker: Actor, leader: Actor, employer: Actor) -> None:
    """The worker stayed on to load; the leader's lost half day was given back the same evening."""
    today = clock.today()
    with suppress(DomainError):
        _object(worker, today - timedelta(days=2), 90, "收工以后又装了一车，到七点才走。")
    key = None
    with suppress(DomainError):
        key = _object(leader, today - timedelta(days=3), 60, "那天早来一个小时开窖，没有记。")
    if key is not None:
        with clock.at(at(today - timedelta(days=2), 21)), suppress(DomainError):
            disputes.agree(key, actor=employer)


def _object(who: Actor, day: date, more: int, words: str) -> int | None:
    row = reading().execute(
        select(WorkDay.engagement_day_id, WorkDay.minutes, WorkDay.pieces)
        .where(WorkDay.worker_id == who.worker_id, WorkDay.work_date <= day)
        .where(WorkDay.state == "open")
        .order_by(WorkDay.work_date.desc())
        .limit(1)
    ).first()  # fmt: skip
    if row is None:
        return None
    key, minutes, pieces = row
    with clock.at(at(day, 20, 30)):
        return disputes.object_to(key, Version(True, minutes + more, pieces), words, actor=who)
