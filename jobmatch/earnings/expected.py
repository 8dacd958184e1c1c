"""What a day is worth as it is recorded now: shown beside it before it is settled. In fen."""

from collections import defaultdict
from collections.abc import Collection

from sqlalchemy import and_, or_, select, tuple_

from jobmatch.attendance.models import WorkDay
from jobmatch.earnings import law, sharing
from jobmatch.earnings.rules.wage import Worked, own_pay, pay, payable
from jobmatch.earnings.terms import terms_of
from jobmatch.infra.db import reading
from jobmatch.postings.models import Posting


def expected(engagement_day_ids: Collection[int]) -> dict[int, int]:
    """Fen by engagement day; a day not worked, or whose pieces nobody counted, is not in it.

    Six queries however many days, and one for each posting that engages full-time. A crew's share
    is computed over the whole crew's day, a lump sum's over its part, everybody else's over their
    own.
    """
    session = reading()
    if not engagement_day_ids:
        return {}
    mine = session.scalars(
        select(WorkDay).where(WorkDay.engagement_day_id.in_(engagement_day_ids))
    ).all()
    postings = {
        row.id: row
        for row in session.scalars(
            select(Posting).where(Posting.id.in_({day.posting_id for day in mine}))
        )
    }
    shared = {key for key, row in postings.items() if terms_of(row).shares_in_crews}
    wanted = {(day.posting_id, day.work_date) for day in mine if day.posting_id in shared}
    spans = [
        and_(WorkDay.posting_id == key, WorkDay.work_date.between(lump.days.first, lump.days.last))
        for key, lumps in sharing.lumps_of(session, list(postings)).items()
        for lump in lumps
    ]
    with_others = or_(tuple_(WorkDay.posting_id, WorkDay.work_date).in_(wanted), *spans)
    others = session.scalars(select(WorkDay).where(with_others).order_by(WorkDay.id)).all()
    by_posting: dict[int, dict[int, WorkDay]] = defaultdict(dict)
    for day in sorted({*mine, *others}, key=lambda day: day.id):
        by_posting[day.posting_id][day.id] = day
    asked = {day.id for day in mine}
    worked = {
        postings[key]: [_worked(day) for day in days.values()] for key, days in by_posting.items()
    }
    settings = law.settings(session, worked)
    found: dict[int, int] = {}
    for posting, all_days in worked.items():
        days = by_posting[posting.id]
        ready, _open = payable(pay(terms_of(posting), all_days, settings[posting.id]))
        found |= {
            days[paid.worked.key].engagement_day_id: paid.amount_fen
            for paid in ready
            if paid.worked.key in asked
        }
    return found


def promised(posting: Posting) -> int:
    """Fen that a whole day of this posting usually brings: by its hours or its usual pieces."""
    return own_pay(terms_of(posting), posting.day_minutes, posting.usual_day_pieces or 0)


def _worked(day: WorkDay) -> Worked:
    """A work day as the rules of pay see it."""
    return Worked(day.id, day.worker_id, day.work_date, day.minutes, day.pieces, day.crew_id)
