"""Tables around a settlement: pay runs, what comes off pay, and what was agreed on sharing."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    CheckConstraint,
    Date,
    ForeignKey,
    Index,
    Integer,
    String,
    Text,
    UniqueConstraint,
    false,
)
from sqlalchemy.orm import Mapped, mapped_column

from jobmatch.infra.db import Base, Fen


class PayRun(Base):
    """A settlement on its way: of one posting, or of all of an employer's, for a cycle of days.

    state        computing > draft > awaiting > issuing > issued > reversing (only a large one) >
                 reversed; or cancelled
    frozen_at    attendance that was recorded later is not in the figures; issuing notices it
    is_stale     something changed since: the preview was opened again, and says so
    made_by, answered_by   never the same where a second person has to approve
    reversed_by  who took it back
    claim, lease_until     of the process that works on it; done of total: how far it is, in days;
                           in people while it is taken back
    """

    __tablename__ = "pay_run"
    __table_args__ = (
        CheckConstraint(
            "state IN ('computing','draft','awaiting','issuing','issued','reversing','reversed',"
            "'cancelled')",
            name="state_known",
        ),
        CheckConstraint("last_day >= first_day", name="ends_after_it_begins"),
        Index(None, "employer_id", "state"),
        Index(None, "posting_id"),
        Index(None, "state"),
    )
    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    employer_id: Mapped[int] = mapped_column(ForeignKey("employer.id", ondelete="RESTRICT"))
    posting_id: Mapped[int | None] = mapped_column(ForeignKey("posting.id", ondelete="RESTRICT"))
    first_day: Mapped[date] = mapped_column(Date)
    last_day: Mapped[date] = mapped_column(Date)
    state: Mapped[str] = mapped_column(String(10))
    people: Mapped[int] = mapped_column(Integer, default=0)
    days: Mapped[int] = mapped_column(Integer, default=0)
    gross_fen: Mapped[int] = mapped_column(Fen, default=0)
    net_fen: Mapped[int] = mapped_column(Fen, default=0)
    is_stale: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())
    words: Mapped[str] = mapped_column(Text, default="")
    made_by: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="RESTRICT"))
    made_at: Mapped[datetime]
    frozen_at: Mapped[datetime]
    answered_by: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="RESTRICT"))
    answered_at: Mapped[datetime | None]
    reversed_by: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="RESTRICT"))
    done: Mapped[int] = mapped_column(Integer, default=0)
    total: Mapped[int] = mapped_column(Integer, default=0)
    stop_asked: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())
    claim: Mapped[str | None] = mapped_column(String(32))
    lease_until: Mapped[datetime | None]
    tries: Mapped[int] = mapped_column(Integer, default=0)


class PayRunRow(Base):
    """What a run would pay one person at one posting; or the days that wait, and what for (held).

    held          no: paid; dispute, pieces, lump: what the days wait for; changed: was to be paid,
                  but its figures changed while a large run was issued: left for the next; paid,
                  shared, left: its slip stands although the run was taken back: paid meanwhile,
                  sharing with one that was, or beyond what the process could do
    expected_fen  what both sides were shown day by day and let stand, where they did
    """

    __tablename__ = "pay_run_row"
    __table_args__ = (
        CheckConstraint(
            "held IN ('no','dispute','pieces','lump','changed','paid','shared','left')",
            name="held_known",
        ),
        Index(None, "worker_id"),
    )
    run_id: Mapped[int] = mapped_column(
        ForeignKey("pay_run.id", ondelete="CASCADE"), primary_key=True
    )
    posting_id: Mapped[int] = mapped_column(
        ForeignKey("posting.id", ondelete="RESTRICT"), primary_key=True
    )
    worker_id: Mapped[int] = mapped_column(
        ForeignKey("worker.id", ondelete="RESTRICT"), primary_key=True
    )
    held: Mapped[str] = mapped_column(String(8), primary_key=True, default="no")
    days: Mapped[int] = mapped_column(Integer)
    minutes: Mapped[int] = mapped_column(Integer)
    pieces: Mapped[int] = mapped_column(Integer)
    gross_fen: Mapped[int] = mapped_column(Fen)
    deduction_fen: Mapped[int] = mapped_column(Fen)
    advance_fen: Mapped[int] = mapped_column(Fen)
    net_fen: Mapped[int] = mapped_column(Fen)
    overtime_fen: Mapped[int] = mapped_column(Fen)
    top_up_fen: Mapped[int] = mapped_column(Fen)
    expected_fen: Mapped[int | None] = mapped_column(Fen)


class WageCharge(Base):
    """What is to come off somebody's pay: wages paid ahead (借支), or a deduction (扣款).

    state      asked > agreed | refused; withdrawn by the employer before anything came off
    taken_fen  how much of it came off slips that stand
    """

    __tablename__ = "wage_charge"
    __table_args__ = (
        CheckConstraint(
            "kind IN ('advance','meals','lodging','damage','tax','social')", name="kind_known"
        ),
        CheckConstraint("state IN ('asked','agreed','refused','withdrawn')", name="state_known"),
        CheckConstraint("amount_fen > 0", name="amount_positive"),
        CheckConstraint("taken_fen >= 0 AND taken_fen <= amount_fen", name="not_taken_twice"),
        Index(None, "employer_id", "worker_id"),
        Index(None, "worker_id", "state"),
    )
    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    employer_id: Mapped[int] = mapped_column(ForeignKey("employer.id", ondelete="RESTRICT"))
    worker_id: Mapped[int] = mapped_column(ForeignKey("worker.id", ondelete="RESTRICT"))
    kind: Mapped[str] = mapped_column(String(8))
    happened_on: Mapped[date] = mapped_column(Date)
    amount_fen: Mapped[int] = mapped_column(Fen)
    taken_fen: Mapped[int] = mapped_column(Fen, default=0)
    reason: Mapped[str] = mapped_column(String(200), default="")
    proof: Mapped[str] = mapped_column(String(80), default="")
    state: Mapped[str] = mapped_column(String(10))
    recorded_by: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="RESTRICT"))
    recorded_at: Mapped[datetime]
    answered_by: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="RESTRICT"))
    answered_at: Mapped[datetime | None]


class PaySlipCharge(Base):
    """What came off a slip for a charge."""

    __tablename__ = "pay_slip_charge"
    __table_args__ = (
        CheckConstraint("amount_fen > 0", name="amount_positive"),
        Index(None, "wage_charge_id"),
    )
    pay_slip_id: Mapped[int] = mapped_column(
        ForeignKey("pay_slip.id", ondelete="RESTRICT"), primary_key=True
    )
    wage_charge_id: Mapped[int] = mapped_column(
        ForeignKey("wage_charge.id", ondelete="RESTRICT"), primary_key=True
    )
    kind: Mapped[str] = mapped_column(String(8))
    amount_fen: Mapped[int] = mapped_column(Fen)


class PayCycle(Base):
    """When an employer settles and pays; a posting may agree on its own.

    pay_days   days after the cycle's end by which it is paid
    """

    __tablename__ = "pay_cycle"
    __table_args__ = (
        CheckConstraint("cycle IN ('day','week','half_month','month')", name="cycle_known"),
        CheckConstraint("pay_days BETWEEN 0 AND 31", name="paid_soon"),
        CheckConstraint(
            "employer_id IS NOT NULL OR posting_id IS NOT NULL", name="of_one_or_the_other"
        ),
    )
    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    employer_id: Mapped[int | None] = mapped_column(
        ForeignKey("employer.id", ondelete="RESTRICT"), unique=True
    )
    posting_id: Mapped[int | None] = mapped_column(
        ForeignKey("posting.id", ondelete="RESTRICT"), unique=True
    )
    cycle: Mapped[str] = mapped_column(String(10))
    pay_days: Mapped[int] = mapped_column(Integer)


class CrewSharing(Base):
    """How a crew shares what it earned together, from a day on; put on record before that day.

    way      minutes, equal, agreed; shares: by worker (as text), in hundredths of a percent
    """

    __tablename__ = "crew_sharing"
    __table_args__ = (
        CheckConstraint("way IN ('minutes','equal','agreed')", name="way_known"),
        UniqueConstraint("crew_id", "valid_from"),
    )
    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    crew_id: Mapped[int] = mapped_column(ForeignKey("crew.id", ondelete="RESTRICT"))
    valid_from: Mapped[date] = mapped_column(Date)
    way: Mapped[str] = mapped_column(String(8))
    shares: Mapped[dict[str, int]] = mapped_column(JSON, default=dict)
    recorded_by: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="RESTRICT"))
    recorded_at: Mapped[datetime]


class LumpSum(Base):
    """A whole agreed for a crew's (or everybody's) days at a posting (包工)."""

    __tablename__ = "lump_sum"
    __table_args__ = (
        CheckConstraint("way IN ('minutes','equal','agreed')", name="way_known"),
        CheckConstraint("amount_fen > 0", name="amount_positive"),
        CheckConstraint("last_day >= first_day", name="ends_after_it_begins"),
        Index(None, "posting_id"),
    )
    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    posting_id: Mapped[int] = mapped_column(ForeignKey("posting.id", ondelete="RESTRICT"))
    crew_id: Mapped[int | None] = mapped_column(ForeignKey("crew.id", ondelete="RESTRICT"))
    first_day: Mapped[date] = mapped_column(Date)
    last_day: Mapped[date] = mapped_column(Date)
    amount_fen: Mapped[int] = mapped_column(Fen)
    way: Mapped[str] = mapped_column(String(8))
    shares: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    recorded_by: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="RESTRICT"))
    recorded_at: Mapped[datetime]


class LumpPart(Base):
    """What the employer said is done: its days, and what is paid for them."""

    __tablename__ = "lump_part"
    __table_args__ = (
        CheckConstraint("amount_fen > 0", name="amount_positive"),
        CheckConstraint("last_day >= first_day", name="ends_after_it_begins"),
        Index(None, "lump_sum_id"),
    )
    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    lump_sum_id: Mapped[int] = mapped_column(ForeignKey("lump_sum.id", ondelete="CASCADE"))
    first_day: Mapped[date] = mapped_column(Date)
    last_day: Mapped[date] = mapped_column(Date)
    amount_fen: Mapped[int] = mapped_column(Fen)
    recorded_by: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="RESTRICT"))
    recorded_at: Mapped[datetime]
