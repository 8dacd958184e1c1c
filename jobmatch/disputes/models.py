from datetime import date, datetime

from sqlalchemy import (
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


class DisputeCase(Base):
    """A dispute between workers and an employer about one posting.

    known_on     when the worker knew: the legal limits count from there
    claimed_on   when it was last claimed or acknowledged
    referred_on  when the arbitration or the inspection took it
    offer_*      the last offer on the table; offer_by 'worker' or 'employer', empty without one
    place_code repeats the work site's, for the officers' lists
    """

    __tablename__ = "dispute_case"
    __table_args__ = (
        CheckConstraint(
            "kind IN ('day','slip','unpaid','deduction','other')", name="kind_known"
        ),
        CheckConstraint(
            "state IN ('open','answered','mediation','agreed','arbitration','inspection',"
            "'withdrawn','closed')",
            name="state_known",
        ),
        CheckConstraint("offer_by IN ('','worker','employer')", name="offer_by_known"),
        Index(None, "employer_id", "state"),
        Index(None, "place_code", "state"),
        Index(None, "state"),
        Index(None, "posting_id"),
    )  # fmt: skip
    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    kind: Mapped[str] = mapped_column(String(10))
    state: Mapped[str] = mapped_column(String(12), default="open")
    employer_id: Mapped[int] = mapped_column(ForeignKey("employer.id", ondelete="RESTRICT"))
    posting_id: Mapped[int] = mapped_column(ForeignKey("posting.id", ondelete="RESTRICT"))
    place_code: Mapped[str] = mapped_column(String(12))
    words: Mapped[str] = mapped_column(Text, default="")
    is_group: Mapped[bool] = mapped_column(Boolean, server_default=false())
    starter_id: Mapped[int] = mapped_column(ForeignKey("worker.id", ondelete="RESTRICT"))
    representative_id: Mapped[int | None] = mapped_column(
        ForeignKey("worker.id", ondelete="RESTRICT")
    )
    known_on: Mapped[date] = mapped_column(Date)
    claimed_on: Mapped[date | None] = mapped_column(Date)
    referred_on: Mapped[date | None] = mapped_column(Date)
    offer_by: Mapped[str] = mapped_column(String(8), default="")
    offer_fen: Mapped[int | None] = mapped_column(Fen)
    offer_on: Mapped[date | None] = mapped_column(Date)
    opened_by: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="RESTRICT"))
    opened_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class DisputeParty(Base):
    """A worker of a dispute and what it is about for them. state: asked, joined or declined.

    live_key  "slip:17", "day:33", "pay:<posting>:<worker>" while the dispute lives: the same thing
              is in one dispute only
    day_dispute_id  the two versions of a day that it began with
    """

    __tablename__ = "dispute_party"
    __table_args__ = (
        UniqueConstraint("case_id", "worker_id"),
        CheckConstraint("state IN ('asked','joined','declined')", name="state_known"),
        Index(None, "worker_id"),
        Index(None, "day_dispute_id"),
        Index(None, "pay_slip_id"),
    )
    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("dispute_case.id", ondelete="RESTRICT"))
    worker_id: Mapped[int] = mapped_column(ForeignKey("worker.id", ondelete="RESTRICT"))
    state: Mapped[str] = mapped_column(String(10), default="joined")
    pay_slip_id: Mapped[int | None] = mapped_column(ForeignKey("pay_slip.id", ondelete="RESTRICT"))
    engagement_day_id: Mapped[int | None] = mapped_column(
        ForeignKey("engagement_day.id", ondelete="RESTRICT")
    )
    day_dispute_id: Mapped[int | None] = mapped_column(
        ForeignKey("dispute.id", ondelete="RESTRICT")
    )
    amount_fen: Mapped[int | None] = mapped_column(Fen)
    votes_for: Mapped[int | None] = mapped_column(ForeignKey("worker.id", ondelete="RESTRICT"))
    live_key: Mapped[str | None] = mapped_column(String(60), unique=True)
    asked_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]


class DisputeStep(Base):
    """What was done in a dispute, by which side, when, in which words; only ever added."""

    __tablename__ = "dispute_step"
    __table_args__ = (
        CheckConstraint(
            "side IN ('worker','desk','employer','officer','system')", name="side_known"
        ),
        Index(None, "case_id"),
    )
    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("dispute_case.id", ondelete="RESTRICT"))
    deed: Mapped[str] = mapped_column(String(12))
    side: Mapped[str] = mapped_column(String(8))
    state: Mapped[str] = mapped_column(String(12))
    words: Mapped[str] = mapped_column(Text, default="")
    fen: Mapped[int | None] = mapped_column(Fen)
    on_day: Mapped[date | None] = mapped_column(Date)
    done_by: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="RESTRICT"))
    done_at: Mapped[datetime]


class DisputeFile(Base):
    """A photo or PDF handed in as evidence. The bytes lie outside the database, under `kept_as`,
    sealed with the key `sealed_by` and bound to the case; empty: plain, from before.
    """

    __tablename__ = "dispute_file"
    __table_args__ = (
        CheckConstraint("kind IN ('jpg','png','pdf')", name="kind_known"),
        UniqueConstraint("case_id", "sha256"),
    )
    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("dispute_case.id", ondelete="RESTRICT"))
    name: Mapped[str] = mapped_column(String(80))
    kind: Mapped[str] = mapped_column(String(4))
    size: Mapped[int] = mapped_column(Integer)
    sha256: Mapped[str] = mapped_column(String(64))
    kept_as: Mapped[str] = mapped_column(String(80), unique=True)
    sealed_by: Mapped[str] = mapped_column(String(40), default="", server_default="")
    side: Mapped[str] = mapped_column(String(8))
    added_by: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="RESTRICT"))
    added_at: Mapped[datetime]


class DisputeReminder(Base):
    """A reminder of a limit that went out, once for each threshold."""

    __tablename__ = "dispute_reminder"
    __table_args__ = (UniqueConstraint("case_id", "limit_kind", "threshold"),)
    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("dispute_case.id", ondelete="RESTRICT"))
    limit_kind: Mapped[str] = mapped_column(String(12))
    threshold: Mapped[int] = mapped_column(Integer)
    told_at: Mapped[datetime]
