"""Running plans, as far as the database is concerned: the queue, the claim, the result.

A run holds a claim and must be heard of before its lease ends; whoever finds a lease over puts the
plan back into the queue. Every write asks for the claim, so a run that was given up writes nothing
any more, and a plan is stored wholly or not at all.
"""

import secrets
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from jobmatch.dispatch import season_blobs, season_text
from jobmatch.dispatch.models import SeasonPlan, SeasonProgress, SeasonRelease, SeasonSpell
from jobmatch.dispatch.rules.plans import Plan, Spell
from jobmatch.dispatch.rules.problem import ranges
from jobmatch.dispatch.season_board import worked
from jobmatch.dispatch.season_ground import Ground
from jobmatch.dispatch.season_releases import Release
from jobmatch.dispatch.season_rows import PlanState, Scope, SpellState
from jobmatch.infra import audit, clock
from jobmatch.infra.db import reading, retried, transaction
from jobmatch.kernel.actor import SYSTEM
from jobmatch.kernel.text import Text, text

LEASE = timedelta(seconds=30)
MOST_TRIES = 3
# Spells written with one statement.
AT_ONCE = 2_000
# What the solver says before it has a plan or a bound.
UNKNOWN = 1 << 61
DAY = timedelta(days=1)


class Lost(Exception):
    """The plan is no longer this run's."""


@dataclass(frozen=True, slots=True)
class Claim:
    """A plan that this run makes, and the word that proves it."""

    plan_id: int
    word: str


@dataclass(frozen=True, slots=True)
class Job:
    """What is to be planned. base: the plan to start from; changes: what happened since."""

    scope: Scope
    first: date
    last: date
    seconds: int
    gap: float
    seed: int
    base_plan_id: int | None
    changes: list[dict[str, Any]]


def has_queued() -> bool:
    found = select(SeasonPlan.id).where(SeasonPlan.state == PlanState.QUEUED).limit(1)
    return reading().scalar(found) is not None


@retried
def claim_next(lease: timedelta = LEASE) -> Claim | None:
    """Take the plan that waits longest; None when none does, or another was first."""
    word = secrets.token_hex(16)
    with transaction() as session:
        oldest = session.scalar(
            select(SeasonPlan.id)
            .where(SeasonPlan.state == PlanState.QUEUED)
            .order_by(SeasonPlan.id)
            .limit(1)
            .with_for_update(skip_locked=True)
        )
        taken = session.scalar(
            update(SeasonPlan)
            .where(SeasonPlan.id == oldest, SeasonPlan.state == PlanState.QUEUED)
            .values(
                state=PlanState.RUNNING, claim=word, lease_until=clock.now() + lease,
                began_at=clock.now(), tries=SeasonPlan.tries + 1,
            )
            .returning(SeasonPlan.id)
            .execution_options(synchronize_session=False)
        )  # fmt: skip
        if taken is None:
            return None
        session.execute(delete(SeasonProgress).where(SeasonProgress.plan_id == taken))
        return Claim(taken, word)


def has_lost() -> bool:
    found = select(SeasonPlan.id).where(
        SeasonPlan.state == PlanState.RUNNING, SeasonPlan.lease_until < clock.now()
    )
    return reading().scalar(found.limit(1)) is not None


@retried
def give_back_lost() -> int:
    """Put plans whose runs were not heard of back into the queue; returns how many."""
    with transaction() as session:
        lost = session.execute(
            select(SeasonPlan.id, SeasonPlan.claim).where(
                SeasonPlan.state == PlanState.RUNNING, SeasonPlan.lease_until < clock.now()
            )
        ).all()
        return sum(_give_back(session, key, word) for key, word in lost)


@retried
def give_back(claim: Claim) -> bool:
    """The run's process has ended without a result: the plan waits again, or has failed."""
    with transaction() as session:
        return _give_back(session, claim.plan_id, claim.word)


def _give_back(session: Session, plan_id: int, word: str | None) -> bool:
    mine = (
        SeasonPlan.id == plan_id,
        SeasonPlan.claim == word,
        SeasonPlan.state == PlanState.RUNNING,
    )
    for where, values in (
        (
            (SeasonPlan.tries >= MOST_TRIES) | SeasonPlan.stop_asked.is_(True),
            {
                "state": PlanState.FAILED, "ended_at": clock.now(),
                "message": season_text.kept(text("算到一半断了，请再排一次。")),
            },
        ),
        (SeasonPlan.id == plan_id, {"state": PlanState.QUEUED}),
    ):  # fmt: skip
        moved = session.scalar(
            update(SeasonPlan)
            .where(*mine, where)
            .values(claim=None, lease_until=None, **values)
            .returning(SeasonPlan.id)
            .execution_options(synchronize_session=False)
        )
        if moved is not None:
            return True
    return False


