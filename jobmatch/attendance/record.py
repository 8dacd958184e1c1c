"""Which agreed days people kept: matching weighs it a little."""

from collections.abc import Collection
from datetime import timedelta
from functools import cache
from typing import Any

from sqlalchemy import Date, Exists, and_, bindparam, case, func, select

from jobmatch.attendance.models import AttendanceEvent, WorkDay
from jobmatch.attendance.rules.kinds import TAPS, Kind
from jobmatch.dispatch.models import EngagementDay
from jobmatch.infra import clock
from jobmatch.infra.db import fetch

# What lies farther back is forgotten (days).
REMEMBERED = 365


def kept(worker_ids: Collection[int] | None = None) -> dict[int, tuple[int, int]]:
    """Days of the last year that people were there, and that they were not, by worker.

    A day counts as missed when somebody said so and nothing of the person's own speaks against it:
    while a day is contested it counts for neither.

    worker_ids  None: everybody with a record
    """
    since = clock.today() - timedelta(days=REMEMBERED)
    found = (
        fetch(_rows(), since=since)
        if worker_ids is None
        else fetch(_rows_of(), since=since, ids=list(worker_ids))
    )
    return {key: (there, int(away)) for key, there, away in found}


@cache
def _rows_of() -> Any:
    return _rows().where(EngagementDay.worker_id.in_(bindparam("ids", expanding=True)))


@cache
def _rows() -> Any:
    def said(*kinds: Kind) -> Exists:
        return (
            select(AttendanceEvent.id)
            .where(
                AttendanceEvent.engagement_day_id == EngagementDay.id,
                AttendanceEvent.kind.in_([kind.value for kind in kinds]),
            )
            .exists()
        )

    missed = and_(WorkDay.id.is_(None), said(Kind.ABSENT), ~said(*TAPS))
    return (
        select(
            EngagementDay.worker_id, func.count(WorkDay.id), func.sum(case((missed, 1), else_=0))
        )
        .outerjoin(WorkDay, WorkDay.engagement_day_id == EngagementDay.id)
        .where(EngagementDay.work_date >= bindparam("since", type_=Date))
        .group_by(EngagementDay.worker_id)
    )
