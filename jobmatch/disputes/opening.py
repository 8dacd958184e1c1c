"""Bringing something up: from a slip, a day, overdue pay, or work in general."""

from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from jobmatch.attendance.models import Dispute
from jobmatch.dispatch.models import Engagement, EngagementDay
from jobmatch.dispatch.seats import insert_new
from jobmatch.disputes import steps
from jobmatch.disputes.errors import AlreadyOpen
from jobmatch.disputes.models import DisputeCase, DisputeParty
from jobmatch.disputes.rules.states import Deed, Kind, Side, State
from jobmatch.earnings import service as earnings
from jobmatch.earnings.arrears_models import WageArrears
from jobmatch.earnings.models import PaySlip, Settlement
from jobmatch.earnings.rules.slips import OPEN_TO_OBJECTION, SlipState
from jobmatch.infra import audit, clock
from jobmatch.infra.db import retried, transaction
from jobmatch.kernel.actor import Actor, Role
from jobmatch.kernel.errors import Invalid, NotFound
from jobmatch.kernel.periods import business_day
from jobmatch.kernel.text import text
from jobmatch.postings.models import Posting
from jobmatch.workers.models import Worker

MOST_WORDS = 1000


@dataclass(frozen=True, slots=True)
class About:
    """What it is about: exactly one of them. posting_id: work in general."""

    slip_id: int | None = None
    day_id: int | None = None
    arrears_id: int | None = None
    posting_id: int | None = None


@dataclass(frozen=True, slots=True)
class Subject:
    """The same, looked up. key: what may stand in one living dispute only."""

    key: str
    posting_id: int
    known_on: date
    slip_id: int | None = None
    day_id: int | None = None
    fen: int | None = None


@retried
def complain(kind: Kind, words: str, about: About, *, worker_id: int, actor: Actor) -> int:
    """Open a dispute in a worker's name: the worker, or a station's desk for whom it serves.

    An objection to a slip that is still open to one is that too: slip and dispute go together.
    raises   NotFound; Invalid (field words or kind); AlreadyOpen
    """
    words = checked_words(words)
    with transaction() as session:
        worker = session.get(Worker, worker_id)
        side = _side(actor, worker)
        assert worker is not None
        subject = subject_of(session, about, worker_id)
        check_kind(kind, subject)
        if subject.slip_id is not None and kind in (Kind.SLIP, Kind.DEDUCTION):
            slip = session.get_one(PaySlip, subject.slip_id)
            if SlipState(slip.state) in OPEN_TO_OBJECTION:
                earnings.object_to(subject.slip_id, words[: earnings.MOST_WORDS], actor=actor)
                return _after_objection(session, subject, kind, side, actor)
        case = open_case(session, kind, subject, worker_id, words, side=side, user_id=actor.user_id)
        audit.record(session, actor, "case.open", "dispute_case", case.id, what=kind.value)
        return case.id


def open_case(
    session: Session,
    kind: Kind,
    subject: Subject,
    worker_id: int,
    words: str,
    *,
    side: Side,
    user_id: int | None,
    day_dispute_id: int | None = None,
    tells: tuple[Side, ...] = (Side.EMPLOYER, Side.WORKER),
) -> DisputeCase:
    """Write the dispute with its first step and tell both sides. raises AlreadyOpen."""
    posting = session.get_one(Posting, subject.posting_id)
    today = clock.today()
    case = DisputeCase(
        kind=kind.value, state=State.OPEN.value, employer_id=posting.employer_id,
        posting_id=posting.id, place_code=posting.place_code, words=words, starter_id=worker_id,
        known_on=min(subject.known_on, today), claimed_on=today, opened_by=user_id,
        opened_at=clock.now(),
    )  # fmt: skip
    session.add(case)
    session.flush()
    party = insert_new(
        session, DisputeParty, ("live_key",), case_id=case.id, worker_id=worker_id, state="joined",
        pay_slip_id=subject.slip_id, engagement_day_id=subject.day_id,
        day_dispute_id=day_dispute_id, amount_fen=subject.fen, live_key=subject.key,
        asked_at=clock.now(), answered_at=clock.now(),
    )  # fmt: skip
    if party is None:
        raise AlreadyOpen
    steps.add(session, case, Deed.OPEN, side, user_id=user_id, words=words, fen=subject.fen)
    steps.tell(
        session, case, steps.people_of(session, case.id),
        text("“{title}”有一件事要说清楚，请看一看。", title=posting.title), to=tells, but=user_id,
    )  # fmt: skip
    return case


