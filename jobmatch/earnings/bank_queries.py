"""What waits to be paid over all postings, and the bank files recorded so far. Amounts in fen."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import case, func, select

from jobmatch.earnings import policy
from jobmatch.earnings.models import BankFile, BankFileRow, PaySlip
from jobmatch.earnings.queries import SlipRow, slips_where
from jobmatch.earnings.rules.slips import PAYABLE
from jobmatch.infra.db import reading
from jobmatch.kernel.actor import Actor
from jobmatch.kernel.paging import PAGE_SIZE, Page
from jobmatch.workers.models import Worker


@dataclass(frozen=True, slots=True)
class FileRow:
    """A recorded file with its lines counted."""

    id: int
    name: str
    paid_on: date
    created_at: datetime
    paid: int
    paid_fen: int
    refused: int
    waiting: int
    faults: int


@dataclass(frozen=True, slots=True)
class LineRow:
    """One line of a recorded file; fault: a code of rules.bank.Fault, or empty."""

    line: int
    serial: str
    slip_id: int | None
    worker_name: str
    tail: str
    amount_fen: int | None
    state: str
    fault: str
    reason: str


def payable(employer_id: int) -> list[SlipRow]:
    """The slips of an employer that wait for their payment: the longest first."""
    states = [state.value for state in PAYABLE]
    rows = slips_where(PaySlip.employer_id == employer_id, PaySlip.state.in_(states))
    return sorted(rows, key=lambda row: (row.last_day, row.settlement_id, row.worker_name, row.id))


def refusals(slip_ids: Collection[int]) -> dict[int, str]:
    """Why the bank refused those of the slips that it refused last; "" where it did not say."""
    latest = (
        select(func.max(BankFileRow.id))
        .where(BankFileRow.pay_slip_id.in_(slip_ids), BankFileRow.state != "fault")
        .group_by(BankFileRow.pay_slip_id)
    )
    return {
        slip_id: reason
        for slip_id, reason in reading().execute(
            select(BankFileRow.pay_slip_id, BankFileRow.reason).where(
                BankFileRow.id.in_(latest), BankFileRow.state == "refused"
            )
        )
        if slip_id is not None
    }


def files(employer_id: int, page: int = 1) -> Page[FileRow]:
    """The recorded files of an employer, the latest first."""
    of = BankFile.employer_id == employer_id
    total = reading().scalar(select(func.count()).select_from(BankFile).where(of)) or 0
    return Page(_files(of, PAGE_SIZE, (page - 1) * PAGE_SIZE), page, total, PAGE_SIZE)


def _files(where: Any, most: int, skip: int = 0) -> list[FileRow]:

    def counted(state: str) -> Any:
        return func.coalesce(func.sum(case((BankFileRow.state == state, 1), else_=0)), 0)

    fen = func.sum(case((BankFileRow.state == "paid", BankFileRow.amount_fen), else_=0))
    rows = reading().execute(
        select(
            BankFile, counted("paid"), func.coalesce(fen, 0), counted("refused"),
            counted("waiting"), counted("fault"),
        )
        .outerjoin(BankFileRow, BankFileRow.bank_file_id == BankFile.id)
        .where(where)
        .group_by(BankFile.id)
        .order_by(BankFile.id.desc())
        .limit(most)
        .offset(skip)
    )  # fmt: skip
    return [
        FileRow(f.id, f.name, f.paid_on, f.created_at, *(int(n) for n in counts))
        for f, *counts in rows
    ]


def lines(file_id: int, *, actor: Actor) -> tuple[FileRow, list[LineRow]]:
    """A recorded file of the actor's own employer with its lines. raises NotFound."""
    file = reading().get(BankFile, file_id)
    policy.require_employer(actor, file.employer_id if file else None)
    (head,) = _files(BankFile.id == file_id, 1)
    rows = reading().execute(
        select(BankFileRow, Worker.name)
        .outerjoin(PaySlip, PaySlip.id == BankFileRow.pay_slip_id)
        .outerjoin(Worker, Worker.id == PaySlip.worker_id)
        .where(BankFileRow.bank_file_id == file_id)
        .order_by(BankFileRow.line, BankFileRow.id)
    )
    return head, [
        LineRow(
            r.line, r.serial, r.pay_slip_id, name or "", r.tail, r.amount_fen, r.state, r.fault,
            r.reason,
        )
        for r, name in rows
    ]  # fmt: skip
