"""Publishing a plan: people and crews are sent out under the seat guard.

Each stay is engaged with all its days, or asked of the employer, or nothing of it stands and the
reason is kept. A transaction holds some people of one posting, or one whole crew: what is written
is whole at any moment, and whoever publishes again goes on where it ended.
"""

from collections import Counter, defaultdict
from dataclasses import dataclass

from sqlalchemy import func, select, update

from jobmatch.brands.models import Crew
from jobmatch.dispatch import placing, policy
from jobmatch.dispatch.errors import PlanOver
from jobmatch.dispatch.models import SeasonPlan, SeasonSpell
from jobmatch.dispatch.season_rows import DRAFT, PlanState, Scope, SpellState
from jobmatch.dispatch.season_sending import Sending
from jobmatch.infra import audit, clock
from jobmatch.infra.db import reading, retried, transaction
from jobmatch.kernel.actor import Actor
from jobmatch.kernel.errors import NotFound

# People of one posting whose seats are taken in one transaction: nobody else waits for long.
AT_ONCE = 25


@dataclass(frozen=True, slots=True)
class Published:
    """Spells by what came of them: engaged with all their days; asked (the employer answers);
    refused: nothing of them stands, season_queries.not_published tells why.
    """

    engaged: int
    asked: int
    refused: int


def publish(plan_id: int, *, actor: Actor) -> Published:
    """Send out all stays of a draft plan. Publishing again changes nothing and says the same.

    raises  NotFound, PlanOver (still in work, or failed)
    """
    scope, is_over = _open(plan_id, actor)
    if not is_over:
        for group in _groups(plan_id):
            _publish_group(plan_id, scope, group, actor)
        _close(plan_id, actor)
    return _outcome(plan_id)


@dataclass(frozen=True, slots=True)
class _Group:
    """What is written in one transaction: a whole crew's stay, or some people of a posting."""

    posting_id: int
    spell_ids: tuple[int, ...]
    crew_id: int | None = None


def _open(plan_id: int, actor: Actor) -> tuple[Scope, bool]:
    with transaction() as session:
        plan = session.get(SeasonPlan, plan_id)
        if plan is None:
            raise NotFound
        scope = Scope(plan.brand_id, plan.place_code)
        policy.require_planner(actor, scope)
        if plan.state == PlanState.PUBLISHED:
            return scope, True
        if plan.state not in DRAFT:
            raise PlanOver
        return scope, False


def _groups(plan_id: int) -> list[_Group]:
    """Whole crews first: they need many places at once."""
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
        if is_whole and crew is not None:
            crews[posting, crew].append(key)
        else:
            alone[posting][worker].append(key)
    found = [_Group(posting, tuple(keys), crew) for (posting, crew), keys in crews.items()]
    for posting, people in alone.items():
        each = list(people.values())
        for n in range(0, len(each), AT_ONCE):
            keys = tuple(key for some in each[n : n + AT_ONCE] for key in some)
            found.append(_Group(posting, keys))
    return found


@retried
def _publish_group(plan_id: int, scope: Scope, group: _Group, actor: Actor) -> None:
    with transaction() as session:
        posting = placing.posting_of(session, group.posting_id)
        spells = session.scalars(
            select(SeasonSpell)
            .where(
                SeasonSpell.id.in_(group.spell_ids),
                SeasonSpell.state == SpellState.PLANNED,
                SeasonSpell.plan_id == plan_id,
            )
            .order_by(SeasonSpell.worker_id, SeasonSpell.first_day)
            .with_for_update()
            .execution_options(populate_existing=True)
        ).all()
        if not spells:
            return
        sending = Sending(session, posting, scope, spells, actor)
        by_worker: dict[int, list[SeasonSpell]] = defaultdict(list)
        for spell in spells:
            by_worker[spell.worker_id].append(spell)
        if group.crew_id is not None:
            sending.crew(group.crew_id, by_worker)
        else:
            for stays in by_worker.values():
                sending.one(stays)
        sending.tell()
        session.flush()


@retried
def _close(plan_id: int, actor: Actor) -> None:
    with transaction() as session:
        closed = session.scalar(
            update(SeasonPlan)
            .where(SeasonPlan.id == plan_id, SeasonPlan.state.in_(DRAFT))
            .values(state=PlanState.PUBLISHED, published_at=clock.now())
            .returning(SeasonPlan.id)
            .execution_options(synchronize_session=False)
        )
        if closed is not None:
            audit.record(session, actor, "dispatch.publish_season", "season_plan", plan_id)


def _outcome(plan_id: int) -> Published:
    counts: Counter[str] = Counter()
    for state, n in reading().execute(
        select(SeasonSpell.state, func.count())
        .where(SeasonSpell.plan_id == plan_id)
        .group_by(SeasonSpell.state)
    ):
        counts[state] = n
    return Published(
        counts[SpellState.ENGAGED], counts[SpellState.ASKED], counts[SpellState.REFUSED]
    )
