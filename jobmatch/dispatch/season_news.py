"""What happened since a plan was made, and planning anew with as little change as pays."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from jobmatch.dispatch import policy
from jobmatch.dispatch.errors import PlanOver
from jobmatch.dispatch.models import SeasonPlan, SeasonSending
from jobmatch.dispatch.season_ask import ask_plan
from jobmatch.dispatch.season_rows import (
    DRAFT,
    Absent,
    Closed,
    MorePlaces,
    News,
    PlanState,
    Scope,
)
from jobmatch.infra import clock
from jobmatch.infra.db import transaction
from jobmatch.kernel.actor import Actor
from jobmatch.kernel.errors import Invalid, NotFound
from jobmatch.kernel.text import text

MOST_NEWS = 200
MOST_PLACES = 10_000


def replan(
    plan_id: int,
    news: Sequence[News],
    *,
    actor: Actor,
    released: bool = False,
    seconds: int = 20,
    gap: float = 0.01,
) -> int:
    """Ask for a plan that changes a standing one as little as pays; the new plan's key.

    released  today's and tomorrow's stays may change too (else they stay, where people can come)
    raises    NotFound, PlanOver (the plan has no result), Invalid, Conflict
    """
    with transaction() as session:
        plan = session.get(SeasonPlan, plan_id)
        if plan is None:
            raise NotFound
        scope = Scope(plan.brand_id, plan.place_code)
        policy.require_planner(actor, scope)
        if plan.state not in {*DRAFT, PlanState.PUBLISHED} or (
            plan.state != PlanState.PUBLISHED and session.get(SeasonSending, plan_id) is not None
        ):
            raise PlanOver
        if len(news) > MOST_NEWS:
            raise Invalid(text("一次最多写 {n} 件事。", n=MOST_NEWS))
        for one in news:
            _check(one, plan)
        first = max(plan.first_day, clock.today())
        if first > plan.last_day:
            raise PlanOver
        changes = [as_json(one) for one in news] + [{"released": released}]
        return ask_plan(
            scope, first, plan.last_day, actor=actor, seconds=seconds, gap=gap, seed=plan.seed,
            base_plan_id=plan_id, changes=changes,
        )  # fmt: skip


def _check(one: News, plan: SeasonPlan) -> None:
    if one.last < one.first:
        raise Invalid(text("最后一天早于第一天。"), field="last")
    if one.last < plan.first_day or one.first > plan.last_day:
        raise Invalid(text("日子不在这份安排里。"), field="first")
    if isinstance(one, MorePlaces) and not 0 <= one.places <= MOST_PLACES:
        raise Invalid(text("人数请填 0 到 {n}。", n=MOST_PLACES), field="places")


def as_json(one: News) -> dict[str, Any]:
    found: dict[str, Any] = {"first": one.first.isoformat(), "last": one.last.isoformat()}
    if isinstance(one, Closed):
        return found | {"closed": one.posting_id}
    if isinstance(one, Absent):
        return found | {"absent": one.worker_id}
    return found | {"demand": one.posting_id, "places": one.places}


def of_json(changes: Sequence[dict[str, Any]]) -> tuple[list[News], bool]:
    """The news, and whether today and tomorrow are released."""
    found: list[News] = []
    released = False
    for row in changes:
        if "released" in row:
            released = bool(row["released"])
            continue
        first, last = date.fromisoformat(row["first"]), date.fromisoformat(row["last"])
        if "closed" in row:
            found.append(Closed(row["closed"], first, last))
        elif "absent" in row:
            found.append(Absent(row["absent"], first, last))
        else:
            found.append(MorePlaces(row["demand"], first, last, row["places"]))
    return found, released


def frozen(first: date, today: date, released: bool) -> int:
    """Days from the first on which nothing is changed: up to tomorrow, unless released."""
    return max(0, (today + timedelta(days=1 if released else 2) - first).days)
