from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    CheckConstraint,
    Date,
    ForeignKey,
    Index,
    Integer,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Mapped, mapped_column

from jobmatch.infra.db import Base, Fen


class Settlement(Base):
    """The pay of one posting for a cycle of days. state: issued, or reversed.

    pay_run_id   the run that issued it, with those of the employer's other postings

    terms   the posting's pay as it was then (pay_kind, rate_fen ...): slips go on showing how they
            were computed when the posting changes
    """

    __tablename__ = "settlement"
    __table_args__ = (
        CheckConstraint("state IN ('issued','reversed')", name="state_known"),
        CheckConstraint("last_day >= first_day", name="ends_after_it_begins"),
        Index(None, "posting_id"),
        Index(None, "employer_id"),
        Index(None, "pay_run_id"),
    )
    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    pay_run_id: Mapped[int | None] = mapped_column(ForeignKey("pay_run.id", ondelete="RESTRICT"))
    employer_id: Mapped[int] = mapped_column(ForeignKey("employer.id", ondelete="RESTRICT"))
    posting_id: Mapped[int] = mapped_column(ForeignKey("posting.id", ondelete="RESTRICT"))
    first_day: Mapped[date] = mapped_column(Date)
    last_day: Mapped[date] = mapped_column(Date)
    state: Mapped[str] = mapped_column(String(10), default="issued")
    terms: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    created_by: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="RESTRICT"))
    created_at: Mapped[datetime]


class PaySlip(Base):
    """What one worker is owed for a cycle. state: issued > confirmed | objected > paid;
    reversed ends it.

    deduction_fen, advance_fen   what came off: agreed deductions, and wages paid ahead
    """

    __tablename__ = "pay_slip"
    __table_args__ = (
        UniqueConstraint("settlement_id", "worker_id"),
        CheckConstraint(
            "state IN ('issued','confirmed','objected','paid','reversed')", name="state_known"
        ),
        CheckConstraint("net_fen = gross_fen - deduction_fen - advance_fen", name="net_adds_up"),
        Index(None, "worker_id"),
        Index(None, "employer_id", "state"),
    )
    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    settlement_id: Mapped[int] = mapped_column(ForeignKey("settlement.id", ondelete="RESTRICT"))
    employer_id: Mapped[int] = mapped_column(ForeignKey("employer.id", ondelete="RESTRICT"))
    worker_id: Mapped[int] = mapped_column(ForeignKey("worker.id", ondelete="RESTRICT"))
    gross_fen: Mapped[int] = mapped_column(Fen)
    deduction_fen: Mapped[int] = mapped_column(Fen, default=0)
    advance_fen: Mapped[int] = mapped_column(Fen, default=0, server_default="0")
    net_fen: Mapped[int] = mapped_column(Fen)
    state: Mapped[str] = mapped_column(String(10), default="issued")
    objection: Mapped[str] = mapped_column(Text, default="")
    issued_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]
    paid_on: Mapped[date | None] = mapped_column(Date)
    paid_how: Mapped[str] = mapped_column(String(20), default="")
    paid_proof: Mapped[str] = mapped_column(String(80), default="")

    @hybrid_property
    def earned_fen(self) -> int:
        """What the household earned: wages paid ahead are wages, what was deducted is not."""
        return self.gross_fen - self.deduction_fen


class PaySlipLine(Base):
    """One work day on a slip: a work day is paid once (a reversed slip frees its days by moving
    `live_day_id` to NULL).

    overtime_fen and top_up_fen are parts of amount_fen: what overtime cost above the rate for the
    over, rest and holiday minutes, and what lifted the day to the hourly minimum.
    share   what it is a share of (terms.kept_share); none where the day stands alone
    """

    __tablename__ = "pay_slip_line"
    __table_args__ = (Index(None, "pay_slip_id"), Index(None, "work_day_id"))
    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    pay_slip_id: Mapped[int] = mapped_column(ForeignKey("pay_slip.id", ondelete="RESTRICT"))
    work_day_id: Mapped[int | None] = mapped_column(ForeignKey("work_day.id", ondelete="SET NULL"))
    live_day_id: Mapped[int | None] = mapped_column(
        ForeignKey("work_day.id", ondelete="RESTRICT"), unique=True
    )
    work_date: Mapped[date] = mapped_column(Date)
    minutes: Mapped[int] = mapped_column(Integer)
    pieces: Mapped[int] = mapped_column(Integer)
    amount_fen: Mapped[int] = mapped_column(Fen)
    over_minutes: Mapped[int] = mapped_column(Integer, default=0, server_default="0")
    rest_minutes: Mapped[int] = mapped_column(Integer, default=0, server_default="0")
    holiday_minutes: Mapped[int] = mapped_column(Integer, default=0, server_default="0")
    overtime_fen: Mapped[int] = mapped_column(Fen, default=0, server_default="0")
    top_up_fen: Mapped[int] = mapped_column(Fen, default=0, server_default="0")
    share: Mapped[list[Any] | None] = mapped_column(JSON(none_as_null=True))


