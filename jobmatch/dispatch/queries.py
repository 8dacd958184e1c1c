"""Sign-ups, engagements and crew orders as frozen rows; a constant number of queries each."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, func, select

from jobmatch.accounts.models import User
from jobmatch.brands.models import Crew, CrewMember, LaborBrand
from jobmatch.dispatch.models import CrewOrder, Engagement, EngagementDay, Signup
from jobmatch.dispatch.rules.days import days_to_take
from jobmatch.dispatch.rules.states import LIVE, OrderState, SignupState
from jobmatch.employers.models import Employer, Site
from jobmatch.infra import clock
from jobmatch.infra.db import reading
from jobmatch.kernel.ids import CrewId, PostingId, SignupId, WorkerId
from jobmatch.kernel.periods import Days
from jobmatch.places import queries as places
from jobmatch.postings.models import Posting, PostingDay
from jobmatch.workers.models import Availability, Credential, Worker, WorkerSkill


@dataclass(frozen=True, slots=True)
class RosterRow:
    """Somebody engaged on a day. phone: only for those who engaged them."""

    engagement_day_id: int
    signup_id: SignupId
    worker_id: WorkerId
    name: str
    phone: str | None
    crew_id: CrewId | None
    crew_name: str


@dataclass(frozen=True, slots=True)
class SignupRow:
    """A sign-up as the employer sees it: what counts for the work, nothing of the household.

    days         days that the worker has of this posting
    proofs       (skill, level) of the credentials that hold today
    days_before  days engaged anywhere before today; line: place in the waiting list, from 1
    """

    id: SignupId
    worker_id: WorkerId
    name: str
    born: date
    home_code: str
    lon: float
    lat: float
    state: SignupState
    via: str
    crew_id: CrewId | None
    crew_name: str
    first_day: date
    last_day: date
    note: str
    created_at: datetime
    days: tuple[date, ...]
    phone: str | None
    skills: tuple[str, ...]
    proofs: tuple[tuple[str, int], ...]
    days_before: int
    line: int | None


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


@dataclass(frozen=True, slots=True)
class CoverageRow:
    """A day of a posting: people wanted, places taken, sign-ups to answer for the posting."""

    posting_id: PostingId
    title: str
    work_date: date
    headcount: int
    taken: int


@dataclass(frozen=True, slots=True)
class OrderRow:
    """A crew sent to a posting. size: members of the crew; engaged: those with days of it."""

    id: int
    crew_id: CrewId
    crew_name: str
    is_whole: bool
    brand_id: int
    brand_name: str
    posting_id: PostingId
    title: str
    employer_name: str
    first_day: date
    last_day: date
    state: OrderState
    created_at: datetime
    size: int
    engaged: int


@dataclass(frozen=True, slots=True)
class CrewDay:
    """People of a crew at a posting on a day. left: places that the posting still has that day."""

    crew_id: CrewId
    posting_id: PostingId
    title: str
    employer_name: str
    work_date: date
    people: int
    left: int


def roster(posting_id: int, day: date) -> list[RosterRow]:
    """Who is engaged on a day: by crew, then by name."""
    rows = reading().execute(
        select(
            EngagementDay.id, Engagement.signup_id, Worker.id, Worker.name,
            func.coalesce(Worker.phone, User.phone), Engagement.crew_id, Crew.name,
        )
        .join(Engagement, Engagement.id == EngagementDay.engagement_id)
        .join(Worker, Worker.id == EngagementDay.worker_id)
        .outerjoin(User, User.id == Worker.user_id)
        .outerjoin(Crew, Crew.id == Engagement.crew_id)
        .where(Engagement.posting_id == posting_id, EngagementDay.work_date == day)
        .order_by(Crew.name, Worker.name, Worker.id)
    )  # fmt: skip
    return [
        RosterRow(
            key, SignupId(signup), WorkerId(worker), name, phone,
            CrewId(crew) if crew else None, crew_name or "",
        )
        for key, signup, worker, name, phone, crew, crew_name in rows
    ]  # fmt: skip


def signups(posting_id: int) -> list[SignupRow]:
    """All sign-ups of a posting but those withdrawn, in the order in which people asked."""
    session = reading()
    mine = (Signup.posting_id == posting_id, Signup.state != SignupState.WITHDRAWN)
    rows = session.execute(
        select(Signup, Worker, func.coalesce(Worker.phone, User.phone), Crew.name)
        .join(Worker, Worker.id == Signup.worker_id)
        .outerjoin(User, User.id == Worker.user_id)
        .outerjoin(Crew, Crew.id == Signup.crew_id)
        .where(*mine)
        .order_by(Signup.created_at, Signup.id)
    ).all()
    asked = select(Signup.worker_id).where(*mine)
    days: dict[int, list[date]] = defaultdict(list)
    for signup_id, day in session.execute(
        select(Engagement.signup_id, EngagementDay.work_date)
        .join(EngagementDay, EngagementDay.engagement_id == Engagement.id)
        .where(Engagement.posting_id == posting_id)
        .order_by(EngagementDay.work_date)
    ):
        days[signup_id].append(day)
    skills: dict[int, list[str]] = defaultdict(list)
    for worker_id, skill_id in session.execute(
        select(WorkerSkill.worker_id, WorkerSkill.skill_id)
        .where(WorkerSkill.worker_id.in_(asked))
        .order_by(WorkerSkill.level.desc(), WorkerSkill.skill_id)
    ):
        skills[worker_id].append(skill_id)
    today = clock.today()
    proofs: dict[int, list[tuple[str, int]]] = defaultdict(list)
    for c in session.scalars(
        select(Credential).where(Credential.worker_id.in_(asked)).order_by(Credential.id)
    ):
        if c.issued_on <= today and (c.expires_on is None or c.expires_on >= today):
            proofs[c.worker_id].append((c.skill_id, c.level))
    worked = session.execute(
        select(EngagementDay.worker_id, func.count())
        .where(EngagementDay.worker_id.in_(asked), EngagementDay.work_date < today)
        .group_by(EngagementDay.worker_id)
    )
    before = {worker_id: n for worker_id, n in worked}  # noqa: C416
    line = _line(s for s, *_ in rows)
    return [
        SignupRow(
            id=SignupId(s.id), worker_id=WorkerId(w.id), name=w.name, born=w.born,
            home_code=w.home_code, lon=w.lon, lat=w.lat, state=SignupState(s.state), via=s.via,
            crew_id=CrewId(s.crew_id) if s.crew_id else None, crew_name=crew or "",
            first_day=s.first_day, last_day=s.last_day, note=s.note, created_at=s.created_at,
            days=tuple(days[s.id]), phone=phone if s.state == SignupState.ACCEPTED else None,
            skills=tuple(skills[w.id]), proofs=tuple(proofs[w.id]),
            days_before=before.get(w.id, 0), line=line.get(s.id),
        )
        for s, w, phone, crew in rows
    ]  # fmt: skip


def posting_of(signup_id: int) -> PostingId | None:
    """The posting that a sign-up is for; None for one that is unknown or withdrawn."""
    found = reading().scalar(
        select(Signup.posting_id).where(
            Signup.id == signup_id, Signup.state != SignupState.WITHDRAWN
        )
    )
    return None if found is None else PostingId(found)


def undecided(posting_ids: Collection[int]) -> dict[int, int]:
    """How many sign-ups and crews wait for the employer's answer, by posting."""
    session = reading()
    counts: dict[int, int] = defaultdict(int)
    for query in (
        select(Signup.posting_id, func.count())
        .where(Signup.posting_id.in_(posting_ids), Signup.state == SignupState.PENDING)
        .group_by(Signup.posting_id),
        select(CrewOrder.posting_id, func.count())
        .where(CrewOrder.posting_id.in_(posting_ids), CrewOrder.state == OrderState.PROPOSED)
        .group_by(CrewOrder.posting_id),
    ):
        for posting_id, n in session.execute(query):
            counts[posting_id] += n
    return dict(counts)


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


