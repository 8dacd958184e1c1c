"""The dated limits of disputes and the legal holidays."""

from collections.abc import Collection
from contextlib import suppress
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from jobmatch.disputes.rules.clock import Limits
from jobmatch.earnings.rules.overtime import holidays_of
from jobmatch.infra import dated

NAMES = ("dispute.", "calendar.holidays.")
FIELDS = ("arbitration_months", "inspection_months", "inspection_days", "group_least")
REMIND = ("remind_first_days", "remind_second_days", "remind_last_days")


def books(session: Session, places: Collection[str]) -> dict[str, dated.Book]:
    """One query for any number of places."""
    return dated.books(session, NAMES, places) if places else {}


def limits(book: dated.Book, on: date) -> tuple[Limits, frozenset[date]]:
    """The limits that hold on a day, and the holidays of this year and the next."""
    figures: dict[str, Any] = {}
    for field in FIELDS:
        with suppress(dated.NoRule):
            figures[field] = int(book.value(f"dispute.{field}", on))
    remind = []
    for name in REMIND:
        with suppress(dated.NoRule):
            remind.append(int(book.value(f"dispute.{name}", on)))
    if remind:
        figures["remind_days"] = tuple(remind)
    years = []
    for year in (on.year - 1, on.year, on.year + 1):
        with suppress(dated.NoRule):
            years.append(book.value(f"calendar.holidays.{year}", on))
    return Limits(**figures), holidays_of(years)
