"""Season plans as pages read them; a constant number of queries each.

Who may not plan the season of the brand (or place) gets NotFound from all of them.
"""

from datetime import date, timedelta
from typing import Any

from sqlalchemy import Select, and_, func, select

from jobmatch.accounts.models import User
from jobmatch.brands.models import BrandMember, LaborBrand
from jobmatch.dispatch import policy, season_text
from jobmatch.dispatch.models import (
    SeasonAgreement,
    SeasonPin,
    SeasonPlan,
    SeasonProgress,
    SeasonSending,
    SeasonSpell,
)
from jobmatch.dispatch.season_board import board, coverage, differences
from jobmatch.dispatch.season_reasons import empty, idle
from jobmatch.dispatch.season_releases import ReleaseRow, ReleaseState, ReleaseWhy, releases
from jobmatch.dispatch.season_rows import (
    AgreementRow,
    Answer,
    Answers,
    AnswerState,
    Block,
    BoardRow,
    Conflict,
    ConflictKind,
    CoverageDay,
    CoverageRow,
    Difference,
    EmptyRow,
    IdleRow,
    NotPublished,
    PinRow,
    PlanPage,
    PlanRow,
    PlanState,
    ProgressPoint,
    Scope,
    SpellRow,
    SpellState,
)
from jobmatch.dispatch.season_spells import of_plan, row_of, where_scope
from jobmatch.dispatch.season_world import answers, clashing, conflicts
from jobmatch.infra.db import reading
from jobmatch.kernel.actor import Actor
from jobmatch.kernel.errors import NotFound
from jobmatch.kernel.ids import BrandId, PostingId, UserId, WorkerId
from jobmatch.kernel.paging import PAGE_SIZE, Page
from jobmatch.places.models import Place
from jobmatch.postings.models import Posting
from jobmatch.workers.models import Worker

__all__ = [
    "AgreementRow", "Answer", "AnswerState", "Answers", "Block", "BoardRow", "Conflict",
    "ConflictKind", "CoverageDay", "CoverageRow", "Difference", "EmptyRow", "IdleRow",
    "NotPublished", "PinRow", "PlanPage", "PlanRow", "PlanState", "ProgressPoint", "ReleaseRow",
    "ReleaseState", "ReleaseWhy", "Scope", "SpellRow", "SpellState", "agreement", "agreements",
    "answers", "board", "busy", "clashing", "conflicts", "coverage", "differences", "empty", "idle",
    "latest", "not_published", "pins", "plan", "plans", "releases", "spell", "spells",
]  # fmt: skip

WEEK = timedelta(days=6)
_COLUMNS = (
    SeasonPlan.id, SeasonPlan.brand_id, SeasonPlan.place_code, SeasonPlan.first_day,
    SeasonPlan.last_day, SeasonPlan.state, SeasonPlan.asked_by, User.name.label("asked_by_name"),
    SeasonPlan.asked_at, SeasonPlan.began_at, SeasonPlan.ended_at, SeasonPlan.published_at,
    SeasonPlan.seed, SeasonPlan.most_seconds, SeasonPlan.gap_wanted, SeasonPlan.value,
    SeasonPlan.bound, SeasonPlan.filled, SeasonPlan.demanded, SeasonPlan.message,
    SeasonPlan.base_plan_id, SeasonPlan.stop_asked,
    func.coalesce(LaborBrand.name, Place.name).label("scope_name"),
    and_(SeasonSending.plan_id.is_not(None), SeasonSending.ended_at.is_(None)).label("is_sending"),
    SeasonSending.total.label("to_send"),
)  # fmt: skip


def plans(scope: Scope, *, actor: Actor, page: int = 1) -> Page[PlanRow]:
    """The plans of a brand or a place, the newest first. raises NotFound"""
    policy.require_planner(actor, scope)
    session = reading()
    mine = where_scope(SeasonPlan, scope)
    total = session.scalar(select(func.count()).select_from(SeasonPlan).where(mine)) or 0
    rows = session.execute(
        _plan_query()
        .where(mine)
        .order_by(SeasonPlan.id.desc())
        .limit(PAGE_SIZE)
        .offset((page - 1) * PAGE_SIZE)
    )
    return Page([_plan_row(row) for row in rows], page, total)


