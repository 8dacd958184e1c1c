"""What a worker has asked for, agreed to and still has free; a constant number of queries each."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Date, bindparam, select

from jobmatch.brands.models import Crew
from jobmatch.dispatch.models import Engagement, EngagementDay, Signup
from jobmatch.dispatch.queries import line_of
from jobmatch.dispatch.rules.days import days_to_take
from jobmatch.dispatch.rules.states import LIVE, SignupState
from jobmatch.employers.models import Employer, Site
from jobmatch.infra import clock
from jobmatch.infra.db import fetch, reading
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
    return {key for (key,) in fetch(_ASKED, worker=worker_id)}


_ASKED = select(Signup.posting_id).where(
    Signup.worker_id == bindparam("worker"), Signup.state != SignupState.WITHDRAWN
)
_AGREED = (
    select(
        EngagementDay.work_date, Engagement.signup_id, Posting.id, Posting.title, Employer.name,
        Employer.phone, Site.name, Site.address, Posting.place_code, Posting.starts_at,
        Posting.ends_at, Crew.name,
    )
    .join(Engagement, Engagement.id == EngagementDay.engagement_id)
    .join(Posting, Posting.id == Engagement.posting_id)
    .join(Employer, Employer.id == Posting.employer_id)
    .join(Site, Site.id == Posting.site_id)
    .outerjoin(Crew, Crew.id == Engagement.crew_id)
    .where(
        EngagementDay.worker_id == bindparam("worker"),
        EngagementDay.work_date >= bindparam("today", type_=Date),
    )
    .order_by(EngagementDay.work_date)
)  # fmt: skip
_MINE = (
    select(
        Signup.id, Posting.id.label("posting_id"), Posting.title, Employer.name, Employer.phone,
        Posting.place_code, Signup.first_day, Signup.last_day, Signup.state, Signup.note,
        Crew.name.label("crew_name"), Signup.created_at,
    )
    .join(Posting, Posting.id == Signup.posting_id)
    .join(Employer, Employer.id == Posting.employer_id)
    .outerjoin(Crew, Crew.id == Signup.crew_id)
    .where(Signup.worker_id == bindparam("worker"))
    .order_by(Signup.created_at.desc(), Signup.id.desc())
)  # fmt: skip


def of_worker(worker_id: int) -> MyWork:
    """All that a worker is engaged for from today on, has asked for, or waits for."""
    rows = fetch(_AGREED, worker=worker_id, today=clock.today())
    names = places.local_names({row.place_code for row in rows})
    days = tuple(
        MyDay(
            day, SignupId(signup), PostingId(posting), title, employer, phone, site, address,
            names.get(code, ""), starts_at, ends_at, crew or "",
        )
        for day, signup, posting, title, employer, phone, site, address, code, starts_at, ends_at,
            crew in rows
    )  # fmt: skip
    mine = _mine(worker_id)
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
    return _by_worker(fetch(_BOOKED_OF, first=first, last=last, ids=list(worker_ids)))


def all_booked(first: date, last: date) -> dict[int, frozenset[date]]:
    """Days on which anybody is engaged, by worker."""
    return _by_worker(fetch(_BOOKED, first=first, last=last))


_BOOKED = select(EngagementDay.worker_id, EngagementDay.work_date).where(
    EngagementDay.work_date.between(bindparam("first", type_=Date), bindparam("last", type_=Date))
)
_BOOKED_OF = _BOOKED.where(EngagementDay.worker_id.in_(bindparam("ids", expanding=True)))


def _by_worker(rows: Iterable[Any]) -> dict[int, frozenset[date]]:
    found: dict[int, set[date]] = defaultdict(set)
    for worker_id, day in rows:
        found[worker_id].add(day)
    return {key: frozenset(days) for key, days in found.items()}


def _mine(worker_id: int, *where: ColumnElement[bool]) -> list[MySignup]:
    """The worker's sign-ups, newest first, each with its place in the line when it waits."""
    rows = fetch(_MINE.where(*where) if where else _MINE, worker=worker_id)
    waits = [row.posting_id for row in rows if row.state == SignupState.WAITING]
    line: dict[int, int] = {}
    if waits:
        inline_of: dict[int, list[Signup]] = defaultdict(list)
        for s in reading().scalars(
            select(Signup).where(Signup.posting_id.in_(waits), Signup.state == SignupState.WAITING)
        ):
            inline_of[s.posting_id].append(s)
        for group in inline_of.values():
            line |= line_of(group)
    names = places.local_names({row.place_code for row in rows})
    return [
        MySignup(
            SignupId(row.id), PostingId(row.posting_id), row.title, row.name, row.phone,
            names.get(row.place_code, ""), row.first_day, row.last_day, SignupState(row.state),
            row.note, row.crew_name or "", row.created_at, line.get(row.id),
        )
        for row in rows
    ]  # fmt: skip
