"""The verbs of instant hire: asking for people for today or tomorrow, answering, stopping.

A yes takes two guarded places in one transaction: one of the hire's, then the seat of the day.
docs/rules/instant-hire.md tells the whole.
"""

from collections.abc import Collection
from dataclasses import replace
from datetime import date
from typing import Any

from sqlalchemy import case, select, update
from sqlalchemy.orm import Session

from jobmatch.dispatch import instant_asking as asking
from jobmatch.dispatch import placing, policy, seats
from jobmatch.dispatch.errors import (
    AllTaken,
    AlreadyAsking,
    AlreadyBooked,
    DaysOver,
    NotFit,
    PostingClosed,
)
from jobmatch.dispatch.instant_models import InstantHire, InstantOffer
from jobmatch.dispatch.models import Signup
from jobmatch.dispatch.rules.states import LIVE, SignupState
from jobmatch.dispatch.rules.waves import days_at_once
from jobmatch.employers.models import Employer
from jobmatch.infra import audit, clock
from jobmatch.infra.db import retried, transaction
from jobmatch.kernel.actor import Actor, Grant, Role
from jobmatch.kernel.errors import Invalid, NotFound
from jobmatch.kernel.ids import EmployerId, SignupId
from jobmatch.kernel.periods import Days
from jobmatch.kernel.text import Text, text
from jobmatch.notify import service as notify
from jobmatch.postings import service as postings
from jobmatch.postings.models import Posting, PostingDay
from jobmatch.postings.shape import PostingData
from jobmatch.skills import noting
from jobmatch.workers.models import Worker

MOST_WANTED = 50


def ask(posting_id: int, day: date, wanted: int, *, actor: Actor) -> int:
    """Ask for people for a day of an open posting, and ask the first wave. Returns the hire's key.

    raises  NotFound, PostingClosed, DaysOver, AlreadyAsking, Invalid (wanted)
    """
    hire_id = _begin(posting_id, day, wanted, actor)
    asking.advance(hire_id)
    return hire_id


def ask_new(
    employer_id: int,
    data: PostingData,
    wanted: int,
    *,
    actor: Actor,
    accepted: Collection[str] = (),
) -> int:
    """The same for work that is not on the board yet: it goes there first, by the linter's leave.

    data      a posting of one day, today or tomorrow
    accepted  codes of the linter's warnings that were ticked
    raises    NotFound, FieldErrors, Unpublishable, Unconfirmed, DaysOver, Invalid (wanted)
    """
    _check_wanted(wanted)
    noting.ready()
    with transaction() as session:
        stand_in = on_behalf(session, employer_id, actor)
        wish = replace(data, headcounts={data.first_day: wanted}, is_instant=True)
        posting_id = postings.create_draft(EmployerId(employer_id), wish, actor=stand_in)
        postings.publish(posting_id, actor=stand_in, accepted=accepted)
        hire_id = _begin(posting_id, data.first_day, wanted, actor)
    asking.advance(hire_id)
    return hire_id


def on_behalf(session: Session, employer_id: int, actor: Actor) -> Actor:
    """The actor, who may write this employer's posting: a station's clerk does it for those of its
    place. raises NotFound
    """
    employer = session.get(Employer, employer_id)
    if employer is None:
        raise NotFound
    policy.require_hirer(actor, employer_id, employer.place_code)
    if employer_id in actor.employer_ids:
        return actor
    return replace(actor, grants=(*actor.grants, Grant(Role.EMPLOYER, subject_id=employer_id)))


@retried
def _begin(posting_id: int, day: date, wanted: int, actor: Actor) -> int:
    _check_wanted(wanted)
    with transaction() as session:
        posting = placing.posting_of(session, posting_id)
        policy.require_hirer(actor, posting.employer_id, posting.place_code)
        if posting.state != "open":
            raise PostingClosed
        if day not in days_at_once(clock.today()) or day not in placing.days_open(session, posting):
            raise DaysOver(text("快招只招今天和明天的活，而且还没收工。"), field="day")
        free = _free(session, posting_id, day)
        if wanted > free:
            raise Invalid(text("这一天还差 {n} 人，最多招这么多。", n=free), field="wanted")
        own = posting.employer_id in actor.subjects(Role.EMPLOYER)
        hire_id = seats.insert_new(
            session, InstantHire, ("posting_id", "work_date", "is_open"), posting_id=posting_id,
            work_date=day, wanted=wanted, filled=0, state="open", is_open=True,
            via="employer" if own else "station", asked_by=actor.user_id, asked_at=clock.now(),
        )  # fmt: skip
        if hire_id is None:
            raise AlreadyAsking
        audit.record(
            session, actor, "instant.ask", "instant_hire", hire_id,
            posting=posting_id, day=day.isoformat(), wanted=wanted,
        )  # fmt: skip
        return hire_id


