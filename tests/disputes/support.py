"""Short ways to disputes for tests."""

from sqlalchemy import select

from jobmatch.disputes import opening, queries
from jobmatch.disputes.models import DisputeCase, DisputeStep
from jobmatch.disputes.opening import About
from jobmatch.disputes.queries import Detail
from jobmatch.disputes.rules.states import Kind, Side
from jobmatch.infra.db import reading
from jobmatch.kernel.actor import Actor
from jobmatch.notify.models import Notice
from tests.earnings.support import Pay, all_present, settle, slip_of


def complained(field: Pay) -> int:
    """The first worker's dispute about the pay of a slip that did not come."""
    all_present(field)
    settle(field)
    return opening.complain(
        Kind.UNPAID, "说好当天给，一直没给", About(slip_id=slip_of(field.worker_id)),
        worker_id=field.worker_id, actor=field.worker,
    )  # fmt: skip


def state(case_id: int) -> str | None:
    return reading().scalar(select(DisputeCase.state).where(DisputeCase.id == case_id))


def course(case_id: int) -> list[tuple[str, str]]:
    rows = reading().execute(
        select(DisputeStep.deed, DisputeStep.side)
        .where(DisputeStep.case_id == case_id)
        .order_by(DisputeStep.id)
    )
    return [(deed, side) for deed, side in rows]


def seen(case_id: int, side: Side, actor: Actor) -> Detail:
    return queries.detail(case_id, side=side, actor=actor)


def links(actor: Actor) -> list[str]:
    found = select(Notice.link).where(Notice.user_id == actor.user_id).order_by(Notice.id)
    return list(reading().scalars(found))
