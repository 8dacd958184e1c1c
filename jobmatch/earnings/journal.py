"""An employer's ledger to be read: its entries, the latest first. All amounts in fen."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from sqlalchemy import exists, func, select

from jobmatch.earnings import policy
from jobmatch.earnings.models import JournalEntry, JournalLine, LedgerHead
from jobmatch.earnings.rules.ledger import Account
from jobmatch.infra.db import reading
from jobmatch.kernel.actor import Actor
from jobmatch.kernel.paging import PEOPLE_SIZE, Page
from jobmatch.workers.models import Worker


@dataclass(frozen=True, slots=True)
class EntryRow:
    """number: its place in the chain, from 1. amounts: by account, debit positive."""

    number: int
    booked_on: date
    ref: str
    worker_name: str
    amounts: dict[Account, int]


def entries(
    employer_id: int, account: Account | None, page: int, *, actor: Actor
) -> Page[EntryRow]:
    """The entries of an employer, of one account where it is named. raises NotFound."""
    policy.require_employer(actor, employer_id)
    session = reading()
    found = select(JournalEntry).where(JournalEntry.employer_id == employer_id)
    if account is None:
        head = session.get(LedgerHead, employer_id)
        total = head.entries if head else 0
    else:
        found = found.where(
            exists().where(
                JournalLine.journal_entry_id == JournalEntry.id,
                JournalLine.account == account.value,
            )
        )
        total = session.scalar(found.with_only_columns(func.count())) or 0
    shown = session.scalars(
        found.order_by(JournalEntry.chain_no.desc())
        .limit(PEOPLE_SIZE)
        .offset((page - 1) * PEOPLE_SIZE)
    ).all()
    amounts: dict[int, dict[Account, int]] = defaultdict(lambda: defaultdict(int))
    names: dict[int, str] = {}
    for entry_id, of, fen, name in session.execute(
        select(
            JournalLine.journal_entry_id, JournalLine.account, JournalLine.amount_fen, Worker.name
        )
        .outerjoin(Worker, Worker.id == JournalLine.worker_id)
        .where(JournalLine.journal_entry_id.in_([entry.id for entry in shown]))
    ):
        amounts[entry_id][Account(of)] += fen
        names[entry_id] = name or ""
    rows = [
        EntryRow(
            entry.chain_no, entry.booked_on, entry.ref, names.get(entry.id, ""),
            dict(amounts[entry.id]),
        )
        for entry in shown
    ]  # fmt: skip
    return Page(rows, page, total, PEOPLE_SIZE)


def paid_ahead(employer_id: int, *, actor: Actor) -> int:
    """What was paid as advances so far, in fen; the rest of what was paid went with slips.

    raises NotFound
    """
    policy.require_employer(actor, employer_id)
    fen = reading().scalar(
        select(func.sum(JournalLine.amount_fen))
        .join(JournalEntry, JournalEntry.id == JournalLine.journal_entry_id)
        .where(
            JournalEntry.employer_id == employer_id,
            JournalEntry.ref.startswith("wage_charge:", autoescape=True),
            JournalLine.account == Account.PAID.value,
        )
    )
    return -int(fen or 0)
