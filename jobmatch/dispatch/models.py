from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    CheckConstraint,
    Date,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    UniqueConstraint,
    false,
)
from sqlalchemy.orm import Mapped, mapped_column

from jobmatch.infra.db import Base


class Signup(Base):
    """A worker asks for the days from first_day to last_day of a posting (those that they have
    free).

    state    pending (the employer decides), accepted, waiting (wanted, but full: first come, first
             served by `waiting_since`, then id), declined, withdrawn
    via      self, desk, crew (the organizer sent the crew)
    One live row per worker and posting; withdrawn rows are used again.
    """

    __tablename__ = "signup"
    __table_args__ = (
        UniqueConstraint("worker_id", "posting_id"),
        CheckConstraint("via IN ('self','desk','crew')", name="via_known"),
        CheckConstraint(
            "state IN ('pending','accepted','waiting','declined','withdrawn')", name="state_known"
        ),
        Index(None, "posting_id", "state"),
        Index(None, "crew_order_id"),
    )
    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    worker_id: Mapped[int] = mapped_column(ForeignKey("worker.id", ondelete="RESTRICT"))
    posting_id: Mapped[int] = mapped_column(ForeignKey("posting.id", ondelete="RESTRICT"))
    first_day: Mapped[date] = mapped_column(Date)
    last_day: Mapped[date] = mapped_column(Date)
    state: Mapped[str] = mapped_column(String(10))
    via: Mapped[str] = mapped_column(String(6))
    crew_id: Mapped[int | None] = mapped_column(ForeignKey("crew.id", ondelete="RESTRICT"))
    crew_order_id: Mapped[int | None] = mapped_column(
        ForeignKey("crew_order.id", ondelete="RESTRICT")
    )
    note: Mapped[str] = mapped_column(String(200), default="")
    created_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]
    waiting_since: Mapped[datetime | None]


class CrewOrder(Base):
    """An organizer sends a crew to a posting; the employer accepts or declines it as one."""

    __tablename__ = "crew_order"
    __table_args__ = (
        CheckConstraint(
            "state IN ('proposed','accepted','declined','withdrawn')", name="state_known"
        ),
        Index(None, "posting_id", "state"),
        Index(None, "crew_id"),
    )
    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    crew_id: Mapped[int] = mapped_column(ForeignKey("crew.id", ondelete="RESTRICT"))
    posting_id: Mapped[int] = mapped_column(ForeignKey("posting.id", ondelete="RESTRICT"))
    first_day: Mapped[date] = mapped_column(Date)
    last_day: Mapped[date] = mapped_column(Date)
    state: Mapped[str] = mapped_column(String(10))
    created_by: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="RESTRICT"))
    created_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]


class Engagement(Base):
    """A worker is engaged for a posting: its days are below. state: active, cancelled (by
    `cancelled_by`).
    """

    __tablename__ = "engagement"
    __table_args__ = (
        CheckConstraint("state IN ('active','cancelled')", name="state_known"),
        UniqueConstraint("signup_id"),
        Index(None, "posting_id", "state"),
        Index(None, "crew_id"),
        Index(None, "worker_id"),
    )
    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    signup_id: Mapped[int] = mapped_column(ForeignKey("signup.id", ondelete="RESTRICT"))
    worker_id: Mapped[int] = mapped_column(ForeignKey("worker.id", ondelete="RESTRICT"))
    posting_id: Mapped[int] = mapped_column(ForeignKey("posting.id", ondelete="RESTRICT"))
    brand_id: Mapped[int | None] = mapped_column(ForeignKey("labor_brand.id", ondelete="RESTRICT"))
    crew_id: Mapped[int | None] = mapped_column(ForeignKey("crew.id", ondelete="RESTRICT"))
    state: Mapped[str] = mapped_column(String(10), default="active")
    created_at: Mapped[datetime]
    cancelled_at: Mapped[datetime | None]
    cancelled_by: Mapped[str | None] = mapped_column(String(10))


class EngagementDay(Base):
    """A seat: the worker has this day of this posting. UNIQUE(worker, date) makes double
    booking impossible.

    Cancelling deletes the row and gives the seat back.
    """

    __tablename__ = "engagement_day"
    __table_args__ = (
        UniqueConstraint("worker_id", "work_date"),
        Index(None, "posting_day_id"),
        Index(None, "engagement_id"),
        Index(None, "work_date"),
    )
    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    engagement_id: Mapped[int] = mapped_column(ForeignKey("engagement.id", ondelete="RESTRICT"))
    posting_day_id: Mapped[int] = mapped_column(ForeignKey("posting_day.id", ondelete="RESTRICT"))
    worker_id: Mapped[int] = mapped_column(ForeignKey("worker.id", ondelete="RESTRICT"))
    work_date: Mapped[date] = mapped_column(Date)


