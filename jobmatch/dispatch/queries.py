"""Sign-ups and engagements as employers read them; a constant number of queries each."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select

from jobmatch.accounts.models import User
from jobmatch.brands.models import Crew
from jobmatch.dispatch.models import CrewOrder, Engagement, EngagementDay, Signup
from jobmatch.dispatch.rules.states import OrderState, SignupState
from jobmatch.infra import clock
from jobmatch.infra.db import reading
from jobmatch.kernel.ids import CrewId, PostingId, SignupId, WorkerId
from jobmatch.postings.models import Posting, PostingDay
from jobmatch.workers.models import Credential, Worker, WorkerSkill


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
class CoverageRow:
    """A day of a posting: people wanted, places taken, sign-ups to answer for the posting."""

    posting_id: PostingId
    title: str
    work_date: date
    headcount: int
    taken: int


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
    line = line_of(s for s, *_ in rows)
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


def line_of(rows: Iterable[Signup]) -> dict[int, int]:
    """Places in the waiting list of one posting, from 1, by sign-up."""
    waiting = [(s.waiting_since, s.id) for s in rows if s.state == SignupState.WAITING]
    return {key: n for n, (_, key) in enumerate(sorted(waiting), start=1)}