def subject_of(session: Session, about: About, worker_id: int) -> Subject:
    """Look up what it is about; only the worker's own. raises NotFound."""
    if about.slip_id is not None:
        return of_slip(session, about.slip_id, worker_id)
    if about.day_id is not None:
        return of_day(session, about.day_id, worker_id)
    if about.arrears_id is not None:
        return _of_arrears(session, about.arrears_id, worker_id)
    last = session.scalar(
        select(func.max(EngagementDay.work_date))
        .join(Engagement, Engagement.id == EngagementDay.engagement_id)
        .where(Engagement.posting_id == about.posting_id, EngagementDay.worker_id == worker_id)
    )
    if about.posting_id is None or last is None:
        raise NotFound
    return Subject(f"other:{about.posting_id}:{worker_id}", about.posting_id, last)


def of_slip(session: Session, slip_id: int, worker_id: int | None = None) -> Subject:
    slip = session.get(PaySlip, slip_id)
    gone = slip is None or slip.state == SlipState.REVERSED
    if slip is None or gone or slip.worker_id != (worker_id or slip.worker_id):
        raise NotFound
    run = session.get_one(Settlement, slip.settlement_id)
    known = business_day(slip.issued_at)
    return Subject(f"slip:{slip.id}", run.posting_id, known, slip.id, None, slip.net_fen)


def of_day(session: Session, day_id: int, worker_id: int | None = None) -> Subject:
    row = session.execute(
        select(EngagementDay, Engagement.posting_id)
        .join(Engagement, Engagement.id == EngagementDay.engagement_id)
        .where(EngagementDay.id == day_id)
    ).first()
    if row is None or row[0].worker_id != (worker_id or row[0].worker_id):
        raise NotFound
    return Subject(f"day:{day_id}", row[1], row[0].work_date, None, day_id)


def of_day_dispute(session: Session, dispute_id: int) -> tuple[Subject, Dispute]:
    row = session.get_one(Dispute, dispute_id)
    return of_day(session, row.engagement_day_id), row


def _of_arrears(session: Session, arrears_id: int, worker_id: int) -> Subject:
    row = session.get(WageArrears, arrears_id)
    if row is None or row.worker_id != worker_id or row.cleared_on is not None:
        raise NotFound
    key = f"slip:{row.pay_slip_id}" if row.pay_slip_id else f"pay:{row.posting_id}:{worker_id}"
    known = row.due_on + timedelta(days=1)
    return Subject(key, row.posting_id, known, row.pay_slip_id, None, row.amount_fen)


def checked_words(words: str) -> str:
    """raises Invalid (field words)."""
    words = words.strip()
    if not 2 <= len(words) <= MOST_WORDS:
        raise Invalid(text("请说清楚，2 到 {most} 个字。", most=MOST_WORDS), field="words")
    return words


def check_kind(kind: Kind, subject: Subject) -> None:
    """A day's record is about a day, a deduction stands on a slip. raises Invalid (field kind)."""
    if kind is Kind.DAY and subject.day_id is None:
        raise Invalid(text("工时、件数的事，请从那一天点进来说。"), field="kind")
    if kind in (Kind.SLIP, Kind.DEDUCTION) and subject.slip_id is None:
        raise Invalid(text("这件事要从工资条点进来说。"), field="kind")


def _after_objection(
    session: Session, subject: Subject, kind: Kind, side: Side, actor: Actor
) -> int:
    """The objection has opened the dispute (handlers); it says here what it is about."""
    party = session.scalars(select(DisputeParty).where(DisputeParty.live_key == subject.key)).one()
    case = session.get_one(DisputeCase, party.case_id)
    case.kind, case.opened_by = kind.value, actor.user_id
    audit.record(session, actor, "case.open", "dispute_case", case.id, what=kind.value, side=side)
    return case.id


def _side(actor: Actor, worker: Worker | None) -> Side:
    """raises NotFound for whoever is neither the worker nor the desk of the home."""
    if worker is not None and worker.id in actor.subjects(Role.WORKER):
        return Side.WORKER
    if worker is not None and actor.covers(Role.STATION, worker.home_code):
        return Side.DESK
    raise NotFound