class SeasonPlan(Base):
    """A plan of a brand's season, or (place_code) of all brands of a place that agreed.

    state     queued, running; then stopped (by asking), done (good enough, or out of time), failed;
              published once its spells were sent out
    seed, most_seconds, gap_wanted   what was asked for; gap 0 to 1
    value, bound   points; no plan of the same problem is worth more than the bound
    message   a catalogue text, as msgid and params
    changes   what happened since base_plan_id, for a plan with the least change
    prices    compressed; a next plan of nearly the same season starts from them
    demand    compressed; the places of each posting and day that were to fill
    reasons   compressed; why places stay empty and people without work
    claim     whose run it is: a process that lost its claim writes nothing any more
    lease_until   a run that has not been heard of by then died with its process
    """

    __tablename__ = "season_plan"
    __table_args__ = (
        CheckConstraint(
            "state IN ('queued','running','stopped','done','failed','published')",
            name="state_known",
        ),
        CheckConstraint("(brand_id IS NULL) <> (place_code IS NULL)", name="one_scope"),
        CheckConstraint("last_day >= first_day", name="ends_after_it_begins"),
        CheckConstraint("most_seconds >= 1", name="some_seconds"),
        CheckConstraint("gap_wanted >= 0 AND gap_wanted < 1", name="gap_sane"),
        Index(None, "brand_id", "asked_at"),
        Index(None, "place_code", "asked_at"),
        Index(None, "state"),
    )
    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    brand_id: Mapped[int | None] = mapped_column(ForeignKey("labor_brand.id", ondelete="RESTRICT"))
    place_code: Mapped[str | None] = mapped_column(ForeignKey("place.code", ondelete="RESTRICT"))
    first_day: Mapped[date] = mapped_column(Date)
    last_day: Mapped[date] = mapped_column(Date)
    state: Mapped[str] = mapped_column(String(10))
    asked_by: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="RESTRICT"))
    asked_at: Mapped[datetime]
    began_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    published_at: Mapped[datetime | None]
    seed: Mapped[int] = mapped_column(Integer)
    most_seconds: Mapped[int] = mapped_column(Integer)
    gap_wanted: Mapped[float] = mapped_column(Float)
    value: Mapped[int | None] = mapped_column(BigInteger)
    bound: Mapped[int | None] = mapped_column(BigInteger)
    filled: Mapped[int | None] = mapped_column(Integer)
    demanded: Mapped[int | None] = mapped_column(Integer)
    message: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    base_plan_id: Mapped[int | None] = mapped_column(
        ForeignKey("season_plan.id", ondelete="RESTRICT")
    )
    changes: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    prices: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
    demand: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
    reasons: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
    claim: Mapped[str | None] = mapped_column(String(32))
    lease_until: Mapped[datetime | None]
    tries: Mapped[int] = mapped_column(Integer, default=0)
    stop_asked: Mapped[bool] = mapped_column(Boolean, default=False)


class SeasonSpell(Base):
    """A stay of a worker at a posting in a plan, both ends included; rest: days off in it (ISO).

    state     planned; then engaged (all its days), asked (the employer answers), or refused: not
              published, `said` tells why as msgid and params
    to_tell   publishing has changed it, and nobody has been told yet
    """

    __tablename__ = "season_spell"
    __table_args__ = (
        CheckConstraint("state IN ('planned','engaged','asked','refused')", name="state_known"),
        CheckConstraint("last_day >= first_day", name="ends_after_it_begins"),
        UniqueConstraint("plan_id", "worker_id", "first_day"),
        Index(None, "plan_id", "posting_id"),
        Index(None, "signup_id"),
        Index(None, "crew_order_id"),
    )
    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    plan_id: Mapped[int] = mapped_column(ForeignKey("season_plan.id", ondelete="CASCADE"))
    worker_id: Mapped[int] = mapped_column(ForeignKey("worker.id", ondelete="RESTRICT"))
    crew_id: Mapped[int | None] = mapped_column(ForeignKey("crew.id", ondelete="RESTRICT"))
    posting_id: Mapped[int] = mapped_column(ForeignKey("posting.id", ondelete="RESTRICT"))
    first_day: Mapped[date] = mapped_column(Date)
    last_day: Mapped[date] = mapped_column(Date)
    rest: Mapped[list[str]] = mapped_column(JSON, default=list)
    state: Mapped[str] = mapped_column(String(10), default="planned")
    said: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    signup_id: Mapped[int | None] = mapped_column(ForeignKey("signup.id", ondelete="RESTRICT"))
    crew_order_id: Mapped[int | None] = mapped_column(
        ForeignKey("crew_order.id", ondelete="RESTRICT")
    )
    to_tell: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())


