"""What a worker has asked for, agreed to and still has free; a constant number of queries each."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, select

from jobmatch.brands.models import Crew
from jobmatch.dispatch.models import Engagement, EngagementDay, Signup
from jobmatch.dispatch.queries import line_of
from jobmatch.dispatch.rules.days import days_to_take
from jobmatch.dispatch.rules.states import LIVE, SignupState
from jobmatch.employers.models import Employer, Site
from jobmatch.infra import clock
from jobmatch.infra.db import reading
from jobmatch.kernel.ids import PostingId, SignupId
from jobmatch.kernel.periods import Days
from jobmatch.places import queries as places
from jobmatch.postings.models import Posting
from jobmatch.workers.models import Availability


@dataclass(frozen=True, slots=True)
class MyDay:
    """A day of work to come, as the worker sees it. place: township and village in short."""

    work_date: date
    signup_id: SignupId
    posting_id: PostingId
    title: str
    employer_name: str
    phone: str
    site_name: str
    address: str
    place: str
    starts_at: int
    ends_at: int
    crew_name: str


@dataclass(frozen=True, slots=True)
class MySignup:
    """A sign-up as the worker sees it. line: place in the waiting list, from 1."""

    id: SignupId
    posting_id: PostingId
    title: str
    employer_name: str
    phone: str
    place: str
    first_day: date
    last_day: date
    state: SignupState
    note: str
    crew_name: str
    created_at: datetime
    line: int | None


@dataclass(frozen=True, slots=True)
class MyWork:
    """days to come; sign-ups that are pending or wait; ended: the latest ten of the rest."""

    days: tuple[MyDay, ...]
    pending: tuple[MySignup, ...]
    waiting: tuple[MySignup, ...]
    ended: tuple[MySignup, ...]


def standing(worker_id: int, posting_ids: Collection[int]) -> dict[int, MySignup]:
    """The worker's live sign-ups among these postings, by posting."""
    rows = _mine(worker_id, Signup.posting_id.in_(posting_ids), Signup.state.in_(LIVE))
    return {row.posting_id: row for row in rows}


def postings_asked(worker_id: int) -> set[int]:
    """Postings that the worker has asked for, whatever came of it; not those withdrawn."""
    found = select(Signup.posting_id).where(
        Signup.worker_id == worker_id, Signup.state != SignupState.WITHDRAWN
    )
    return set(reading().scalars(found))


def of_worker(worker_id: int) -> MyWork:
    """All that a worker is engaged for from today on, has asked for, or waits for."""
    today = clock.today()
    rows = (
        reading()
        .execute(
            select(EngagementDay.work_date, Engagement, Posting, Employer, Site, Crew.name)
            .join(Engagement, Engagement.id == EngagementDay.engagement_id)
            .join(Posting, Posting.id == Engagement.posting_id)
            .join(Employer, Employer.id == Posting.employer_id)
            .join(Site, Site.id == Posting.site_id)
            .outerjoin(Crew, Crew.id == Engagement.crew_id)
            .where(EngagementDay.worker_id == worker_id, EngagementDay.work_date >= today)
            .order_by(EngagementDay.work_date)
        )
        .all()
    )
    names = places.local_names({p.place_code for _, _, p, _, _, _ in rows})
    days = tuple(
        MyDay(
            day, SignupId(e.signup_id), PostingId(p.id), p.title, employer.name, employer.phone,
            site.name, site.address, names.get(p.place_code, ""), p.starts_at, p.ends_at,
            crew or "",
        )
        for day, e, p, employer, site, crew in rows
    )  # fmt: skip
    mine = _mine(worker_id, Signup.id > 0)
    by_state: dict[SignupState, list[MySignup]] = defaultdict(list)
    for row in mine:
        by_state[row.state].append(row)
    ended = [r for r in mine if r.state in (SignupState.DECLINED, SignupState.WITHDRAWN)]
    return MyWork(
        days,
        tuple(by_state[SignupState.PENDING]),
        tuple(by_state[SignupState.WAITING]),
        tuple(ended[:10]),
    )


def signup_of(signup_id: int, worker_id: int) -> MySignup | None:
    """One sign-up of this worker, or None."""
    return next(iter(_mine(worker_id, Signup.id == signup_id)), None)


def free_days(worker_id: int, first: date, last: date) -> list[date]:
    """The days of the calendar from first to last that are free and not booked."""
    return free_days_of([worker_id], first, last)[worker_id]


def free_days_of(worker_ids: Collection[int], first: date, last: date) -> dict[int, list[date]]:
    """The free days of several workers, in two queries."""
    span = Days(first, last)
    runs: dict[int, list[Days]] = defaultdict(list)
    for run in reading().scalars(
        select(Availability).where(
            Availability.worker_id.in_(worker_ids),
            Availability.first_day <= last,
            Availability.last_day >= first,
        )
    ):
        runs[run.worker_id].append(Days(run.first_day, run.last_day))
    taken = booked_days(worker_ids, first, last)
    return {
        key: days_to_take(span, list(span), runs[key], taken.get(key, frozenset()))
        for key in worker_ids
    }


def booked_days(worker_ids: Collection[int], first: date, last: date) -> dict[int, frozenset[date]]:
    """Days on which these workers are engaged; who has none is left out."""
    return _booked(first, last, EngagementDay.worker_id.in_(worker_ids))


def all_booked(first: date, last: date) -> dict[int, frozenset[date]]:
    """Days on which anybody is engaged, by worker."""
    return _booked(first, last)


def _booked(first: date, last: date, *where: ColumnElement[bool]) -> dict[int, frozenset[date]]:
    found: dict[int, set[date]] = defaultdict(set)
    for worker_id, day in reading().execute(
        select(EngagementDay.worker_id, EngagementDay.work_date).where(
            EngagementDay.work_date.between(first, last), *where
        )
    ):
        found[worker_id].add(day)
    return {key: frozenset(days) for key, days in found.items()}


def _mine(worker_id: int, *where: ColumnElement[bool]) -> list[MySignup]:
    """The worker's sign-ups, newest first, each with its place in the line when it waits."""
    session = reading()
    rows = session.execute(
        select(Signup, Posting, Employer, Crew.name)
        .join(Posting, Posting.id == Signup.posting_id)
        .join(Employer, Employer.id == Posting.employer_id)
        .outerjoin(Crew, Crew.id == Signup.crew_id)
        .where(Signup.worker_id == worker_id, *where)
        .order_by(Signup.created_at.desc(), Signup.id.desc())
    ).all()
    waits = [s.posting_id for s, *_ in rows if s.state == SignupState.WAITING]
    line: dict[int, int] = {}
    if waits:
        inline_of: dict[int, list[Signup]] = defaultdict(list)
        for s in session.scalars(
            select(Signup).where(Signup.posting_id.in_(waits), Signup.state == SignupState.WAITING)
        ):
            inline_of[s.posting_id].append(s)
        for group in inline_of.values():
            line |= line_of(group)
    names = places.local_names({p.place_code for _, p, _, _ in rows})
    return [
        MySignup(
            SignupId(s.id), PostingId(p.id), p.title, employer.name, employer.phone,
            names.get(p.place_code, ""), s.first_day, s.last_day, SignupState(s.state), s.note,
            crew or "", s.created_at, line.get(s.id),
        )
        for s, p, employer, crew in rows
    ]  # fmt: skip
