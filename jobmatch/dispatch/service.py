"""The verbs of dispatch: asking for work, answering, cancelling; those of crews are in crews.py."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from jobmatch.dispatch import cancelling, placing, policy, seats
from jobmatch.dispatch.crews import (
    accept_crew,
    ask_brand,
    decline_crew,
    send_crew,
    withdraw_crew,
)
from jobmatch.dispatch.errors import (
    AlreadyBooked,
    AlreadyDecided,
    DaysOver,
    NotFit,
    NotFree,
    PostingClosed,
    TooFewDays,
    TurnedDown,
)
from jobmatch.dispatch.models import Signup
from jobmatch.dispatch.rules import days as day_rules
from jobmatch.dispatch.rules.states import LIVE, UNDECIDED, SignupState, after_accepting
from jobmatch.infra import audit, clock
from jobmatch.infra.db import retried, transaction
from jobmatch.kernel.actor import Actor, Role
from jobmatch.kernel.errors import Invalid, NotFound
from jobmatch.kernel.ids import SignupId
from jobmatch.kernel.periods import Days
from jobmatch.kernel.text import Text, text
from jobmatch.notify import service as notify
from jobmatch.postings.models import Posting
from jobmatch.workers.models import Worker

__all__ = [
    "Outcome", "accept", "accept_all", "accept_crew", "ask_brand", "cancel", "decline",
    "decline_crew", "send_crew", "sign_up", "withdraw", "withdraw_crew",
]  # fmt: skip
NOTE_LENGTH = 200
MINE = "/my/mine"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a sign-up: its state and the days that it has from this step."""

    state: SignupState
    days: tuple[date, ...]


@retried
def sign_up(
    posting_id: int,
    *,
    actor: Actor,
    worker_id: int,
    via: str = "self",
    first: date | None = None,
    last: date | None = None,
) -> SignupId:
    """The worker asks for the days from first to last (all days when not given).

    An instant posting takes the seats at once (or waits in line when it is full); otherwise the
    employer decides. Asking twice gives the same sign-up.

    raises  NotFound, PostingClosed, DaysOver, NotFit, AlreadyBooked, NotFree, TurnedDown,
            Invalid (TooFewDays)
    """
    with transaction() as session:
        worker = session.get(Worker, worker_id)
        if worker is None:
            raise NotFound
        policy.require_for_worker(actor, worker_id, worker.home_code)
        posting = placing.posting_of(session, posting_id)
        wanted = placing.wanted_days(posting, first, last)
        standing = _standing(session, posting_id, worker_id)
        if standing is not None and standing.state in LIVE:
            return SignupId(standing.id)
        if standing is not None and standing.state == SignupState.DECLINED:
            raise TurnedDown
        days, least = _days_for(session, posting, worker_id, wanted)
        signup = placing.write_signup(
            session, posting, worker_id, wanted, via=via, state=SignupState.PENDING
        )
        if signup is None:  # the same tap, sent twice
            standing = _standing(session, posting_id, worker_id)
            assert standing is not None
            return SignupId(standing.id)
        if posting.is_instant:
            _take(session, posting, signup, days, least=least)
        audit.record(
            session, actor, "dispatch.sign_up", "signup", signup.id,
            posting=posting_id, via=via, state=signup.state,
        )  # fmt: skip
        _tell_employer(
            session, posting,
            text("“{title}”有人报名：{name}", title=posting.title, name=worker.name),
        )  # fmt: skip
        return SignupId(signup.id)


@retried
def accept(signup_id: int, *, actor: Actor) -> Outcome:
    """The employer takes the worker for all wanted days with a place on which the worker is free.

    With no such day the sign-up waits in line.
    raises  NotFound, AlreadyDecided, PostingClosed, DaysOver, NotFit
    """
    with transaction() as session:
        signup, posting = _for_employer(session, signup_id, actor)
        if signup.state == SignupState.ACCEPTED:
            return Outcome(SignupState.ACCEPTED, ())
        return _accept(session, signup, posting, actor)


