"""A posting with two workers to pay, and short ways to settle, pay and look at the books."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select

from jobmatch.attendance import service as attendance
from jobmatch.earnings import payment, service
from jobmatch.earnings.checks import check_ledger
from jobmatch.earnings.models import JournalLine, PaySlip
from jobmatch.households.models import IncomeEntry
from jobmatch.infra import clock
from jobmatch.infra.db import reading
from jobmatch.kernel.actor import Actor

FIRST, SECOND = date(2026, 9, 25), date(2026, 9, 26)


@dataclass
class Pay:
    """Two workers, engaged for two days at 180 yuan a day; the first belongs to a household."""

    posting_id: int
    employer: Actor
    worker: Actor
    worker_id: int
    other: Actor
    other_id: int
    household_id: int
    days: list[int]
    other_days: list[int]


def all_present(field: Pay) -> None:
    for day in (FIRST, SECOND):
        attendance.mark_all_present(field.posting_id, day, actor=field.employer, uid=f"r{day}")


def settle(field: Pay) -> int:
    return service.settle(field.posting_id, FIRST, SECOND, actor=field.employer)


def slip_of(worker_id: int) -> int:
    found = select(PaySlip.id).where(PaySlip.worker_id == worker_id).order_by(PaySlip.id.desc())
    return reading().scalars(found).first() or 0


def pay(field: Pay, *slip_ids: int) -> None:
    payment.record_payment(slip_ids, clock.today(), "cash", "", actor=field.employer)


def earned(field: Pay) -> int:
    query = select(func.coalesce(func.sum(IncomeEntry.amount_fen), 0)).where(
        IncomeEntry.household_id == field.household_id, IncomeEntry.origin == "pay_slip"
    )
    return reading().scalar(query) or 0


def journal() -> list[tuple[str, int]]:
    rows = reading().execute(
        select(JournalLine.account, JournalLine.amount_fen).order_by(JournalLine.id)
    )
    return [(account, fen) for account, fen in rows]


def codes() -> list[str]:
    return [fault.code for fault in check_ledger()]
