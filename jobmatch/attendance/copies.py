"""Two copies of a day: each side sees the figures and lets them stand, or is silent long enough."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import and_, bindparam, case, exists, func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from jobmatch.attendance import writing
from jobmatch.attendance.models import DayCopy, Dispute, WorkDay
from jobmatch.infra import audit, clock
from jobmatch.infra.db import fetch, reading, retried, transaction
from jobmatch.kernel.actor import SYSTEM, Actor
from jobmatch.kernel.errors import Conflict, NotFound
from jobmatch.kernel.periods import business_day
from jobmatch.kernel.text import text
from jobmatch.postings.models import Posting

WORKER, EMPLOYER = "worker", "employer"
# How far back silence is looked for: a missed run is made up for.
LOOK_BACK = 30
# At once: few enough for the parameters of one statement.
PORTION = 400


class DayChanged(Conflict):
    default = text("这一天的数字刚刚变了，请看清楚再点一次。")


@dataclass(frozen=True, slots=True)
class Copies:
    """How each side stands to the day's figures as they are now: '', agreed or silent."""

    worker: str = ""
    employer: str = ""

    @property
    def is_confirmed(self) -> bool:
        return bool(self.worker and self.employer)


def copies(engagement_day_ids: Collection[int]) -> dict[int, Copies]:
    """The copies of work days as they stand now; a day without one is not in it."""
    found: dict[int, Copies] = {}
    for day, side, answer in fetch(_copies(), days=list(engagement_day_ids)):
        before = found.get(day, Copies())
        found[day] = (
            Copies(answer, before.employer) if side == WORKER else Copies(before.worker, answer)
        )
    return found


@cache
def _copies() -> Any:
    return (
        select(DayCopy.engagement_day_id, DayCopy.side, DayCopy.answer)
        .join(WorkDay, _same_figures())
        .where(DayCopy.engagement_day_id.in_(bindparam("days", expanding=True)))
    )


@dataclass(frozen=True, slots=True)
class Unconfirmed:
    """A posting's day: people present, and how many of them each side has not confirmed."""

    posting_id: int
    title: str
    work_date: date
    present: int
    by_employer: int
    by_worker: int


def unconfirmed(employer_ids: Collection[int], first: date, last: date) -> list[Unconfirmed]:
    """Days of these employers that the employer's side has not let stand, the latest first."""
    lacks = {
        side: case((exists().where(_same_figures(), DayCopy.side == side), 0), else_=1)
        for side in (WORKER, EMPLOYER)
    }
    rows = reading().execute(
        select(
            WorkDay.posting_id, Posting.title, WorkDay.work_date, func.count(WorkDay.id),
            func.sum(lacks[EMPLOYER]), func.sum(lacks[WORKER]),
        )
        .join(Posting, Posting.id == WorkDay.posting_id)
        .where(WorkDay.employer_id.in_(employer_ids), WorkDay.work_date.between(first, last))
        .group_by(WorkDay.posting_id, Posting.title, WorkDay.work_date)
        .having(func.sum(lacks[EMPLOYER]) > 0)
        .order_by(WorkDay.work_date.desc(), WorkDay.posting_id)
    )  # fmt: skip
    return [
        Unconfirmed(posting, title, day, n, int(ours), int(theirs))
        for posting, title, day, n, ours, theirs in rows
    ]


@retried
def confirm_own(
    engagement_day_id: int, minutes: int, pieces: int, fen: int | None, *, actor: Actor
) -> None:
    """The worker says that these figures are right; saying it twice is saying it once.

    raises   NotFound; DayChanged when the day has other figures by now
    """
    with transaction() as session:
        day = session.scalars(
            select(WorkDay).where(WorkDay.engagement_day_id == engagement_day_id)
        ).first()
        if day is None or actor.worker_id is None or day.worker_id != actor.worker_id:
            raise NotFound
        if (day.minutes, day.pieces) != (minutes, pieces):
            raise DayChanged
        _add(session, [day], WORKER, "agreed", actor.user_id, {engagement_day_id: fen})
        audit.record(session, actor, "day.confirm", "engagement_day", engagement_day_id)


