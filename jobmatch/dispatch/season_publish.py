"""Publishing a plan: people and crews are sent out under the seat guard.

Each stay is engaged with all its days, or asked of the employer, or nothing of it stands and the
reason is kept. A transaction holds some people of one posting, or one whole crew, or people who
change places: what is written is whole at any moment, and whoever publishes again goes on where it
ended. Then people are told, once; then employers, with the end.

Who publishes holds a claim (season_sending) and must be heard of before its lease ends: a large
plan begins in the request and goes on in a process of its own, and after that is killed in another.
"""

import secrets
import time
from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import Select, func, select, update
from sqlalchemy.orm import Session

from jobmatch.brands.models import Crew
from jobmatch.dispatch import placing, policy, season_telling
from jobmatch.dispatch.errors import PlanOver
from jobmatch.dispatch.models import SeasonPlan, SeasonRelease, SeasonSending, SeasonSpell
from jobmatch.dispatch.season_freeing import Freeing, tied
from jobmatch.dispatch.season_releases import ReleaseState
from jobmatch.dispatch.season_rows import DRAFT, PlanState, Scope, SpellState
from jobmatch.dispatch.season_sending import Sending
from jobmatch.infra import audit, clock
from jobmatch.infra.db import forget_reads, is_writing, reading, retried, transaction
from jobmatch.kernel.actor import Actor
from jobmatch.kernel.errors import NotFound
from jobmatch.kernel.ids import UserId

# People of one posting whose seats are taken in one transaction: nobody else waits for long.
AT_ONCE = 25
LEASE = timedelta(seconds=30)


@dataclass(frozen=True, slots=True)
class Published:
    """Spells by what came of them: engaged with all their days; asked (the employer answers);
    refused: nothing of them stands, season_queries.not_published tells why. freed: runs of days
    that were taken back. is_over: False while the rest is still being sent out.
    """

    engaged: int
    asked: int
    refused: int
    freed: int = 0
    is_over: bool = True


class Lost(Exception):
    """Somebody else publishes this plan now."""


@dataclass(frozen=True, slots=True)
class _Run:
    """Who publishes: the plan, whose season it is, in whose name, and the word that proves it."""

    plan_id: int
    scope: Scope
    actor: Actor
    word: str


@dataclass(frozen=True, slots=True)
class _Group:
    """What is written in one transaction: a whole crew's stay, some people of a posting, or
    (posting_id None) people who are taken off work.
    """

    posting_id: int | None
    spell_ids: tuple[int, ...] = ()
    crew_id: int | None = None
    people: tuple[int, ...] = ()


def publish(plan_id: int, *, actor: Actor, within: timedelta | None = None) -> Published:
    """Send out all stays of a draft plan. Publishing again changes nothing and says the same.

    within  so long at most: the rest goes on in the background
    raises  NotFound, PlanOver (still in work, or failed)
    """
    run = _open(plan_id, actor)
    if run is not None:
        _carry(run, within)
    return _outcome(plan_id)


def has_waiting() -> bool:
    """Whether a plan is to be published further and nobody does."""
    return reading().scalar(_waiting()) is not None


@retried
def claim_next() -> tuple[int, str] | None:
    """Take a publishing that nobody carries on: the plan, and the word for `carry_on`."""
    word = secrets.token_hex(16)
    with transaction() as session:
        plan_id = session.scalar(_waiting().with_for_update(skip_locked=True))
        taken = session.scalar(
            update(SeasonSending)
            .where(
                SeasonSending.plan_id == plan_id,
                SeasonSending.claim.is_(None) | (SeasonSending.lease_until < clock.now()),
            )
            .values(claim=word, lease_until=clock.now() + LEASE)
            .returning(SeasonSending.plan_id)
            .execution_options(synchronize_session=False)
        )
        return None if taken is None else (taken, word)