class SeasonRelease(Base):
    """Days that a worker is engaged or asked for, and that a plan made anew takes back.

    why     closed (no work there), absent (the worker does not come), fewer (places), moved (it
            pays more elsewhere)
    state   planned; then freed, or kept (the new work could not be had, or the day has begun)
    """

    __tablename__ = "season_release"
    __table_args__ = (
        CheckConstraint("why IN ('closed','absent','fewer','moved')", name="why_known"),
        CheckConstraint("state IN ('planned','freed','kept')", name="state_known"),
        CheckConstraint("last_day >= first_day", name="ends_after_it_begins"),
        UniqueConstraint("plan_id", "worker_id", "posting_id", "first_day"),
    )
    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    plan_id: Mapped[int] = mapped_column(ForeignKey("season_plan.id", ondelete="CASCADE"))
    worker_id: Mapped[int] = mapped_column(ForeignKey("worker.id", ondelete="RESTRICT"))
    posting_id: Mapped[int] = mapped_column(ForeignKey("posting.id", ondelete="RESTRICT"))
    first_day: Mapped[date] = mapped_column(Date)
    last_day: Mapped[date] = mapped_column(Date)
    why: Mapped[str] = mapped_column(String(10))
    state: Mapped[str] = mapped_column(String(10), default="planned")
    to_tell: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())


class SeasonSending(Base):
    """A plan that is being published, or was: nothing of it is changed by hand any more.

    claim, lease_until   as of a plan that is made: who publishes, and until when it counts as alive
    asked_by   in whose name; total: stays that were to be sent out
    """

    __tablename__ = "season_sending"
    plan_id: Mapped[int] = mapped_column(
        ForeignKey("season_plan.id", ondelete="CASCADE"), primary_key=True
    )
    asked_by: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="RESTRICT"))
    asked_at: Mapped[datetime]
    claim: Mapped[str | None] = mapped_column(String(32))
    lease_until: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    total: Mapped[int] = mapped_column(Integer, default=0)


class SeasonPin(Base):
    """Days of a worker at a posting that every next plan of the brand (or place) keeps."""

    __tablename__ = "season_pin"
    __table_args__ = (
        CheckConstraint("(brand_id IS NULL) <> (place_code IS NULL)", name="one_scope"),
        CheckConstraint("last_day >= first_day", name="ends_after_it_begins"),
        UniqueConstraint("brand_id", "worker_id", "first_day"),
        UniqueConstraint("place_code", "worker_id", "first_day"),
        Index(None, "worker_id"),
    )
    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    brand_id: Mapped[int | None] = mapped_column(ForeignKey("labor_brand.id", ondelete="RESTRICT"))
    place_code: Mapped[str | None] = mapped_column(ForeignKey("place.code", ondelete="RESTRICT"))
    worker_id: Mapped[int] = mapped_column(ForeignKey("worker.id", ondelete="RESTRICT"))
    posting_id: Mapped[int] = mapped_column(ForeignKey("posting.id", ondelete="RESTRICT"))
    first_day: Mapped[date] = mapped_column(Date)
    last_day: Mapped[date] = mapped_column(Date)
    created_by: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="RESTRICT"))
    created_at: Mapped[datetime]


class SeasonProgress(Base):
    """How far a plan had come after so many seconds; value: None before the first plan."""

    __tablename__ = "season_progress"
    __table_args__ = (Index(None, "plan_id"),)
    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    plan_id: Mapped[int] = mapped_column(ForeignKey("season_plan.id", ondelete="CASCADE"))
    seconds: Mapped[float] = mapped_column(Float)
    value: Mapped[int | None] = mapped_column(BigInteger)
    bound: Mapped[int | None] = mapped_column(BigInteger)


class SeasonAgreement(Base):
    """A brand lets the officers of a place plan its people together with other brands'."""

    __tablename__ = "season_agreement"
    __table_args__ = (UniqueConstraint("brand_id", "place_code"), Index(None, "place_code"))
    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    brand_id: Mapped[int] = mapped_column(ForeignKey("labor_brand.id", ondelete="RESTRICT"))
    place_code: Mapped[str] = mapped_column(ForeignKey("place.code", ondelete="RESTRICT"))
    agreed_by: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="RESTRICT"))
    agreed_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]
