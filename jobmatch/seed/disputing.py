"""The demonstration's disputes: pay that did not come, with an answer and an offer; a slip of the
demonstration's worker; twelve people with one claim and their representative.
"""

from collections.abc import Mapping
from contextlib import suppress
from datetime import timedelta

from sqlalchemy import func, select

from jobmatch.accounts import service as accounts
from jobmatch.dispatch.models import Engagement
from jobmatch.disputes import groups, opening, service
from jobmatch.disputes.models import DisputeCase
from jobmatch.disputes.opening import About
from jobmatch.disputes.rules.states import Deed, Kind, Side
from jobmatch.earnings.arrears_models import WageArrears
from jobmatch.earnings.models import PaySlip, Settlement
from jobmatch.infra import clock
from jobmatch.infra.db import reading
from jobmatch.kernel.actor import Actor
from jobmatch.kernel.errors import DomainError
from jobmatch.kernel.ids import UserId
from jobmatch.postings.models import Posting
from jobmatch.workers.models import Worker

MEMBERS = 12


def let_people_dispute(users: Mapping[str, int]) -> None:
    """Two days ago and since; by the services, so that all is told and logged as in life.

    users   keys of the accounts that the demonstration prints, by role
    """
    told = select(func.count()).select_from(DisputeCase)
    if reading().scalar(told.where(DisputeCase.kind != Kind.DAY.value)):
        return
    employer = accounts.actor_of(UserId(users["employer"]))
    clerk = accounts.actor_of(UserId(users["station"]))
    employer_id = min(employer.employer_ids)
    worker_id = accounts.actor_of(UserId(users["worker"])).worker_id or 0
    with clock.at(clock.now() - timedelta(days=2)), suppress(DomainError):
        _own_slip(worker_id)
    with clock.at(clock.now() - timedelta(days=1)), suppress(DomainError):
        _unpaid(employer_id, worker_id, employer, clerk)
    with clock.at(clock.now() - timedelta(hours=20)), suppress(DomainError):
        _group(employer_id, clerk)


def _own_slip(worker_id: int) -> None:
    slip = (
        reading()
        .scalars(
            select(PaySlip.id)
            .join(Settlement, Settlement.id == PaySlip.settlement_id)
            .where(
                PaySlip.worker_id == worker_id,
                # One to confirm stays for the visitor.
                PaySlip.state.in_(["confirmed", "paid"]),
            )
            .order_by(Settlement.last_day.desc(), PaySlip.id.desc())
        )
        .first()
    )
    if slip is not None:
        opening.complain(
            Kind.SLIP, "23 号那天干到天黑，只记了半天。", About(slip_id=slip),
            worker_id=worker_id, actor=_actor(worker_id),
        )  # fmt: skip


def _unpaid(employer_id: int, worker_id: int, employer: Actor, clerk: Actor) -> None:
    """Somebody whom this employer owes says so, at the desk where they have no phone."""
    row = (
        reading()
        .scalars(
            select(WageArrears)
            .where(WageArrears.employer_id == employer_id, WageArrears.worker_id != worker_id)
            .order_by(WageArrears.due_on, WageArrears.id)
        )
        .first()
    )
    if row is None:
        return
    who = _actor(row.worker_id)
    case = opening.complain(
        Kind.UNPAID, "说好干完就给，催了两回都说等等。", About(arrears_id=row.id),
        worker_id=row.worker_id, actor=who if who.user_id else clerk,
    )  # fmt: skip
    service.act(
        case, Deed.ANSWER, side=Side.EMPLOYER, actor=employer,
        words="红薯款月底才回，不是不给。",
    )  # fmt: skip
    service.act(
        case, Deed.OFFER, side=Side.EMPLOYER, actor=employer, fen=row.amount_fen,
        on_day=clock.today() + timedelta(days=10),
    )  # fmt: skip


def _group(employer_id: int, clerk: Actor) -> None:
    """Twelve of one posting with one claim; the third of them speaks for all."""
    posting = (
        reading()
        .scalars(
            select(Posting.id)
            .join(Engagement, Engagement.posting_id == Posting.id)
            .where(Posting.employer_id == employer_id)
            .group_by(Posting.id)
            .having(func.count(Engagement.worker_id.distinct()) >= MEMBERS)
            .order_by(func.count(Engagement.worker_id.distinct()).desc(), Posting.id)
        )
        .first()
    )
    if posting is None:
        return
    people = (
        reading()
        .scalars(
            select(Worker.id)
            .join(Engagement, Engagement.worker_id == Worker.id)
            .where(Engagement.posting_id == posting)
            .group_by(Worker.id)
            .order_by(Worker.user_id.is_(None), Worker.id)
            .limit(MEMBERS)
        )
        .all()
    )
    first = people[0]
    case = opening.complain(
        Kind.OTHER, "说好车接车送，这个礼拜都是自己走去的，想补路费。", About(posting_id=posting),
        worker_id=first, actor=_speaker(first, clerk),
    )  # fmt: skip
    side = Side.WORKER if _actor(first).user_id else Side.DESK
    groups.ask(case, people[1:], side=side, actor=_speaker(first, clerk))
    for key in people[1:]:
        groups.answer(case, key, True, actor=_speaker(key, clerk))
    for key in people[:8]:
        groups.vote(case, key, people[2], actor=_speaker(key, clerk))


def _speaker(worker_id: int, clerk: Actor) -> Actor:
    found = _actor(worker_id)
    return found if found.user_id else clerk


def _actor(worker_id: int) -> Actor:
    user_id = reading().scalar(select(Worker.user_id).where(Worker.id == worker_id))
    return accounts.actor_of(UserId(user_id)) if user_id else Actor()