@retried
def heard(
    claim: Claim, point: tuple[float, int, int] | None = None, lease: timedelta = LEASE
) -> bool:
    """The run lives. point: seconds, value and bound, if they are news.

    returns  whether it was asked to stop
    raises   Lost
    """
    with transaction() as session:
        stop = session.scalar(
            _mine(claim)
            .values(lease_until=clock.now() + lease)
            .returning(SeasonPlan.stop_asked)
            .execution_options(synchronize_session=False)
        )
        if stop is None:
            raise Lost
        if point is not None:
            seconds, value, bound = point
            session.add(
                SeasonProgress(
                    plan_id=claim.plan_id, seconds=seconds,
                    value=None if value <= -UNKNOWN else value,
                    bound=None if bound >= UNKNOWN else bound,
                )
            )  # fmt: skip
        return bool(stop)


def job(claim: Claim) -> Job:
    """raises Lost"""
    plan = reading().get(SeasonPlan, claim.plan_id)
    if plan is None or plan.claim != claim.word:
        raise Lost
    return Job(
        Scope(plan.brand_id, plan.place_code), plan.first_day, plan.last_day, plan.most_seconds,
        plan.gap_wanted, plan.seed, plan.base_plan_id, plan.changes,
    )  # fmt: skip


def prices_of(plan_id: int) -> season_blobs.Table | None:
    """The prices at which a plan was made."""
    packed = reading().scalar(select(SeasonPlan.prices).where(SeasonPlan.id == plan_id))
    return None if packed is None else season_blobs.unpack(packed)


def standing(plan_id: int, ground: Ground, today: date) -> tuple[list[Spell], NDArray[np.bool_]]:
    """The stays of an earlier plan as they can be in this ground, and what was promised.

    Days up to today only where they are engaged; who or what is not in the ground any more, or no
    longer fits, is left out. Where somebody is engaged elsewhere since, that stands.

    returns   stays; [W, T] days that are engaged or asked for
    """
    workers, postings = ground.worker_rows, ground.posting_rows
    promised = np.zeros(ground.problem.available.shape, bool)
    found = []
    seen: dict[int, set[date]] = defaultdict(set)
    for s in reading().execute(
        select(
            SeasonSpell.worker_id, SeasonSpell.posting_id, SeasonSpell.first_day,
            SeasonSpell.last_day, SeasonSpell.rest, SeasonSpell.state,
        ).where(SeasonSpell.plan_id == plan_id)
    ):  # fmt: skip
        if s.worker_id not in workers or s.posting_id not in postings:
            continue
        worker, posting = workers[s.worker_id], postings[s.posting_id]
        pair = ground.problem.pair_of(worker, posting)
        engaged = ground.engaged.get(s.worker_id, {})
        days = [
            (day - ground.first).days
            for day in worked(s.first_day, s.last_day, s.rest)
            if ground.first <= day <= ground.last
            and (day > today or engaged.get(day) == s.posting_id)
            and engaged.get(day, s.posting_id) == s.posting_id
        ]
        days = [d for d in days if pair >= 0 and ground.problem.is_eligible(pair, d)]
        if days:
            found.append(_stay(worker, posting, days))
            seen[worker] |= {ground.first + d * DAY for d in days}
            if s.state == SpellState.ASKED:
                promised[worker, days] = True
    for key, at in ground.ours.items():
        worker = workers[key]
        promised[worker, [(day - ground.first).days for day in at]] = True
        more = {day: p for day, p in at.items() if day not in seen[worker]}
        for posting_id in sorted(set(more.values())):
            there = [day for day, p in more.items() if p == posting_id]
            found += [
                _stay(worker, postings[posting_id], list(range(begin, end + 1)))
                for begin, end in ranges(sorted((day - ground.first).days for day in there))
            ]
    return sorted(found, key=lambda spell: (spell.worker, spell.first)), promised


