"""The verbs of season plans: asking for one, stopping, pins, agreements; changes by hand are in
season_edit, publishing is in season_publish, running in season_runs.
"""

from sqlalchemy import update
from sqlalchemy.orm import Session

from jobmatch.brands.models import LaborBrand
from jobmatch.dispatch import policy, season_text, seats
from jobmatch.dispatch.errors import PlanOver
from jobmatch.dispatch.models import SeasonAgreement, SeasonPin, SeasonPlan
from jobmatch.dispatch.season_ask import ask_plan, require_scope
from jobmatch.dispatch.season_edit import add, move, pin, remove, split
from jobmatch.dispatch.season_news import replan
from jobmatch.dispatch.season_publish import Published, publish
from jobmatch.dispatch.season_rows import PlanState, Scope
from jobmatch.infra import audit, clock
from jobmatch.infra.db import retried, transaction
from jobmatch.kernel.actor import Actor
from jobmatch.kernel.errors import NotFound
from jobmatch.kernel.text import text
from jobmatch.places.models import Place

__all__ = [
    "PlanOver", "Published", "add", "agree", "ask_plan", "move", "pin", "publish", "remove",
    "replan", "split", "stop_plan", "unpin", "withdraw_agreement",
]  # fmt: skip


@retried
def stop_plan(plan_id: int, *, actor: Actor) -> None:
    """Take a plan out of the queue, or end its thinking: what it has by then stays.

    Stopping twice changes nothing. raises NotFound, PlanOver
    """
    with transaction() as session:
        plan = plan_for(session, plan_id, actor)
        ended = session.scalar(
            update(SeasonPlan)
            .where(SeasonPlan.id == plan_id, SeasonPlan.state == PlanState.QUEUED)
            .values(
                state=PlanState.FAILED, ended_at=clock.now(), stop_asked=True,
                message=season_text.kept(text("还没开始算就停下了。")),
            )
            .returning(SeasonPlan.id)
            .execution_options(synchronize_session=False)
        )  # fmt: skip
        if ended is None:
            asked = session.scalar(
                update(SeasonPlan)
                .where(SeasonPlan.id == plan_id, SeasonPlan.state == PlanState.RUNNING)
                .values(stop_asked=True)
                .returning(SeasonPlan.id)
                .execution_options(synchronize_session=False)
            )
            if asked is None and not plan.stop_asked:
                raise PlanOver
        audit.record(session, actor, "dispatch.stop_plan", "season_plan", plan_id)


@retried
def unpin(pin_id: int, *, actor: Actor) -> None:
    """Next plans need not keep these days any more. raises NotFound"""
    with transaction() as session:
        found = session.get(SeasonPin, pin_id)
        if found is None:
            raise NotFound
        policy.require_planner(actor, Scope(found.brand_id, found.place_code))
        session.delete(found)
        audit.record(session, actor, "dispatch.unpin", "season_pin", pin_id, worker=found.worker_id)


@retried
def agree(brand_id: int, place_code: str, *, actor: Actor) -> None:
    """The brand lets the officers of a place above it plan its people with other brands'.

    Agreeing twice changes nothing. raises NotFound
    """
    with transaction() as session:
        require_scope(session, actor, Scope(brand_id=brand_id))
        brand = session.get_one(LaborBrand, brand_id)
        if not brand.place_code.startswith(place_code) or session.get(Place, place_code) is None:
            raise NotFound
        key = seats.insert_new(
            session, SeasonAgreement, ("brand_id", "place_code"), brand_id=brand_id,
            place_code=place_code, agreed_by=actor.user_id, agreed_at=clock.now(),
        )  # fmt: skip
        if key is None:
            session.execute(
                update(SeasonAgreement)
                .where(
                    SeasonAgreement.brand_id == brand_id,
                    SeasonAgreement.place_code == place_code,
                    SeasonAgreement.withdrawn_at.is_not(None),
                )
                .values(agreed_by=actor.user_id, agreed_at=clock.now(), withdrawn_at=None)
                .execution_options(synchronize_session=False)
            )
        audit.record(
            session, actor, "dispatch.agree_season", "labor_brand", brand_id, place=place_code
        )


@retried
def withdraw_agreement(brand_id: int, place_code: str, *, actor: Actor) -> None:
    """The brand plans for itself again; what was published stays. raises NotFound"""
    with transaction() as session:
        policy.require_planner(actor, Scope(brand_id=brand_id))
        ended = session.scalar(
            update(SeasonAgreement)
            .where(
                SeasonAgreement.brand_id == brand_id,
                SeasonAgreement.place_code == place_code,
                SeasonAgreement.withdrawn_at.is_(None),
            )
            .values(withdrawn_at=clock.now())
            .returning(SeasonAgreement.id)
            .execution_options(synchronize_session=False)
        )
        if ended is None:
            raise NotFound
        audit.record(
            session, actor, "dispatch.withdraw_season", "labor_brand", brand_id, place=place_code
        )


def plan_for(session: Session, plan_id: int, actor: Actor) -> SeasonPlan:
    """The plan, for who may plan that season. raises NotFound"""
    plan = session.get(SeasonPlan, plan_id, populate_existing=True)
    if plan is None:
        raise NotFound
    policy.require_planner(actor, Scope(plan.brand_id, plan.place_code))
    return plan