def carry_on(plan_id: int, word: str) -> None:
    """Publish further what was claimed, to its end; who asked for it is told. raises Lost"""
    found = (
        reading()
        .execute(
            select(SeasonSending.asked_by, SeasonPlan.brand_id, SeasonPlan.place_code)
            .join(SeasonPlan, SeasonPlan.id == SeasonSending.plan_id)
            .where(SeasonSending.plan_id == plan_id, SeasonSending.claim == word)
        )
        .first()
    )
    if found is None:
        raise Lost
    asked_by, brand_id, place_code = found
    # Whether they may was asked when they began; now it is only written down in whose name.
    actor = Actor(None if asked_by is None else UserId(asked_by))
    run = _Run(plan_id, Scope(brand_id, place_code), actor, word)
    if not _carry(run, None, tell_planner=True):
        raise Lost


def _waiting() -> Select[Any]:
    return (
        select(SeasonSending.plan_id)
        .where(
            SeasonSending.ended_at.is_(None),
            SeasonSending.claim.is_(None) | (SeasonSending.lease_until < clock.now()),
        )
        .order_by(SeasonSending.asked_at)
        .limit(1)
    )


@retried
def _open(plan_id: int, actor: Actor) -> _Run | None:
    """Begin, or take over: whoever published before writes nothing more. None: it is over."""
    with transaction() as session:
        plan = session.get(SeasonPlan, plan_id, populate_existing=True, with_for_update=True)
        if plan is None:
            raise NotFound
        scope = Scope(plan.brand_id, plan.place_code)
        policy.require_planner(actor, scope)
        if plan.state == PlanState.PUBLISHED:
            return None
        if plan.state not in DRAFT:
            raise PlanOver
        word = secrets.token_hex(16)
        row = session.get(SeasonSending, plan_id, populate_existing=True)
        if row is None:
            row = SeasonSending(
                plan_id=plan_id, asked_by=actor.user_id, asked_at=clock.now(),
                total=session.scalar(
                    select(func.count()).where(
                        SeasonSpell.plan_id == plan_id, SeasonSpell.state == SpellState.PLANNED
                    )
                ),
            )  # fmt: skip
            session.add(row)
        row.claim, row.lease_until = word, clock.now() + LEASE
        session.flush()
        return _Run(plan_id, scope, actor, word)


def _carry(run: _Run, within: timedelta | None, *, tell_planner: bool = False) -> bool:
    """Go on to the end, or for so long; whether it came to the end."""
    until = None if within is None else time.monotonic() + within.total_seconds()
    try:
        for group in _groups(run.plan_id):
            # Who all change places at once are too many for a request to wait for.
            is_long = len(group.people) > AT_ONCE
            if until is not None and (is_long or time.monotonic() > until):
                _let_go(run)
                return False
            _publish_group(run, group)
        while _tell_some(run):
            if until is not None and time.monotonic() > until:
                _let_go(run)
                return False
        _close(run, tell_planner)
    except Lost:
        return False
    return True


def _groups(plan_id: int) -> list[_Group]:
    """Who is taken off work first, then whole crews: they need many places at once."""
    forget_reads()
    found = [_Group(None, people=people) for people in tied(plan_id, AT_ONCE)]
    moved = {worker for group in found for worker in group.people}
    rows = (
        reading()
        .execute(
            select(
                SeasonSpell.id, SeasonSpell.posting_id, SeasonSpell.worker_id,
                SeasonSpell.crew_id, Crew.is_whole,
            )
            .outerjoin(Crew, Crew.id == SeasonSpell.crew_id)
            .where(SeasonSpell.plan_id == plan_id, SeasonSpell.state == SpellState.PLANNED)
            .order_by(SeasonSpell.posting_id, SeasonSpell.worker_id, SeasonSpell.first_day)
        )
        .all()
    )  # fmt: skip
    crews: dict[tuple[int, int], list[int]] = defaultdict(list)
    alone: dict[int, dict[int, list[int]]] = defaultdict(lambda: defaultdict(list))
    for key, posting, worker, crew, is_whole in rows:
        if worker in moved:
            continue
        if is_whole and crew is not None:
            crews[posting, crew].append(key)
        else:
            alone[posting][worker].append(key)
    found += [_Group(posting, tuple(keys), crew) for (posting, crew), keys in crews.items()]
    for posting, people in alone.items():
        each = list(people.values())
        for n in range(0, len(each), AT_ONCE):
            keys = tuple(key for some in each[n : n + AT_ONCE] for key in some)
            found.append(_Group(posting, keys))
    return found