def _stay(worker: int, posting: int, days: list[int]) -> Spell:
    rest = tuple(sorted(set(range(days[0], days[-1] + 1)) - set(days)))
    return Spell(worker, posting, days[0], days[-1], rest)


@retried
def finish(
    claim: Claim,
    ground: Ground,
    plan: Plan,
    *,
    stopped: bool,
    reasons: bytes | None = None,
    releases: Sequence[Release] = (),
) -> None:
    """Store the plan, wholly. raises Lost, and then nothing is written"""
    problem = ground.problem
    postings = tuple(int(key) for key in problem.posting_ids)
    table = season_blobs.Table(ground.first, postings, problem.headcount)
    prices = None if plan.prices is None else table._replace(cells=plan.prices)
    said = _message(ground)
    rows = [_row(claim.plan_id, ground, spell) for spell in plan.spells]
    with transaction() as session:
        _end(
            session, claim, PlanState.STOPPED if stopped else PlanState.DONE,
            value=plan.value, bound=plan.bound, filled=plan.filled, demanded=plan.demanded,
            message=None if said is None else season_text.kept(said),
            demand=season_blobs.pack(table), reasons=reasons,
            prices=None if prices is None else season_blobs.pack(prices),
        )  # fmt: skip
        for n in range(0, len(rows), AT_ONCE):
            session.execute(insert(SeasonSpell), rows[n : n + AT_ONCE])
        if releases:
            session.execute(insert(SeasonRelease), [_back(claim.plan_id, one) for one in releases])
        session.add(
            SeasonProgress(
                plan_id=claim.plan_id, seconds=plan.seconds, value=plan.value, bound=plan.bound
            )
        )
        audit.record(
            session, SYSTEM, "dispatch.planned", "season_plan", claim.plan_id, spells=len(rows)
        )


def _message(ground: Ground) -> Text | None:
    """What is to be known of a plan besides its figures."""
    left, best = len(ground.left_out), ground.best_of
    if left and best:
        return text(
            "人多活多，每人只比了最合适的 {best} 份活，“最多能到”说的也是这些活里的最好；"
            "有 {n} 个人（或固定的日子）没能排进去。",
            best=best, n=left,
        )  # fmt: skip
    if best:
        return text(
            "人多活多，每人只比了最合适的 {best} 份活，“最多能到”说的也是这些活里的最好。",
            best=best,
        )
    if left:
        return text("有 {n} 个人（或固定的日子）没能排进去。", n=left)
    return None


@retried
def fail(claim: Claim, said: Text) -> None:
    """The run cannot make the plan, and says why. raises Lost"""
    with transaction() as session:
        _end(session, claim, PlanState.FAILED, message=season_text.kept(said))


def _mine(claim: Claim) -> Any:
    return update(SeasonPlan).where(
        SeasonPlan.id == claim.plan_id,
        SeasonPlan.claim == claim.word,
        SeasonPlan.state == PlanState.RUNNING,
    )


def _end(session: Session, claim: Claim, state: PlanState, **values: Any) -> None:
    ended = session.scalar(
        _mine(claim)
        .values(state=state, ended_at=clock.now(), claim=None, lease_until=None, **values)
        .returning(SeasonPlan.id)
        .execution_options(synchronize_session=False)
    )
    if ended is None:
        raise Lost


def _back(plan_id: int, one: Release) -> Mapping[str, Any]:
    return {
        "plan_id": plan_id, "worker_id": one.worker_id, "posting_id": one.posting_id,
        "first_day": one.first, "last_day": one.last, "why": one.why, "state": "planned",
    }  # fmt: skip


def _row(plan_id: int, ground: Ground, spell: Spell) -> Mapping[str, Any]:
    worker = int(ground.problem.worker_ids[spell.worker])
    posting = int(ground.problem.posting_ids[spell.posting])
    first, last = ground.first + spell.first * DAY, ground.first + spell.last * DAY
    rest = [(ground.first + day * DAY).isoformat() for day in spell.rest]
    engaged = ground.engaged.get(worker, {})
    stands = all(engaged.get(day) == posting for day in worked(first, last, rest))
    return {
        "plan_id": plan_id, "worker_id": worker, "crew_id": ground.crew_of.get(worker),
        "posting_id": posting, "first_day": first, "last_day": last, "rest": rest,
        "state": SpellState.ENGAGED if stands else SpellState.PLANNED,
    }  # fmt: skip