def coverage(employer_id: int, first: date, last: date) -> list[CoverageRow]:
    """How an employer's open and closed postings are covered, day by day."""
    rows = reading().execute(
        select(
            Posting.id, Posting.title, PostingDay.work_date, PostingDay.headcount,
            PostingDay.taken,
        )
        .join(PostingDay, PostingDay.posting_id == Posting.id)
        .where(
            Posting.employer_id == employer_id,
            Posting.state.in_(("open", "closed")),
            PostingDay.work_date.between(first, last),
            PostingDay.headcount > 0,
        )
        .order_by(Posting.first_day, Posting.id, PostingDay.work_date)
    )  # fmt: skip
    return [
        CoverageRow(PostingId(key), title, day, headcount, taken)
        for key, title, day, headcount, taken in rows
    ]


def orders_for_posting(posting_id: int) -> list[OrderRow]:
    """Crews offered to a posting, the open ones first."""
    rows = _orders(CrewOrder.posting_id == posting_id)
    return sorted(rows, key=lambda row: (row.state is not OrderState.PROPOSED, row.id))


def orders_of_brand(brand_id: int, most: int = 100) -> list[OrderRow]:
    """The brand's latest orders, newest first."""
    return _orders(Crew.brand_id == brand_id, latest=most)


def open_orders(brand_id: int, on: date) -> list[OrderRow]:
    """The brand's orders that wait for an answer and are not over on a day."""
    return _orders(
        Crew.brand_id == brand_id,
        CrewOrder.state == OrderState.PROPOSED,
        CrewOrder.last_day >= on,
    )


