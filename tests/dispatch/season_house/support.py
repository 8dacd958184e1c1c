"""Plans written down as a test needs them, without a solver."""

from datetime import date
from typing import Any

from sqlalchemy import select

from jobmatch.dispatch.models import SeasonPlan, SeasonSpell
from jobmatch.infra import clock
from jobmatch.infra.db import forget_reads, transaction
from jobmatch.kernel.ids import UserId
from jobmatch.notify import queries as notices
from tests.dispatch.season_house.conftest import sep


def a_plan(
    stays: list[tuple[int, int, int, int]], *, brand: int, crew: int | None = None, **fields: Any
) -> int:
    """A draft plan. stays: (worker, posting, first, last) with days of September."""
    with transaction() as session:
        plan = SeasonPlan(
            **({
                "brand_id": brand, "first_day": sep(20), "last_day": sep(30), "state": "done",
                "asked_at": clock.now(), "seed": 1, "most_seconds": 5, "gap_wanted": 0.01,
                "tries": 1, "changes": [], "value": 1000, "bound": 1000,
            } | fields)
        )  # fmt: skip
        session.add(plan)
        session.flush()
        for worker, posting, first, last in stays:
            session.add(
                SeasonSpell(
                    plan_id=plan.id, worker_id=worker, crew_id=crew, posting_id=posting,
                    first_day=sep(first), last_day=sep(last), rest=[], state="planned",
                )
            )  # fmt: skip
        return plan.id


def spell_of(plan_id: int, worker_id: int) -> int:
    """The key of the person's only stay."""
    with transaction() as session:
        found = select(SeasonSpell.id).where(
            SeasonSpell.plan_id == plan_id, SeasonSpell.worker_id == worker_id
        )
        return session.scalars(found).one()


def rest(spell_id: int, *days: date) -> None:
    with transaction() as session:
        session.get_one(SeasonSpell, spell_id).rest = [day.isoformat() for day in days]


def stays(plan_id: int) -> list[tuple[int, int, date, date, str]]:
    with transaction() as session:
        rows = session.scalars(
            select(SeasonSpell)
            .where(SeasonSpell.plan_id == plan_id)
            .order_by(SeasonSpell.worker_id, SeasonSpell.first_day)
        )
        return [(s.worker_id, s.posting_id, s.first_day, s.last_day, s.state) for s in rows]


def said_to(user_id: int | None) -> list[str]:
    """The sentences left for a user, oldest first."""
    forget_reads()
    assert user_id is not None
    return [str(row.said) for row in notices.notices(UserId(user_id))][::-1]
