"""What all verbs of dispatch share: reading the people and the days, filling places in order."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from jobmatch.accounts.models import RoleGrant
from jobmatch.brands.models import Crew
from jobmatch.dispatch import seats
from jobmatch.dispatch.models import EngagementDay, SeasonSpell, Signup
from jobmatch.dispatch.rules import days as day_rules
from jobmatch.dispatch.rules.engage import Ages, Demand, Person, refusal
from jobmatch.dispatch.rules.states import SignupState
from jobmatch.dispatch.season_rows import SpellState
from jobmatch.infra import clock, dated
from jobmatch.kernel.actor import Role
from jobmatch.kernel.errors import Invalid, NotFound
from jobmatch.kernel.periods import SHANGHAI, Days
from jobmatch.kernel.text import Text, text
from jobmatch.matching.rules.people import Proof
from jobmatch.notify import service as notify
from jobmatch.postings.models import Posting, PostingDay
from jobmatch.workers.models import Availability, Credential, Worker


@dataclass(frozen=True, slots=True)
class Candidate:
    """What dispatch must know of a worker: the law's view, free runs, days already taken."""

    worker_id: int
    name: str
    user_id: int | None
    home_code: str
    person: Person
    runs: tuple[Days, ...]
    booked: frozenset[date]


def minute_now() -> int:
    """Minutes after midnight in Asia/Shanghai."""
    now = clock.now().astimezone(SHANGHAI)
    return now.hour * 60 + now.minute


def posting_of(session: Session, posting_id: int) -> Posting:
    """The posting, held: whoever closes or cancels it comes wholly before this verb or after it.

    raises NotFound, also for a draft: nobody outside knows of it yet
    """
    seats.hold(session, posting_id)
    posting = session.get(Posting, posting_id, populate_existing=True)
    if posting is None or posting.state == "draft":
        raise NotFound
    return posting


def wanted_days(posting: Posting, first: date | None, last: date | None) -> Days:
    """The asked range cut to the posting's. raises Invalid when it is reversed or misses it."""
    begins, ends = first or posting.first_day, last or posting.last_day
    if ends < begins:
        raise Invalid(text("最后一天早于第一天。"), field="last")
    common = Days(begins, ends).common(Days(posting.first_day, posting.last_day))
    if common is None:
        raise Invalid(text("选的日子不在这份活的日期里。"), field="first")
    return common


def demand_of(posting: Posting) -> Demand:
    return Demand(posting.skill_id, posting.load, posting.needs_credential, posting.min_level)


def candidates(session: Session, worker_ids: Collection[int], span: Days) -> dict[int, Candidate]:
    """The workers with what touches these days; unknown keys are left out. Five queries."""
    ids = set(worker_ids)
    runs: dict[int, list[Days]] = defaultdict(list)
    for run in session.scalars(
        select(Availability)
        .where(
            Availability.worker_id.in_(ids),
            Availability.first_day <= span.last,
            Availability.last_day >= span.first,
        )
        .order_by(Availability.first_day)
    ):
        runs[run.worker_id].append(Days(run.first_day, run.last_day))
    proofs: dict[int, list[Proof]] = defaultdict(list)
    for c in session.scalars(select(Credential).where(Credential.worker_id.in_(ids))):
        proofs[c.worker_id].append(Proof(c.skill_id, c.level, c.issued_on, c.expires_on))
    booked: dict[int, set[date]] = defaultdict(set)
    for worker_id, day in session.execute(
        select(EngagementDay.worker_id, EngagementDay.work_date).where(
            EngagementDay.worker_id.in_(ids),
            EngagementDay.work_date.between(span.first, span.last),
        )
    ):
        booked[worker_id].add(day)
    return {
        w.id: Candidate(
            w.id, w.name, w.user_id, w.home_code,
            Person(w.born, w.is_active, tuple(proofs[w.id])),
            tuple(runs[w.id]), frozenset(booked[w.id]),
        )
        for w in session.scalars(select(Worker).where(Worker.id.in_(ids)).order_by(Worker.id))
    }  # fmt: skip


def days_open(session: Session, posting: Posting) -> list[date]:
    """The days of the posting that can still be taken, full or not; none when it is not open."""
    if posting.state != "open":
        return []
    found = session.scalars(
        select(PostingDay.work_date).where(
            PostingDay.posting_id == posting.id, PostingDay.work_date >= clock.today()
        )
    )
    return day_rules.still_open(
        found, today=clock.today(), minute=minute_now(), starts_at=posting.starts_at,
        ends_at=posting.ends_at,
    )  # fmt: skip


def ages_at(session: Session, posting: Posting, day: date) -> Ages:
    least = dated.value(session, "work.least_age", on=day, place=posting.place_code)
    heavy = dated.value(session, "work.hazard_age", on=day, place=posting.place_code)
    return Ages(int(least), int(heavy))


def why_not(session: Session, posting: Posting, candidate: Candidate, day: date) -> Text | None:
    """Why the law or the posting keeps this person from the work, or None."""
    ages = ages_at(session, posting, day)
    return refusal(candidate.person, demand_of(posting), ages, day)


