"""What a plan made anew takes back: days that people are engaged or asked for, and why."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import NamedTuple

from sqlalchemy import select

from jobmatch.dispatch.models import CrewOrder, SeasonPlan, SeasonRelease, SeasonSpell, Signup
from jobmatch.dispatch.rules.plans import Spell
from jobmatch.dispatch.rules.states import UNDECIDED, OrderState
from jobmatch.dispatch.season_board import worked
from jobmatch.dispatch.season_ground import Ground
from jobmatch.dispatch.season_rows import (
    Absent,
    Closed,
    MorePlaces,
    News,
    Scope,
)
from jobmatch.dispatch.season_spells import row_of, where_scope
from jobmatch.infra.db import reading
from jobmatch.kernel.actor import Actor
from jobmatch.kernel.ids import PostingId, WorkerId
from jobmatch.postings.models import Posting
from jobmatch.workers.models import Worker

DAY = timedelta(days=1)


class ReleaseWhy(StrEnum):
    """Why a plan made anew takes somebody off work."""

    CLOSED = "closed"  # no work there on these days
    ABSENT = "absent"  # the person does not come
    FEWER = "fewer"  # fewer people are wanted
    MOVED = "moved"  # it pays more elsewhere


class ReleaseState(StrEnum):
    PLANNED = "planned"
    FREED = "freed"
    KEPT = "kept"  # the new work could not be had, or the day has begun


@dataclass(frozen=True, slots=True)
class ReleaseRow:
    """Days that somebody is engaged or asked for and that a plan takes back.

    instead   titles of the work that the plan gives on these days; empty: none
    """

    worker_id: WorkerId
    worker_name: str
    posting_id: PostingId
    title: str
    first_day: date
    last_day: date
    why: ReleaseWhy
    state: ReleaseState
    instead: tuple[str, ...]


class Stands(NamedTuple):
    """A stay that was asked for and has no answer yet."""

    worker_id: int
    posting_id: int
    first: date
    last: date


@dataclass(frozen=True, slots=True)
class Release:
    worker_id: int
    posting_id: int
    first: date
    last: date
    why: ReleaseWhy


def asked_of(scope: Scope, since: date) -> list[Stands]:
    """What the scope's plans have asked of employers who have not answered, from a day on."""
    rows = reading().execute(
        select(
            SeasonSpell.worker_id, SeasonSpell.posting_id, SeasonSpell.first_day,
            SeasonSpell.last_day,
        )
        .join(SeasonPlan, SeasonPlan.id == SeasonSpell.plan_id)
        .outerjoin(Signup, Signup.id == SeasonSpell.signup_id)
        .outerjoin(CrewOrder, CrewOrder.id == SeasonSpell.crew_order_id)
        .where(
            where_scope(SeasonPlan, scope), SeasonSpell.state == "asked",
            SeasonSpell.last_day >= since,
            Signup.state.in_(UNDECIDED) | (CrewOrder.state == OrderState.PROPOSED),
        )
        .order_by(SeasonSpell.worker_id, SeasonSpell.first_day)
    )  # fmt: skip
    return [Stands(*row) for row in rows]


def taken_back(
    ground: Ground,
    spells: Sequence[Spell],
    since: date,
    news: Sequence[News],
    asked: Iterable[Stands],
) -> list[Release]:
    """Days from `since` on that stand and are not in these stays any more, run by run.

    Of what was asked for, all of a posting or nothing: other days of it are asked for anew.
    """
    planned: dict[int, dict[date, int]] = defaultdict(dict)
    for spell in spells:
        worker = int(ground.problem.worker_ids[spell.worker])
        posting = int(ground.problem.posting_ids[spell.posting])
        for n in spell.worked:
            planned[worker][ground.first + n * DAY] = posting
    found: dict[tuple[int, int], dict[date, ReleaseWhy]] = defaultdict(dict)
    for worker, at in ground.ours.items():
        for day, posting in at.items():
            if day >= since and planned[worker].get(day) != posting:
                found[worker, posting][day] = _why(news, worker, posting, day)
    kept = {(worker, posting) for worker, at in planned.items() for posting in at.values()}
    for one in asked:
        if (one.worker_id, one.posting_id) in kept:
            continue
        for day in worked(max(one.first, since), one.last, ()):
            key = (one.worker_id, one.posting_id)
            found[key].setdefault(day, _why(news, *key, day))
    return [one for key in sorted(found) for one in _runs(*key, found[key])]


def _runs(worker: int, posting: int, days: Mapping[date, ReleaseWhy]) -> Iterator[Release]:
    run: list[date] = []
    for day in [*sorted(days), date.max]:
        if run and (day != run[-1] + DAY or days[day] is not days[run[0]]):
            yield Release(worker, posting, run[0], run[-1], days[run[0]])
            run = []
        run.append(day)


def _why(news: Sequence[News], worker: int, posting: int, day: date) -> ReleaseWhy:
    for one in news:
        if not one.first <= day <= one.last:
            continue
        if isinstance(one, Absent) and one.worker_id == worker:
            return ReleaseWhy.ABSENT
        if isinstance(one, Closed) and one.posting_id == posting:
            return ReleaseWhy.CLOSED
        if isinstance(one, MorePlaces) and one.posting_id == posting:
            return ReleaseWhy.FEWER
    return ReleaseWhy.MOVED


def releases(plan_id: int, *, actor: Actor) -> list[ReleaseRow]:
    """What the plan takes back, by person and day, with where it sends them instead.

    raises  NotFound
    """
    row_of(plan_id, actor)
    session = reading()
    rows = session.execute(
        select(SeasonRelease, Worker.name, Posting.title)
        .join(Worker, Worker.id == SeasonRelease.worker_id)
        .join(Posting, Posting.id == SeasonRelease.posting_id)
        .where(SeasonRelease.plan_id == plan_id)
        .order_by(Worker.name, SeasonRelease.worker_id, SeasonRelease.first_day)
    ).all()
    people = select(SeasonRelease.worker_id).where(SeasonRelease.plan_id == plan_id)
    instead: dict[int, list[tuple[str, list[date]]]] = defaultdict(list)
    for worker, title, first, last, rest in session.execute(
        select(
            SeasonSpell.worker_id, Posting.title, SeasonSpell.first_day, SeasonSpell.last_day,
            SeasonSpell.rest,
        )
        .join(Posting, Posting.id == SeasonSpell.posting_id)
        .where(SeasonSpell.plan_id == plan_id, SeasonSpell.worker_id.in_(people))
        .order_by(SeasonSpell.first_day)
    ):  # fmt: skip
        instead[worker].append((title, worked(first, last, rest)))
    return [
        ReleaseRow(
            WorkerId(one.worker_id), name, PostingId(one.posting_id), title, one.first_day,
            one.last_day, ReleaseWhy(one.why), ReleaseState(one.state),
            tuple(
                dict.fromkeys(
                    other
                    for other, days in instead[one.worker_id]
                    if any(one.first_day <= day <= one.last_day for day in days)
                )
            ),
        )
        for one, name, title in rows
    ]  # fmt: skip