class JournalEntry(Base):
    """One booking; its lines sum to zero. Never edited or deleted (triggers): a reversal names
    what it reverses.

    ref    what it books ("pay_slip:17:issued"), unique: nothing is booked twice
    hash   over what the entry says and `hash_before`, the hash of the employer's entry before it
    """

    __tablename__ = "journal_entry"
    __table_args__ = (
        Index(None, "employer_id", "booked_on"),
        UniqueConstraint("employer_id", "chain_no"),
        UniqueConstraint("employer_id", "hash_before"),
    )
    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    employer_id: Mapped[int] = mapped_column(ForeignKey("employer.id", ondelete="RESTRICT"))
    booked_on: Mapped[date] = mapped_column(Date)
    kind: Mapped[str] = mapped_column(String(20))
    ref: Mapped[str] = mapped_column(String(80), unique=True)
    reverses_id: Mapped[int | None] = mapped_column(
        ForeignKey("journal_entry.id", ondelete="RESTRICT"), unique=True
    )
    created_by: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="RESTRICT"))
    created_at: Mapped[datetime]
    chain_no: Mapped[int] = mapped_column(Integer)
    hash_before: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64))


class LedgerHead(Base):
    """How far an employer's chain goes. Who books holds this row, so one chain comes of many
    writers; an entry missing at the end shows against it.
    """

    __tablename__ = "ledger_head"
    employer_id: Mapped[int] = mapped_column(
        ForeignKey("employer.id", ondelete="RESTRICT"), primary_key=True
    )
    entries: Mapped[int] = mapped_column(Integer, default=0)
    hash: Mapped[str] = mapped_column(String(64))


class LedgerBalance(Base):
    """What an account of a worker at an employer comes to: always the sum of its lines."""

    __tablename__ = "ledger_balance"
    __table_args__ = (Index(None, "worker_id"),)
    employer_id: Mapped[int] = mapped_column(
        ForeignKey("employer.id", ondelete="RESTRICT"), primary_key=True
    )
    worker_id: Mapped[int] = mapped_column(
        ForeignKey("worker.id", ondelete="RESTRICT"), primary_key=True
    )
    account: Mapped[str] = mapped_column(String(16), primary_key=True)
    amount_fen: Mapped[int] = mapped_column(Fen)


class LedgerCheck(Base):
    """What a check of all books found, for the administrators' desk.

    faults   the first of them, each as code and rows; found: how many there were
    """

    __tablename__ = "ledger_check"
    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    checked_at: Mapped[datetime]
    entries: Mapped[int] = mapped_column(Integer)
    found: Mapped[int] = mapped_column(Integer)
    faults: Mapped[list[list[str]]] = mapped_column(JSON)


class JournalLine(Base):
    """account: wage_cost, wage_payable, deduction, paid, advance. In fen: debit positive, credit
    negative.
    """

    __tablename__ = "journal_line"
    __table_args__ = (
        CheckConstraint(
            "account IN ('wage_cost','wage_payable','deduction','paid','advance')",
            name="account_known",
        ),
        CheckConstraint("amount_fen <> 0", name="amount_not_zero"),
        Index(None, "journal_entry_id"),
        Index(None, "worker_id"),
    )
    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    journal_entry_id: Mapped[int] = mapped_column(
        ForeignKey("journal_entry.id", ondelete="RESTRICT")
    )
    account: Mapped[str] = mapped_column(String(16))
    worker_id: Mapped[int | None] = mapped_column(ForeignKey("worker.id", ondelete="RESTRICT"))
    amount_fen: Mapped[int] = mapped_column(Fen)


class BankFile(Base):
    """A bank's result file that was recorded. digest: SHA-256 of its lines, so that the same file
    is recorded once, saved anew or not.
    """

    __tablename__ = "bank_file"
    __table_args__ = (UniqueConstraint("employer_id", "digest"),)
    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    employer_id: Mapped[int] = mapped_column(ForeignKey("employer.id", ondelete="RESTRICT"))
    digest: Mapped[str] = mapped_column(String(64))
    name: Mapped[str] = mapped_column(String(80))
    paid_on: Mapped[date] = mapped_column(Date)
    created_by: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="RESTRICT"))
    created_at: Mapped[datetime]


class BankFileRow(Base):
    """One line of it. state: paid, refused (stays owed), waiting (the bank has not said), or fault
    (was not booked, see rules.bank.Fault).
    """

    __tablename__ = "bank_file_row"
    __table_args__ = (
        CheckConstraint("state IN ('paid','refused','waiting','fault')", name="state_known"),
        Index(None, "bank_file_id"),
        Index(None, "pay_slip_id"),
    )
    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    bank_file_id: Mapped[int] = mapped_column(ForeignKey("bank_file.id", ondelete="RESTRICT"))
    line: Mapped[int] = mapped_column(Integer)
    serial: Mapped[str] = mapped_column(String(40))
    pay_slip_id: Mapped[int | None] = mapped_column(ForeignKey("pay_slip.id", ondelete="RESTRICT"))
    tail: Mapped[str] = mapped_column(String(4))
    amount_fen: Mapped[int | None] = mapped_column(Fen)
    state: Mapped[str] = mapped_column(String(8))
    fault: Mapped[str] = mapped_column(String(16), default="")
    reason: Mapped[str] = mapped_column(String(120), default="")