def crew_week(brand_id: int, first: date, last: date) -> list[CrewDay]:
    """Where the brand's crews work on these days, and with how many people."""
    of_brand = select(Crew.id).where(Crew.brand_id == brand_id)
    return _crew_days(Engagement.crew_id.in_(of_brand), first, last)


def crew_work(crew_ids: Collection[int], first: date, last: date) -> list[CrewDay]:
    """The same for some crews, for who leads them."""
    return _crew_days(Engagement.crew_id.in_(crew_ids), first, last)


def _crew_days(where: ColumnElement[bool], first: date, last: date) -> list[CrewDay]:
    rows = reading().execute(
        select(
            Engagement.crew_id, Posting.id, Posting.title, Employer.name,
            EngagementDay.work_date, func.count(),
            func.max(PostingDay.headcount - PostingDay.taken),
        )
        .join(Engagement, Engagement.id == EngagementDay.engagement_id)
        .join(PostingDay, PostingDay.id == EngagementDay.posting_day_id)
        .join(Posting, Posting.id == Engagement.posting_id)
        .join(Employer, Employer.id == Posting.employer_id)
        .where(where, EngagementDay.work_date.between(first, last))
        .group_by(
            Engagement.crew_id, Posting.id, Posting.title, Employer.name, EngagementDay.work_date
        )
        .order_by(EngagementDay.work_date, Engagement.crew_id, Posting.id)
    )  # fmt: skip
    return [
        CrewDay(CrewId(crew), PostingId(key), title, employer, day, people, left)
        for crew, key, title, employer, day, people, left in rows
        if crew is not None
    ]


def _line(rows: Iterable[Signup]) -> dict[int, int]:
    """Places in the waiting list of one posting, from 1, by sign-up."""
    waiting = [(s.waiting_since, s.id) for s in rows if s.state == SignupState.WAITING]
    return {key: n for n, (_, key) in enumerate(sorted(waiting), start=1)}


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
        in_line: dict[int, list[Signup]] = defaultdict(list)
        for s in session.scalars(
            select(Signup).where(Signup.posting_id.in_(waits), Signup.state == SignupState.WAITING)
        ):
            in_line[s.posting_id].append(s)
        for group in in_line.values():
            line |= _line(group)
    names = places.local_names({p.place_code for _, p, _, _ in rows})
    return [
        MySignup(
            SignupId(s.id), PostingId(p.id), p.title, employer.name, employer.phone,
            names.get(p.place_code, ""), s.first_day, s.last_day, SignupState(s.state), s.note,
            crew or "", s.created_at, line.get(s.id),
        )
        for s, p, employer, crew in rows
    ]  # fmt: skip


def _orders(*where: ColumnElement[bool], latest: int | None = None) -> list[OrderRow]:
    """Crew orders, oldest first; with `latest` so many of the newest, newest first."""
    order = CrewOrder.id.desc() if latest else CrewOrder.id
    size = select(func.count()).where(CrewMember.crew_id == CrewOrder.crew_id).scalar_subquery()
    engaged = (
        select(func.count())
        .select_from(Signup)
        .where(Signup.crew_order_id == CrewOrder.id, Signup.state == SignupState.ACCEPTED)
        .scalar_subquery()
    )
    rows = reading().execute(
        select(CrewOrder, Crew, LaborBrand.name, Posting.title, Employer.name, size, engaged)
        .join(Crew, Crew.id == CrewOrder.crew_id)
        .join(LaborBrand, LaborBrand.id == Crew.brand_id)
        .join(Posting, Posting.id == CrewOrder.posting_id)
        .join(Employer, Employer.id == Posting.employer_id)
        .where(*where)
        .order_by(order)
        .limit(latest)
    )
    return [
        OrderRow(
            o.id, CrewId(c.id), c.name, c.is_whole, c.brand_id, brand, PostingId(o.posting_id),
            title, employer, o.first_day, o.last_day, OrderState(o.state), o.created_at, n, m,
        )
        for o, c, brand, title, employer, n, m in rows
    ]  # fmt: skip