@retried
def accept_all(posting_id: int, *, actor: Actor) -> dict[SignupState, int]:
    """Accept all who ask, in the order in which they asked; who may not be engaged stays pending.

    returns  how many are now accepted and how many wait
    """
    with transaction() as session:
        posting = placing.posting_of(session, posting_id)
        policy.require_employer(actor, posting.employer_id)
        pending = session.scalars(
            select(Signup)
            .where(Signup.posting_id == posting_id, Signup.state == SignupState.PENDING)
            .order_by(Signup.created_at, Signup.id)
        ).all()
        counts = {SignupState.ACCEPTED: 0, SignupState.WAITING: 0}
        for signup in pending:
            try:
                with session.begin_nested():
                    counts[_accept(session, signup, posting, actor).state] += 1
            except (NotFit, AlreadyBooked):
                continue
        return counts


@retried
def decline(signup_id: int, *, actor: Actor, note: str = "") -> None:
    """The employer says no. note: the reason, at most 200 characters, which the worker reads."""
    note = checked_note(note)
    with transaction() as session:
        signup, posting = _for_employer(session, signup_id, actor)
        cancelling.move(session, signup, UNDECIDED, SignupState.DECLINED, note=note)
        audit.record(session, actor, "dispatch.decline", "signup", signup_id)
        _tell_worker(session, signup.worker_id, _no_words(posting, note))


@retried
def withdraw(signup_id: int, *, actor: Actor, day: date | None = None) -> None:
    """The worker (the desk, the brand of the crew) takes the sign-up back: also the undo.

    Days to come are freed and go to the waiting list; past days stay. day: give back only this day.
    raises NotFound, AlreadyDecided, NothingToFree
    """
    with transaction() as session:
        signup = _signup(session, signup_id)
        brand_id = placing.brand_of_crew(session, signup.crew_id)
        worker = session.get_one(Worker, signup.worker_id)
        by_brand = brand_id is not None and policy.is_organizer(actor, brand_id)
        if not by_brand:
            policy.require_for_worker(actor, worker.id, worker.home_code)
        posting = placing.posting_of(session, signup.posting_id)
        was = signup.state
        if was == SignupState.ACCEPTED:
            by = "brand" if by_brand else "worker"
            cancelling.free(session, signup, SignupState.WITHDRAWN, by=by, days=_only(day))
        else:
            cancelling.move(session, signup, UNDECIDED, SignupState.WITHDRAWN)
        audit.record(session, actor, "dispatch.withdraw", "signup", signup_id, was=was)
        if was == SignupState.ACCEPTED:
            said = text("{name} 不来“{title}”了，空出的名额会给候补的人。",
                        name=worker.name, title=posting.title)  # fmt: skip
            _tell_employer(session, posting, said)
            cancelling.refill(session, posting, worker.id)


@retried
def cancel(signup_id: int, *, actor: Actor, reason: str = "", day: date | None = None) -> None:
    """The employer cancels an engagement: days to come are freed, past days stay.

    day: only this one. raises NotFound, AlreadyDecided, NothingToFree, Invalid (no reason)
    """
    reason = checked_note(reason)
    if not reason:
        raise Invalid(text("请写明取消的原因，对方会看到。"), field="reason")
    with transaction() as session:
        signup, posting = _for_employer(session, signup_id, actor)
        if signup.state != SignupState.ACCEPTED:
            raise AlreadyDecided
        cancelling.free(
            session, signup, SignupState.DECLINED, by="employer", note=reason, days=_only(day)
        )
        audit.record(session, actor, "dispatch.cancel", "signup", signup_id)
        _tell_worker(
            session, signup.worker_id,
            text("用工方取消了您在“{title}”的录用：{reason}", title=posting.title, reason=reason),
        )  # fmt: skip
        cancelling.refill(session, posting, signup.worker_id)


def checked_note(note: str) -> str:
    note = note.strip()
    if len(note) > NOTE_LENGTH:
        raise Invalid(text("最多写 {n} 个字。", n=NOTE_LENGTH), field="note")
    return note


def _days_for(
    session: Session, posting: Posting, worker_id: int, wanted: Days
) -> tuple[list[date], int]:
    """The days that this worker can have of the posting, full ones too, and how many they must take
    at least. raises as sign_up does.
    """
    if posting.state != "open":
        raise PostingClosed
    left = placing.days_open(session, posting)
    offered = [day for day in left if day in wanted]
    if not offered:
        raise DaysOver
    who = placing.candidates(session, [worker_id], wanted)[worker_id]
    why = placing.why_not(session, posting, who, offered[0])
    if why is not None:
        raise NotFit(why)
    days = day_rules.days_to_take(wanted, offered, who.runs, who.booked)
    if not days:
        raise AlreadyBooked if who.booked & set(offered) else NotFree
    least = day_rules.least_days(posting.min_stay, left)
    if len(days) < least:
        raise TooFewDays(least, len(days))
    return days, least