@retried
def answer(offer_id: int, yes: bool, *, actor: Actor) -> SignupId | None:
    """The worker (the desk for them) says whether they come. Saying it twice changes nothing.

    returns  the sign-up that holds the day, after a yes
    raises   NotFound, AllTaken, PostingClosed, DaysOver, AlreadyBooked, NotFit; then nothing is
             written
    """
    with transaction() as session:
        offer = session.get(InstantOffer, offer_id)
        if offer is None or offer.state in ("queued", "skipped"):
            raise NotFound
        worker = session.get_one(Worker, offer.worker_id)
        policy.require_for_worker(actor, worker.id, worker.home_code)
        by = "self" if worker.id in actor.subjects(Role.WORKER) else "desk"
        hire = asking.held(session, offer.hire_id)
        session.refresh(offer)
        signup = _come(session, hire, offer, worker, by) if yes else None
        if not yes and hire.state == "open" and offer.state == "asked":
            offer.state, offer.by, offer.answered_at = "no", by, clock.now()
        audit.record(
            session, actor, "instant.answer", "instant_offer", offer_id,
            hire=hire.id, yes=yes, by=by,
        )  # fmt: skip
        hire_id = hire.id
    if not yes:
        asking.advance(hire_id)
    return signup


def _come(
    session: Session, hire: InstantHire, offer: InstantOffer, worker: Worker, by: str
) -> SignupId:
    if offer.state == "yes":
        return SignupId(_signup_of(session, hire.posting_id, worker.id).id)
    if not take_place(session, hire.id):
        raise AllTaken
    posting, day = placing.posting_of(session, hire.posting_id), hire.work_date
    if posting.state != "open":
        raise PostingClosed
    if day not in placing.days_open(session, posting):
        raise DaysOver
    who = placing.candidates(session, [worker.id], Days(day, day))[worker.id]
    why = placing.why_not(session, posting, who, day)
    if why is not None:
        raise NotFit(why)
    signup = placing.write_signup(
        session, posting, worker.id, Days(day, day), via="self" if by == "self" else "desk",
        state=SignupState.ACCEPTED,
        over=(SignupState.WITHDRAWN, SignupState.PENDING, SignupState.WAITING),
    )  # fmt: skip
    if signup is None:
        raise AlreadyBooked
    got, clashed = seats.engage(session, posting.id, [placing.wish_of(signup, [day])])
    if signup.id not in got:
        raise AlreadyBooked if clashed or day in who.booked else AllTaken
    signup.decided_at = clock.now()
    offer.state, offer.by, offer.answered_at = "yes", by, clock.now()
    session.flush()
    session.refresh(hire)
    if asking.left(session, hire) == 0:
        asking.end(session, hire, posting, "filled")
        _tell_asker(
            session, hire, posting,
            text("快招“{title}”招满了：{n} 人。", title=posting.title, n=hire.filled),
        )  # fmt: skip
    return SignupId(signup.id)


def take_place(session: Session, hire_id: int) -> bool:
    """One of the people wanted, by one guarded statement: a count read before can be stale."""
    taken = session.scalar(
        update(InstantHire)
        .where(
            InstantHire.id == hire_id, InstantHire.state == "open",
            InstantHire.filled < InstantHire.wanted,
        )
        .values(filled=InstantHire.filled + 1)
        .returning(InstantHire.filled)
        .execution_options(synchronize_session=False)
    )  # fmt: skip
    return taken is not None


@retried
def stop(hire_id: int, *, actor: Actor, release: bool = False) -> None:
    """Ask nobody any more; who said yes comes. Stopping twice changes nothing.

    release  the places that are left are not wanted any more; else they stay on the board
    raises   NotFound
    """
    with transaction() as session:
        if session.get(InstantHire, hire_id) is None:
            raise NotFound
        hire = asking.held(session, hire_id)
        posting = placing.posting_of(session, hire.posting_id)
        policy.require_hirer(actor, posting.employer_id, posting.place_code)
        if hire.state != "open":
            return
        if release:
            _give_up(session, hire)
        asking.end(session, hire, posting, "stopped")
        audit.record(
            session, actor, "instant.stop", "instant_hire", hire_id, release=release
        )  # fmt: skip


def _give_up(session: Session, hire: InstantHire) -> None:
    """Take the rest off the day's places, never below those that are taken."""
    rest = hire.wanted - hire.filled
    fewer = PostingDay.headcount - rest
    session.execute(
        update(PostingDay)
        .where(PostingDay.posting_id == hire.posting_id, PostingDay.work_date == hire.work_date)
        .values(headcount=case((fewer > PostingDay.taken, fewer), else_=PostingDay.taken))
        .execution_options(synchronize_session=False)
    )


def _check_wanted(wanted: int) -> None:
    if not 1 <= wanted <= MOST_WANTED:
        raise Invalid(text("一次快招 1 到 {n} 人。", n=MOST_WANTED), field="wanted")


def _free(session: Session, posting_id: int, day: date) -> int:
    found = select(PostingDay.headcount - PostingDay.taken).where(
        PostingDay.posting_id == posting_id, PostingDay.work_date == day
    )
    return session.scalar(found) or 0


def _signup_of(session: Session, posting_id: int, worker_id: int) -> Signup:
    return session.scalars(
        select(Signup).where(
            Signup.posting_id == posting_id, Signup.worker_id == worker_id, Signup.state.in_(LIVE)
        )
    ).one()


def _tell_asker(session: Session, hire: InstantHire, posting: Posting, said: Text) -> None:
    users: set[Any] = {hire.asked_by}
    users |= set(placing.users_for(session, Role.EMPLOYER, posting.employer_id))
    employers = users - ({hire.asked_by} if hire.via == "station" else set())
    notify.tell(
        session, sorted(u for u in employers if u), said, link=f"/employer/instant/{hire.id}"
    )
    if hire.via == "station" and hire.asked_by:
        notify.tell(session, [hire.asked_by], said, link=f"/station/instant/{hire.id}")
