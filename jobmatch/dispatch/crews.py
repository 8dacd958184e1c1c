"""Whole crews: an organizer sends one, the employer answers for all of them at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from jobmatch.brands.models import Crew, LaborBrand
from jobmatch.dispatch import crew_plan, placing, policy, seats
from jobmatch.dispatch.crew_plan import CrewPlan, LeftOut
from jobmatch.dispatch.errors import (
    AlreadyDecided,
    AlreadySent,
    NothingToFree,
    PostingClosed,
)
from jobmatch.dispatch.models import CrewOrder, Engagement, EngagementDay, Signup
from jobmatch.dispatch.rules import days as day_rules
from jobmatch.dispatch.rules.states import OrderState, SignupState, Via
from jobmatch.employers.models import Employer
from jobmatch.infra import audit, clock
from jobmatch.infra.db import retried, transaction
from jobmatch.kernel.actor import Actor, Role
from jobmatch.kernel.errors import NotFound
from jobmatch.kernel.periods import Days
from jobmatch.kernel.text import Text, text
from jobmatch.notify import service as notify
from jobmatch.postings.models import Posting

ANY = (SignupState.PENDING, SignupState.WAITING, SignupState.DECLINED, SignupState.WITHDRAWN)


@dataclass(frozen=True, slots=True)
class CrewOutcome:
    """people: how many members have at least one day; left_out: the rest."""

    order_id: int
    state: OrderState
    people: int = 0
    left_out: tuple[LeftOut, ...] = ()


@retried
def send_crew(
    crew_id: int,
    posting_id: int,
    first: date | None = None,
    last: date | None = None,
    *,
    actor: Actor,
) -> CrewOutcome:
    """An organizer offers the crew for these days (all when not given).

    An instant posting takes the crew at once, otherwise the employer answers.
    raises  NotFound, PostingClosed, DaysOver, Invalid, AlreadySent, NobodyFree, CrewIncomplete
    """
    with transaction() as session:
        crew = _crew(session, crew_id)
        policy.require_organizer(actor, crew.brand_id)
        posting = placing.posting_of(session, posting_id)
        wanted = placing.wanted_days(posting, first, last)
        _refuse_twice(session, crew_id, posting_id)
        plan = crew_plan.plan_of(session, posting, crew, wanted)
        order = CrewOrder(
            crew_id=crew_id, posting_id=posting_id, first_day=wanted.first, last_day=wanted.last,
            state=OrderState.PROPOSED, created_by=actor.user_id, created_at=clock.now(),
        )  # fmt: skip
        session.add(order)
        session.flush()
        audit.record(
            session, actor, "dispatch.send_crew", "crew_order", order.id,
            crew=crew_id, posting=posting_id,
        )  # fmt: skip
        if posting.is_instant:
            return _place(session, posting, crew, order, plan)
        notify.tell(
            session,
            placing.users_for(session, Role.EMPLOYER, posting.employer_id),
            text("班组“{crew}”愿意来干“{title}”，{n} 人，等您答复。",
                 crew=crew.name, title=posting.title, n=len(plan.days)),
            link=f"/employer/postings/{posting_id}/signups",
        )  # fmt: skip
        return CrewOutcome(order.id, OrderState.PROPOSED, len(plan.days), plan.left_out)


@retried
def accept_crew(order_id: int, *, actor: Actor) -> CrewOutcome:
    """The employer takes the crew: a whole one with all members or not at all, else as many as fit.

    Members for whom no place is left wait in line. raises NotFound, AlreadyDecided, PostingClosed,
    DaysOver, NobodyFree, CrewIncomplete
    """
    with transaction() as session:
        order, posting = _for_employer(session, order_id, actor)
        crew = _crew(session, order.crew_id)
        wanted = placing.wanted_days(posting, order.first_day, order.last_day)
        only = placing.planned_days(session, order_ids=[order.id]).get(order.id)
        plan = crew_plan.plan_of(session, posting, crew, wanted, only)
        outcome = _place(session, posting, crew, order, plan)
        audit.record(
            session, actor, "dispatch.accept_crew", "crew_order", order_id, people=outcome.people
        )
        return outcome


@retried
def decline_crew(order_id: int, *, actor: Actor) -> None:
    """The employer says no to the crew. raises NotFound, AlreadyDecided"""
    with transaction() as session:
        order, posting = _for_employer(session, order_id, actor)
        _move(session, order, OrderState.PROPOSED, OrderState.DECLINED)
        crew = _crew(session, order.crew_id)
        audit.record(session, actor, "dispatch.decline_crew", "crew_order", order_id)
        said = text("“{title}”谢绝了班组“{crew}”。", title=posting.title, crew=crew.name)
        _tell_brand(session, crew, said)


@retried
def withdraw_crew(order_id: int, *, actor: Actor) -> None:
    """The organizer takes the crew back; days to come of its engagements are freed.

    raises NotFound, AlreadyDecided, NothingToFree
    """
    with transaction() as session:
        order = session.get(CrewOrder, order_id, populate_existing=True)
        if order is None:
            raise NotFound
        crew = _crew(session, order.crew_id)
        policy.require_organizer(actor, crew.brand_id)
        was = OrderState(order.state)
        if was not in (OrderState.PROPOSED, OrderState.ACCEPTED):
            raise AlreadyDecided
        posting = placing.posting_of(session, order.posting_id)
        _move(session, order, was, OrderState.WITHDRAWN)
        if was is OrderState.ACCEPTED:
            _free_crew(session, posting, order)
            placing.fill(session, posting)
        audit.record(session, actor, "dispatch.withdraw_crew", "crew_order", order_id)
        notify.tell(
            session,
            placing.users_for(session, Role.EMPLOYER, posting.employer_id),
            text("班组“{crew}”不来“{title}”了。", crew=crew.name, title=posting.title),
            link=f"/employer/postings/{posting.id}/signups",
        )


def ask_brand(posting_id: int, brand_id: int, *, actor: Actor) -> None:
    """The employer asks a brand to send people: its organizers are told.

    raises NotFound, also for a brand that is not public; PostingClosed
    """
    with transaction() as session:
        posting = placing.posting_of(session, posting_id)
        policy.require_employer(actor, posting.employer_id)
        brand = session.get(LaborBrand, brand_id)
        if brand is None or brand.state != "approved":
            raise NotFound
        if posting.state != "open":
            raise PostingClosed
        employer = session.get_one(Employer, posting.employer_id)
        audit.record(session, actor, "dispatch.ask_brand", "posting", posting_id, brand=brand_id)
        notify.tell(
            session,
            placing.users_for(session, Role.ORGANIZER, brand_id),
            text(
                "“{employer}”的“{title}”想请您派人。", employer=employer.name, title=posting.title
            ),
            link=f"/brand/dispatch/send?posting={posting_id}",
        )


def _place(
    session: Session, posting: Posting, crew: Crew, order: CrewOrder, plan: CrewPlan
) -> CrewOutcome:
    _move(session, order, OrderState.PROPOSED, OrderState.ACCEPTED)
    wanted = Days(order.first_day, order.last_day)
    held = crew_plan.held_here(session, posting.id, list(plan.days))
    signups = [_signup_of(session, posting, crew, order, w, wanted) for w in plan.days]
    wishes = [
        seats.Wish(
            s.id, s.worker_id,
            frozenset(plan.days[s.worker_id]) - held.get(s.worker_id, frozenset()),
            crew.id, crew.brand_id,
        )
        for s in signups
    ]  # fmt: skip
    got, _ = seats.engage(session, posting.id, wishes)
    n_days = {
        s.worker_id: len(got.get(s.id, [])) + len(held.get(s.worker_id, frozenset()))
        for s in signups
    }
    if crew.is_whole:
        crew_plan.require_whole(
            plan.people, plan.left_out, n_days, max(map(len, plan.days.values()))
        )
    waiting = []
    for signup in signups:
        if n_days[signup.worker_id]:
            signup.state = SignupState.ACCEPTED
        else:
            signup.state, signup.waiting_since = SignupState.WAITING, clock.now()
            name = plan.people[signup.worker_id].name
            waiting.append(LeftOut(signup.worker_id, name, text("名额满了，在候补")))
    session.flush()
    _tell_members(session, posting, crew, plan, got, signups)
    people = sum(1 for n in n_days.values() if n)
    said = text(
        "班组“{crew}”派往“{title}”：{n} 人到岗。", crew=crew.name, title=posting.title, n=people
    )
    _tell_brand(session, crew, said)
    return CrewOutcome(order.id, OrderState.ACCEPTED, people, (*plan.left_out, *waiting))


def _signup_of(
    session: Session, posting: Posting, crew: Crew, order: CrewOrder, worker_id: int, wanted: Days
) -> Signup:
    """The member's sign-up: new or anew; one that is accepted already keeps its days and stays."""
    signup = placing.write_signup(
        session, posting, worker_id, wanted, via=Via.CREW, state=SignupState.ACCEPTED,
        crew_id=crew.id, order_id=order.id, over=ANY,
    )  # fmt: skip
    if signup is None:
        signup = session.scalars(
            select(Signup).where(Signup.posting_id == posting.id, Signup.worker_id == worker_id)
        ).one()
    signup.decided_at = clock.now()
    return signup


