"""What the dated tables and the worker's other days say of the pay of some days."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from jobmatch.attendance.models import WorkDay
from jobmatch.earnings import sharing
from jobmatch.earnings.rules.overtime import Footing, Law, PartTime, holidays_of
from jobmatch.earnings.rules.wage import Setting, Worked
from jobmatch.infra import dated
from jobmatch.kernel.periods import Days, monday_of
from jobmatch.postings.checking import LEAST_HOUR, least_hour_in
from jobmatch.postings.models import Posting

NAMES = (*LEAST_HOUR, "work.", "calendar.holidays.")


def setting(
    session: Session, posting: Posting, days: Collection[Worked], span: Days | None = None
) -> Setting:
    """All that `pay` wants to know beside the terms and the days themselves: a few queries.

    span   of lump sums only parts that lie in it whole are paid; None: all
    """
    return settings(session, {posting: days}, span)[posting.id]


def settings(
    session: Session, days: Mapping[Posting, Collection[Worked]], span: Days | None = None
) -> dict[int, Setting]:
    """The same for days of several postings, by posting: one query for the rules of them all, one
    for lump sums, one for crews that share, and one for each posting that engages full-time.
    """
    books = dated.books(session, NAMES, {posting.place_code for posting in days})
    lumps = sharing.lumps_of(session, [posting.id for posting in days], span)
    crews = {
        worked.crew_id
        for posting, of_posting in days.items()
        if posting.crew_share
        for worked in of_posting
        if worked.crew_id is not None
    }
    ways = sharing.ways_of(session, crews)
    return {
        posting.id: replace(
            _setting(session, posting, worked, books), ways=ways, lumps=lumps.get(posting.id, ())
        )
        for posting, worked in days.items()
    }


def _setting(
    session: Session,
    posting: Posting,
    days: Collection[Worked],
    books: Mapping[str, dated.Book],
) -> Setting:
    dates = sorted({worked.day for worked in days})
    if not dates:
        return Setting()
    book = books[posting.place_code]
    least = {day: fen for day in dates if (fen := least_hour_in(book, day)) is not None}
    if posting.footing != Footing.FULL_TIME:
        return Setting(None, least)
    workers = {worked.worker_id for worked in days}
    other = _other_days(session, posting.employer_id, workers, dates[0], dates[-1])
    return Setting(_law(book, dates[0], dates[-1]), least, other)


def part_time(session: Session, place_code: str, day: date) -> PartTime:
    """The bounds of part-time work at a place on a day."""
    book = dated.book(session, ["work.part_time_"], place_code)
    return PartTime(
        book.value("work.part_time_day_minutes", day),
        book.value("work.part_time_week_minutes", day),
        book.value("work.part_time_pay_days", day),
    )


def _law(book: dated.Book, first: date, last: date) -> Law:
    """The law of hours on the last of some days, with the holidays of their years."""
    years = []
    for year in range(first.year, last.year + 1):
        with suppress(dated.NoRule):
            years.append(book.value(f"calendar.holidays.{year}", last))
    return Law(
        book.value("work.day_minutes", last), book.value("work.week_minutes", last),
        book.value("work.overtime_percent.workday", last),
        book.value("work.overtime_percent.restday", last),
        book.value("work.overtime_percent.holiday", last), holidays_of(years),
    )  # fmt: skip


def _other_days(
    session: Session, employer_id: int, workers: Collection[int], first: date, last: date
) -> dict[int, dict[date, int]]:
    """Minutes at the employer in the weeks that these days touch, by worker and day."""
    monday, sunday = monday_of(first), monday_of(last) + timedelta(days=6)
    found: dict[int, dict[date, int]] = defaultdict(dict)
    rows = session.execute(
        select(WorkDay.worker_id, WorkDay.work_date, WorkDay.minutes).where(
            WorkDay.worker_id.in_(workers),
            # Added to, a column has no index: the workers' is taken, not the whole employer's.
            WorkDay.employer_id + 0 == employer_id,
            WorkDay.work_date.between(monday, sunday),
        )
    )
    for worker_id, day, minutes in rows:
        found[worker_id][day] = minutes
    return dict(found)
