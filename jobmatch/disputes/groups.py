"""A dispute of many: asking fellow workers, their answers, and the vote for a representative."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from jobmatch.dispatch.models import Engagement
from jobmatch.dispatch.seats import insert_new
from jobmatch.disputes import law, policy, steps
from jobmatch.disputes.errors import CaseClosed
from jobmatch.disputes.models import DisputeCase, DisputeParty
from jobmatch.disputes.rules.groups import elected, require_enough
from jobmatch.disputes.rules.states import LIVE, Deed, Side, State
from jobmatch.earnings.arrears_models import WageArrears
from jobmatch.infra import audit, clock
from jobmatch.infra.db import reading, retried, transaction
from jobmatch.kernel.actor import Actor, Role
from jobmatch.kernel.errors import Invalid, NotFound
from jobmatch.kernel.text import text
from jobmatch.notify import service as notify
from jobmatch.postings.models import Posting
from jobmatch.workers.models import Worker


@dataclass(frozen=True, slots=True)
class Fellow:
    worker_id: int
    name: str


def fellows(case_id: int) -> list[Fellow]:
    """People engaged at the same posting who are not in the dispute yet; only names."""
    session = reading()
    case = session.get(DisputeCase, case_id)
    if case is None:
        raise NotFound
    inside = select(DisputeParty.worker_id).where(DisputeParty.case_id == case_id)
    rows = session.execute(
        select(Worker.id, Worker.name)
        .join(Engagement, Engagement.worker_id == Worker.id)
        .where(Engagement.posting_id == case.posting_id, Worker.id.not_in(inside))
        .distinct()
        .order_by(Worker.name, Worker.id)
    )
    return [Fellow(key, name) for key, name in rows]


@retried
def ask(case_id: int, worker_ids: Collection[int], *, side: Side, actor: Actor) -> int:
    """Ask fellow workers to join; each answers on their own phone, or at the desk.

    returns  how many were asked that had not been asked before
    raises   NotFound, CaseClosed, Invalid (field people) when nobody is named
    """
    with transaction() as session:
        case = _living(session, case_id)
        policy.require_deed(actor, case, steps.people_of(session, case_id), side, Deed.SAY)
        known = {one.worker_id for one in fellows(case_id)}
        wanted = sorted(set(worker_ids) & known)
        if not wanted:
            raise Invalid(text("请勾选要一起提的人。"), field="people")
        for worker_id in wanted:
            insert_new(
                session, DisputeParty, ("case_id", "worker_id"), case_id=case_id,
                worker_id=worker_id, state="asked", asked_at=clock.now(),
            )  # fmt: skip
        case.is_group = True
        title = session.get_one(Posting, case.posting_id).title
        users = session.scalars(select(Worker.user_id).where(Worker.id.in_(wanted)))
        notify.tell(
            session, users, text("有工友请您一起提“{title}”的事，您来定。", title=title),
            link=f"/my/disputes/{case_id}",
        )  # fmt: skip
        audit.record(session, actor, "case.ask", "dispute_case", case_id, people=len(wanted))
        return len(wanted)


@retried
def answer(case_id: int, worker_id: int, yes: bool, *, actor: Actor) -> None:
    """The worker who was asked joins or declines (or the desk for them); later changes count too.

    raises   NotFound, CaseClosed
    """
    with transaction() as session:
        case = _living(session, case_id)
        party, side = _own_party(session, case_id, worker_id, actor)
        if party.worker_id == case.starter_id:
            raise NotFound
        party.state = "joined" if yes else "declined"
        party.answered_at = clock.now()
        party.amount_fen = _owed(session, case, worker_id) if yes else None
        if not yes:
            party.votes_for = None
            if case.representative_id == worker_id:
                case.representative_id = None
        session.flush()
        deed = Deed.JOIN if yes else Deed.WITHDRAW
        if yes:
            steps.add(session, case, deed, side, user_id=actor.user_id)
        audit.record(
            session, actor, "case.join" if yes else "case.decline", "dispute_case", case_id
        )


@retried
def vote(case_id: int, worker_id: int, choice: int, *, actor: Actor) -> int | None:
    """A member names whom they want as representative; more than half of all makes it.

    returns  the representative, when there is one now
    raises   NotFound, CaseClosed, TooFew, Invalid (field choice)
    """
    with transaction() as session:
        case = _living(session, case_id)
        party, side = _own_party(session, case_id, worker_id, actor)
        people = steps.people_of(session, case_id)
        joined = [one.worker_id for one in people if one.state == "joined"]
        if party.state != "joined":
            raise NotFound
        book = law.books(session, [case.place_code])[case.place_code]
        least = law.limits(book, clock.today())[0].group_least
        require_enough(len(joined), least)
        if choice not in joined:
            raise Invalid(text("请从一起提的人里选。"), field="choice")
        party.votes_for = choice
        session.flush()
        votes: dict[int, int] = {}
        for voter, named in session.execute(
            select(DisputeParty.worker_id, DisputeParty.votes_for).where(
                DisputeParty.case_id == case_id, DisputeParty.votes_for.is_not(None)
            )
        ):
            votes[voter] = named or 0
        found = elected(joined, votes, least)
        if found is not None and found != case.representative_id:
            case.representative_id = found
            name = session.get_one(Worker, found).name
            steps.add(session, case, Deed.NAME, side, user_id=actor.user_id, words=name)
            steps.tell(
                session, case, steps.people_of(session, case_id),
                text("大家推举 {name} 做代表。", name=name), to=(Side.EMPLOYER, Side.WORKER),
            )  # fmt: skip
        audit.record(session, actor, "case.vote", "dispute_case", case_id, named=found is not None)
        return found


def _living(session: Session, case_id: int) -> DisputeCase:
    case = steps.held(session, case_id)
    if State(case.state) not in LIVE:
        raise CaseClosed
    return case


def _own_party(
    session: Session, case_id: int, worker_id: int, actor: Actor
) -> tuple[DisputeParty, Side]:
    """The worker's place in the dispute, for themself or at the desk. raises NotFound."""
    row = session.execute(
        select(DisputeParty, Worker.home_code)
        .join(Worker, Worker.id == DisputeParty.worker_id)
        .where(DisputeParty.case_id == case_id, DisputeParty.worker_id == worker_id)
    ).first()
    if row is None:
        raise NotFound
    if worker_id in actor.subjects(Role.WORKER):
        return row[0], Side.WORKER
    if actor.covers(Role.STATION, row[1]):
        return row[0], Side.DESK
    raise NotFound


def _owed(session: Session, case: DisputeCase, worker_id: int) -> int | None:
    """What is overdue for a member at the posting of the dispute."""
    fen = session.scalar(
        select(func.sum(WageArrears.amount_fen)).where(
            WageArrears.posting_id == case.posting_id,
            WageArrears.worker_id == worker_id,
            WageArrears.cleared_on.is_(None),
        )
    )
    return int(fen) if fen else None
