"""When an employer settles and pays: agreed for all postings, or for one of them."""

from dataclasses import dataclass

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from jobmatch.earnings import policy
from jobmatch.earnings.rules.cycles import Cycle
from jobmatch.earnings.run_models import PayCycle
from jobmatch.infra import audit
from jobmatch.infra.db import reading, retried, transaction
from jobmatch.kernel.actor import Actor
from jobmatch.kernel.errors import Invalid, NotFound
from jobmatch.kernel.text import text
from jobmatch.postings.models import Posting

MOST_PAY_DAYS = 31


@dataclass(frozen=True, slots=True)
class CycleRow:
    """pay_days: after the cycle's end; is_own: agreed for this posting alone."""

    cycle: Cycle
    pay_days: int
    is_own: bool = False


# Where nothing was agreed: the law wants pay at least monthly.
USUAL = CycleRow(Cycle.MONTH, 15)


@retried
def agree(
    employer_id: int, cycle: Cycle, pay_days: int, *, actor: Actor, posting_id: int | None = None
) -> None:
    """Put the cycle of all postings, or of one, on record.

    raises   NotFound, Invalid (field pay_days)
    """
    if not 0 <= pay_days <= MOST_PAY_DAYS:
        raise Invalid(text("周期结束后最晚 {most} 天内付。", most=MOST_PAY_DAYS), field="pay_days")
    policy.require_employer(actor, employer_id)
    with transaction() as session:
        if posting_id is not None:
            posting = session.get(Posting, posting_id)
            if posting is None or posting.employer_id != employer_id:
                raise NotFound
        row = _row(session, employer_id, posting_id)
        if row is None:
            row = PayCycle(
                employer_id=None if posting_id else employer_id, posting_id=posting_id,
                cycle=cycle.value, pay_days=pay_days,
            )  # fmt: skip
            session.add(row)
        row.cycle, row.pay_days = cycle.value, pay_days
        audit.record(
            session, actor, "pay_cycle.set", "employer", employer_id, cycle=cycle.value,
            posting=posting_id,
        )  # fmt: skip


def cycle_of(employer_id: int, posting_id: int | None = None) -> CycleRow:
    """What holds for a posting, or for the employer's postings."""
    rows = reading().scalars(
        select(PayCycle).where(
            or_(PayCycle.employer_id == employer_id, PayCycle.posting_id == posting_id)
        )
    )
    found = {row.posting_id: CycleRow(Cycle(row.cycle), row.pay_days) for row in rows}
    if posting_id is not None and posting_id in found:
        own = found[posting_id]
        return CycleRow(own.cycle, own.pay_days, is_own=True)
    return found.get(None, USUAL)


def _row(session: Session, employer_id: int, posting_id: int | None) -> PayCycle | None:
    where = (
        PayCycle.posting_id == posting_id
        if posting_id is not None
        else PayCycle.employer_id == employer_id
    )
    return session.scalar(select(PayCycle).where(where))