def fill(session: Session, posting: Posting) -> int:
    """Give free places to the waiting list: by `waiting_since`, then id. Returns people placed."""
    seats.hold(session, posting.id)
    open_days = days_open(session, posting)
    if not open_days:
        return 0
    left = session.scalars(
        select(PostingDay.work_date).where(
            PostingDay.posting_id == posting.id,
            PostingDay.work_date.in_(open_days),
            PostingDay.taken < PostingDay.headcount,
        )
    ).all()
    waiting = session.scalars(
        select(Signup)
        .where(Signup.posting_id == posting.id, Signup.state == SignupState.WAITING)
        .order_by(Signup.waiting_since, Signup.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()
    if not left or not waiting:
        return 0
    people = candidates(session, [s.worker_id for s in waiting], Days(min(left), max(left)))
    ages = ages_at(session, posting, min(left))
    planned = planned_days(session, [s.id for s in waiting])
    least = day_rules.least_days(posting.min_stay, open_days)
    wishes = []
    for signup in waiting:
        who = people[signup.worker_id]
        if refusal(who.person, demand_of(posting), ages, min(left)) is None:
            days = day_rules.days_to_take(
                Days(signup.first_day, signup.last_day), left, who.runs, who.booked
            )
            days = [day for day in days if day in planned.get(signup.id, left)]
            if signup.id not in planned and len(days) < least:
                continue
            wishes.append(wish_of(signup, days, brand_of_crew(session, signup.crew_id)))
    got, _ = seats.engage(session, posting.id, wishes)
    for signup in waiting:
        if signup.id in got:
            signup.state, signup.decided_at = SignupState.ACCEPTED, clock.now()
            signup.waiting_since = None
            said = text(
                "您候补的“{title}”有名额了，{first}起共 {n} 天，请按时到岗。",
                title=posting.title, first=got[signup.id][0], n=len(got[signup.id]),
            )  # fmt: skip
            notify.tell(session, [people[signup.worker_id].user_id], said, link="/my/mine")
    session.flush()
    return len(got)


def planned_days(
    session: Session, signup_ids: Collection[int] = (), *, order_ids: Collection[int] = ()
) -> dict[int, frozenset[date]]:
    """The days that a season's plan asks for, by sign-up (or by order): the latest plan counts.

    Days off within a stay are none of them. Who was not asked by a plan is not in it.
    """
    key: Any = SeasonSpell.crew_order_id if order_ids else SeasonSpell.signup_id
    found: dict[int, tuple[int, set[date]]] = {}
    for asked, plan, first, last, rest in session.execute(
        select(
            key, SeasonSpell.plan_id, SeasonSpell.first_day, SeasonSpell.last_day, SeasonSpell.rest
        )
        .where(key.in_(order_ids or signup_ids), SeasonSpell.state == SpellState.ASKED)
        .order_by(SeasonSpell.plan_id.desc())
    ):
        latest, days = found.setdefault(asked, (plan, set()))
        if plan == latest:
            days |= {day for day in Days(first, last) if day.isoformat() not in rest}
    return {asked: frozenset(days) for asked, (_, days) in found.items()}


def only_planned(session: Session, signup_id: int, days: list[date]) -> list[date]:
    """These days, or those of them that a season's plan asks for."""
    planned = planned_days(session, [signup_id]).get(signup_id, days)
    return [day for day in days if day in planned]


def brand_of_crew(session: Session, crew_id: int | None) -> int | None:
    if crew_id is None:
        return None
    return session.get_one(Crew, crew_id).brand_id


def wish_of(signup: Signup, days: Iterable[date], brand_id: int | None = None) -> seats.Wish:
    return seats.Wish(signup.id, signup.worker_id, frozenset(days), signup.crew_id, brand_id)


def write_signup(
    session: Session,
    posting: Posting,
    worker_id: int,
    wanted: Days,
    *,
    via: str,
    state: SignupState,
    crew_id: int | None = None,
    order_id: int | None = None,
    over: Sequence[SignupState] = (SignupState.WITHDRAWN,),
) -> Signup | None:
    """The sign-up of this worker: new, or the old row anew when its state is one of `over`.

    returns  None when a row in another state stands already (somebody tapped twice)
    """
    values = {
        "first_day": wanted.first, "last_day": wanted.last, "state": state, "via": via,
        "crew_id": crew_id, "crew_order_id": order_id, "note": "", "created_at": clock.now(),
        "decided_at": None, "waiting_since": None,
    }  # fmt: skip
    key = seats.insert_new(
        session, Signup, ("worker_id", "posting_id"), worker_id=worker_id,
        posting_id=posting.id, **values,
    )  # fmt: skip
    if key is None:
        key = session.scalar(
            update(Signup)
            .where(
                Signup.worker_id == worker_id, Signup.posting_id == posting.id,
                Signup.state.in_(over),
            )
            .values(**values)
            .returning(Signup.id)
            .execution_options(synchronize_session=False)
        )  # fmt: skip
    return session.get_one(Signup, key, populate_existing=True) if key is not None else None


def users_for(session: Session, role: Role, subject_id: int | None) -> list[int]:
    """Who signs in for this employer or brand."""
    if subject_id is None:
        return []
    found = select(RoleGrant.user_id).where(
        RoleGrant.role == role.value,
        RoleGrant.subject_id == subject_id,
        RoleGrant.revoked_at.is_(None),
    )
    return list(session.scalars(found.order_by(RoleGrant.user_id)))
