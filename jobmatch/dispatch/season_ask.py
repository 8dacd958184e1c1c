"""Asking for a plan: what may be asked, and the queue."""

import secrets
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from jobmatch.brands.models import LaborBrand
from jobmatch.dispatch import policy
from jobmatch.dispatch.models import SeasonPlan
from jobmatch.dispatch.season_rows import PlanState, Scope
from jobmatch.infra import audit, clock
from jobmatch.infra.db import retried, transaction
from jobmatch.kernel.actor import Actor
from jobmatch.kernel.errors import Conflict, Invalid, NotFound
from jobmatch.kernel.text import text
from jobmatch.places.models import Place

MOST_DAYS = 180
MOST_SECONDS = 3_600
MOST_SEED = 2_000_000_000
# Plans of one brand or place that may wait or run at the same time.
MOST_IN_WORK = 3


@retried
def ask_plan(
    scope: Scope,
    first: date,
    last: date,
    *,
    actor: Actor,
    seconds: int = 60,
    gap: float = 0.01,
    seed: int | None = None,
    base_plan_id: int | None = None,
    changes: list[dict[str, Any]] | None = None,
) -> int:
    """Put a plan for the days from first to last into the queue; its key.

    seconds   how long to think at most (1 to 3,600); gap: how near to the best is good enough,
              0 to under 1; seed: drawn when not given
    base_plan_id   a plan of the same brand or place to start from
    changes   what happened since, as rules.replan reads it: then as little as possible is changed
    raises    NotFound, Invalid, Conflict when enough plans wait already
    """
    _check(first, last, seconds, gap, seed)
    with transaction() as session:
        require_scope(session, actor, scope)
        if base_plan_id is not None:
            base = session.get(SeasonPlan, base_plan_id)
            if base is None or Scope(base.brand_id, base.place_code) != scope:
                raise NotFound
        waiting = session.scalars(
            select(SeasonPlan.id).where(
                SeasonPlan.brand_id == scope.brand_id
                if scope.brand_id is not None
                else SeasonPlan.place_code == scope.place_code,
                SeasonPlan.state.in_((PlanState.QUEUED, PlanState.RUNNING)),
            )
        ).all()
        if len(waiting) >= MOST_IN_WORK:
            raise Conflict(text("已经有 {n} 份安排在算，等算完或停下再排。", n=len(waiting)))
        plan = SeasonPlan(
            brand_id=scope.brand_id, place_code=scope.place_code, first_day=first, last_day=last,
            state=PlanState.QUEUED, asked_by=actor.user_id, asked_at=clock.now(),
            seed=secrets.randbelow(MOST_SEED) if seed is None else seed, most_seconds=seconds,
            gap_wanted=gap, base_plan_id=base_plan_id, changes=changes or [], tries=0,
            stop_asked=False,
        )  # fmt: skip
        session.add(plan)
        session.flush()
        audit.record(
            session, actor, "dispatch.ask_plan", "season_plan", plan.id,
            brand=scope.brand_id, place=scope.place_code,
        )  # fmt: skip
        return plan.id


def require_scope(session: Session, actor: Actor, scope: Scope) -> None:
    policy.require_planner(actor, scope)
    if scope.brand_id is not None:
        brand = session.get(LaborBrand, scope.brand_id)
        if brand is None or brand.state != "approved":
            raise NotFound
    elif session.get(Place, scope.place_code) is None:
        raise NotFound


def _check(first: date, last: date, seconds: int, gap: float, seed: int | None) -> None:
    if first < clock.today():
        raise Invalid(text("第一天不能早于今天。"), field="first")
    if last < first:
        raise Invalid(text("最后一天早于第一天。"), field="last")
    if last - first >= timedelta(days=MOST_DAYS):
        raise Invalid(text("一次最多排 {n} 天。", n=MOST_DAYS), field="last")
    if not 1 <= seconds <= MOST_SECONDS:
        raise Invalid(text("请填 1 到 {n} 秒。", n=MOST_SECONDS), field="seconds")
    if not 0 <= gap < 1:
        raise Invalid(text("请填 0 到 99。"), field="gap")
    if seed is not None and not 0 <= seed <= MOST_SEED:
        raise Invalid(text("请填 0 到 {n} 的整数。", n=MOST_SEED), field="seed")