def _free_crew(session: Session, posting: Posting, order: CrewOrder) -> None:
    signups = session.scalars(
        select(Signup)
        .where(
            Signup.crew_order_id == order.id,
            Signup.state.in_((SignupState.ACCEPTED, SignupState.WAITING)),
        )
        .order_by(Signup.id)
    ).all()
    engagements = session.scalars(
        select(Engagement)
        .where(Engagement.signup_id.in_([s.id for s in signups]), Engagement.state == "active")
        .order_by(Engagement.id)
    ).all()
    freed = free_days_of(session, posting, engagements, by="brand")
    if engagements and not freed:
        raise NothingToFree
    for signup in signups:
        signup.state, signup.waiting_since = SignupState.WITHDRAWN, None
    session.flush()


def free_days_of(
    session: Session, posting: Posting, engagements: Sequence[Engagement], *, by: str
) -> set[date]:
    """Free all days to come of several engagements of one posting and end them."""
    if not engagements:
        return set()
    held = session.scalars(
        select(EngagementDay.work_date)
        .where(EngagementDay.engagement_id.in_([e.id for e in engagements]))
        .distinct()
    ).all()
    youngest = max(e.created_at for e in engagements)
    freeable = day_rules.to_give_back(
        held, today=clock.today(), minute=placing.minute_now(), starts_at=posting.starts_at,
        minutes_since=(clock.now() - youngest) // timedelta(minutes=1),
    )  # fmt: skip
    freed = seats.give_back(session, [e.id for e in engagements], freeable)
    for engagement in engagements:
        engagement.state, engagement.cancelled_by = "cancelled", by
        engagement.cancelled_at = clock.now()
    session.flush()
    return freed


