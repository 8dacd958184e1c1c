from datetime import date, datetime

from sqlalchemy import CheckConstraint, Date, Float, ForeignKey, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from jobmatch.infra.db import Base


class Employer(Base):
    """kind: enterprise or cooperative (with credit_code), big_grower (a person, without)."""

    __tablename__ = "employer"
    __table_args__ = (
        CheckConstraint("kind IN ('enterprise','cooperative','big_grower')", name="kind_known"),
        CheckConstraint(
            "kind = 'big_grower' OR credit_code IS NOT NULL", name="firms_have_a_credit_code"
        ),
        CheckConstraint("state IN ('pending','verified','refused')", name="state_known"),
        Index(None, "place_code"),
    )
    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    kind: Mapped[str] = mapped_column(String(12))
    name: Mapped[str] = mapped_column(String(80))
    credit_code: Mapped[str | None] = mapped_column(String(18), unique=True)
    contact_name: Mapped[str] = mapped_column(String(60))
    phone: Mapped[str] = mapped_column(String(11))
    place_code: Mapped[str] = mapped_column(ForeignKey("place.code", ondelete="RESTRICT"))
    state: Mapped[str] = mapped_column(String(10), default="pending")
    state_note: Mapped[str] = mapped_column(String(200), default="")
    verified_on: Mapped[date | None] = mapped_column(Date)
    verified_until: Mapped[date | None] = mapped_column(Date)
    verified_by: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="RESTRICT"))
    created_by: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="RESTRICT"))
    created_at: Mapped[datetime]


class Site(Base):
    """Where the work is: a field, a cellar, a workshop."""

    __tablename__ = "site"
    __table_args__ = (Index(None, "employer_id"),)
    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    employer_id: Mapped[int] = mapped_column(ForeignKey("employer.id", ondelete="RESTRICT"))
    name: Mapped[str] = mapped_column(String(60))
    place_code: Mapped[str] = mapped_column(ForeignKey("place.code", ondelete="RESTRICT"))
    address: Mapped[str] = mapped_column(String(120), default="")
    lon: Mapped[float] = mapped_column(Float)
    lat: Mapped[float] = mapped_column(Float)
    created_at: Mapped[datetime]
