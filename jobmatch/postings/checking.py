"""What the linter needs to know of the day and the place, read from the rule tables."""

from collections.abc import Mapping
from datetime import date

from sqlalchemy.orm import Session

from jobmatch.employers.models import Employer
from jobmatch.employers.rules.verification import is_verified
from jobmatch.infra import dated
from jobmatch.postings.models import Posting
from jobmatch.postings.rules.linter import Draft, Finding, Limits, Setting, lint
from jobmatch.postings.words import word_rules

DAYS_IN_A_ROW = 6
# The tables that the hourly minimum is found in.
LEAST_HOUR = ("wage.zone", "wage.least_hour_fen.")
# Read when the application starts: a broken list must not wait for the first posting.
WORDS = word_rules()


def findings(
    session: Session, row: Posting, headcounts: Mapping[date, int], *, today: date, was_open: bool
) -> list[Finding]:
    """All that the linter says of a posting on a day."""
    return lint(_draft(row, headcounts), _setting(session, row, today=today, was_open=was_open))


def _draft(row: Posting, headcounts: Mapping[date, int]) -> Draft:
    return Draft(
        title=row.title, work_text=row.work_text, first_day=row.first_day, last_day=row.last_day,
        pay_kind=row.pay_kind, rate_fen=row.rate_fen, piece_unit=row.piece_unit,
        piece_lot=row.piece_lot, usual_day_pieces=row.usual_day_pieces,
        day_minutes=row.day_minutes, starts_at=row.starts_at, ends_at=row.ends_at, load=row.load,
        lift_kg=row.lift_kg, headcounts=headcounts, footing=row.footing,
    )  # fmt: skip


def _setting(session: Session, row: Posting, *, today: date, was_open: bool) -> Setting:
    def bound(name: str) -> int:
        return int(dated.value(session, name, on=today, place=row.place_code))

    return Setting(
        today=today,
        least_hour_fen=least_hour_fen(session, row.place_code, max(today, row.first_day)),
        least_age=bound("work.least_age"),
        is_verified=is_verified(session.get_one(Employer, row.employer_id), today),
        words=WORDS,
        limits=Limits(
            day_minutes=bound("work.day_minutes"),
            part_time_day_minutes=bound("work.part_time_day_minutes"),
            overtime_day_minutes=bound("work.overtime_day_minutes"),
            overtime_month_minutes=bound("work.overtime_month_minutes"),
            overtime_percent=bound("work.overtime_percent.workday"),
            days_in_a_row=DAYS_IN_A_ROW,
            lift_kg=bound("work.lift_kg.women"),
            lift_often_kg=bound("work.lift_kg.women_repeated"),
        ),
        was_open=was_open,
    )


def least_hour_fen(session: Session, place_code: str, day: date) -> int | None:
    """The hourly minimum wage of the place's zone on a day; None when none is on record."""
    return least_hour_in(dated.book(session, LEAST_HOUR, place_code), day)


def least_hour_in(book: dated.Book, day: date) -> int | None:
    """The same out of a book that holds the tables of LEAST_HOUR."""
    try:
        return int(book.value(f"wage.least_hour_fen.{book.value('wage.zone', day)}", day))
    except dated.NoRule:
        return None