def latest(scope: Scope, day: date, *, actor: Actor) -> PlanRow | None:
    """The newest plan with a result that holds this day, one that was sent out before drafts.

    raises  NotFound
    """
    policy.require_planner(actor, scope)
    found = (
        reading()
        .execute(
            _plan_query()
            .where(
                where_scope(SeasonPlan, scope),
                SeasonPlan.first_day <= day + WEEK,
                SeasonPlan.last_day >= day,
                SeasonPlan.value.is_not(None),
            )
            .order_by((SeasonPlan.state == PlanState.PUBLISHED).desc(), SeasonPlan.id.desc())
            .limit(1)
        )
        .first()
    )
    return None if found is None else _plan_row(found)


def plan(plan_id: int, *, actor: Actor) -> PlanPage:
    """A plan with its progress. raises NotFound"""
    session = reading()
    found = session.execute(_plan_query().where(SeasonPlan.id == plan_id)).first()
    if found is None:
        raise NotFound
    row = _plan_row(found)
    policy.require_planner(actor, row.scope)
    progress = session.execute(
        select(SeasonProgress.seconds, SeasonProgress.value, SeasonProgress.bound)
        .where(SeasonProgress.plan_id == plan_id)
        .order_by(SeasonProgress.id)
    )
    by_state = {
        SpellState(state): n
        for state, n in session.execute(
            select(SeasonSpell.state, func.count())
            .where(SeasonSpell.plan_id == plan_id)
            .group_by(SeasonSpell.state)
        )
    }
    workers, postings = session.execute(
        select(
            func.count(SeasonSpell.worker_id.distinct()),
            func.count(SeasonSpell.posting_id.distinct()),
        ).where(SeasonSpell.plan_id == plan_id)
    ).one()
    return PlanPage(
        row, tuple(ProgressPoint(*point) for point in progress), sum(by_state.values()),
        workers, postings, by_state.get(SpellState.ENGAGED, 0),
        by_state.get(SpellState.ASKED, 0), by_state.get(SpellState.REFUSED, 0), found.to_send or 0,
    )  # fmt: skip


def spell(spell_id: int, *, actor: Actor) -> SpellRow:
    """One spell, e.g. for the form that moves it. raises NotFound"""
    plan_id = reading().scalar(select(SeasonSpell.plan_id).where(SeasonSpell.id == spell_id))
    if plan_id is None:
        raise NotFound
    of = row_of(plan_id, actor)
    return of_plan(plan_id, of.scope, SeasonSpell.id == spell_id)[0]


def spells(plan_id: int, *, actor: Actor) -> list[SpellRow]:
    """All of a plan, by person and day: for files and for what is about to be sent out.

    raises  NotFound
    """
    return of_plan(plan_id, row_of(plan_id, actor).scope)


def busy(plan_id: int, first: date, last: date, *, actor: Actor) -> set[int]:
    """Who has a stay in the plan on some of these days. raises NotFound"""
    row_of(plan_id, actor)
    return set(
        reading().scalars(
            select(SeasonSpell.worker_id).where(
                SeasonSpell.plan_id == plan_id,
                SeasonSpell.first_day <= last,
                SeasonSpell.last_day >= first,
            )
        )
    )


def not_published(plan_id: int, *, actor: Actor) -> list[NotPublished]:
    """Spells that could not be published, and why. raises NotFound"""
    of = row_of(plan_id, actor)
    found = of_plan(plan_id, of.scope, SeasonSpell.state == SpellState.REFUSED)
    return [NotPublished(row, row.said) for row in found if row.said is not None]