def _take(
    session: Session,
    posting: Posting,
    signup: Signup,
    days: list[date],
    waiting_since: datetime | None = None,
    *,
    least: int = 1,
) -> Outcome:
    """Seats at once, or a place in the line. raises AlreadyBooked when another booking came between
    and left no day: then nothing is written.

    least   with a place on fewer days than these, one waits for all
    """
    brand_id = placing.brand_of_crew(session, signup.crew_id)
    wish = placing.wish_of(signup, days, brand_id)
    nested = session.begin_nested()
    got, clashed = seats.engage(session, posting.id, [wish])
    mine = got.get(signup.id, [])
    if 0 < len(mine) < least:
        nested.rollback()
        mine, clashed = [], set()
    else:
        nested.commit()
    if not mine and clashed:
        raise AlreadyBooked
    signup.state = after_accepting(len(mine))
    signup.decided_at = clock.now() if mine else None
    signup.waiting_since = None if mine else waiting_since or clock.now()
    session.flush()
    return Outcome(SignupState(signup.state), tuple(mine))


def _accept(session: Session, signup: Signup, posting: Posting, actor: Actor) -> Outcome:
    if posting.state != "open":
        raise PostingClosed
    wanted = Days(signup.first_day, signup.last_day)
    offered = [day for day in placing.days_open(session, posting) if day in wanted]
    if not offered:
        raise DaysOver
    who = placing.candidates(session, [signup.worker_id], wanted)[signup.worker_id]
    why = placing.why_not(session, posting, who, offered[0])
    if why is not None:
        raise NotFit(why)
    waiting_since = signup.waiting_since
    cancelling.move(session, signup, UNDECIDED, SignupState.ACCEPTED)
    offered = placing.only_planned(session, signup.id, offered)
    days = day_rules.days_to_take(wanted, offered, who.runs, who.booked)
    # Nobody loses their place in the line by being accepted while it is full.
    outcome = _take(session, posting, signup, days, waiting_since)
    audit.record(
        session, actor, "dispatch.accept", "signup", signup.id,
        state=outcome.state, days=len(outcome.days),
    )  # fmt: skip
    _tell_worker(session, signup.worker_id, _yes_words(posting, outcome))
    return outcome


def _yes_words(posting: Posting, outcome: Outcome) -> Text:
    if outcome.days:
        return text(
            "您被“{title}”录用了：{first}起共 {n} 天，请按时到岗。",
            title=posting.title, first=outcome.days[0], n=len(outcome.days),
        )  # fmt: skip
    return text("“{title}”愿意要您，但名额满了，您在候补名单里。", title=posting.title)


def _no_words(posting: Posting, note: str) -> Text:
    if note:
        return text("“{title}”这次没有录用您：{note}", title=posting.title, note=note)
    return text("“{title}”这次没有录用您，看看别的活吧。", title=posting.title)


def _standing(session: Session, posting_id: int, worker_id: int) -> Signup | None:
    return session.scalars(
        select(Signup)
        .where(Signup.posting_id == posting_id, Signup.worker_id == worker_id)
        .execution_options(populate_existing=True)
    ).first()


def _signup(session: Session, signup_id: int) -> Signup:
    signup = session.get(Signup, signup_id, populate_existing=True)
    if signup is None:
        raise NotFound
    return signup


def _for_employer(session: Session, signup_id: int, actor: Actor) -> tuple[Signup, Posting]:
    signup = _signup(session, signup_id)
    posting = placing.posting_of(session, signup.posting_id)
    policy.require_employer(actor, posting.employer_id)
    return signup, posting


def _tell_worker(session: Session, worker_id: int, said: Text) -> None:
    notify.tell(session, [session.get_one(Worker, worker_id).user_id], said, link=MINE)


def _tell_employer(session: Session, posting: Posting, said: Text) -> None:
    users = placing.users_for(session, Role.EMPLOYER, posting.employer_id)
    notify.tell(session, users, said, link=f"/employer/postings/{posting.id}/signups")


def _only(day: date | None) -> list[date] | None:
    return None if day is None else [day]