@retried
def _publish_group(run: _Run, group: _Group) -> None:
    with transaction() as session:
        if group.posting_id is None:
            _heard(session, run)
            Freeing(session, run.plan_id, run.scope, group.people, run.actor).run()
            return
        posting = placing.posting_of(session, group.posting_id)
        _heard(session, run)
        spells = session.scalars(
            select(SeasonSpell)
            .where(
                SeasonSpell.id.in_(group.spell_ids),
                SeasonSpell.state == SpellState.PLANNED,
                SeasonSpell.plan_id == run.plan_id,
            )
            .order_by(SeasonSpell.worker_id, SeasonSpell.first_day)
            .with_for_update()
            .execution_options(populate_existing=True)
        ).all()
        if not spells:
            return
        sending = Sending(session, posting, run.scope, spells, run.actor)
        by_worker: dict[int, list[SeasonSpell]] = defaultdict(list)
        for spell in spells:
            by_worker[spell.worker_id].append(spell)
        if group.crew_id is not None:
            sending.crew(group.crew_id, by_worker)
        else:
            for stays in by_worker.values():
                sending.one(stays)
        session.flush()


@retried
def _tell_some(run: _Run) -> bool:
    with transaction() as session:
        _heard(session, run)
        return season_telling.tell_people(session, run.plan_id)


def _heard(session: Session, run: _Run) -> None:
    """Still ours, and alive. raises Lost"""
    mine = session.scalar(
        update(SeasonSending)
        .where(
            SeasonSending.plan_id == run.plan_id,
            SeasonSending.claim == run.word,
            SeasonSending.ended_at.is_(None),
        )
        .values(lease_until=clock.now() + LEASE)
        .returning(SeasonSending.plan_id)
        .execution_options(synchronize_session=False)
    )
    if mine is None:
        raise Lost


@retried
def _let_go(run: _Run) -> None:
    """The rest is somebody else's: the background's."""
    with transaction() as session:
        _heard(session, run)
        session.execute(
            update(SeasonSending)
            .where(SeasonSending.plan_id == run.plan_id)
            .values(claim=None, lease_until=None)
            .execution_options(synchronize_session=False)
        )


@retried
def _close(run: _Run, tell_planner: bool) -> None:
    with transaction() as session:
        _heard(session, run)
        session.execute(
            update(SeasonSending)
            .where(SeasonSending.plan_id == run.plan_id)
            .values(ended_at=clock.now(), claim=None, lease_until=None)
            .execution_options(synchronize_session=False)
        )
        session.execute(
            update(SeasonPlan)
            .where(SeasonPlan.id == run.plan_id)
            .values(state=PlanState.PUBLISHED, published_at=clock.now())
            .execution_options(synchronize_session=False)
        )
        season_telling.tell_employers(session, run.plan_id, run.scope)
        season_telling.tell_brands(session, run.plan_id, run.scope)
        if tell_planner:
            done = _outcome(run.plan_id)
            season_telling.tell_planner(
                session, run.actor.user_id, run.plan_id, run.scope,
                (done.engaged, done.asked, done.refused),
            )  # fmt: skip
        audit.record(session, run.actor, "dispatch.publish_season", "season_plan", run.plan_id)


def _outcome(plan_id: int) -> Published:
    if not is_writing():
        forget_reads()
    session = reading()
    counts: Counter[str] = Counter()
    for state, n in session.execute(
        select(SeasonSpell.state, func.count())
        .where(SeasonSpell.plan_id == plan_id)
        .group_by(SeasonSpell.state)
    ):
        counts[state] = n
    freed = session.scalar(
        select(func.count()).where(
            SeasonRelease.plan_id == plan_id, SeasonRelease.state == ReleaseState.FREED
        )
    )
    now = session.scalar(select(SeasonPlan.state).where(SeasonPlan.id == plan_id))
    return Published(
        counts[SpellState.ENGAGED], counts[SpellState.ASKED], counts[SpellState.REFUSED],
        freed or 0, now == PlanState.PUBLISHED,
    )  # fmt: skip