def pins(scope: Scope, *, actor: Actor) -> list[PinRow]:
    """What every next plan of the brand or place keeps. raises NotFound"""
    policy.require_planner(actor, scope)
    rows = reading().execute(
        select(
            SeasonPin.id, SeasonPin.worker_id, Worker.name, SeasonPin.posting_id, Posting.title,
            SeasonPin.first_day, SeasonPin.last_day,
        )
        .join(Worker, Worker.id == SeasonPin.worker_id)
        .join(Posting, Posting.id == SeasonPin.posting_id)
        .where(where_scope(SeasonPin, scope))
        .order_by(SeasonPin.first_day, Worker.name, SeasonPin.id)
    )  # fmt: skip
    return [
        PinRow(key, WorkerId(worker), name, PostingId(posting), title, first, last)
        for key, worker, name, posting, title, first, last in rows
    ]


def agreement(brand_id: int, *, actor: Actor) -> list[AgreementRow]:
    """The places (banner, league, region) whose officers a brand can let plan. raises NotFound"""
    policy.require_planner(actor, Scope(brand_id=brand_id))
    brand = reading().get(LaborBrand, brand_id)
    if brand is None:
        raise NotFound
    above = [brand.place_code[:n] for n in (2, 4, 6) if len(brand.place_code) >= n]
    return _agreements(
        select(LaborBrand, Place)
        .select_from(LaborBrand)
        .join(Place, Place.code.in_(above))
        .where(LaborBrand.id == brand_id)
    )


def agreements(place_code: str, *, actor: Actor) -> list[AgreementRow]:
    """The brands of a place, and which of them agreed to be planned by its officers.

    raises NotFound
    """
    policy.require_planner(actor, Scope(place_code=place_code))
    return _agreements(
        select(LaborBrand, Place)
        .select_from(LaborBrand)
        .join(Place, Place.code == place_code)
        .where(
            LaborBrand.place_code.startswith(place_code, autoescape=True),
            LaborBrand.state == "approved",
        )
    )


def _agreements(query: Any) -> list[AgreementRow]:
    session = reading()
    members = (
        select(func.count())
        .where(BrandMember.brand_id == LaborBrand.id, BrandMember.state == "member")
        .scalar_subquery()
    )
    standing = and_(
        SeasonAgreement.brand_id == LaborBrand.id,
        SeasonAgreement.place_code == Place.code,
        SeasonAgreement.withdrawn_at.is_(None),
    )
    rows = session.execute(
        query.add_columns(SeasonAgreement.agreed_at, members)
        .outerjoin(SeasonAgreement, standing)
        .order_by(LaborBrand.name, Place.level.desc())
    )
    return [
        AgreementRow(BrandId(b.id), b.name, p.code, p.name, agreed_at, n)
        for b, p, agreed_at, n in rows
    ]


def _plan_query() -> Select[Any]:
    return (
        select(*_COLUMNS)
        .outerjoin(User, User.id == SeasonPlan.asked_by)
        .outerjoin(SeasonSending, SeasonSending.plan_id == SeasonPlan.id)
        .outerjoin(LaborBrand, LaborBrand.id == SeasonPlan.brand_id)
        .outerjoin(Place, Place.code == SeasonPlan.place_code)
    )


def _plan_row(row: Any) -> PlanRow:
    return PlanRow(
        id=row.id, scope=Scope(row.brand_id, row.place_code), scope_name=row.scope_name,
        first_day=row.first_day, last_day=row.last_day, state=PlanState(row.state),
        asked_by=None if row.asked_by is None else UserId(row.asked_by),
        asked_by_name=row.asked_by_name or "", asked_at=row.asked_at, began_at=row.began_at,
        ended_at=row.ended_at, published_at=row.published_at, seed=row.seed,
        most_seconds=row.most_seconds, gap_wanted=row.gap_wanted, value=row.value,
        bound=row.bound, filled=row.filled, demanded=row.demanded,
        message=season_text.read(row.message), base_plan_id=row.base_plan_id,
        stop_asked=row.stop_asked, is_sending=bool(row.is_sending),
    )  # fmt: skip