@retried
def confirm_posting(
    posting_id: int, on: date, fens: Mapping[int, int | None], *, actor: Actor
) -> int:
    """The employer says that the days of a posting are right; disputed ones are left out.

    fens     the pay that was shown, by engagement day; days not in it were not shown
    returns  how many days
    raises   NotFound
    """
    with transaction() as session:
        employer_id = session.scalar(select(Posting.employer_id).where(Posting.id == posting_id))
        if employer_id is None or employer_id not in actor.employer_ids:
            raise NotFound
        days = session.scalars(
            select(WorkDay).where(
                WorkDay.posting_id == posting_id,
                WorkDay.work_date == on,
                WorkDay.engagement_day_id.in_(fens),
                ~_disputed(),
            )
        ).all()
        _add(session, days, EMPLOYER, "agreed", actor.user_id, fens)
        audit.record(
            session, actor, "day.confirm_all", "posting", posting_id,
            day=on.isoformat(), days=len(days),
        )  # fmt: skip
        return len(days)


def confirm_silent(today: date) -> int:
    """Days on which a side has been silent for as many days as its place allows are confirmed,
    counted from the day itself or from when its figures last changed.

    returns  how many copies were added; a second run adds none
    """
    with transaction() as session:
        rows = session.execute(
            select(WorkDay, Posting.place_code)
            .join(Posting, Posting.id == WorkDay.posting_id)
            .where(
                WorkDay.work_date.between(today - timedelta(days=LOOK_BACK), today),
                ~_disputed(),
                ~exists().where(_same_figures(), DayCopy.side == WORKER)
                | ~exists().where(_same_figures(), DayCopy.side == EMPLOYER),
            )
            .order_by(WorkDay.id)
        ).all()
        silence: dict[str, int] = {}
        due = []
        for day, place in rows:
            county = place[:6]
            if county not in silence:
                silence[county] = writing.limits(session, today, county).silence_days
            # Figures that changed later ask anew, and leave as long to answer.
            since = max(day.work_date, business_day(day.updated_at))
            if (today - since).days >= silence[county]:
                due.append(day)
        added = 0
        for side in (WORKER, EMPLOYER):
            for n in range(0, len(due), PORTION):
                quiet = _without_a_word(session, due[n : n + PORTION], side)
                added += _add(session, quiet, side, "silent", None, {})
        if added:
            audit.record(session, SYSTEM, "day.silence", "task", today.isoformat(), copies=added)
        return added


def _without_a_word(session: Session, days: Sequence[WorkDay], side: str) -> list[WorkDay]:
    """The days of which this side never said yes. Who said yes to figures that changed since has
    spoken: silence does not take that back, and the difference stays to be seen.
    """
    said = set(
        session.scalars(
            select(DayCopy.engagement_day_id).where(
                DayCopy.engagement_day_id.in_([day.engagement_day_id for day in days]),
                DayCopy.side == side,
                DayCopy.answer == "agreed",
            )
        )
    )
    return [day for day in days if day.engagement_day_id not in said]


def _same_figures() -> Any:
    return and_(
        DayCopy.engagement_day_id == WorkDay.engagement_day_id,
        DayCopy.minutes == WorkDay.minutes,
        DayCopy.pieces == WorkDay.pieces,
    )


def _disputed() -> Any:
    return exists().where(Dispute.open_day_id == WorkDay.engagement_day_id)


def _add(
    session: Session,
    days: Sequence[WorkDay],
    side: str,
    answer: str,
    user_id: int | None,
    fens: Mapping[int, int | None],
) -> int:
    """Add this side's copies where there are none; returns how many were new."""
    if not days:
        return 0
    now: datetime = clock.now()
    kind = sqlite if session.get_bind().dialect.name == "sqlite" else postgresql
    statement = kind.insert(DayCopy).values(
        [
            {
                "engagement_day_id": day.engagement_day_id,
                "side": side,
                "minutes": day.minutes,
                "pieces": day.pieces,
                "fen": fens.get(day.engagement_day_id),
                "answer": answer,
                "answered_by": user_id,
                "answered_at": now,
            }
            for day in days
        ]
    )
    added = statement.on_conflict_do_nothing().returning(DayCopy.id)
    return len(session.scalars(added).all())
