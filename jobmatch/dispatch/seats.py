"""Taking and giving back seats: only here do `posting_day.taken` and engagement days change.

A seat is taken by one guarded statement, never after a count, and by one row per worker and day.
Days are always gone through in the order of their dates, so that two takers never wait for each
other crosswise.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import delete, exists, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, aliased

from jobmatch.dispatch.instant_models import InstantHire, InstantOffer
from jobmatch.dispatch.models import Engagement, EngagementDay
from jobmatch.infra import clock
from jobmatch.postings.models import Posting, PostingDay


@dataclass(frozen=True, slots=True)
class Wish:
    """A worker and the days that they shall get of one posting."""

    signup_id: int
    worker_id: int
    days: frozenset[date]
    crew_id: int | None = None
    brand_id: int | None = None


def insert_new(session: Session, table: Any, unique: Sequence[str], **values: Any) -> int | None:
    """Insert a row; its key, or None when a row with these unique columns stands already."""
    kind = sqlite if session.get_bind().dialect.name == "sqlite" else postgresql
    statement = kind.insert(table).values(**values).on_conflict_do_nothing(index_elements=unique)
    key: int | None = session.scalar(statement.returning(table.id))
    return key


def hold(session: Session, posting_id: int) -> None:
    """Until the end of the transaction nobody else takes or gives back seats of this posting.

    Who finds it full and goes to wait, and who gives a place up, meet here: whoever comes second
    sees what the first has written, so no place stays empty between them. Always held before days
    and sign-ups are touched: one order of locks. That no place is sold twice does not rest on this
    but on `take_place`. (SQLite has one writer at a time and leaves the lock out.)
    """
    session.execute(
        select(Posting.id).where(Posting.id == posting_id).with_for_update(key_share=True)
    )


def take_place(session: Session, posting_day_id: int) -> bool:
    """Test and take in one statement: a count read beforehand can be stale. False when full."""
    taken = session.scalar(
        update(PostingDay)
        .where(PostingDay.id == posting_day_id, PostingDay.taken < PostingDay.headcount)
        .values(taken=PostingDay.taken + 1)
        .returning(PostingDay.taken)
        .execution_options(synchronize_session=False)
    )
    return taken is not None


def give_places(session: Session, posting_day_id: int, n: int = 1) -> None:
    session.execute(
        update(PostingDay)
        .where(PostingDay.id == posting_day_id)
        .values(taken=PostingDay.taken - n)
        .execution_options(synchronize_session=False)
    )


def engage(
    session: Session, posting_id: int, wishes: Sequence[Wish]
) -> tuple[dict[int, list[date]], set[int]]:
    """Give each wish, in the order given, all its days that still have a place.

    returns  the days got by sign-up (none: not in it); sign-ups that met a booking made meanwhile
    """
    hold(session, posting_id)
    wanted = {day for wish in wishes for day in wish.days}
    rows = session.execute(
        select(PostingDay.id, PostingDay.work_date)
        .where(PostingDay.posting_id == posting_id, PostingDay.work_date.in_(wanted))
        .order_by(PostingDay.work_date)
    ).all()
    got: dict[int, list[date]] = defaultdict(list)
    clashed: set[int] = set()
    engagement: dict[int, int] = {}
    made: dict[int, int] = {}
    for day_id, day in rows:
        for wish in wishes:
            if day not in wish.days:
                continue
            if not take_place(session, day_id):
                break
            if wish.signup_id not in engagement:
                key, is_new = _engagement(session, posting_id, wish)
                engagement[wish.signup_id] = key
                if is_new:
                    made[wish.signup_id] = key
            booked = insert_new(
                session, EngagementDay, ("worker_id", "work_date"),
                engagement_id=engagement[wish.signup_id], posting_day_id=day_id,
                worker_id=wish.worker_id, work_date=day,
            )  # fmt: skip
            if booked is None:
                give_places(session, day_id)
                clashed.add(wish.signup_id)
            else:
                got[wish.signup_id].append(day)
    _drop_empty(session, {key for signup, key in made.items() if signup not in got})
    return dict(got), clashed


def give_back(session: Session, engagement_ids: Collection[int], days: Iterable[date]) -> set[date]:
    """Free these days of these engagements; a day that already has attendance stays.

    returns  the days on which places became free
    """
    rows = session.execute(
        select(EngagementDay.id, EngagementDay.posting_day_id, EngagementDay.work_date)
        .where(
            EngagementDay.engagement_id.in_(engagement_ids),
            EngagementDay.work_date.in_(set(days)),
        )
        .order_by(EngagementDay.work_date, EngagementDay.posting_day_id, EngagementDay.id)
    ).all()
    by_day: dict[tuple[date, int], list[int]] = defaultdict(list)
    for key, posting_day_id, day in rows:
        by_day[day, posting_day_id].append(key)
    freed: set[date] = set()
    for (day, posting_day_id), keys in by_day.items():
        # Attendance can only be there today; it keeps the one seat, not those of the others.
        parts = [[key] for key in keys] if day <= clock.today() else [keys]
        for part in parts:
            if _remove(session, posting_day_id, part):
                freed.add(day)
    if freed:
        _ask_others(session, engagement_ids, freed)
    return freed


def _ask_others(session: Session, engagement_ids: Collection[int], days: Collection[date]) -> None:
    """Who came by an instant hire and gave the day back leaves it short of one: it goes on, while
    the day is still to come.
    """
    gone = session.execute(
        select(InstantOffer.id, InstantHire.id, InstantHire.work_date)
        .join(InstantHire, InstantHire.id == InstantOffer.hire_id)
        .join(
            Engagement,
            (Engagement.worker_id == InstantOffer.worker_id)
            & (Engagement.posting_id == InstantHire.posting_id),
        )
        .where(
            Engagement.id.in_(engagement_ids),
            InstantOffer.state == "yes",
            InstantHire.work_date.in_(set(days)),
            ~exists().where(
                EngagementDay.worker_id == InstantOffer.worker_id,
                EngagementDay.work_date == InstantHire.work_date,
            ),
        )
    ).all()
    for offer_id, hire_id, day in gone:
        session.execute(
            update(InstantOffer).where(InstantOffer.id == offer_id).values(state="gone")
        )
        session.execute(
            update(InstantHire)
            .where(InstantHire.id == hire_id)
            .values(filled=InstantHire.filled - 1)
        )
        other = aliased(InstantHire)
        if day >= clock.today():
            session.execute(
                update(InstantHire)
                .where(
                    InstantHire.id == hire_id,
                    InstantHire.state == "filled",
                    ~exists().where(
                        other.posting_id == InstantHire.posting_id,
                        other.work_date == InstantHire.work_date,
                        other.is_open.is_(True),
                    ),
                )
                .values(state="open", is_open=True, filled_at=None, ended_at=None)
                .execution_options(synchronize_session=False)
            )


def _remove(session: Session, posting_day_id: int, keys: list[int]) -> bool:
    try:
        with session.begin_nested():
            give_places(session, posting_day_id, len(keys))
            session.execute(
                delete(EngagementDay)
                .where(EngagementDay.id.in_(keys))
                .execution_options(synchronize_session=False)
            )
    except IntegrityError:
        return False
    return True


def _engagement(session: Session, posting_id: int, wish: Wish) -> tuple[int, bool]:
    """The engagement of the sign-up, and whether it is made anew or alive again by this."""
    key = insert_new(
        session, Engagement, ("signup_id",), signup_id=wish.signup_id, worker_id=wish.worker_id,
        posting_id=posting_id, brand_id=wish.brand_id, crew_id=wish.crew_id, state="active",
        created_at=clock.now(),
    )  # fmt: skip
    if key is not None:
        return key, True
    key = session.scalar(
        update(Engagement)
        .where(Engagement.signup_id == wish.signup_id, Engagement.state == "cancelled")
        .values(
            state="active", brand_id=wish.brand_id, crew_id=wish.crew_id, created_at=clock.now(),
            cancelled_at=None, cancelled_by=None,
        )
        .returning(Engagement.id)
        .execution_options(synchronize_session=False)
    )  # fmt: skip
    if key is not None:
        return key, True
    standing = select(Engagement.id).where(Engagement.signup_id == wish.signup_id)
    return session.scalars(standing).one(), False


def _drop_empty(session: Session, engagement_ids: set[int]) -> None:
    """Engagements that got no day after all; one that has old days is only cancelled."""
    if not engagement_ids:
        return
    used = set(
        session.scalars(
            select(EngagementDay.engagement_id).where(
                EngagementDay.engagement_id.in_(engagement_ids)
            )
        )
    )
    session.execute(delete(Engagement).where(Engagement.id.in_(engagement_ids - used)))
    session.execute(
        update(Engagement)
        .where(Engagement.id.in_(engagement_ids & used))
        .values(state="cancelled", cancelled_at=clock.now(), cancelled_by="worker")
    )


def seat_after_all(
    session: Session, posting_id: int, engagement_id: int, worker_id: int, day: date
) -> int | None:
    """A seat for a day that was worked though nobody had agreed on it; places grow if need be.

    returns  the engagement day's key; None when the worker has another engagement on that day
    """
    hold(session, posting_id)
    place = session.scalar(
        select(PostingDay.id).where(
            PostingDay.posting_id == posting_id, PostingDay.work_date == day
        )
    )
    if place is None:
        place = insert_new(
            session, PostingDay, ("posting_id", "work_date"),
            posting_id=posting_id, work_date=day, headcount=0, taken=0,
        )  # fmt: skip
        assert place is not None
    booked = insert_new(
        session, EngagementDay, ("worker_id", "work_date"),
        engagement_id=engagement_id, posting_day_id=place, worker_id=worker_id, work_date=day,
    )  # fmt: skip
    if booked is None:
        return None
    if not take_place(session, place):
        session.execute(
            update(PostingDay)
            .where(PostingDay.id == place)
            .values(headcount=PostingDay.headcount + 1, taken=PostingDay.taken + 1)
            .execution_options(synchronize_session=False)
        )
    return booked
