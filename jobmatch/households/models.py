from datetime import date, datetime

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Date,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
)
from sqlalchemy.orm import Mapped, mapped_column

from jobmatch.infra.db import Base, Fen


class Household(Base):
    """A rural household as the help system counts it. `household_no` is its official number.

    watched_since  the day of its consent to line watch; none: not asked, refused or taken back
    priority       what matching reads, 0 to 2, from line watch; none: the kind alone tells
    """

    __tablename__ = "household"
    __table_args__ = (
        CheckConstraint(
            "kind IN ('ordinary','lifted','lifted_unstable','marginal_at_risk','sudden_hardship')",
            name="kind_known",
        ),
        CheckConstraint("priority IS NULL OR priority BETWEEN 0 AND 2", name="priority_bounded"),
        Index(None, "village_code"),
    )
    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    household_no: Mapped[str] = mapped_column(String(30), unique=True)
    village_code: Mapped[str] = mapped_column(ForeignKey("place.code", ondelete="RESTRICT"))
    kind: Mapped[str] = mapped_column(String(20))
    head_name: Mapped[str] = mapped_column(String(60))
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    watched_since: Mapped[date | None] = mapped_column(Date)
    priority: Mapped[int | None] = mapped_column(Integer)


class HouseholdConsent(Base):
    """A household says yes or no to line watch; the latest counts. Rows are never edited.

    proof   where the signature is, or that it was said on the phone of a member
    """

    __tablename__ = "household_consent"
    __table_args__ = (Index(None, "household_id"),)
    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    household_id: Mapped[int] = mapped_column(ForeignKey("household.id", ondelete="RESTRICT"))
    is_given: Mapped[bool] = mapped_column(Boolean)
    day: Mapped[date] = mapped_column(Date)
    proof: Mapped[str] = mapped_column(String(80))
    recorded_by: Mapped[int | None]
    recorded_at: Mapped[datetime]


class HouseholdMember(Base):
    """id_sealed is bound to "household_member.id_number:<uid>"; id_index finds the same person
    as worker.
    """

    __tablename__ = "household_member"
    __table_args__ = (Index(None, "household_id"),)
    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    uid: Mapped[str] = mapped_column(String(32), unique=True)
    household_id: Mapped[int] = mapped_column(ForeignKey("household.id", ondelete="RESTRICT"))
    name: Mapped[str] = mapped_column(String(60))
    relation_to_head: Mapped[str] = mapped_column(String(20))
    sex: Mapped[str] = mapped_column(String(1))
    born: Mapped[date] = mapped_column(Date)
    id_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    id_index: Mapped[str] = mapped_column(String(64), unique=True)
    id_tail: Mapped[str] = mapped_column(String(4))
    left_on: Mapped[date | None] = mapped_column(Date)


class IncomeEntry(Base):
    """One amount of one source, booked on a day; never edited: a reversal carries the negative
    amount.

    recorded_by  the key of the user who entered or imported it, or whose deed booked it
    proof    what shows it: a contract, a receipt, a bank statement
    source   wage, business, property, transfer (income) or cost (production cost, counted off)
    origin   what it comes from: 'import', 'entry' or 'pay_slip'; with `ref` unique, so that
    nothing books twice
    """

    __tablename__ = "income_entry"
    __table_args__ = (
        CheckConstraint(
            "source IN ('wage','business','property','transfer','cost')", name="source_known"
        ),
        Index(None, "household_id", "earned_on"),
    )
    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    household_id: Mapped[int] = mapped_column(ForeignKey("household.id", ondelete="RESTRICT"))
    member_id: Mapped[int | None] = mapped_column(
        ForeignKey("household_member.id", ondelete="RESTRICT")
    )
    source: Mapped[str] = mapped_column(String(10))
    detail: Mapped[str] = mapped_column(String(60), default="")
    amount_fen: Mapped[int] = mapped_column(Fen)
    earned_on: Mapped[date] = mapped_column(Date)
    origin: Mapped[str] = mapped_column(String(12))
    ref: Mapped[str] = mapped_column(String(80), unique=True)
    reverses_id: Mapped[int | None] = mapped_column(
        ForeignKey("income_entry.id", ondelete="RESTRICT"), unique=True
    )
    created_at: Mapped[datetime]
    recorded_by: Mapped[int | None]
    proof: Mapped[str] = mapped_column(String(80), default="", server_default="")
