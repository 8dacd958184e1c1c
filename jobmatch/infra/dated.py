"""Rule tables: values that hold from a date on, for a place and all below it.

Law and county differ by date and place, so no such figure is a constant in code. A value is found
under its name for the most exact place, then the latest date that has begun.
"""

from datetime import date
from typing import Any

from sqlalchemy import JSON, Date, Index, Integer, String, Text, UniqueConstraint, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from jobmatch.infra.db import Base


class DatedRule(Base):
    __tablename__ = "dated_rule"
    __table_args__ = (
        UniqueConstraint("name", "place_code", "valid_from"),
        Index(None, "name"),
    )
    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    name: Mapped[str] = mapped_column(String(80))
    place_code: Mapped[str] = mapped_column(String(12), default="")
    valid_from: Mapped[date] = mapped_column(Date)
    value: Mapped[Any] = mapped_column(JSON)
    source: Mapped[str] = mapped_column(Text, default="")


class NoRule(LookupError):
    """No value of this name holds at this place on this day."""


def value(session: Session, name: str, *, on: date, place: str = "") -> Any:
    """The value that holds at a place code on a day. raises NoRule when there is none."""
    prefixes = ["", *(place[:n] for n in range(1, len(place) + 1))]
    row = session.scalars(
        select(DatedRule)
        .where(
            DatedRule.name == name,
            DatedRule.place_code.in_(prefixes),
            DatedRule.valid_from <= on,
        )
        .order_by(DatedRule.place_code.desc(), DatedRule.valid_from.desc())
        .limit(1)
    ).first()
    if row is None:
        raise NoRule(f"{name} at {place or 'anywhere'} on {on}")
    return row.value