def _refuse_twice(session: Session, crew_id: int, posting_id: int) -> None:
    standing = select(CrewOrder.id).where(
        CrewOrder.crew_id == crew_id,
        CrewOrder.posting_id == posting_id,
        CrewOrder.state.in_((OrderState.PROPOSED, OrderState.ACCEPTED)),
    )
    if session.scalar(standing) is not None:
        raise AlreadySent


def _crew(session: Session, crew_id: int) -> Crew:
    crew = session.get(Crew, crew_id, populate_existing=True)
    if crew is None or not crew.is_active:
        raise NotFound
    return crew


def _for_employer(session: Session, order_id: int, actor: Actor) -> tuple[CrewOrder, Posting]:
    order = session.get(CrewOrder, order_id, populate_existing=True)
    if order is None:
        raise NotFound
    posting = placing.posting_of(session, order.posting_id)
    policy.require_employer(actor, posting.employer_id)
    return order, posting


def _move(session: Session, order: CrewOrder, allowed: OrderState, to: OrderState) -> None:
    moved = session.scalar(
        update(CrewOrder)
        .where(CrewOrder.id == order.id, CrewOrder.state == allowed)
        .values(state=to, decided_at=clock.now())
        .returning(CrewOrder.id)
        .execution_options(synchronize_session=False)
    )
    if moved is None:
        raise AlreadyDecided
    session.refresh(order)


def _tell_members(
    session: Session,
    posting: Posting,
    crew: Crew,
    plan: CrewPlan,
    got: dict[int, list[date]],
    signups: Sequence[Signup],
) -> None:
    for signup in signups:
        days = got.get(signup.id)
        if days:
            said = text(
                "班组“{crew}”派您去“{title}”：{first}起共 {n} 天。去不了请在“我的活”里取消。",
                crew=crew.name, title=posting.title, first=days[0], n=len(days),
            )  # fmt: skip
            notify.tell(session, [plan.people[signup.worker_id].user_id], said, link="/my/mine")


def _tell_brand(session: Session, crew: Crew, said: Text) -> None:
    users = placing.users_for(session, Role.ORGANIZER, crew.brand_id)
    notify.tell(session, users, said, link="/brand/dispatch/orders")
