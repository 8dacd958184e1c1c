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
    # Columns, not entities: a banner's plan has tens of thousands of rows.
    rows = reading().execute(
        select(
            SeasonSpell.id, SeasonSpell.worker_id, Worker.name, SeasonSpell.crew_id, Crew.name,
            Crew.is_whole, SeasonSpell.posting_id, Posting.title, Posting.employer_id,
            Employer.name, SeasonSpell.first_day, SeasonSpell.last_day, SeasonSpell.rest,
            SeasonSpell.state, SeasonSpell.said,
        )
        .join(Worker, Worker.id == SeasonSpell.worker_id)
        .join(Posting, Posting.id == SeasonSpell.posting_id)
        .join(Employer, Employer.id == Posting.employer_id)
        .outerjoin(Crew, Crew.id == SeasonSpell.crew_id)
        .where(SeasonSpell.plan_id == plan_id, *where)
        .order_by(Worker.name, SeasonSpell.worker_id, SeasonSpell.first_day)
    ).all()  # fmt: skip
    pinned = pins_by_worker(scope)
    return [
        SpellRow(
            key, plan_id, WorkerId(worker), name, None if crew is None else CrewId(crew),
            crew_name or "", bool(is_whole), PostingId(posting), title, EmployerId(employer),
            employer_name, first, last, tuple(map(date.fromisoformat, rest)), SpellState(state),
            None if said is None else season_text.read(said),
            pin_of(pinned, worker, posting, first, last),
        )
        for (
            key, worker, name, crew, crew_name, is_whole, posting, title, employer, employer_name,
            first, last, rest, state, said,
        ) in rows
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
