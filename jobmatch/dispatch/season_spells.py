"""Spells of a plan with their names, and what all season queries share."""

from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, select

from jobmatch.brands.models import Crew
from jobmatch.dispatch import policy, season_text
from jobmatch.dispatch.models import SeasonPin, SeasonPlan, SeasonSpell
from jobmatch.dispatch.season_rows import Scope, SpellRow, SpellState
from jobmatch.employers.models import Employer
from jobmatch.infra.db import reading
from jobmatch.kernel.actor import Actor
from jobmatch.kernel.errors import NotFound
from jobmatch.kernel.ids import CrewId, EmployerId, PostingId, WorkerId
from jobmatch.postings.models import Posting
from jobmatch.workers.models import Worker


class Of:
    """Whose plan it is and its days."""

    def __init__(self, scope: Scope, first: date, last: date, state: str) -> None:
        self.scope, self.first, self.last, self.state = scope, first, last, state


def row_of(plan_id: int, actor: Actor) -> Of:
    """raises NotFound for an unknown plan and for who may not plan that season"""
    row = (
        reading()
        .execute(
            select(
                SeasonPlan.brand_id, SeasonPlan.place_code, SeasonPlan.first_day,
                SeasonPlan.last_day, SeasonPlan.state,
            ).where(SeasonPlan.id == plan_id)
        )
        .first()
    )  # fmt: skip
    if row is None:
        raise NotFound
    scope = Scope(row.brand_id, row.place_code)
    policy.require_planner(actor, scope)
    return Of(scope, row.first_day, row.last_day, row.state)


def where_scope(table: Any, scope: Scope) -> ColumnElement[bool]:
    """Rows of this brand or place of a table that has both columns."""
    found: ColumnElement[bool] = (
        table.brand_id == scope.brand_id
        if scope.brand_id is not None
        else table.place_code == scope.place_code
    )
    return found


def of_plan(plan_id: int, scope: Scope, *where: ColumnElement[bool]) -> list[SpellRow]:
    """Spells of a plan by worker and day, in two queries."""
    session = reading()
    rows = session.execute(
        select(SeasonSpell, Worker.name, Crew.name, Crew.is_whole, Posting, Employer.name)
        .join(Worker, Worker.id == SeasonSpell.worker_id)
        .join(Posting, Posting.id == SeasonSpell.posting_id)
        .join(Employer, Employer.id == Posting.employer_id)
        .outerjoin(Crew, Crew.id == SeasonSpell.crew_id)
        .where(SeasonSpell.plan_id == plan_id, *where)
        .order_by(Worker.name, SeasonSpell.worker_id, SeasonSpell.first_day)
    ).all()
    pinned = pins_by_worker(scope)
    return [
        SpellRow(
            s.id, s.plan_id, WorkerId(s.worker_id), worker,
            None if s.crew_id is None else CrewId(s.crew_id), crew or "", bool(is_whole),
            PostingId(p.id), p.title, EmployerId(p.employer_id), employer, s.first_day,
            s.last_day, tuple(date.fromisoformat(day) for day in s.rest), SpellState(s.state),
            season_text.read(s.said), pin_of(pinned, s.worker_id, p.id, s.first_day, s.last_day),
        )
        for s, worker, crew, is_whole, p, employer in rows
    ]  # fmt: skip


Pins = dict[tuple[int, int], list[tuple[int, date, date]]]


def pins_by_worker(scope: Scope) -> Pins:
    """(pin, first, last) by worker and posting."""
    found: Pins = {}
    for pin in reading().scalars(select(SeasonPin).where(where_scope(SeasonPin, scope))):
        key = (pin.worker_id, pin.posting_id)
        found.setdefault(key, []).append((pin.id, pin.first_day, pin.last_day))
    return found


def pin_of(pinned: Pins, worker: int, posting: int, first: date, last: date) -> int | None:
    """A pin that lies on some of these days."""
    for key, begins, ends in pinned.get((worker, posting), ()):
        if begins <= last and first <= ends:
            return key
    return None
